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
from ..rules.types import CaseType, cases_policy
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
    runs = clocks.running(case, clockwork.pause_ends_at(case, kind))
    first = runs[0] if runs else None
    if first is not None and first.clock == "pause":
        handling.go_on(case, kind, by_cap=True, actor=queries.MACHINE, now=first.due_at)
    elif first is not None and first.clock == "confirm":
        if not handling.lapse(case, now=now):
            case.alarm_at = None
            case.save(update_fields=["alarm_at"])
    else:
        _tell(case, kind, runs, now)


def _tell(case: Case, kind: CaseType, runs: list[clocks.Running], now: dt.datetime) -> None:
    """Every clock whose moment has come, once; the case goes one level up where the time to respond or to handle is over."""
    share, is_raised = cases_policy().warn_share, False
    for run in runs:
        at = clocks.alarm_of(case, run, share)
        if at is None or at > now:
            continue
        is_over = now >= run.due_at
        case.warned_for = f"{case.warned_for} {clocks.mark(case, run.clock)}".strip()
        if is_over:
            case.overdue_for = f"{case.overdue_for} {clocks.mark(case, run.clock)}".strip()
        fact = events.ClockWarned(case.community_id, case.pk, run.clock, is_over, run.due_at, case.round)
        append(fact, actor=queries.MACHINE, occurred_at=now)
        is_raised = is_raised or (is_over and run.clock in ("respond", "handle"))
    # A duplicate is late for its reporter all the same; whom to raise it to is for its lead to say.
    if not (is_raised and case.lead_id is None and raise_level(case, kind, now=now)):
        clockwork.settle(case, kind, case.changed_at)
        case.save()
