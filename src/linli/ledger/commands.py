"""What can be done in the books: open one, award and spend, give within the family, promise and settle, reverse.

Every transfer has an id its asker made before asking. Asked again with the same words it answers as before and changes nothing; with
other words it is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, connection

from linli.journal import append
from linli.kernel.clock import local_day, start_of_day
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.platform.actors import Actor
from linli.registry import queries as registry

from . import events, queries, rules
from .models import Account, Book, Transfer
from .queries import AWARD, CHANGE

CALL = "SELECT ledger_transfer(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
Legs = Sequence[tuple[UUID, int]]


@dataclass(frozen=True, slots=True)
class Moved:
    """``is_new`` False: it had been done before, and nothing happened now."""

    transfer_id: UUID
    is_new: bool


def open_book(community_id: UUID, policy_id: str, *, actor: Actor, now: dt.datetime) -> Book:
    """Open a book under the newest version of its policy, with its source. Opening what is open gives the open one."""
    actor.require(CHANGE, community_id)
    policy = rules.book_policy(policy_id)
    found = Book.objects.filter(community_id=community_id, policy_id=policy_id, closed_at=None).first()
    if found is not None:
        return found
    book = Book.objects.create(
        community_id=community_id, policy_id=policy.id, policy_version=policy.version, opened_at=now
    )
    Account.objects.create(book=book, community_id=community_id, is_source=True, opened_at=now)
    fact = events.BookOpened(community_id, book.pk, policy.id, policy.version, policy.sha256)
    append(fact, actor=actor, occurred_at=now)
    return book


def account_of(book: Book, *, now: dt.datetime, **holder: UUID) -> Account:
    """The holder's account (``person_id=``, ``household_id=`` or ``organisation_id=``), opened if there is none. Two at once open one."""
    policy = queries.policy_of(book)
    ((kind, holder_id),) = holder.items()
    if kind.removesuffix("_id") not in policy.holders:
        raise LinliError(rules.WRONG_HOLDER)
    found = Account.objects.filter(book=book, **{kind: holder_id}).first()
    if found is None:
        made = Account(
            book=book, community_id=book.community_id, floor=policy.floor, ceiling=policy.ceiling, opened_at=now, **{kind: holder_id}
        )  # fmt: skip
        Account.objects.bulk_create([made], ignore_conflicts=True)
        found = Account.objects.get(book=book, **{kind: holder_id})
    return found


def source_of(book: Book) -> UUID:
    return Account.objects.values_list("pk", flat=True).get(book=book, is_source=True)


def award(
    transfer_id: UUID, book_id: UUID, person_id: UUID, reason_id: str, amount: int, *, rests_on: UUID | None = None, actor: Actor, now: dt.datetime
) -> Moved:  # fmt: skip
    """Book what a person earned or redeemed, for a reason of the book's policy and within its limits.

    Refused: the booker's own account, over the reason's limits, an overdraft. ``rests_on`` the thing or fact it was earned by.
    """
    book = _book(actor, book_id, AWARD)
    _not_own(actor, person_id)
    policy = queries.policy_of(book)
    reason = policy.reason(reason_id)
    record = registry.find_person(actor, person_id)
    if record.community_id != book.community_id:
        raise NotFoundError
    account = account_of(book, person_id=person_id, now=now)
    if not Transfer.objects.filter(pk=transfer_id).exists():
        # Two at once for one person wait here for each other, so that both cannot stay below a cap that together they exceed.
        Account.objects.select_for_update().get(pk=account.pk)
        since = start_of_day(local_day(now) - dt.timedelta(days=reason.days - 1))
        rules.check_award(policy, reason, amount, had=queries.booked_for(account.pk, reason.id, since))
    sign = 1 if reason.way == "earn" else -1
    legs = [(account.pk, sign * amount), (source_of(book), -sign * amount)]
    return _move(transfer_id, book, "direct", reason.id, legs, actor=actor, now=now, rests_on=rests_on)


def give(transfer_id: UUID, book_id: UUID, to_person_id: UUID, amount: int, *, actor: Actor, now: dt.datetime) -> Moved:
    """Give of one's own to somebody, as the book's policy allows (within the household, to anybody)."""
    book = Book.objects.filter(pk=book_id).first()
    if book is None or actor.person_id is None:
        raise NotFoundError
    policy = queries.policy_of(book)
    if policy.gives_to == "nobody":
        raise LinliError(rules.NO_GIFTS)
    if to_person_id == actor.person_id:
        raise LinliError(rules.SELF)
    if policy.gives_to == "household" and to_person_id not in family_of(actor):
        raise LinliError(rules.NOT_FAMILY)
    if amount > policy.gives_most:
        raise LinliError(rules.TOO_MUCH, most=policy.shown(policy.gives_most))
    giver = account_of(book, person_id=actor.person_id, now=now)
    taker = account_of(book, person_id=to_person_id, now=now)
    legs = [(giver.pk, -amount), (taker.pk, amount)]
    return _move(transfer_id, book, "direct", rules.GIFT, legs, actor=actor, now=now)


def family_of(actor: Actor) -> dict[UUID, str]:
    """Names of those who live in one household with the actor, without the actor."""
    if actor.person_id is None:
        return {}
    return {
        one.person_id: one.name
        for one in registry.household_of(actor, actor.person_id)
        if one.person_id != actor.person_id
    }


