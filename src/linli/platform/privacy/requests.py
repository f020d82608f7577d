"""What people ask for about their data: asked in the portal, answered by a worker of the community or by the installation itself.

Corrections are decided by people. Copies and erasures are carried out by :mod:`.carrying`, by their terms (policy ``data_rights``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.policyfile import find_policy
from linli.platform.actors import Actor
from linli.platform.models import Account
from linli.platform.ports import ports
from linli.platform.signin.events import AccountEnded
from linli.platform.signin.sessions import end_sessions

from .events import DataRequestAnswered, DataRequested
from .models import Request
from .notes import write_note

DECIDE = "privacy.request.decide"
NOBODY = define(
    "privacy.account_of_nobody",
    zh="您的账号没有对应册子里的人，没有可以办理的资料",
    en="Your account is not bound to a person of the register: there are no data to ask about",
    status=409,
)
ASKED_ALREADY = define(
    "privacy.asked_already",
    zh="同样的要求已经在办，请等结果",
    en="The same was asked for already and is being dealt with",
    status=409,
)
ANSWERED = define("privacy.answered_already", zh="这件事已经有结果了", en="This has been answered already", status=409)
NO_WORDS = define("privacy.no_words", zh="请写明是怎么回事", en="Say in words what this is about", status=422)


def terms() -> Mapping[str, int]:
    """The terms in force, by name."""
    return find_policy("data_rights", "default").body


def ask(kind: str, *, actor: Actor, community_id: UUID, field: str = "", text: str = "") -> Request:
    """A person asks about their own data. One open request of each kind (and field) at a time."""
    if actor.person_id is None or actor.account_id is None:
        raise LinliError(NOBODY)
    if kind == Request.Kind.CORRECT and not text.strip():
        raise LinliError(NO_WORDS)
    at = now()
    try:
        with transaction.atomic():
            request = Request.objects.create(
                community_id=community_id, person_id=actor.person_id, account_id=actor.account_id, kind=kind, field=field,
                note_id=write_note(text, community_id=community_id, person_id=actor.person_id),
                asked_at=at, due_at=at + _term(kind),
            )  # fmt: skip
    except IntegrityError:
        raise LinliError(ASKED_ALREADY) from None
    ports.audit.append(DataRequested(community_id, request.id, kind), actor=actor)
    return request


def _term(kind: str) -> dt.timedelta:
    known = terms()
    return {
        Request.Kind.COPY.value: dt.timedelta(minutes=known["copy_within_min"]),
        Request.Kind.ERASE.value: dt.timedelta(hours=known["erase_within_hours"]),
        Request.Kind.CORRECT.value: dt.timedelta(days=known["correct_within_days"]),
        Request.Kind.CLOSE.value: dt.timedelta(0),
    }[kind]


def my_requests(actor: Actor) -> QuerySet[Request]:
    """What the person signed in has asked for, newest first."""
    return Request.objects.filter(person_id=actor.person_id or UUID(int=0)).order_by("-asked_at")


def withdraw(request_id: UUID, *, actor: Actor) -> Request:
    """The person thinks better of it, while nothing has been done."""
    row = my_requests(actor).filter(pk=request_id).select_for_update().first()
    if row is None:
        raise NotFoundError
    return answer(row, Request.State.WITHDRAWN, actor=actor)


def list_requests(actor: Actor, *, community_id: UUID) -> QuerySet[Request]:
    """The requests of a community, for those who answer them."""
    actor.require(DECIDE, community_id)
    return Request.objects.filter(community_id=community_id)


def find_request(actor: Actor, request_id: UUID) -> Request:
    row = Request.objects.filter(pk=request_id).first()
    if row is None or not actor.may(DECIDE, row.community_id):
        raise NotFoundError
    return row


def decide_correction(request_id: UUID, *, is_done: bool, text: str, actor: Actor) -> Request:
    """A worker says what came of it: done, or not and why. The words go to the person."""
    row = find_request(actor, request_id)
    if row.kind != Request.Kind.CORRECT:
        raise NotFoundError
    if not is_done and not text.strip():
        raise LinliError(NO_WORDS)
    row = Request.objects.select_for_update().get(pk=row.pk)
    state = Request.State.DONE if is_done else Request.State.REFUSED
    return answer(row, state, actor=actor, text=text)


def answer(row: Request, state: str, *, actor: Actor, text: str = "", outcome: dict[str, Any] | None = None) -> Request:
    """Close a request that is open, locked by the caller."""
    if row.state != Request.State.OPEN:
        raise LinliError(ANSWERED)
    row.state, row.decided_at, row.decided_by = state, now(), actor.account_id
    row.answer_id = write_note(text, community_id=row.community_id, person_id=row.person_id)
    row.outcome = outcome or {}
    row.save(update_fields=["state", "decided_at", "decided_by", "answer_id", "outcome"])
    ports.audit.append(DataRequestAnswered(row.community_id, row.id, row.kind, state), actor=actor)
    return row


def close_account(*, actor: Actor, community_id: UUID) -> Request:
    """The account ends now: its name and the bond to the person go, every session is dead with its next request."""
    request = ask(Request.Kind.CLOSE, actor=actor, community_id=community_id)
    shut_account(request.account_id, actor=actor)
    return answer(request, Request.State.DONE, actor=actor)


def shut_account(account_id: UUID, *, actor: Actor) -> None:
    account = Account.objects.filter(pk=account_id, ended_at=None).select_for_update().first()
    if account is None:
        return
    account.is_active, account.ended_at, account.person_id = False, now(), None
    account.username, account.shown_name = f"closed-{account.pk.hex}", "已注销"
    account.set_unusable_password()
    account.save()
    end_sessions(account.pk, because="account_closed")  # and messages on their way are called off
    ports.audit.append(AccountEnded(None, account.pk), actor=actor)
