"""What somebody new has ticked off of the welcome."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

PUT_AWAY = "*"


class WelcomeStep(models.Model):
    """``item`` is a code of the ``welcome`` policy, :data:`PUT_AWAY` for "I do not want to see it"."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    item = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "item"], name="registry_welcome_once")]