def promise_help(
    transfer_id: UUID, book_id: UUID, *, helper_id: UUID, helped_id: UUID, amount: int, actor: Actor, now: dt.datetime
) -> Moved:
    """Hold what the helped owe the helper until they confirm it was done, at most the days the policy gives."""
    book = _book(actor, book_id, AWARD)
    policy = queries.policy_of(book)
    reason = policy.reason("helped", "earn")
    rules.check_award(policy, reason, amount, had=0)
    if helper_id == helped_id:
        raise LinliError(rules.SELF)
    for person_id in (helper_id, helped_id):
        if registry.find_person(actor, person_id).community_id != book.community_id:
            raise NotFoundError
    helper = account_of(book, person_id=helper_id, now=now)
    helped = account_of(book, person_id=helped_id, now=now)
    due_at = now + dt.timedelta(days=policy.promise_days)
    legs = [(helped.pk, -amount), (helper.pk, amount)]
    return _move(transfer_id, book, "pending", reason.id, legs, actor=actor, now=now, due_at=due_at)


def settle(transfer_id: UUID, promise_id: UUID, *, is_kept: bool, actor: Actor, now: dt.datetime) -> Moved:
    """Keep a promise or void it: by the one whose account pays, or by who may book, for somebody without a phone, but never their own."""
    promise = queries.find_transfer(actor, promise_id)
    payers = [pk for pk, amount in zip(promise.accounts, promise.amounts, strict=True) if amount < 0]
    persons = set(Account.objects.filter(pk__in=payers).values_list("person_id", flat=True))
    is_payer = actor.person_id is not None and actor.person_id in persons
    if not is_payer and not actor.everywhere:
        actor.require(AWARD, promise.community_id)
        takers = set(Account.objects.filter(pk__in=promise.accounts).values_list("person_id", flat=True)) - persons
        if is_kept and actor.person_id in takers - {None}:
            raise LinliError(rules.OWN_ACCOUNT)
    kind, reason = ("post", "done") if is_kept else ("void", "not_needed")
    return _move(transfer_id, promise.book, kind, reason, actor=actor, now=now, of_id=promise.pk)


def reverse(transfer_id: UUID, wrong_id: UUID, *, actor: Actor, now: dt.datetime) -> Moved:
    """Book the opposite of what was wrong. The wrong one stays, and says that it was taken back."""
    wrong = queries.find_transfer(actor, wrong_id)
    actor.require(CHANGE, wrong.community_id)
    return _move(transfer_id, wrong.book, "reversal", "correction", actor=actor, now=now, of_id=wrong.pk)


def void_overdue(*, actor: Actor, now: dt.datetime, most: int = 500) -> int:
    """Void promises whose time is over; how many. The id follows from the promise, so that two at once void it once."""
    settled = Transfer.objects.filter(kind__in=["post", "void"]).values("of")
    rows = (
        Transfer.objects.filter(kind="pending", due_at__lte=now).exclude(pk__in=settled).select_related("book")[:most]
    )
    n = 0
    for promise in rows:
        made = uuid5(NAMESPACE_URL, f"linli:ledger:timeout:{promise.pk}")
        n += _move(made, promise.book, "void", "timeout", actor=actor, now=now, of_id=promise.pk).is_new
    return n


def _book(actor: Actor, book_id: UUID, permission: str) -> Book:
    book = queries.find_book(actor, book_id)
    actor.require(permission, book.community_id)
    return book


def _not_own(actor: Actor, person_id: UUID) -> None:
    if actor.person_id == person_id:
        raise LinliError(rules.OWN_ACCOUNT)
    if actor.acts is not None:  # acting for somebody else gives no right to book
        raise NotAllowedError(AWARD)


def _move(
    transfer_id: UUID, book: Book, kind: str, reason: str, legs: Legs = (), *, actor: Actor, now: dt.datetime,
    of_id: UUID | None = None, rests_on: UUID | None = None, due_at: dt.datetime | None = None,
) -> Moved:  # fmt: skip
    """One call to the database, and the fact of it."""
    accounts, amounts = [one for one, _ in legs], [amount for _, amount in legs]
    if of_id is None:
        rules.check_legs(accounts, amounts)
    digest = rules.digest_of(book.pk, kind, reason, of_id, rests_on, *legs)
    said: list[Any] = [
        transfer_id, book.pk, kind, reason, of_id, rests_on, accounts, amounts, due_at, actor.code, actor.on_behalf_of, now, digest,
    ]  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(CALL, said)
            (answer,) = cursor.fetchone()
    except IntegrityError as error:
        raise _refusal(error) from error
    if answer == "replayed":
        return Moved(transfer_id, False)
    if answer != "done":
        raise LinliError(rules.ANSWERS[answer]) if answer in rules.ANSWERS else NotFoundError
    if of_id is not None:
        accounts, amounts = Transfer.objects.values_list("accounts", "amounts").get(pk=transfer_id)
    fact = events.Transferred(
        book.community_id, transfer_id, book.pk, kind, reason, of_id, rests_on, tuple(accounts), tuple(amounts)
    )
    append(fact, actor=actor, occurred_at=now)
    return Moved(transfer_id, True)


def _refusal(error: IntegrityError) -> LinliError:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    code = rules.REFUSALS.get(name or "")
    if code is None:
        raise error
    return LinliError(code)
