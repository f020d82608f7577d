"""A trained model: what it knows, and how it answers. Safe to ask from several threads at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ._fold import as_codes, fold_table
from ._grams import MAX_TOKENS, room
from ._score import fill_table, score
from ._types import BoolArray, FloatArray, IntArray, KeyArray, SingleArray
from .calibrate import Scaling, Threshold, choose_threshold

N_LIKELIEST = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What one message is about. ``likeliest`` holds up to three labels with their probability, the best first.

    ``calibrated`` says whether probabilities were fitted on messages the model had not seen. ``n_known`` counts the n-grams or keywords found: with 0
    the answer is only how often each label comes.
    """

    label: str
    confidence: float
    likeliest: tuple[tuple[str, float], ...]
    calibrated: bool
    n_known: int


@dataclass(frozen=True)
class Model:
    """``rows[vocabulary, 1 + labels]``: squared rarity of an n-gram, then its weight for each label (rarity included).

    ``seen_confidence`` and ``seen_right`` are the answers to training messages by models that had not seen them: the ground of confidence and thresholds.
    ``about`` says of what it was trained; it goes into the file as it is.
    """

    labels: tuple[str, ...]
    order: int
    keys: KeyArray
    rows: SingleArray
    constants: FloatArray
    weight_of_first: FloatArray
    scaling: Scaling
    seen_confidence: SingleArray
    seen_right: BoolArray
    about: dict[str, Any] = field(default_factory=dict)
    calibrated = True

    @cached_property
    def _table(self) -> tuple[KeyArray, SingleArray]:
        n_slots = 1 << max(4, int(np.ceil(np.log2(2 * max(1, len(self.keys))))))
        keys, rows = np.zeros(n_slots, np.uint64), np.zeros((n_slots, self.rows.shape[1]), np.float32)
        fill_table(self.keys, self.rows, keys, rows)
        return keys, rows

    def scores(self, texts: Sequence[str]) -> tuple[FloatArray, IntArray]:
        """``scores[texts, labels]`` before scaling, and how many known n-grams each text has."""
        codes, begins = as_codes(texts)
        most = int(min(MAX_TOKENS, np.diff(begins).max(initial=0)))
        value_of_times = 1 + np.log(np.maximum(1, np.arange(256)))
        return score(
            codes, begins, fold_table(), self.order, room(most, self.order), *self._table, value_of_times,
            self.weight_of_first, self.constants,
        )  # type: ignore[no-any-return]  # fmt: skip

    def probabilities(self, texts: Sequence[str]) -> FloatArray:
        """``[texts, labels]``, each row adding up to 1."""
        return self.scaling.apply(self.scores(texts)[0])

    def ask(self, text: str) -> Answer:
        scores, n_known = self.scores([text])
        return as_answer(self.labels, self.scaling.apply(scores)[0], calibrated=True, n_known=int(n_known[0]))

    def threshold(self, error_share: float, *, surety: float = 0.95) -> Threshold:
        """The confidence above which cases may dispatch themselves at a stated share of errors."""
        return choose_threshold(
            self.seen_confidence.astype(np.float64), self.seen_right, error_share=error_share, surety=surety
        )


def as_answer(labels: tuple[str, ...], probabilities: FloatArray, *, calibrated: bool, n_known: int) -> Answer:
    best = np.argsort(-probabilities, kind="stable")[:N_LIKELIEST]
    likeliest = tuple((labels[at], float(probabilities[at])) for at in best)
    return Answer(likeliest[0][0], likeliest[0][1], likeliest, calibrated, n_known)
