"""Whether a facility is open at a time of the week, from what its opening hours say.

Reads the common part of the OpenStreetMap opening_hours format (wiki.openstreetmap.org/wiki/Key:opening_hours/specification): ``24/7``, days with
times, several rules of which the last that names a day counts, ``off``. Holidays, months and sunrise are not read: not knowing is the
answer then, never a guess.
"""

from __future__ import annotations

import re

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
DAY_MIN = 24 * 60
_TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_RULE = re.compile(r"(?:((?:mo|tu|we|th|fr|sa|su|ph|sh)[a-z,\s-]*?)\s+)?(off|closed|24/7|[\d:,\s-]+)", re.IGNORECASE)


def is_open(hours: str, *, weekday: int, minute: int) -> bool | None:
    """Open on ``weekday`` (0 is Monday) at ``minute`` of the day; None where ``hours`` is empty or says something not read here."""
    week = _week(hours)
    if week is None:
        return None
    today, yesterday = week[weekday], week[(weekday - 1) % 7]
    return any(a <= minute < b for a, b in today) or any(a <= minute + DAY_MIN < b for a, b in yesterday)


def _week(hours: str) -> list[list[tuple[int, int]]] | None:
    """Per weekday its spans in minutes; those past midnight run over 1440."""
    week: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    rules = [part.strip() for part in hours.replace("–", "-").replace("；", ";").split(";") if part.strip()]
    if not rules:
        return None
    for rule in rules:
        found = _RULE.fullmatch(rule)
        if found is None:
            return None
        days = _days(found[1])
        spans = _spans(found[2])
        if days is None or spans is None:
            return None
        for day in days:
            week[day] = spans
    return week


def _days(words: str | None) -> list[int] | None:
    """The weekdays named; all of them where none are; none for public and school holidays alone."""
    if words is None:
        return list(range(7))
    named: list[int] = []
    for part in words.lower().replace(" ", "").split(","):
        ends = part.split("-")
        if all(end in ("ph", "sh") for end in ends):
            continue
        if len(ends) > 2 or any(end not in DAYS for end in ends):
            return None
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        named += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
    return named


def _spans(words: str) -> list[tuple[int, int]] | None:
    words = words.strip().lower()
    if words in ("off", "closed"):
        return []
    if words == "24/7":
        return [(0, DAY_MIN)]
    spans = []
    for part in words.split(","):
        found = _TIMES.fullmatch(part.strip())
        if found is None:
            return None
        begin, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        if begin >= DAY_MIN or end > 2 * DAY_MIN:
            return None
        spans.append((begin, end if end > begin else end + DAY_MIN))
    return spans
