"""Who may act for whom (代办), by whose consent, for which acts, until when."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from linli.kernel.ids import uuid7

from .base import community_key
from .people import Person


class Mandate(models.Model):
    """A person lets the holder of an account act for them in ``[valid_from, valid_to)``. It is shortened, never prolonged.

    A guardian's has a ``relation`` and ends on the day the person comes of age. ``acts``, ``consent``, ``relation`` are codes of the ``mandates`` policy named by ``policy_version``; ``evidence`` says where the consent is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = community_key()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates")
    acts = ArrayField(models.CharField(max_length=24))
    consent = models.CharField(max_length=24)
    relation = models.CharField(max_length=24, default="", blank=True)
    evidence = models.CharField(max_length=120, default="", blank=True)
    policy_version = models.IntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    registered_by = models.CharField(max_length=80)
    ended_by = models.CharField(max_length=80, default="", blank=True)
    ended_because = models.CharField(max_length=200, default="", blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "valid_to"], name="registry_mandate_account"),
            models.Index(fields=["person", "valid_to"], name="registry_mandate_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="registry_mandate_period"),
            models.CheckConstraint(condition=Q(acts__len__gt=0), name="registry_mandate_acts"),
        ]
