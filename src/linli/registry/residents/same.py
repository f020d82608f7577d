"""People who may be one: lines of a file among themselves, and people of a file with people of the register. Pure.

What is certain is joined without asking; what is likely is a question people decide. The rules are designed here; the ways to tell are
those clerks use: document number, name with birth date, telephone with a similar name.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Why = Literal["identity", "name_birth", "phone_name", "several", "in_file"]
NEW, SKIP = "new", "skip"


@dataclass(frozen=True, slots=True)
class Traits:
    """What one is told by. ``phone`` and ``document`` are anything that is equal where they are (plain or blind); ``homes`` likewise."""

    name: str
    born_on: dt.date | None = None
    phone: Hashable = None
    document: Hashable = None
    homes: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """``line`` asks; the answer is ``new``, ``skip``, ``line:<n>`` (the person of that line) or a person's id.

    ``suggested`` is what is taken where nobody answers.
    """

    line: int
    why: Why
    options: tuple[str, ...]
    suggested: str


@dataclass(slots=True)
class Known:
    """People of the register by what they are told by."""

    traits: Mapping[UUID, Traits]
    by_document: dict[Hashable, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    by_birth: dict[tuple[str, dt.date], list[UUID]] = field(default_factory=lambda: defaultdict(list))
    by_phone: dict[Hashable, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for id, one in self.traits.items():
            self.by_name[one.name].append(id)
            if one.document is not None:
                self.by_document[one.document].append(id)
            if one.born_on is not None:
                self.by_birth[one.name, one.born_on].append(id)
            if one.phone is not None:
                self.by_phone[one.phone].append(id)


def conflict(one: Traits, other: Traits) -> bool:
    """They cannot be one: two document numbers, or two birth dates under different names."""
    return _differ(one.document, other.document)


def certain(one: Traits, other: Traits) -> bool:
    """They are one without asking: the same number and name; the same name with a birth date that fits, and something besides."""
    if conflict(one, other) or _differ(one.born_on, other.born_on):
        return False
    if one.name != other.name:
        return False
    if one.document is not None and one.document == other.document:
        return True
    if _differ(one.phone, other.phone):
        return False
    same_phone = one.phone is not None and one.phone == other.phone
    same_birth = one.born_on is not None and one.born_on == other.born_on
    same_home = bool(one.homes & other.homes)
    return same_phone or (same_birth and same_home) or (same_home and one.born_on is None and other.born_on is None)


def similar(one: str, other: str) -> bool:
    """Names that a slip of the pen turns into each other: one character otherwise, at least one alike; one of them longer by one."""
    if one == other:
        return True
    if len(one) == len(other) >= 2:
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return (
        len(long) - len(short) == 1
        and len(short) >= 2
        and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
    )


def join_lines(
    lines: Sequence[int], traits: Sequence[Traits], answers: Mapping[int, str]
) -> tuple[list[list[int]], list[Question], set[int]]:
    """Lines of one file as people: groups of indices, the questions asked, the indices skipped. In the order of the file."""
    groups: list[list[int]] = []
    questions: list[Question] = []
    skipped: set[int] = set()
    by_name: dict[str, list[int]] = defaultdict(list)
    group_of_line: dict[int, int] = {}
    for index, (line, one) in enumerate(zip(lines, traits, strict=True)):
        earlier = by_name[one.name]
        home = next((g for g in earlier if _joins(traits, groups[g], one)), None)
        if home is None:
            likely = [g for g in earlier if any(_likely_in_file(traits[i], one) for i in groups[g])]
            if likely:
                options = (*(f"line:{lines[groups[g][0]]}" for g in likely), NEW, SKIP)
                questions.append(Question(line, "in_file", options, NEW))
                answer = answers.get(line, NEW)
                if answer == SKIP:
                    skipped.add(index)
                    continue
                if answer in options and answer != NEW:
                    home = group_of_line[int(answer.removeprefix("line:"))]
        if home is None:
            home = len(groups)
            groups.append([])
            earlier.append(home)
        groups[home].append(index)
        group_of_line[line] = home
    return groups, questions, skipped


def _joins(traits: Sequence[Traits], group: Sequence[int], one: Traits) -> bool:
    others = [traits[index] for index in group]
    if any(
        conflict(one, other) or _differ(one.born_on, other.born_on) or _differ(one.phone, other.phone)
        for other in others
    ):
        return any(certain(one, other) for other in others)
    birth = one.born_on is not None and any(one.born_on == other.born_on for other in others)
    return birth or any(certain(one, other) for other in others)


def _likely_in_file(other: Traits, one: Traits) -> bool:
    return not conflict(one, other) and one.born_on is not None and one.born_on == other.born_on


def match(line: int, one: Traits, known: Known, taken: Callable[[UUID], bool]) -> tuple[UUID | None, Question | None]:
    """The person of the register that this is for certain, or the question whether it is one of several, or neither: somebody new."""
    candidates = _candidates(one, known)
    sure = [id for id in candidates if certain(one, known.traits[id]) and not taken(id)]
    if len(sure) == 1:
        return sure[0], None
    if sure:
        return None, Question(line, "several", (*map(str, sure), NEW, SKIP), str(sure[0]))
    likely = [(id, why) for id in candidates if (why := _likely(one, known.traits[id]))]
    if not likely:
        return None, None
    order: tuple[Why, ...] = ("identity", "name_birth", "phone_name")
    likely.sort(key=lambda pair: order.index(pair[1]))
    why = likely[0][1]
    free = [id for id, _ in likely if not taken(id)]
    suggested = str(free[0]) if free and why in ("identity", "name_birth") else NEW
    return None, Question(line, why, (*(str(id) for id, _ in likely[:5]), NEW, SKIP), suggested)


def _candidates(one: Traits, known: Known) -> list[UUID]:
    found = [*known.by_document.get(one.document, ())] if one.document is not None else []
    if one.born_on is not None:
        found += known.by_birth.get((one.name, one.born_on), ())
    if one.phone is not None:
        found += known.by_phone.get(one.phone, ())
    found += [id for id in known.by_name.get(one.name, ()) if one.homes & known.traits[id].homes]
    return list(dict.fromkeys(found))


def _likely(one: Traits, other: Traits) -> Why | None:
    if one.document is not None and one.document == other.document:
        return "identity"
    if conflict(one, other):
        return None
    if one.name == other.name and one.born_on is not None and one.born_on == other.born_on:
        return "name_birth"
    if (
        one.phone is not None
        and one.phone == other.phone
        and similar(one.name, other.name)
        and not _differ(one.born_on, other.born_on)
    ):
        return "phone_name"
    return None


def _differ(one: Hashable, other: Hashable) -> bool:
    return one is not None and other is not None and one != other
