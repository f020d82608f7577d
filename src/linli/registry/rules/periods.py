"""Periods ``[start, end)`` of days and what a change, an end or a correction does to them.

Half-open throughout: a thing that ends on 1 March was so on the last of February and is not so on 1 March. ``end`` None is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from linli.kernel.errors import LinliError, define

EMPTY_PERIOD = define(
    "registry.empty_period",
    zh="时段要在开始之后结束：从 {start} 到 {end}",
    en="A period ends after it starts: from {start} to {end}",
    status=422,
)
NOT_IN_FORCE = define(
    "registry.not_in_force",
    zh="{on} 不在这条记录的时段里（{start} 至 {end}）；要改过去请用更正",
    en="{on} is outside the period of this record ({start} to {end}); to mend the past, correct it",
    status=409,
)
NEVER_WAS = define(
    "registry.never_was",
    zh="{on} 不晚于开始日 {start}：那等于从来没有过，请用撤销",
    en="{on} is not after the start {start}: that would mean it never was; take it back instead",
    status=409,
)
OVERLAPS = define(
    "registry.overlaps",
    zh="与 {start} 至 {end} 的记录重叠",
    en="It overlaps the record from {start} to {end}",
    status=409,
)
TAKEN_BACK = define(
    "registry.taken_back",
    zh="这条记录已被撤回，不能再改",
    en="This record was taken back and cannot be changed",
    status=409,
)


EARLIEST = dt.date(1900, 1, 1)  # the database packs days into 32 bits counted from here (linli.platform.rls.no_overlap)
TOO_EARLY = define(
    "registry.too_early",
    zh="{start} 太早：记录最早从 {earliest} 开始",
    en="{start} is too early: records begin on {earliest} at the earliest",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Period:
    start: dt.date
    end: dt.date | None = None

    def __post_init__(self) -> None:
        if self.start < EARLIEST:
            raise LinliError(TOO_EARLY, start=self.start, earliest=EARLIEST)
        if self.end is not None and self.end <= self.start:
            raise LinliError(EMPTY_PERIOD, start=self.start, end=self.end)

    def holds(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)


@dataclass(frozen=True, slots=True)
class Cut:
    """What happens to a row: it is ended on the day ``at``, or taken back; then rows are written.

    ``before`` is written with the old content, ``after`` with the new; either may be None.
    """

    act: Literal["end", "retract"]
    at: dt.date
    before: Period | None
    after: Period | None


def decide_change(period: Period, on: dt.date) -> Cut:
    """From ``on`` the row says something else, until where it ended before.

    An open row is ended and a new one written. On its first day, or where its end is already written (an end is written once), the
    row is taken back and said anew in its parts.
    """
    if not period.holds(on):
        raise LinliError(NOT_IN_FORCE, on=on, start=period.start, end=period.end or "…")
    after = Period(on, period.end)
    if on == period.start:
        return Cut("retract", on, None, after)
    if period.end is None:
        return Cut("end", on, None, after)
    return Cut("retract", on, Period(period.start, on), after)


def decide_end(period: Period, on: dt.date) -> Cut:
    """From ``on`` it is no longer so. A row that was to end later is said anew with the earlier end."""
    if on <= period.start:
        raise LinliError(NEVER_WAS, on=on, start=period.start)
    if period.end is None:
        return Cut("end", on, None, None)
    if on >= period.end:
        raise LinliError(NOT_IN_FORCE, on=on, start=period.start, end=period.end)
    return Cut("retract", on, Period(period.start, on), None)


def check_free(wanted: Period, taken: Iterable[Period]) -> None:
    """``registry.overlaps`` with the first period that stands in the way."""
    for period in sorted(taken, key=lambda one: one.start):
        if wanted.overlaps(period):
            raise LinliError(OVERLAPS, start=period.start, end=period.end or "…")
