"""Questions, answers, remarks of staff, and who found one of them out of place. The words are notes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linli.kernel.ids import uuid7


class Comment(models.Model):
    """A question (``parent`` none), an answer of the office to it, or a remark of staff (``kind`` ``remark.…``, with whom it mentions).

    Hidden ones stay, with the reason; what its writer took back has no words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    holder_id = models.UUIDField()
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="answers")
    note_id = models.UUIDField()
    account_id = models.UUIDField()
    person_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.UUIDField(null=True, blank=True)
    hidden_because = models.CharField(max_length=24, default="", blank=True)
    mentions = ArrayField(models.UUIDField(), default=list, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "holder_id", "at"], name="platform_comment_thread"),
            models.Index(fields=["account_id", "-at"], name="platform_comment_writer"),
            models.Index(fields=["community_id", "-at"], name="platform_comment_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_because="") | (Q(hidden_at__isnull=False) & ~Q(hidden_because="")),
                name="platform_comment_hidden_why",
            )
        ]


class CommentReport(models.Model):
    """That an account found a comment out of place, once each."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    community_id = models.UUIDField()
    account_id = models.UUIDField()
    reason = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["comment", "account_id"], name="platform_comment_reported_once")
        ]
