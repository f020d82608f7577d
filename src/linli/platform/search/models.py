"""The words things are found by, and what each account has looked for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from linli.kernel.ids import uuid7


class SearchWord(models.Model):
    """One word a row of some room is found by. Rows belong to the community of what they name: row-level security holds.

    ``token`` is compared byte by byte (collation C), so that beginnings are ranges; comparisons of text are among the few that
    PostgreSQL lets an index do before row-level security has been asked, which those of arrays and text search vectors are not.
    """

    pk = models.CompositePrimaryKey("record_id", "token")
    record_id = models.UUIDField()
    token = models.CharField(max_length=80, db_collation="C")
    kind = models.CharField(max_length=24)
    community_id = models.UUIDField(null=True, blank=True)
    weight = models.SmallIntegerField()

    class Meta:
        db_table = "platform_search_word"
        indexes: ClassVar = [models.Index(fields=["kind", "token", "community_id"], name="platform_search_word_asked")]


class Search(models.Model):
    """What an account looked for: the words sealed to this row, so that neither a table nor an address tells them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account_id = models.UUIDField()
    words = models.BinaryField()
    words_index = models.BinaryField(max_length=32)
    is_saved = models.BooleanField(default=False)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "platform_search"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account_id", "words_index"], name="platform_search_once")
        ]
        indexes: ClassVar = [models.Index(fields=["account_id", "-used_at"], name="platform_search_recent")]
