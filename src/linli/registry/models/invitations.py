"""Printed ways in: one sheet for one person, good once, until a day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from linli.kernel.ids import uuid7

from .base import community_key
from .people import Person


class Invitation(models.Model):
    """``code_index`` finds the code blindly; the code itself is on paper only. ``evidence``: how the person was made sure of."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = community_key()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    code_index = models.BinaryField(max_length=32, unique=True)
    evidence = models.CharField(max_length=120)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "-made_at"], name="registry_invited_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="registry_one_invitation"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="registry_invitation_period"),
            models.CheckConstraint(
                condition=Q(account=None) | Q(ended_at__isnull=False), name="registry_invitation_used"
            ),
        ]
