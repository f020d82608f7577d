"""Requests to be bound: somebody without an invitation says who they are and where they live; the office compares and decides."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from linli.kernel.ids import uuid7

from .base import community_key
from .people import Person


class BindRequest(models.Model):
    """``said`` (sealed JSON ``{name, home, phone, words}``) is emptied once decided; ``phone_index`` and ``address_digest`` count for limits.

    ``relation``, ``refusal`` are codes of the ``binding`` part of the ``sign_in`` policy. Bound ones name the person and the invitation sent.
    """

    class State(models.TextChoices):
        OPEN = "open"
        BOUND = "bound"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = community_key()
    reference = models.CharField(max_length=12, unique=True)
    relation = models.CharField(max_length=16)
    said = models.BinaryField(default=b"")
    lang = models.CharField(max_length=2, default="zh")
    phone_index = models.BinaryField(max_length=32)
    address_digest = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    invitation_id = models.UUIDField(null=True)  # it is forgotten before this row
    refusal = models.CharField(max_length=24, default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["community", "state", "asked_at"], name="registry_bind_queue"),
            models.Index(fields=["phone_index", "asked_at"], name="registry_bind_phone"),
            models.Index(fields=["address_digest", "asked_at"], name="registry_bind_address"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, person=None, refusal="")
                | Q(state="bound", decided_at__isnull=False, person__isnull=False, refusal="", said=b"")
                | (Q(state="refused", decided_at__isnull=False, person=None, said=b"") & ~Q(refusal="")),
                name="registry_bind_decided",
            )
        ]
