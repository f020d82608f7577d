"""Whose a case is: by the duty list at first, then as people pass it on, give it back, raise it, or ask others to join."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.journal import append
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.registry import queries as registry

from .. import events, queries
from ..models import Case, Party, Said
from ..rules.types import CaseType, cases_policy
from ..rules.writing import check_words
from . import clockwork

NO_DESK = define(
    "cases.no_such_desk",
    zh="“{desk}”不办这种事；可以派给：{known}",
    en="{desk!r} does not handle cases; there are: {known}",
    status=422,
)
NOT_THERE = define(
    "cases.not_at_that_desk",
    zh="这个人不在那个岗位上，或不管这个地方",
    en="This worker does not sit at that desk, or not for this place",
    status=422,
)
HIGHEST = define(
    "cases.highest_level",
    zh="已经在最上一级了",
    en="It lies at the highest level already",
    status=409,
)
OVER = define("cases.is_closed", zh="已经结束了，不能再派", en="It is closed and cannot be sent on", status=409)
FOLLOWS = define(
    "cases.follows_another",
    zh="这件已并入 {number}，在那件里办；要单独办，先分开",
    en="It is handled together with {number}; work there, or part it first",
    status=409,
)
ASKED = define("cases.party_asked_already", zh="已经请过了", en="They have been asked already", status=409)


def send_to_desk(
    case: Case, kind: CaseType, *, level: int, how: str, actor: Actor, now: dt.datetime, said_id: UUID | None = None
) -> None:
    """Put it on the desk of ``level``; one where nobody sits for that place is passed over. Saves, and tells the fact."""
    for one in range(level, len(kind.desks)):
        accounts = queries.desk_accounts(case, kind.desks[one])
        level = one
        if accounts:
            break
    else:
        accounts = []
    case.level, case.desk = level, kind.desks[level]
    case.organisation_id = answering(case, kind.duty)
    case.handler_id = queries.least_loaded(accounts) if kind.dispatch == "rotate" and accounts else None
    _sent(case, kind, how=how, actor=actor, now=now, said_id=said_id)


def assign(
    case_id: UUID, *, desk: str, handler_id: UUID | None = None, because: str = "", actor: Actor, now: dt.datetime
) -> Case:
    """A dispatcher gives it to a desk, or to somebody of it."""
    case, kind = _to_dispatch(case_id, actor)
    if desk not in handling_roles():
        raise LinliError(NO_DESK, desk=desk, known=", ".join(handling_roles()))
    if handler_id is not None and handler_id not in queries.desk_accounts(case, desk):
        raise LinliError(NOT_THERE)
    reason = _reason(case, because, "optional", actor, now)
    case.desk, case.handler_id = desk, handler_id
    case.level = kind.desks.index(desk) if desk in kind.desks else case.level
    _sent(case, kind, how="assigned", actor=actor, now=now, said_id=reason)
    return case


def give_back(case_id: UUID, *, because: str, actor: Actor, now: dt.datetime) -> Case:
    """ "Not mine": with a reason, to the community's dispatchers. Counted; clocks go on."""
    case = queries.find_at_work(actor, case_id, lock=True)
    _refuse_closed(case)
    if "handler" not in queries.hats(actor, case):
        raise NotFoundError
    kind = queries.kind_of(case)
    reason = _reason(case, because, "required", actor, now)
    case.n_returns += 1
    case.desk, case.handler_id, case.is_certain = "community_staff", None, False
    _sent(case, kind, how="returned", actor=actor, now=now, said_id=reason)
    return case


def escalate(case_id: UUID, *, because: str, actor: Actor, now: dt.datetime) -> Case:
    """To the next of the type's desks, by a worker with a reason; :func:`raise_level` is the machine's, when a limit is over."""
    case = queries.find_at_work(actor, case_id, lock=True)
    _refuse_closed(case)
    if not {"handler", "dispatcher"} & queries.hats(actor, case):
        raise NotFoundError
    kind = queries.kind_of(case)
    if case.level + 1 >= len(kind.desks):
        raise LinliError(HIGHEST)
    reason = _reason(case, because, "required", actor, now)
    send_to_desk(case, kind, level=case.level + 1, how="escalated", actor=actor, now=now, said_id=reason)
    return case


