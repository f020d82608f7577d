"""Tables of the journal. The database itself refuses to change the past: see ``migrations/0001_initial.py``.

``journal_fact`` has two columns more than :class:`Fact`: ``xid`` (the writing transaction, for the sealer) and ``salt`` (32 random bytes
that only the sealer and the verifier may read).
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from linli.kernel.text import Text

from .rules import INSTALLATION


class Fact(models.Model):
    """Something that happened. Written only by :func:`linli.journal.append`.

    ``ord`` is the order of writing, with gaps; a fact's place in history is its seal's position. ``payload`` is None once erased.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    ord = models.BigIntegerField(editable=False)
    name = models.CharField(max_length=64)
    version = models.SmallIntegerField()
    community_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    actor = models.CharField(max_length=100)
    on_behalf_of = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(editable=False)
    causation_id = models.UUIDField(null=True)
    correlation_id = models.UUIDField()
    depth = models.SmallIntegerField()
    payload = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["ord"]
        indexes: ClassVar = [models.Index(fields=["subject_id", "ord"], name="journal_fact_subject")]

    @property
    def chain(self) -> UUID:
        return self.community_id or INSTALLATION

    @property
    def is_erased(self) -> bool:
        return self.payload is None

    @property
    def said(self) -> Text:
        """The sentence people read for this kind of fact."""
        from .catalogue import said

        return said(self.name)


class Seal(models.Model):
    """A fact's place in its chain. Written only by the sealer (``linli_sealer``)."""

    fact_id = models.UUIDField(primary_key=True)
    chain = models.UUIDField()
    position = models.BigIntegerField()
    commitment = models.BinaryField(max_length=32)
    leaf = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "position"], name="journal_seal_place"),
            models.CheckConstraint(condition=models.Q(position__gte=1), name="journal_seal_from_one"),
        ]


class Head(models.Model):
    """The signed end of a chain after a batch. Written only by the sealer."""

    pk = models.CompositePrimaryKey("chain", "position")
    chain = models.UUIDField()
    position = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    signed_at = models.DateTimeField()
    key_id = models.CharField(max_length=64)
    signature = models.BinaryField(max_length=64)


class Cursor(models.Model):
    """How far a subscriber has followed a chain, and which runner may move it on."""

    pk = models.CompositePrimaryKey("subscriber", "chain")
    subscriber = models.CharField(max_length=80)
    chain = models.UUIDField()
    position = models.BigIntegerField(default=0)
    holder = models.UUIDField(null=True)
    moved_at = models.DateTimeField(default=timezone.now)


class Delivery(models.Model):
    """A subscriber's effect of a fact is in the database: written in the same transaction as the effect."""

    pk = models.CompositePrimaryKey("subscriber", "fact_id")
    subscriber = models.CharField(max_length=80)
    fact_id = models.UUIDField()
    delivered_at = models.DateTimeField(default=timezone.now)


class Parked(models.Model):
    """A fact a subscriber could not take yet, and the later facts of its subject that wait behind it."""

    class State(models.TextChoices):
        RETRYING = "retrying"
        PARKED = "parked"
        WAITING = "waiting"

    pk = models.CompositePrimaryKey("subscriber", "fact_id")
    subscriber = models.CharField(max_length=80)
    fact_id = models.UUIDField()
    chain = models.UUIDField()
    position = models.BigIntegerField()
    community_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=State.choices)
    tries = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=64, default="")
    parked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subscriber", "subject_id", "chain", "position"], name="journal_parked_subject")
        ]
