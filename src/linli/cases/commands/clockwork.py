"""What commands do to the clocks of a case, in one place: begin a round, stop, go on, and find what runs next."""

from __future__ import annotations

import datetime as dt

from linli.kernel.workdays import moved

from ..models import Case, Pause
from ..rules import clocks
from ..rules.types import CaseType, cases_policy, work_calendar


def begin_round(case: Case, kind: CaseType, now: dt.datetime) -> None:
    """A round's clocks from ``now``; nothing of an earlier round counts in it."""
    dues = clocks.first_dues(kind, now, work_calendar())
    case.round_at = now
    case.respond_due_at, case.answer_due_at, case.handle_due_at = dues.respond, dues.answer, dues.handle
    case.responded_at = case.answered_at = case.handled_at = case.closed_at = None
    case.confirm_due_at = case.callback_due_at = case.called_at = case.paused_at = None
    case.warned_for = case.overdue_for = ""
    case.paused_because, case.paused_s, case.n_extensions, case.outcome, case.satisfaction = "", 0, 0, "", None


def settle(case: Case, kind: CaseType, now: dt.datetime) -> None:
    """Find which clock runs and when the machine looks next, after anything changed; call before saving."""
    runs = clocks.running(case, pause_ends_at(case, kind))
    case.due_at, case.due_clock = (runs[0].due_at, runs[0].clock) if runs else (None, "")
    case.alarm_at = clocks.next_alarm(case, runs, cases_policy().warn_share)
    case.changed_at = now


def pause_ends_at(case: Case, kind: CaseType) -> dt.datetime | None:
    """When the running pause will have used up what the type allows in a round."""
    if case.paused_at is None:
        return None
    left_s = max(kind.pause_most_hours * 3600 - case.paused_s, 0)
    return case.paused_at + dt.timedelta(seconds=left_s)


def stop(case: Case, because: str, now: dt.datetime) -> None:
    case.paused_at, case.paused_because = now, because
    Pause.objects.create(case=case, community_id=case.community_id, round=case.round, because=because, since=now)


def go_on(case: Case, kind: CaseType, now: dt.datetime) -> int:
    """The clocks run again; how many seconds they stood. What was over before the pause stays over."""
    assert case.paused_at is not None
    since, calendar = case.paused_at, work_calendar()
    case.handle_due_at = moved(case.handle_due_at, since, now, kind.clocks["handle"], calendar)
    answer = kind.clocks.get("answer")
    if answer and case.answer_due_at and case.answered_at is None:
        case.answer_due_at = moved(case.answer_due_at, since, now, answer, calendar)
    stood_s = int((now - since).total_seconds())
    case.paused_s += stood_s
    case.paused_at, case.paused_because = None, ""
    case.pauses.filter(until=None).update(until=now)
    return stood_s
