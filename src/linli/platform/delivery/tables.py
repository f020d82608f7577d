"""The outbox: one row for each message, from the transaction that wanted it until it left or was given up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from linli.kernel.ids import uuid7


class Channel(models.TextChoices):
    SMS = "sms"
    EMAIL = "email"


class Outgoing(models.Model):
    """``address`` and ``content`` (JSON ``{subject, text}``) are sealed, and emptied once the message has left, lapsed or was called off.

    ``address_index`` finds a number blindly, for the caps. ``account_id`` is whose message it is: it is called off when that account ends.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        PARKED = "parked"
        LAPSED = "lapsed"
        CALLED_OFF = "called_off"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField(null=True, blank=True)
    account_id = models.UUIDField(null=True, blank=True, db_index=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    kind = models.CharField(max_length=40)
    address = models.BinaryField(default=b"")
    address_index = models.BinaryField(max_length=32)
    content = models.BinaryField(default=b"")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    until_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=120, default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="platform_outgoing_due"),
            models.Index(fields=["address_index", "created_at"], name="platform_outgoing_address"),
            models.Index(fields=["channel", "created_at"], name="platform_outgoing_channel"),
            models.Index(fields=["state", "created_at"], name="platform_outgoing_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "parked"]) | ~Q(address=b""), name="platform_outgoing_address_kept"
            )
        ]
