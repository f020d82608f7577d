"""Time: instants are aware UTC; days, quarters and deadlines are counted in Asia/Shanghai. Decisions take ``now`` as an argument."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The one clock function: the present instant, aware, in UTC. Called at edges; decisions get its value handed in."""
    return dt.datetime.now(dt.UTC)


def local_day(instant: dt.datetime) -> dt.date:
    """The calendar day in Asia/Shanghai that holds ``instant`` (aware)."""
    if instant.tzinfo is None:
        raise ValueError(f"instant must be aware, got {instant!r}")
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: dt.date) -> dt.datetime:
    """The first instant of ``day`` in Asia/Shanghai, in UTC."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI).astimezone(dt.UTC)
