"""The day a page is asked about: ``?on=2026-03-01``."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from linli.kernel.errors import LinliError, define

BAD_DAY = define(
    "registry.bad_day",
    zh="看不懂日期“{value}”，要写成 2026-03-01",
    en="Cannot read the day {value!r}; write it like 2026-03-01",
)


def asked_day(request: HttpRequest) -> dt.date | None:
    """The day in ``?on=``; None for today."""
    raw = request.GET.get("on", "")
    if not raw:
        return None
    try:
        day = dt.date.fromisoformat(raw)
    except ValueError:
        raise LinliError(BAD_DAY, value=raw[:40]) from None
    if not 1900 <= day.year <= 2200:
        raise LinliError(BAD_DAY, value=raw[:40])
    return day
