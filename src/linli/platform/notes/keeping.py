"""Writing, reading and erasing words. All of it happens inside the caller's ``acting(...)`` and transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from linli.kernel.clock import now as clock
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor
from linli.platform.privacy.sealing import seal, unseal

from .kinds import find_kind
from .tables import Note

PURPOSE = "platform.note"
TABLE, COLUMN = "platform_note", "text"
TOO_LONG = define(
    "platform.note_too_long",
    zh="最多 {limit} 个字，收到 {got} 个",
    en="At most {limit} characters, got {got}",
    status=422,
)


def write_note(
    text: str,
    *,
    kind: str,
    holder_id: UUID,
    community_id: UUID,
    persons: Iterable[UUID | None] = (),
    actor: Actor,
    now: dt.datetime,
) -> UUID | None:
    """Keep words of a thing; the note's id, None where there are none. That ``actor`` may write there, the room has decided before.

    ``persons``: registry ids of who wrote it (if a resident) and of whom it speaks: it is in their copy, and goes with their erasure.
    """
    words = text.strip().replace("\x00", "")
    if not words:
        return None
    most = find_kind(kind).most_characters
    if len(words) > most:
        raise LinliError(TOO_LONG, limit=most, got=len(words))
    note_id = uuid7()
    Note.objects.create(
        id=note_id, community_id=community_id, kind=kind, holder_id=holder_id, person_ids=sorted({one for one in persons if one}),
        text=seal(PURPOSE, words, table=TABLE, column=COLUMN, row=note_id), written_by=actor.code, written_at=now,
    )  # fmt: skip
    return note_id


def read_notes(ids: Iterable[UUID | None], *, actor: Actor) -> dict[UUID, str]:
    """The words by note, of those the actor may read. What is erased, absent or not theirs is alike not among them."""
    rows = Note.objects.filter(id__in={one for one in ids if one}, erased_at=None)
    asked: dict[tuple[str, UUID], bool] = {}
    found = {}
    for row in rows:
        holder = (row.kind, row.holder_id)
        if holder not in asked:
            asked[holder] = actor.everywhere or find_kind(row.kind).may_read(actor, row.holder_id)
        if asked[holder]:
            found[row.pk] = opened(row)
    return found


def read_note(note_id: UUID | None, *, actor: Actor) -> str:
    """The words; empty where there are none for this actor."""
    return read_notes([note_id], actor=actor).get(note_id, "") if note_id else ""


def opened(row: Note) -> str:
    return "" if row.text is None else unseal(PURPOSE, bytes(row.text), table=TABLE, column=COLUMN, row=row.pk)


def erase_note(note_id: UUID, *, kind: str, holder_id: UUID) -> None:
    """Destroy the words of one note of a thing; NotFoundError where it is not that thing's. Done again, it does nothing."""
    rows = Note.objects.filter(pk=note_id, kind=kind, holder_id=holder_id)
    if not rows.exists():
        raise NotFoundError
    _empty(rows)


def erase_notes_of(kind: str, holder_ids: Iterable[UUID]) -> int:
    """Destroy all words of things of a kind; how many notes there were."""
    return _empty(Note.objects.filter(kind=kind, holder_id__in=list(holder_ids)))


def erase_notes_about(person_id: UUID) -> int:
    """Destroy all words of, and about, a person; how many notes there were."""
    return _empty(Note.objects.filter(person_ids__contains=[person_id]))


def _empty(rows: QuerySet[Note]) -> int:
    return rows.filter(erased_at=None).update(text=None, erased_at=clock())
