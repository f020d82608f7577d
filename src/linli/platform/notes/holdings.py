"""What notes hold of a person: the words they wrote and those about them, in all rooms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.privacy.holdings import Erased, Holding, Kept, Section, holding
from linli.platform.privacy.rotation import SealedColumn, sealed_column

from .keeping import COLUMN, PURPOSE, TABLE, erase_notes_about, opened
from .kinds import title_of
from .tables import Note


def tell(person_id: UUID) -> Sequence[Section]:
    rows = Note.objects.filter(person_ids__contains=[person_id], erased_at=None).order_by("kind", "written_at")
    return [
        Section(
            f"notes.{kind}",
            title_of(kind),
            [
                [(Text("写于", "Written"), row.written_at.isoformat()), (Text("文字", "Words"), opened(row))]
                for row in of
            ],
        )
        for kind, of in groupby(rows, key=lambda row: row.kind)
    ]


def foretell(person_id: UUID) -> Sequence[Kept]:
    return []


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """The words go; that something was written, and when, stays with the thing."""
    return Erased({"words": erase_notes_about(person_id)})


sealed_column(SealedColumn(PURPOSE, TABLE, COLUMN, TABLE, COLUMN))
holding(Holding("notes", tell, foretell, erase, order=80, tells=(TABLE,), erases=(TABLE,)))