def raise_level(case: Case, kind: CaseType, *, now: dt.datetime) -> bool:
    """By itself, one level up, where there is one; whoever has it in hand keeps seeing it."""
    if case.level + 1 >= len(kind.desks):
        return False
    send_to_desk(case, kind, level=case.level + 1, how="escalated", actor=queries.MACHINE, now=now)
    return True


def ask_party(case_id: UUID, *, desk: str, actor: Actor, now: dt.datetime) -> Party:
    """Ask another desk to work on it together; the one it lies with stays in the lead."""
    case = queries.find_at_work(actor, case_id, lock=True)
    _refuse_closed(case)
    if not {"handler", "dispatcher"} & queries.hats(actor, case):
        raise NotFoundError
    if desk not in handling_roles():
        raise LinliError(NO_DESK, desk=desk, known=", ".join(handling_roles()))
    if desk == case.desk or case.parties.filter(desk=desk).exists():
        raise LinliError(ASKED)
    made = Party.objects.create(case=case, community_id=case.community_id, desk=desk, asked_at=now)
    append(events.PartyAsked(case.community_id, case.pk, desk, None), actor=actor, occurred_at=now)
    return made


def join(case_id: UUID, *, actor: Actor, now: dt.datetime) -> Party:
    """Somebody of a desk that was asked has come."""
    case = queries.find_at_work(actor, case_id, lock=True)
    party = case.parties.filter(desk__in=queries.my_desks(actor), came_at=None).first()
    if party is None:
        raise NotFoundError
    party.came_at, party.handler_id = now, actor.account_id
    party.save(update_fields=["came_at", "handler_id"])
    after_s = int((now - party.asked_at).total_seconds())
    append(events.PartyCame(case.community_id, case.pk, party.desk, after_s), actor=actor, occurred_at=now)
    return party


def handling_roles() -> list[str]:
    from linli.kernel.policyfile import known_policies

    return sorted(one.id for one in known_policies("roles") if queries.HANDLE in one.body["permissions"])


def answering(case: Case, duty: str) -> UUID | None:
    """The organisation that answers for the duty closest around the place: of the building before the compound before the community."""
    with acting(queries.MACHINE):
        path = case.place.path
        rows = registry.list_duties(queries.MACHINE, community_id=case.community_id, code=duty).filter(
            duty__place_id__in=path
        )
        near = max(rows, key=lambda row: path.index(row.duty.place_id), default=None)
    return near.duty.organisation_id if near else None


def _sent(case: Case, kind: CaseType, *, how: str, actor: Actor, now: dt.datetime, said_id: UUID | None) -> None:
    clockwork.settle(case, kind, now)
    case.save()
    fact = events.CaseDispatched(
        case.community_id, case.pk, case.desk, case.level, case.organisation_id, case.handler_id, how, said_id
    )
    append(fact, actor=actor, occurred_at=now)


def _to_dispatch(case_id: UUID, actor: Actor) -> tuple[Case, CaseType]:
    case = queries.find_at_work(actor, case_id, lock=True)
    actor.require(queries.DISPATCH, case.community_id)
    _refuse_closed(case)
    return case, queries.kind_of(case)


def _refuse_closed(case: Case) -> None:
    if case.phase == "closed":
        raise LinliError(OVER)
    refuse_following(case)


def refuse_following(case: Case) -> None:
    """A duplicate is not worked on by itself: else its lead and it would go two ways."""
    if case.lead is not None:
        raise LinliError(FOLLOWS, number=case.lead.number)


def _reason(case: Case, because: str, need: str, actor: Actor, now: dt.datetime) -> UUID | None:
    said = check_words(because, need, most=cases_policy().note_max_chars)
    if not said:
        return None
    made = Said.objects.create(
        case=case,
        community_id=case.community_id,
        kind=Said.Kind.NOTE,
        by=case.desk,
        account_id=actor.account_id,
        at=now,
        body=said,
    )
    return made.pk
