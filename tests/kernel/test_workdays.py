"""Work days with days moved, and spans counted in them, against the published lists and a minute-by-minute count."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.clock import SHANGHAI
from linli.kernel.policyfile import find_policy
from linli.kernel.workdays import Span, WorkCalendar, due_at, moved, open_time

CALENDAR = WorkCalendar.from_mapping(find_policy("work_calendar", "cn").body)


def at(text: str) -> dt.datetime:
    """Shanghai's wall clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def test_the_calendar_is_the_published_one_day_by_day(data: Path) -> None:
    for year in (2024, 2025, 2026):
        told = json.loads((data / "codes/holidays" / f"{year}.json").read_text("utf-8"))["days"]
        off = {one["date"]: one["isOffDay"] for one in told}
        day = dt.date(year, 1, 1)
        while day.year == year:
            expected = not off[day.isoformat()] if day.isoformat() in off else day.weekday() < 5
            assert CALENDAR.is_workday(day) == expected, day
            day += dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        ("2026-11-24 09:00", Span(minutes=15), "2026-11-24 09:15"),
        ("2026-11-27 17:00", Span(minutes=60, counting="working"), "2026-11-30 09:00"),  # Friday evening to Monday
        ("2026-09-18 17:20", Span(minutes=30, counting="working"), "2026-09-20 08:50"),  # Sunday 20 September is worked
        ("2026-11-24 20:00", Span(minutes=30, counting="working"), "2026-11-25 09:00"),
        (
            "2026-11-24 23:59",
            Span(days=1, counting="working"),
            "2026-11-26 00:00",
        ),  # the day of the start does not count
        ("2026-09-30 10:00", Span(days=1, counting="working"), "2026-10-09 00:00"),  # over the National Day week
        ("2026-10-08 10:00", Span(days=2, counting="working"), "2026-10-11 00:00"),  # Saturday 10 October is worked
        ("2026-11-24 10:00", Span(days=4, counting="calendar"), "2026-12-01 00:00"),  # Saturday rolls to Monday
        ("2026-02-01 10:00", Span(days=15, counting="calendar"), "2026-02-25 00:00"),  # ends in the Spring Festival
        ("2028-02-28 10:00", Span(days=1, counting="calendar"), "2028-03-01 00:00"),  # leap day, a Tuesday
    ],
)
def test_limits_by_the_wall_clock(start: str, span: Span, due: str) -> None:
    assert due_at(at(start), span, CALENDAR) == at(due)


def test_a_year_without_a_list_is_provisional() -> None:
    assert CALENDAR.is_provisional(dt.date(2026, 12, 20), dt.date(2027, 1, 10))
    assert not CALENDAR.is_provisional(dt.date(2025, 12, 20), dt.date(2026, 1, 10))


MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(lambda n: at("2025-01-01 00:00") + dt.timedelta(minutes=n))


@settings(max_examples=40)
@given(start=MOMENTS, minutes=st.integers(1, 3000))
def test_working_minutes_are_those_a_minute_by_minute_count_finds(start: dt.datetime, minutes: int) -> None:
    now, left = start, minutes
    while left:
        local = now.astimezone(SHANGHAI)
        left -= CALENDAR.is_workday(local.date()) and CALENDAR.opens <= local.time() < CALENDAR.closes
        now += dt.timedelta(minutes=1)
    assert due_at(start, Span(minutes=minutes, counting="working"), CALENDAR) == now


SPANS = st.one_of(
    st.builds(Span, minutes=st.integers(1, 5000), counting=st.sampled_from(["calendar", "working"])),
    st.builds(Span, days=st.integers(1, 30), counting=st.sampled_from(["calendar", "working"])),
)


@settings(max_examples=150)
@given(start=MOMENTS, span=SPANS, after=st.integers(0, 9000), stood=st.integers(0, 9000))
def test_a_pause_never_brings_a_limit_forward_and_moves_none_that_is_over(
    start: dt.datetime, span: Span, after: int, stood: int
) -> None:
    due = due_at(start, span, CALENDAR)
    since = start + dt.timedelta(minutes=after)
    until = since + dt.timedelta(minutes=stood)
    later = moved(due, since, until, span, CALENDAR)
    assert later >= due
    if since >= due or not stood:
        assert later == due
    elif span.minutes and span.counting == "working":
        assert open_time(until, later, CALENDAR) == open_time(since, due, CALENDAR)
