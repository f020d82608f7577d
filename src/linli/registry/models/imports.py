"""Tables people sent in: each import from its choosing of columns to its undoing, and the columns remembered for next time.

No name and no number of anybody stands here; those are in the file, which is deleted.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from linli.kernel.ids import uuid7

from .base import community_key


class TableImport(models.Model):
    """``columns``: id of the layout → 0-based column of the file. ``answers``: line → what was decided. ``applied_at`` is the instant
    every row of the import was recorded at; ``replaced`` the (table, id) of rows it ended or took back."""

    class Noun(models.TextChoices):
        PEOPLE = "people", "居民"
        FACILITIES = "facilities", "设施"
        ORGANISATIONS = "organisations", "单位和职责"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = community_key()
    noun = models.CharField(max_length=16, choices=Noun.choices)
    file = models.CharField(max_length=200)
    upload = models.CharField(max_length=80)
    valid_from = models.DateField()
    synthetic = models.BooleanField(default=False)
    crs = models.CharField(max_length=12, default="", blank=True)
    columns = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True, blank=True)
    started_by = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    sha256 = models.BinaryField(max_length=32, null=True, blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    counts = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True, blank=True)
    replaced = models.JSONField(default=list)
    ends = models.JSONField(default=dict)
    discarded_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["community", "noun", "-created_at"], name="registry_table_import")]


class TableColumns(models.Model):
    """The columns chosen last for a set of headings in a community. ``headings`` is their digest."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = community_key()
    noun = models.CharField(max_length=16)
    headings = models.BinaryField(max_length=32)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "noun", "headings"], name="registry_table_columns")
        ]
