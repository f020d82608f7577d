"""Reads of the ledger. Who may read a book sees its accounts; everybody sees their own; totals are open where the book says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from linli.kernel.errors import NotFoundError
from linli.kernel.policyfile import find_policy
from linli.platform.actors import Actor
from linli.platform.models import PolicyVersion
from linli.platform.rulebook.adopt import as_policy

from .models import Account, Book, Entry, Transfer
from .rules import BookPolicy, read_book

READ, AWARD, CHANGE = "ledger.read", "ledger.award", "ledger.change"
PAGE = 50


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one book, in booked units: ``issued`` came from the source and is with holders (below zero: holders owe), ``held`` is promised; ``moved`` changed
    hands in all, what was reversed left out."""

    issued: int
    held: int
    moved: int
    n_accounts: int
    n_transfers: int


def policy_of(book: Book) -> BookPolicy:
    """The version the book was opened under, whatever is newest now."""
    return _pinned(book.policy_id, book.policy_version)


@cache
def _pinned(policy_id: str, version: int) -> BookPolicy:
    row = PolicyVersion.objects.filter(kind="ledger_book", policy_id=policy_id, version=version).first()
    return read_book(as_policy(row) if row else find_policy("ledger_book", policy_id, version=version))


def list_books(actor: Actor, community_id: UUID) -> list[Book]:
    """Open books of a community: all for who may read them there or lives there, those open to everybody for others."""
    rows = list(Book.objects.filter(community_id=community_id, closed_at=None).order_by("opened_at", "policy_id"))
    inside = actor.everywhere or actor.may(READ, community_id) or community_id in actor.own_communities
    return [book for book in rows if inside or policy_of(book).is_public]


def find_book(actor: Actor, book_id: UUID) -> Book:
    """A book whose accounts the actor may read."""
    book = Book.objects.filter(pk=book_id).first()
    if book is None or not (actor.everywhere or actor.may(READ, book.community_id)):
        raise NotFoundError
    return book


def _seen(actor: Actor) -> Q:
    if actor.everywhere:
        return Q()
    own = Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=())
    return own | Q(community_id__in=actor.communities_with(READ))


def list_accounts(actor: Actor, *, book_id: UUID | None = None, person_id: UUID | None = None) -> QuerySet[Account]:
    """Accounts of holders the actor may see."""
    rows = Account.objects.filter(_seen(actor), is_source=False).select_related("book")
    if book_id is not None:
        rows = rows.filter(book_id=book_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    return rows.order_by("book__opened_at", "pk")


def own_accounts(actor: Actor) -> list[Account]:
    return list(list_accounts(actor, person_id=actor.person_id)) if actor.person_id else []


def statement(actor: Actor, account_id: UUID, *, below: int | None = None, most: int = PAGE) -> list[Entry]:
    """The newest entries of an account first, ``most`` of those numbered under ``below``. NotFoundError where not the actor's to see."""
    if not Account.objects.filter(_seen(actor), pk=account_id).exists():
        raise NotFoundError
    rows = Entry.objects.filter(account_id=account_id).select_related("transfer")
    if below is not None:
        rows = rows.filter(number__lt=below)
    return list(rows.order_by("-number")[:most])


def find_transfer(actor: Actor, transfer_id: UUID) -> Transfer:
    """A transfer of a book the actor may read, or one in which an account of theirs takes part."""
    found = Transfer.objects.filter(pk=transfer_id).select_related("book").first()
    if found is None:
        raise NotFoundError
    if actor.everywhere or actor.may(READ, found.community_id):
        return found
    if actor.person_id and Account.objects.filter(pk__in=found.accounts, person_id=actor.person_id).exists():
        return found
    raise NotFoundError


def newest_transfers(actor: Actor, book_id: UUID, most: int = PAGE) -> list[Transfer]:
    book = find_book(actor, book_id)
    return list(Transfer.objects.filter(book=book).order_by("-at", "-pk")[:most])


def open_promises(actor: Actor, account_ids: Iterable[UUID]) -> list[Transfer]:
    """Promises of the accounts that are neither kept nor voided yet, the oldest first; of accounts the actor may see."""
    seen = Account.objects.filter(_seen(actor), pk__in=list(account_ids)).values_list("pk", flat=True)
    settled = Transfer.objects.filter(of=OuterRef("pk"), kind__in=[Transfer.Kind.POST, Transfer.Kind.VOID])
    rows = Transfer.objects.filter(~Exists(settled), kind=Transfer.Kind.PENDING, accounts__overlap=list(seen))
    return list(rows.select_related("book").order_by("at"))


def is_settled(transfer: Transfer) -> bool:
    return Transfer.objects.filter(of=transfer.pk, kind__in=[Transfer.Kind.POST, Transfer.Kind.VOID]).exists()


def is_reversed(transfer: Transfer) -> bool:
    return Transfer.objects.filter(of=transfer.pk, kind=Transfer.Kind.REVERSAL).exists()


def accounts_of(transfers: Sequence[Transfer]) -> dict[UUID, Account]:
    """The accounts that take part, by id. For pages that already know the transfers may be seen."""
    ids = {one for transfer in transfers for one in transfer.accounts}
    return Account.objects.in_bulk(list(ids))


def totals(book: Book) -> Totals:
    """What is with holders. The source's own side is minus this; nothing is counted twice."""
    sums = Account.objects.filter(book=book, is_source=False).aggregate(Sum("balance"), Sum("held"), Count("pk"))
    n_transfers = Transfer.objects.filter(book=book).exclude(kind=Transfer.Kind.PENDING).count()
    reversed_ = Transfer.objects.filter(book=book, kind=Transfer.Kind.REVERSAL).values("of")
    rows = Entry.objects.filter(transfer__book=book, amount__gt=0).exclude(transfer__kind=Transfer.Kind.REVERSAL)
    moved = rows.exclude(transfer__in=reversed_).aggregate(Sum("amount"))["amount__sum"]
    return Totals(sums["balance__sum"] or 0, sums["held__sum"] or 0, moved or 0, sums["pk__count"], n_transfers)


def booked_for(account_id: UUID, reason: str, since: dt.datetime) -> int:
    """Booked units an account got or gave for a reason since then, reversed ones not counted; a magnitude."""
    reversed_ = Transfer.objects.filter(of=OuterRef("transfer_id"), kind=Transfer.Kind.REVERSAL)
    rows = Entry.objects.filter(
        ~Exists(reversed_), account_id=account_id, transfer__reason=reason, transfer__at__gte=since
    )
    return abs(rows.exclude(transfer__kind=Transfer.Kind.REVERSAL).aggregate(Sum("amount"))["amount__sum"] or 0)
