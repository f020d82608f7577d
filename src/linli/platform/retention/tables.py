"""A night's carrying out of the terms, as it went."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from linli.kernel.ids import uuid7


class RetentionRun(models.Model):
    """``night``: the day (Asia/Shanghai) it belongs to; None for one started by hand. ``counts`` by rule, written with each batch, so that a
    run that was killed goes on and still tells the whole number. ``failed``: rules that ended in an error."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    night = models.DateField(null=True, blank=True, unique=True)
    policy_version = models.IntegerField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    failed = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-begun_at"], name="platform_retention_newest")]
