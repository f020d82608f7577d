"""What the machine does when a time has come: warns, raises a level, ends a pause, closes in silence. Driven by ``alarm_at`` alone.

A run after a day of outage, or after the clock jumped, finds what is due and does it once: no limit moves, nothing is warned of twice.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.journal import append
from linli.platform.db import acting

from .. import events, queries
from ..models import Case
from ..rules import clocks
from . import clockwork, handling
from .dispatching import raise_level

AT_ONCE = 500


def tick(*, now: dt.datetime, most: int = AT_ONCE) -> int:
    """Look at every case whose time has come, each in a transaction of its own; how many."""
    with acting(queries.MACHINE):
        due = list(Case.objects.filter(alarm_at__lte=now).order_by("alarm_at").values_list("pk", flat=True)[:most])
    for case_id in due:
        with acting(queries.MACHINE):
            look_at(case_id, now=now)
    return len(due)


def look_at(case_id: UUID, *, now: dt.datetime) -> None:
    """Do what is due for one case; nothing where another worker has it, or it is no longer due."""
    case = (
        Case.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("place")
        .filter(pk=case_id, alarm_at__lte=now)
        .first()
    )
    if case is None:
        return
    kind = queries.kind_of(case)
    run = clocks.running(case, clockwork.pause_ends_at(case, kind))
    if run is None:
        _settled(case, now)
    elif run.clock == "pause" and now >= run.due_at:
        handling.go_on(case, kind, by_cap=True, actor=queries.MACHINE, now=run.due_at)
    elif run.clock == "confirm" and now >= run.due_at:
        if not handling.lapse(case, now=now):
            case.alarm_at = None
            case.save(update_fields=["alarm_at"])
    else:
        _warn(case, run, now)


def _warn(case: Case, run: clocks.Running, now: dt.datetime) -> None:
    kind, is_over = queries.kind_of(case), now >= run.due_at
    mark = clocks.mark(case, run.clock)
    case.warned_for = mark
    if is_over:
        case.overdue_for = mark
    append(
        events.ClockWarned(case.community_id, case.pk, run.clock, is_over, run.due_at, case.round),
        actor=queries.MACHINE,
        occurred_at=now,
    )
    if is_over and run.clock in ("respond", "handle") and raise_level(case, kind, now=now):
        return
    clockwork.settle(case, kind, case.changed_at)
    if case.alarm_at is not None and case.alarm_at <= now and not is_over:
        case.alarm_at = run.due_at
    _next_clock(case, run)
    case.save()


def _next_clock(case: Case, run: clocks.Running) -> None:
    """Once ``respond`` is over and told, the longer clock of handling still has its own warnings."""
    if case.alarm_at is not None or run.clock == "handle" or case.phase not in ("waiting", "working"):
        return
    mark = clocks.mark(case, "handle")
    if case.handled_at is None and case.overdue_for != mark:
        case.alarm_at = case.handle_due_at


def _settled(case: Case, now: dt.datetime) -> None:
    case.alarm_at = None
    case.save(update_fields=["alarm_at"])
