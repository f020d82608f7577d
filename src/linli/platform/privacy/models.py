"""Who read whom, what people agreed to, what they asked for. Persons, communities and accounts are opaque ids."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from linli.kernel.ids import uuid7


class Note(models.Model):
    """Free words beside a read or a request: sealed, and erased without touching what it stands beside."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    person_id = models.UUIDField(db_index=True)
    text = models.BinaryField(null=True)
    written_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(text=None, erased_at__isnull=False) | models.Q(text__isnull=False, erased_at=None),
                name="privacy_note_erased_whole",
            )
        ]


class Read(models.Model):
    """Somebody was shown identified persons: one row for a page, a look at something sealed, a list or an export. Append-only."""

    class What(models.TextChoices):
        PAGE = "page"
        LIST = "list"
        EXPORT = "export"
        UNMASK = "unmask"
        API = "api"
        ASSIST = "assist"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    person_ids = ArrayField(models.UUIDField())
    at = models.DateTimeField(default=timezone.now)
    account_id = models.UUIDField()
    roles = ArrayField(models.CharField(max_length=40))
    what = models.CharField(max_length=8, choices=What.choices)
    fields = ArrayField(models.CharField(max_length=32))
    reason = models.CharField(max_length=32, default="", blank=True)
    note_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["person_ids"], name="privacy_read_persons"),
            models.Index(fields=["community_id", "-at"], name="privacy_read_at"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(person_ids=[]), name="privacy_read_of_somebody")
        ]


class Consent(models.Model):
    """One decision of a person, or of the guardian of a child, about one kind of use. The newest counts. Append-only.

    ``policy_version`` and ``text_sha256`` pin the words that were shown.
    """

    class How(models.TextChoices):
        SELF = "self"
        GUARDIAN = "guardian"
        COUNTER = "counter"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    person_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    policy_version = models.IntegerField()
    text_sha256 = models.BinaryField(max_length=32)
    is_given = models.BooleanField()
    how = models.CharField(max_length=8, choices=How.choices)
    by_account_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person_id", "kind", "-at"], name="privacy_consent_newest")]


class Request(models.Model):
    """What a person asked for about their data, by when it is due, and what came of it. Words stand in notes."""

    class Kind(models.TextChoices):
        CORRECT = "correct"
        COPY = "copy"
        ERASE = "erase"
        CLOSE = "close"

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    person_id = models.UUIDField()
    account_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    field = models.CharField(max_length=32, default="", blank=True)
    note_id = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    answer_id = models.UUIDField(null=True, blank=True)
    outcome = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["community_id", "state", "due_at"], name="privacy_request_due"),
            models.Index(fields=["person_id", "-asked_at"], name="privacy_request_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="open", decided_at=None)
                | (~models.Q(state="open") & models.Q(decided_at__isnull=False)),
                name="privacy_request_decided",
            ),
            models.UniqueConstraint(
                fields=["person_id", "kind", "field"], condition=models.Q(state="open"), name="privacy_request_once"
            ),
        ]


class Copy(models.Model):
    """Everything held of a person, made ready for them: sealed, and gone when its link dies."""

    request = models.OneToOneField(Request, on_delete=models.PROTECT, primary_key=True, related_name="copy")
    community_id = models.UUIDField()
    person_id = models.UUIDField(db_index=True)
    content = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    dies_at = models.DateTimeField(db_index=True)
    n_fetched = models.SmallIntegerField(default=0)


class Assessment(models.Model):
    """An impact assessment as it was signed: append-only; the next one of the purpose has the next ``number``.

    ``facts`` are the lines of the grading it was made on, ``grading_sha256`` their digest: when the grading says otherwise, it is out of date.
    """

    class Decision(models.TextChoices):
        GO_ON = "go_on"
        WITH_MEASURES = "with_measures"
        STOP = "stop"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField()
    purpose = models.CharField(max_length=40)
    number = models.SmallIntegerField()
    policy_version = models.IntegerField()
    grading_version = models.IntegerField()
    grading_sha256 = models.BinaryField(max_length=32)
    facts = models.JSONField()
    answers = models.JSONField()
    risk = models.CharField(max_length=12)
    decision = models.CharField(max_length=14, choices=Decision.choices)
    signed_by = models.UUIDField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community_id", "purpose", "number"], name="privacy_assessment_once")
        ]
