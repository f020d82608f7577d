"""How urgent a message sounds, by words a policy lists. Designed, unmeasured: no labelled messages of urgency are known to us.

It may lift a case to the eyes of a person, never lower one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .errors import RANGE, TriageError
from .keywords import READ_CHARS, fold_text

_DENIALS = ("没有", "没", "未", "无", "不是", "不会", "并非")
_REACH = 3


@dataclass(frozen=True, slots=True)
class Urgency:
    """``level`` is None where no word was found. ``words`` are the ones found, of that level."""

    level: str | None
    words: tuple[str, ...]


def find_urgency(text: str, words: Mapping[str, Sequence[str]]) -> Urgency:
    """The first level of ``words`` (the most urgent first) of which a word stands in the message, unless denied just before (没有漏气)."""
    plain = fold_text(text[:READ_CHARS])
    for level, listed in words.items():
        folded = {word: fold_text(word).strip() for word in listed}
        if not all(folded.values()):
            raise TriageError(RANGE, name=f"words of {level}", expected="words of letters", got=list(listed))
        found = tuple(word for word, form in folded.items() if _said(plain, form))
        if found:
            return Urgency(level, found)
    return Urgency(None, ())


def _said(plain: str, word: str) -> bool:
    at = plain.find(word)
    while at >= 0:
        before = plain[max(0, at - _REACH) : at]
        if not any(before.endswith(denial) for denial in _DENIALS):
            return True
        at = plain.find(word, at + 1)
    return False
