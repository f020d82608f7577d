"""From the types in force to a guess at what a text is about.

The keyword model of the catalogue: the share of a type's words that a text holds, weighed by how few types use the word.
Out of the box it is what there is; it says so on the page (``MODEL``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from linli.kernel.text import Text

from .rules.types import CaseType, case_types

MODEL = Text("按目录里的关键词猜的", "Guessed from the catalogue's keywords")


@dataclass(frozen=True, slots=True)
class Guess:
    """A type and how sure the model is, 0–1."""

    kind: CaseType
    confidence: float


def guess(text: str, *, for_staff: bool = False, most: int = 3) -> list[Guess]:
    """The likeliest types of a text, surest first; none where no word of any is in it."""
    kinds = {id: kind for id, kind in case_types().items() if for_staff or not kind.is_for_staff}
    weights = _weights(tuple(kinds))
    scores: dict[str, float] = {}
    for id, kind in kinds.items():
        found = [word for word in kind.words if word in text]
        longest = [word for word in found if not any(word != other and word in other for other in found)]
        scores[id] = sum(weights[word] * len(word) for word in longest)
    whole = sum(scores.values())
    if not whole:
        return []
    return [
        Guess(kinds[id], score / (whole + 1))
        for id, score in sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:most]
        if score
    ]


@lru_cache(maxsize=4)
def _weights(ids: tuple[str, ...]) -> Mapping[str, float]:
    used = Counter(word for id in ids for word in set(case_types()[id].words))
    return {word: 1 / n for word, n in used.items()}
