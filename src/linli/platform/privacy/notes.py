"""Free words of people, sealed beside what they explain. Facts and reads carry a note's id, never its words."""

from __future__ import annotations

from uuid import UUID

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, define
from linli.kernel.ids import uuid7

from .models import Note
from .sealing import seal, unseal

PURPOSE = "privacy.note"
MAX_CHARACTERS = 1000
TOO_LONG = define(
    "privacy.note_too_long",
    zh="说明最多 {limit} 个字，收到 {got} 个",
    en="A note has at most {limit} characters, got {got}",
    status=422,
)


def write_note(text: str, *, community_id: UUID, person_id: UUID) -> UUID | None:
    """Keep ``text`` about a person; the note's id, None where there are no words."""
    words = text.strip()
    if not words:
        return None
    if len(words) > MAX_CHARACTERS:
        raise LinliError(TOO_LONG, limit=MAX_CHARACTERS, got=len(words))
    note_id = uuid7()
    sealed = seal(PURPOSE, words, table="privacy_note", column="text", row=note_id)
    Note.objects.create(id=note_id, community_id=community_id, person_id=person_id, text=sealed)
    return note_id


def read_notes(ids: set[UUID]) -> dict[UUID, str]:
    """The words by note, of those not erased."""
    rows = Note.objects.filter(id__in=ids, erased_at=None)
    return {
        row.id: unseal(PURPOSE, bytes(row.text), table="privacy_note", column="text", row=row.id)
        for row in rows
        if row.text is not None
    }


def erase_notes_about(person_id: UUID) -> int:
    """Destroy the words of every note about a person; how many there were."""
    return Note.objects.filter(person_id=person_id, erased_at=None).update(text=None, erased_at=now())
