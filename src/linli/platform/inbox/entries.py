"""Entering into inboxes, reading them, and the wishes of their owners."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from linli.platform.actors import Actor, System
from linli.platform.privacy import seal, unseal
from linli.platform.privacy.rotation import SealedColumn, sealed_column

from .kinds import InboxKind, Shown, find_kind
from .tables import InboxEntry, InboxWish

MACHINE = System("inbox")
PURPOSE = "platform.inbox"
TABLE = "platform_inboxwish"


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with what it says to its reader; ``shown`` None: no longer theirs to see."""

    entry: InboxEntry
    kind: InboxKind | None
    shown: Shown | None


def tell_accounts(
    person_ids: Iterable[UUID], *, kind: str, subject_id: UUID, community_id: UUID, cause_id: UUID, at: dt.datetime
) -> int:
    """Enter it once for every account of the persons that has not muted the kind; how many. Called by subscribers, any number of times."""
    from linli.platform.models import Account  # which imports the tables of this package

    accounts = set(
        Account.objects.filter(person_id__in=list(person_ids), is_active=True, ended_at=None).values_list(
            "pk", flat=True
        )
    )
    return tell_these(accounts, kind=kind, subject_id=subject_id, community_id=community_id, cause_id=cause_id, at=at)


def tell_these(
    accounts: Iterable[UUID], *, kind: str, subject_id: UUID, community_id: UUID, cause_id: UUID, at: dt.datetime
) -> int:
    """The same for accounts themselves: who works here need not live here."""
    accounts = set(accounts)
    accounts -= set(
        InboxWish.objects.filter(account_id__in=accounts, muted__contains=[kind]).values_list("pk", flat=True)
    )
    rows = [
        InboxEntry(
            community_id=community_id, account_id=account, kind=kind, subject_id=subject_id, cause_id=cause_id, at=at
        )
        for account in sorted(accounts)
    ]
    InboxEntry.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def mine(actor: Actor) -> QuerySet[InboxEntry]:
    """The actor's own entries, newest first. A helper has none of the person they act for: an inbox is an account's."""
    if actor.account_id is None or actor.on_behalf_of is not None:
        return InboxEntry.objects.none()
    return InboxEntry.objects.filter(account_id=actor.account_id).order_by("-at", "-pk")


def newest(actor: Actor, *, most: int) -> list[InboxEntry]:
    """The newest entry about each thing, newest first."""
    latest = mine(actor).order_by("subject_id", "-at", "-pk").distinct("subject_id")
    return list(InboxEntry.objects.filter(pk__in=latest.values("pk")).order_by("-at", "-pk")[:most])


def lines(actor: Actor, entries: Sequence[InboxEntry]) -> list[Line]:
    found = []
    for entry in entries:
        kind = find_kind(entry.kind)
        found.append(Line(entry, kind, kind.describe(actor, entry.subject_id) if kind else None))
    return found


def count_unread(actor: Actor) -> int:
    """Things with something unread about them; a notice and its reminder are one."""
    return mine(actor).filter(read_at=None).order_by().values("subject_id").distinct().count()


def mark_read(actor: Actor, *, now: dt.datetime, subject_id: UUID | None = None) -> int:
    """All of one's entries, or those about one thing, are read."""
    rows = mine(actor).filter(read_at=None)
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    return rows.order_by().update(read_at=now)


def wish_of(account_id: UUID) -> InboxWish:
    return InboxWish.objects.filter(pk=account_id).first() or InboxWish(account_id=account_id)


def change_wish(actor: Actor, *, muted: Sequence[str], address: str, lang: str) -> None:
    """How the actor wants to hear of things: kinds left out, and where the digest goes (empty: nowhere)."""
    assert actor.account_id is not None
    sealed = seal(PURPOSE, address, table=TABLE, column="address", row=actor.account_id) if address else b""
    given = {"muted": sorted(set(muted)), "address": sealed, "lang": lang}
    InboxWish.objects.update_or_create(account_id=actor.account_id, defaults=given)


def address_of(wish: InboxWish) -> str:
    if not wish.address:
        return ""
    return unseal(PURPOSE, bytes(wish.address), table=TABLE, column="address", row=wish.account_id)


sealed_column(SealedColumn(PURPOSE, TABLE, "address", TABLE, "address", row="account_id", key="account_id"))
