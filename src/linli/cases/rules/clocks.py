"""The clocks of a case: what runs, when it is over, how it is shown. Nothing here reads a clock; ``now`` is an argument.

``respond`` ends when somebody takes it (or answers), ``answer`` with the first words to the reporter, ``handle`` when it is done in the eyes of the
worker, ``confirm`` when the reporter speaks or the time is over, ``callback`` with the call. Only ``answer`` and ``handle`` can be paused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linli.kernel.text import Text
from linli.kernel.workdays import Span, WorkCalendar, due_at

from .types import CaseType

IN_TIME, PRESSING, OVERDUE, PAUSED, DONE = "in_time", "pressing", "overdue", "paused", "done"
STANDING = {
    IN_TIME: Text("时间充裕", "In time"),
    PRESSING: Text("快到时限", "Pressing"),
    OVERDUE: Text("已超时", "Overdue"),
    PAUSED: Text("已暂停", "Paused"),
    DONE: Text("已结束", "Done"),
}
"""How a case stands against its time; named apart from the warnings of indicators (red, yellow, blue) of the assessment."""
UNWARNED = ("confirm", "pause", "callback")


@dataclass(frozen=True, slots=True)
class Dues:
    """When each clock of a round is over; ``answer`` none where the type has none."""

    respond: dt.datetime
    answer: dt.datetime | None
    handle: dt.datetime


def first_dues(kind: CaseType, start: dt.datetime, calendar: WorkCalendar) -> Dues:
    answer = kind.clocks.get("answer")
    return Dues(
        due_at(start, kind.clocks["respond"], calendar),
        due_at(start, answer, calendar) if answer else None,
        due_at(start, kind.clocks["handle"], calendar),
    )


def confirm_due(kind: CaseType, at: dt.datetime, calendar: WorkCalendar) -> dt.datetime:
    return due_at(at, Span(days=kind.confirm_days, counting="calendar"), calendar)


@dataclass(frozen=True, slots=True)
class Running:
    """The clock that is over first; ``since`` is when it began."""

    clock: str
    due_at: dt.datetime
    since: dt.datetime


def running(case: Any, pause_ends_at: dt.datetime | None) -> list[Running]:
    """The clocks of ``case`` still running, the one that is over first first. ``pause_ends_at``: when a pause has lasted as long as it may."""
    if case.paused_at is not None:
        return [Running("pause", pause_ends_at or case.paused_at, case.paused_at)]
    found = []
    if case.phase in ("waiting", "working"):
        if case.responded_at is None:
            found.append(Running("respond", case.respond_due_at, case.round_at))
        if case.answered_at is None and case.answer_due_at is not None:
            found.append(Running("answer", case.answer_due_at, case.round_at))
        if case.handled_at is None:
            found.append(Running("handle", case.handle_due_at, case.round_at))
    elif case.phase == "answered" and case.confirm_due_at is not None:
        found.append(Running("confirm", case.confirm_due_at, case.handled_at or case.round_at))
    elif case.phase == "closed" and case.callback_due_at is not None and case.called_at is None:
        found.append(Running("callback", case.callback_due_at, case.closed_at))
    return sorted(found, key=lambda one: one.due_at)


def alarm_of(case: Any, run: Running, warn_share: float) -> dt.datetime | None:
    """When a clock has to be told of next: at its warning share, then at its end; None after that.

    ``confirm`` and ``pause`` have no warning: they end by themselves. A call back is told of once it is over.
    """
    if mark(case, run.clock) in case.overdue_for.split():
        return None
    if run.clock in UNWARNED or mark(case, run.clock) in case.warned_for.split():
        return run.due_at
    return run.since + (run.due_at - run.since) * warn_share


def next_alarm(case: Any, runs: Sequence[Running], warn_share: float) -> dt.datetime | None:
    """When the machine has to look at the case next, for any of its clocks."""
    return min((at for run in runs if (at := alarm_of(case, run, warn_share)) is not None), default=None)


def mark(case: Any, clock: str) -> str:
    """What is noted once a clock of a round was told of, so that it is not told of again."""
    return f"{clock}{case.round}"


def standing(case: Any, now: dt.datetime, warn_share: float) -> str:
    """One of :data:`STANDING`. Once a clock of the case's work is over while nobody acted, it stays overdue until the round ends."""
    if case.phase == "closed":
        return DONE
    if case.paused_at is not None:
        return PAUSED
    if case.phase == "answered" or case.due_at is None:
        return IN_TIME
    if now >= case.due_at:
        return OVERDUE
    gone, whole = now - case.round_at, case.due_at - case.round_at
    return PRESSING if whole and gone / whole >= warn_share else IN_TIME
