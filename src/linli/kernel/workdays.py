"""Work days of a year with the days moved (调休), and spans of time counted in them.

Days, hours and ends of days are Asia/Shanghai's; instants are aware. A year whose list is not published counts Monday to Friday, and
:meth:`WorkCalendar.is_provisional` says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .clock import SHANGHAI, local_day, start_of_day

Counting = Literal["calendar", "working"]
SATURDAY = 5
FAR_DAYS = 3660
"""No span of a case is longer than ten years; a loop over days ends here."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """``off`` and ``on`` are the exceptions to Monday to Friday in the years of ``years``; a working day is open in ``[opens, closes)``."""

    off: frozenset[dt.date]
    on: frozenset[dt.date]
    years: frozenset[int]
    opens: dt.time
    closes: dt.time

    @classmethod
    def from_mapping(cls, body: Mapping[str, Any]) -> WorkCalendar:
        """From a policy of kind ``work_calendar``."""
        days = {
            name: [dt.date.fromisoformat(day) for year in body["years"] for day in year[name]] for name in ("off", "on")
        }
        return cls(
            frozenset(days["off"]), frozenset(days["on"]), frozenset(int(year["year"]) for year in body["years"]),
            dt.time.fromisoformat(body["opens"]), dt.time.fromisoformat(body["closes"]),
        )  # fmt: skip

    def is_workday(self, day: dt.date) -> bool:
        if day in self.on:
            return True
        return day.weekday() < SATURDAY and day not in self.off

    def is_provisional(self, first: dt.date, last: dt.date) -> bool:
        """Whether a year in between has no published list."""
        return any(year not in self.years for year in range(first.year, last.year + 1))

    def next_workday(self, day: dt.date) -> dt.date:
        """``day`` itself where it is one, else the first one after it."""
        for n in range(FAR_DAYS):
            if self.is_workday(one := day + dt.timedelta(days=n)):
                return one
        raise ValueError(f"no work day within {FAR_DAYS} days of {day}")

    def window(self, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """The open hours of a day, in UTC; empty (both ends alike) on a day off."""
        opens = dt.datetime.combine(day, self.opens, SHANGHAI).astimezone(dt.UTC)
        if not self.is_workday(day):
            return opens, opens
        return opens, dt.datetime.combine(day, self.closes, SHANGHAI).astimezone(dt.UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """Either ``minutes`` of time or whole ``days`` (the other is 0), counted on the calendar or in working time."""

    minutes: int = 0
    days: int = 0
    counting: Counting = "calendar"

    def __post_init__(self) -> None:
        if (self.minutes > 0) == (self.days > 0):
            raise ValueError(f"a span is minutes or days, got minutes={self.minutes}, days={self.days}")


def due_at(start: dt.datetime, span: Span, calendar: WorkCalendar) -> dt.datetime:
    """When ``span`` from ``start`` is over.

    Days: the day of ``start`` does not count (民法典 201), the last day ends at midnight (203), and a calendar count that ends on a day off
    ends on the next working day (203). Minutes count from the instant; working minutes pass only while the day is open.
    """
    if span.minutes:
        if span.counting == "calendar":
            return start + dt.timedelta(minutes=span.minutes)
        return _after_open(start, dt.timedelta(minutes=span.minutes), calendar)
    day = local_day(start)
    if span.counting == "calendar":
        last = calendar.next_workday(day + dt.timedelta(days=span.days))
    else:
        last = day
        for _ in range(span.days):
            last = calendar.next_workday(last + dt.timedelta(days=1))
    return start_of_day(last + dt.timedelta(days=1))


def moved(
    due: dt.datetime, paused_from: dt.datetime, paused_to: dt.datetime, span: Span, calendar: WorkCalendar
) -> dt.datetime:
    """``due`` after the clock stood still in ``[paused_from, paused_to)``: by as much of its own time as was left when it stopped.

    A clock already over at ``paused_from`` does not move: a pause cannot make late work timely.
    """
    if paused_from >= due or paused_to <= paused_from:
        return due
    if span.days:
        stood = _counted_days(local_day(paused_from), local_day(paused_to), span.counting, calendar)
        last = local_day(due - dt.timedelta(microseconds=1))
        return start_of_day(_plus_days(last, stood, span.counting, calendar) + dt.timedelta(days=1))
    if span.counting == "calendar":
        return due + (paused_to - paused_from)
    return _after_open(paused_to, open_time(paused_from, due, calendar), calendar)


def open_time(start: dt.datetime, end: dt.datetime, calendar: WorkCalendar) -> dt.timedelta:
    """How long the days between are open; zero where ``end`` is not after ``start``."""
    total = dt.timedelta()
    day, last = local_day(start), local_day(end)
    while day <= last:
        opens, closes = calendar.window(day)
        total += max(dt.timedelta(), min(closes, end) - max(opens, start))
        day += dt.timedelta(days=1)
    return total


def _after_open(start: dt.datetime, left: dt.timedelta, calendar: WorkCalendar) -> dt.datetime:
    day = local_day(start)
    for _ in range(FAR_DAYS):
        opens, closes = calendar.window(day)
        begin = max(opens, start)
        if closes > begin:
            if closes - begin >= left:
                return begin + left
            left -= closes - begin
        day += dt.timedelta(days=1)
    raise ValueError(f"{left} is not over within {FAR_DAYS} days of {start}")


def _counted_days(first: dt.date, last: dt.date, counting: Counting, calendar: WorkCalendar) -> int:
    """Days after ``first`` up to and with ``last`` that count."""
    days = (first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(counting == "calendar" or calendar.is_workday(day) for day in days)


def _plus_days(day: dt.date, n: int, counting: Counting, calendar: WorkCalendar) -> dt.date:
    if counting == "calendar":
        return calendar.next_workday(day + dt.timedelta(days=n))
    for _ in range(n):
        day = calendar.next_workday(day + dt.timedelta(days=1))
    return day
