"""Who may do what where, from one instant to another."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from linli.kernel.ids import uuid7

from .base import community_key
from .people import Person
from .places import Place


class RoleGrant(models.Model):
    """A role (a policy's id) given to an account or to a person on a place, in force in ``[valid_from, valid_to)``.

    ``community`` is the place's; null where the place lies above communities. Rights end at an instant, not at a day's end.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = community_key(null=True, blank=True)
    role = models.CharField(max_length=40)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="role_grants")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="role_grants")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    ended_because = models.CharField(max_length=200, default="", blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "valid_from"], name="registry_grant_account"),
            models.Index(fields=["person", "valid_from"], name="registry_grant_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(account=None, person__isnull=False) | Q(account__isnull=False, person=None),
                name="registry_grant_holder",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="registry_grant_period"
            ),
        ]
