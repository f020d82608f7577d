"""Who was shown whom: a row for every page, list, export or look at something sealed that shows identified persons to somebody else.

Called by whatever shows them, in the transaction that reads. One row for a whole list, so that a list of 50 costs one INSERT.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from linli.kernel.errors import NotAllowedError
from linli.platform.actors import Actor

from .models import Read
from .notes import read_notes, write_note

AUDIT = "privacy.reads.read"


def record_read(
    actor: Actor,
    person_ids: Iterable[UUID],
    *,
    community_id: UUID,
    what: str,
    fields: Sequence[str],
    reason: str = "",
    note: str = "",
) -> None:
    """Write down that ``actor`` is being shown these persons. Oneself is left out, and machines, whose work is in the journal.

    ``what`` one of :class:`Read.What`; ``fields`` codes of what is shown. ``note``: free words, kept sealed and erasable (of a
    read of one person).
    """
    oneself = None if actor.acts is not None else actor.person_id  # a helper is not the person they act for
    shown = sorted({person for person in person_ids if person and person != oneself})
    if not shown or actor.account_id is None:
        return
    note_id = write_note(note, community_id=community_id, person_id=shown[0]) if note and len(shown) == 1 else None
    roles = sorted({grant.role for grant in actor.grants if community_id in grant.communities})
    Read.objects.create(
        community_id=community_id, person_ids=shown, account_id=actor.account_id, roles=roles, what=what,
        fields=list(fields), reason=reason, note_id=note_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A read as the person read about, or an auditor, is told it."""

    row: Read
    note: str


def reads_of_me(actor: Actor, *, of: UUID | None = None, limit: int = 200) -> list[Seen]:
    """Who read the person signed in (or ``of``, somebody they answer for), newest first."""
    person_id = of or actor.person_id
    if person_id is None:
        return []
    return _with_notes(Read.objects.filter(person_ids__contains=[person_id]).order_by("-at")[:limit])


def list_reads(actor: Actor, *, community_id: UUID) -> QuerySet[Read]:
    """Every read in a community, for those who watch (``privacy.reads.read``)."""
    if not actor.may(AUDIT, community_id):
        raise NotAllowedError(AUDIT)
    return Read.objects.filter(community_id=community_id)


@dataclass(frozen=True, slots=True)
class Reader:
    account_id: UUID
    day: dt.date
    n_reads: int
    n_unmasked: int


def busiest_readers(actor: Actor, *, community_id: UUID, since: dt.datetime, limit: int = 10) -> list[Reader]:
    """Who looked most in a day since an instant: reads of single persons, lists left out. What an auditor asks about first."""
    rows = list_reads(actor, community_id=community_id).filter(at__gte=since).exclude(what=Read.What.LIST)
    days = rows.annotate(day=TruncDate("at")).values("account_id", "day").annotate(n=Count("id"))
    unmasked = {(row["account_id"], row["day"]): row["n"] for row in days.filter(what=Read.What.UNMASK)}
    found = [
        Reader(row["account_id"], row["day"], row["n"], unmasked.get((row["account_id"], row["day"]), 0))
        for row in days
    ]
    return sorted(found, key=lambda one: (-one.n_unmasked, -one.n_reads))[:limit]


def _with_notes(rows: Iterable[Read]) -> list[Seen]:
    listed = list(rows)
    notes = read_notes({row.note_id for row in listed if row.note_id})
    return [Seen(row, notes.get(row.note_id, "") if row.note_id else "") for row in listed]
