"""A model out of words somebody wrote down, for the day before there is anything to learn from. It says that it is one: nothing is calibrated.

A label's score is the sum over its words standing in the message: longer words say more, words of many labels say less, words in the title count twice.
Shares of the scores are shown in place of probabilities. Designed here, unmeasured: whoever acts on them alone says from which share on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ._fold import as_codes, fold_table
from ._types import FloatArray
from .calibrate import softmax
from .errors import RANGE, TriageError
from .model import Answer, as_answer

TITLE_CHARS = 30
READ_CHARS = 20_000


@dataclass(frozen=True)
class KeywordModel:
    """``words[label]``: plain words, any script; case, width and traditional forms do not matter."""

    labels: tuple[str, ...]
    words: tuple[tuple[tuple[str, float], ...], ...]
    calibrated = False

    @classmethod
    def of(cls, catalogue: Mapping[str, Sequence[str]]) -> KeywordModel:
        """Refused: no label, a label without a word, a word of nothing that counts (digits, marks)."""
        plain = {label: [fold_text(word).strip() for word in words] for label, words in catalogue.items()}
        empty = [label for label, words in plain.items() if not words or not all(words)]
        if not plain or empty:
            raise TriageError(RANGE, name="catalogue", expected="labels with words of letters", got=empty or "{}")
        n_labels: dict[str, int] = {}
        for words in plain.values():
            for word in set(words):
                n_labels[word] = n_labels.get(word, 0) + 1
        weighed = tuple(
            tuple(
                (word, math.sqrt(len(word)) * (1 + math.log(len(plain) / n_labels[word])))
                for word in sorted(set(words))
            )
            for words in plain.values()
        )
        return cls(tuple(plain), weighed)

    def ask(self, text: str) -> Answer:
        """``confidence`` is the label's share of what was found, with one word of the usual weight left as doubt: one word alone says
        little, however few labels know it. No probability; alike for all labels where nothing is found."""
        scores, n_known = self._score(text)
        if not n_known:
            shares = np.full(len(self.labels), 1 / len(self.labels))
        else:
            shares = scores / (scores.sum() + self._usual_weight)
        return as_answer(self.labels, shares, calibrated=False, n_known=n_known)

    def probabilities(self, texts: Sequence[str]) -> FloatArray:
        """``[texts, labels]``, each row adding up to 1; alike for all labels where no word is found."""
        return softmax(np.array([self._score(text)[0] for text in texts]).reshape(len(texts), len(self.labels)))

    @cached_property
    def _usual_weight(self) -> float:
        return float(np.mean([weight for words in self.words for _, weight in words]))

    def _score(self, text: str) -> tuple[FloatArray, int]:
        plain = fold_text(text[:READ_CHARS])
        title = plain[:TITLE_CHARS]
        scores, n_known = np.zeros(len(self.labels)), 0
        for at, words in enumerate(self.words):
            for word, weight in words:
                if word in plain:
                    n_known += 1
                    scores[at] += weight * (2 if word in title else 1)
        return scores, n_known


def fold_text(text: str) -> str:
    """The text with every character in its usual form; stretches of what does not count become one blank, none between ideographs."""
    codes, _ = as_codes([text])
    table = fold_table()
    folded = np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], 0)
    out: list[str] = []
    for raw in folded.tolist():
        if raw:
            out.append(chr(raw & 0x7FFFFFFF))
        elif out and out[-1] != " " and out[-1].isascii():
            out.append(" ")
    return "".join(out)
