"""One row for each file of a thing; the bytes lie under ``LINLI_HOME/attachments/files``, named by their hash."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from linli.kernel.ids import uuid7


class Attachment(models.Model):
    """``holder_kind`` and ``holder_id`` say whose it is, ``sha256`` which bytes; ``caption`` is what a picture shows, for who cannot see it.

    Deleting the row erases the file: its bytes go with the last row that speaks of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    holder_kind = models.CharField(max_length=60)
    holder_id = models.UUIDField()
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=40)
    n_bytes = models.BigIntegerField()
    width_px = models.IntegerField(null=True, blank=True)
    height_px = models.IntegerField(null=True, blank=True)
    name = models.CharField(max_length=120)
    caption = models.CharField(max_length=200, default="", blank=True)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["holder_kind", "holder_id"], name="platform_attached_to")]

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")
