"""Duplicates: a case that tells of what another one tells of goes where that one, its lead, goes. Nothing is closed over its reporter's head.

It leaves the queues; a worker's every move of the lead is a move of it, with the same words; its reporter is told, and confirms or disputes it as ever.
Its clocks are its own and run on (see :mod:`..rules.rates` for how it counts). Its reporter, or a worker, can part it again.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.journal import append
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor
from linli.platform.db import acting

from .. import events, queries
from ..models import Case, Phase, Said
from ..rules import writing
from ..rules.types import CaseType, Move, cases_policy
from . import clockwork, handling
from .dispatching import refuse_following, send_to_desk

OPEN = (Phase.WAITING, Phase.WORKING)
NOT_ALIKE = define(
    "cases.not_of_one_kind",
    zh="两件要在同一个社区、是同一种事，才能并在一起；类型不对先改类型",
    en="Cases are merged only within a community and a kind; correct the kind first if it is wrong",
    status=409,
)
ITSELF = define("cases.merged_with_itself", zh="这件就是带头的", en="This is the lead itself", status=422)
ALONE = define("cases.not_merged", zh="它没有并在别的件里", en="It is not merged with another", status=409)


def merge(case_id: UUID, lead_id: UUID, *, words: str = "", actor: Actor, now: dt.datetime) -> Case:
    """``case_id`` is a duplicate of ``lead_id``. ``words`` go to its reporter. Both must be in work, neither answered, and in the actor's charge.

    Refused: of another kind, flow or community, what follows another or is followed itself.
    """
    if case_id == lead_id:
        raise LinliError(ITSELF)
    rows = {one: queries.find_at_work(actor, one, lock=True) for one in sorted((case_id, lead_id))}
    case, lead = rows[case_id], rows[lead_id]
    for row in (case, lead):
        if not {"handler", "dispatcher"} & queries.hats(actor, row):
            raise NotFoundError
        refuse_following(row)
        if row.phase not in OPEN:
            raise LinliError(writing.NOT_WORKING)
    if case.followers.exists():
        raise LinliError(handling.LEADS)
    # The kind too: it says what closes a case (a photo), who must not see it and whose it is.
    if any(
        getattr(case, name) != getattr(lead, name) for name in ("community_id", "type_id", "flow_id", "flow_version")
    ):
        raise LinliError(NOT_ALIKE)
    said = writing.check_words(words, "optional", most=cases_policy().note_max_chars)
    kind, before = queries.kind_of(case), case.phase
    if case.paused_at is not None:
        handling.go_on(case, kind, by_cap=False, actor=actor, now=now)
    case.lead, case.merged_at, case.handler_id = lead, now, None
    if lead.phase == Phase.WORKING and case.phase == Phase.WAITING:
        case.state, case.phase = lead.state, lead.phase
        case.responded_at = case.responded_at or now
    clockwork.settle(case, kind, now)
    case.save()
    told = _tell_reporter(case, said, actor=actor, now=now)
    fact = events.CaseMerged(
        case.community_id, case.pk, lead.pk, lead.number, case.state, before, case.phase, told.pk if told else None
    )
    append(fact, actor=actor, occurred_at=now)
    return case


def part(case_id: UUID, *, words: str, actor: Actor, now: dt.datetime) -> Case:
    """It is another matter after all, says its reporter or a worker, and why: it waits to be taken, by the limits it always had."""
    case = queries.find(actor, case_id, lock=True)
    hats = queries.hats(actor, case)
    if not hats & {"reporter", "handler", "dispatcher"}:
        raise NotFoundError
    if case.lead is None:
        raise LinliError(ALONE)
    if case.phase not in OPEN:
        raise LinliError(writing.NOT_WORKING)
    said = writing.check_words(words, "required", most=cases_policy().note_max_chars)
    is_reporter = not hats & {"handler", "dispatcher"}
    row = handling.say(
        case,
        Said.Kind.ANSWER if is_reporter else Said.Kind.REPLY,
        said,
        is_reporter=is_reporter,
        actor=actor,
        now=now,
    )
    leave(case, because="reporter" if is_reporter else "worker", said_id=row.pk, actor=actor, now=now)
    _wait_again(case, now=now)
    return case


def leave(case: Case, *, because: str, said_id: UUID | None = None, actor: Actor, now: dt.datetime) -> None:
    """Tell that it follows no longer. Who calls this saves the case."""
    assert case.lead_id is not None
    fact = events.CaseParted(case.community_id, case.pk, case.lead_id, because, case.phase, said_id)
    append(fact, actor=actor, occurred_at=now, pseudonym=case.pseudonym if because == "reporter" else None)
    merged_at, case.lead, case.merged_at = case.merged_at, None, None
    # A response it had through its lead alone was none: the same the rates say.
    if case.phase in OPEN and merged_at is not None:
        for name in ("responded_at", "answered_at"):
            at = getattr(case, name)
            if at is not None and at >= merged_at:
                setattr(case, name, None)


def go_along(
    lead: Case, step: Move, *, before: str, said: str, is_reporter: bool, actor: Actor, now: dt.datetime
) -> None:
    """The duplicates of ``lead`` make the move it has just made. What its reporter confirms is confirmed for nobody else; a lead withdrawn sets them free;
    one opened again takes with it those whose reporters have not spoken."""
    with acting(queries.MACHINE):
        rows = Case.objects.select_for_update(of=("self",)).select_related("place", "lead").filter(lead=lead)
        for case in rows.order_by("pk"):
            if before in (Phase.ANSWERED, Phase.CLOSED) and lead.phase in OPEN:
                if case.phase == Phase.ANSWERED:
                    _follow(case, step, "", is_reporter=is_reporter, actor=queries.MACHINE, now=now)
            elif case.phase not in OPEN:
                continue
            elif lead.phase == Phase.CLOSED and lead.outcome == "withdrawn":
                leave(case, because="lead", actor=queries.MACHINE, now=now)
                _wait_again(case, now=now)
            elif not is_reporter and case.state in step.froms:
                _follow(case, step, said, is_reporter=False, actor=actor, now=now)


def _follow(case: Case, step: Move, said: str, *, is_reporter: bool, actor: Actor, now: dt.datetime) -> None:
    kind, before = queries.kind_of(case), case.phase
    after = kind.flow.states[step.to].phase
    reopens = before == Phase.ANSWERED and after in OPEN
    if reopens:
        case.round += 1
        clockwork.begin_round(case, kind, now)
    handling.note_times(case, kind, step, is_reporter=is_reporter, before=before, after=after, said=said, now=now)
    case.state, case.phase = step.to, after
    clockwork.settle(case, kind, now)
    case.save()
    row = _tell_reporter(case, said, actor=actor, now=now, sort=Said.Kind.PROOF if step.proof else Said.Kind.REPLY)
    fact = events.CaseMoved(
        case.community_id, case.pk, step.id, step.to, before, after, case.outcome, case.round, None, row.pk if row else None,
        case.respond_due_at if reopens else None, case.handle_due_at if reopens else None,
    )  # fmt: skip
    append(fact, actor=actor, occurred_at=now)


def _tell_reporter(
    case: Case, said: str, *, actor: Actor, now: dt.datetime, sort: str = Said.Kind.REPLY
) -> Said | None:
    return handling.say(case, sort, said, is_reporter=False, actor=actor, now=now) if said else None


def _wait_again(case: Case, *, now: dt.datetime) -> None:
    """At its desk, to be taken; which desk, the duty list says anew."""
    kind: CaseType = queries.kind_of(case)
    start = kind.flow.start
    case.state, case.phase, case.handler_id = start, kind.flow.states[start].phase, None
    send_to_desk(case, kind, level=0, how="duty", actor=queries.MACHINE, now=now)
