"""Entries of inboxes, and how each account wants to hear of them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from linli.kernel.ids import uuid7


class InboxEntry(models.Model):
    """That something (``kind``, ``subject_id``) concerns an account. ``cause_id`` is the fact that led here: a fact heard twice is one entry.

    ``digested_at``: it has left in a digest.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    account_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    cause_id = models.UUIDField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    digested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account_id", "cause_id"], name="platform_one_entry_a_fact")
        ]
        indexes: ClassVar = [
            models.Index(fields=["account_id", "-at"], name="platform_inbox_newest"),
            models.Index(fields=["kind", "subject_id"], name="platform_inbox_about"),
        ]


class InboxWish(models.Model):
    """``muted``: kinds that are not entered at all. ``address``: where the daily digest goes, sealed; empty: nowhere. ``digested_on`` the
    last day one left."""

    account_id = models.UUIDField(primary_key=True)
    muted = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    address = models.BinaryField(default=b"", blank=True)
    lang = models.CharField(max_length=2, default="zh")
    digested_on = models.DateField(null=True, blank=True)
