"""Does an answer answer? Whether it names what was asked, what is done, by when, and whom to turn to. A hint for who writes it, never a judgement.

``named`` is the share of the question's pairs of neighbouring ideographs that stand in the answer too, pairs of the letter form (``common``) aside. How well it
tells the answer to a message from the answer to another is measured (docs/engines/triage.md). Measure, time and contact are looked for by words a policy
lists and by forms of dates and numbers: designed here, unmeasured, for no labelled answers are known to us.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import RANGE, TriageError
from .keywords import READ_CHARS, fold_text
from .places import _plain

ASPECTS = ("asked", "measure", "time", "contact")
_TIME = re.compile(
    r"\d{1,2}月\d{1,2}[日号]|\d{1,2}[日号](?:前|内|上午|下午|晚|之前)|\d+(?:个)?(?:小时|工作日|天|周|星期|月|分钟)(?:内|后|之内|以内|左右)"
    r"|今[天晚日]|明[天晚日]|后天|昨[天日]|本周|下周|本月|下月|月底|年底|(?:周|星期)[1-6日天]|\d{1,2}[点:时]\d{0,2}|\d{4}年"
)
_CONTACT = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{3,4}-\d{7,8}|\d{7,8}|1[012]\d{3}|11[0249])(?!\d)")


@dataclass(frozen=True, slots=True)
class ReplyRead:
    """``has`` for each of :data:`ASPECTS`; ``named`` 0–1, None where the question has no pair to name; ``pairs`` of them found, in the question's order."""

    has: tuple[bool, bool, bool, bool]
    named: float | None
    pairs: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(aspect for aspect, is_there in zip(ASPECTS, self.has, strict=True) if not is_there)


def read_reply(
    question: str,
    reply: str,
    *,
    subject: Sequence[str] = (),
    measures: Sequence[str],
    contacts: Sequence[str],
    common: Sequence[str] = (),
    named_from: float = 0.05,
) -> ReplyRead:
    """``subject``: further words for what is asked, one of which also names it (a case type's own). ``named_from``: the share from which it counts as named.

    An empty answer has nothing; a question without ideographs counts as named by ``subject`` alone.
    """
    if not 0 < named_from <= 1:
        raise TriageError(RANGE, name="named_from", expected="0 to 1", got=named_from)
    said = fold_text(reply[:READ_CHARS])
    passed_over = {pair for word in common for pair in _pairs(fold_text(word))}
    asked = [pair for pair in _pairs(fold_text(question[:READ_CHARS])) if pair not in passed_over]
    found = tuple(pair for pair in asked if pair in said)
    named = len(found) / len(asked) if asked else None
    is_named = (named is not None and named >= named_from) or _any(subject, said)
    plain = _plain(reply[:READ_CHARS])[0]
    return ReplyRead(
        (
            is_named,
            _any(measures, said),
            _TIME.search(plain) is not None,
            _CONTACT.search(plain) is not None or _any(contacts, said),
        ),
        named,
        found,
    )


def _any(words: Sequence[str], said: str) -> bool:
    return any(word and word in said for word in map(str.strip, map(fold_text, words)))


def _pairs(plain: str) -> list[str]:
    pairs = (plain[at : at + 2] for at in range(len(plain) - 1))
    return list(dict.fromkeys(pair for pair in pairs if all("\u3400" <= char <= "\u9fff" for char in pair)))
