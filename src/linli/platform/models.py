"""Tables of the ground: accounts and what guards their sign-in, idempotency keys, policies in force, jobs, the installation itself.

Nothing here knows rooms. ``community_id`` and ``person_id`` are opaque ids of the registry.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from linli.kernel.ids import uuid7

from .attachments.tables import Attachment  # noqa: F401  # Django looks for tables here
from .delivery.tables import Channel, Outgoing  # noqa: F401  # Django looks for tables here
from .signin.tables import ExternalIdentity, OpenSession, PhoneCode, RecoveryCode, SecondFactor  # noqa: F401


class Installation(models.Model):
    """One row: what this database was born as. A demo refuses real persons, a real one refuses synthetic people."""

    class Kind(models.TextChoices):
        DEMO = "demo"
        REAL = "real"

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    id = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    born_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(only=True), name="platform_one_installation")
        ]


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A way in for one person. Rights come from the registry's role grants, never from here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=64, unique=True)
    shown_name = models.CharField(max_length=64)
    person_id = models.UUIDField(null=True, blank=True, db_index=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    objects: ClassVar[AccountManager] = AccountManager()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = self.username.strip().lower()
        super().save(*args, **kwargs)


class SignInFailure(models.Model):
    """A refused sign-in, kept only to slow guessing: digests of the name, the address and the browser, never themselves."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    name_digest = models.BinaryField(max_length=32)
    address_digest = models.BinaryField(max_length=32)
    browser_digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name_digest", "at"]),
            models.Index(fields=["address_digest", "at"]),
        ]


class IdempotencyKey(models.Model):
    """The answer given to a request, kept under the caller's key and written in the same transaction as its effect."""

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_digest = models.BinaryField(max_length=32)
    status = models.SmallIntegerField()
    location = models.TextField(default="")
    content_type = models.CharField(max_length=100, default="")
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["caller", "key"], name="platform_one_answer_per_key")]


class PolicyVersion(models.Model):
    """A policy as it was adopted: immutable, named by kind + id + version and pinned by its digest. Amending is superseding."""

    pk_id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_column="id")
    kind = models.CharField(max_length=60)
    policy_id = models.CharField(max_length=80)
    version = models.IntegerField()
    sha256 = models.BinaryField(max_length=32)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    document = models.JSONField()
    text = models.TextField()
    origin = models.CharField(max_length=20)
    scope_place_id = models.UUIDField(null=True, blank=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    adopted_at = models.DateTimeField(default=timezone.now)
    adopted_by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "policy_id", "version"], name="platform_policy_version_once")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "policy_id", "effective_from"])]


class Job(models.Model):
    """Long work as a person sees it: what, how far, how it ended. The queue itself is procrastinate's."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    community_id = models.UUIDField(null=True, blank=True)
    started_by = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    stage_zh = models.CharField(max_length=120, default="")
    stage_en = models.CharField(max_length=120, default="")
    share = models.FloatField(default=0.0)
    tries = models.SmallIntegerField(default=0)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["community_id", "-created_at"])]


class BackupRun(models.Model):
    """A backup as it went. The backups themselves lie in their folder; this is so that people see when one is missing."""

    class State(models.TextChoices):
        RUNNING = "running"
        GOOD = "good"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.CharField(max_length=12)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    snapshot_id = models.CharField(max_length=40, default="")
    n_files = models.IntegerField(default=0)
    n_bytes = models.BigIntegerField(default=0)
    n_new_bytes = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    n_damaged = models.IntegerField(default=0)
    error_code = models.CharField(max_length=64, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-begun_at"], name="platform_backup_newest")]


from .comments.tables import Comment as Comment  # noqa: E402, PLC0414
from .comments.tables import CommentReport as CommentReport  # noqa: E402, PLC0414
from .inbox.tables import InboxEntry as InboxEntry  # noqa: E402, PLC0414  # its tables belong to this application
from .inbox.tables import InboxWish as InboxWish  # noqa: E402, PLC0414
from .notes.tables import Note as Note  # noqa: E402, PLC0414
from .retention.tables import RetentionRun as RetentionRun  # noqa: E402, PLC0414
from .search.models import Search as Search  # noqa: E402, PLC0414  # tables of the search belong to this application
from .search.models import SearchWord as SearchWord  # noqa: E402, PLC0414
