"""One row for each text: sealed, and emptied without touching what it stands beside."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from linli.kernel.ids import uuid7


class Note(models.Model):
    """``kind`` and ``holder_id`` say whose thing it is, ``person_ids`` whose words they are and whom they are about.

    The database lets ``text`` be emptied and nothing else be changed; a correction is another note.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    holder_id = models.UUIDField()
    person_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    text = models.BinaryField(null=True)
    written_by = models.CharField(max_length=80)
    written_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "holder_id"], name="platform_note_of"),
            GinIndex(fields=["person_ids"], name="platform_note_persons"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(text=None, erased_at__isnull=False) | models.Q(text__isnull=False, erased_at=None),
                name="platform_note_erased_whole",
            )
        ]
