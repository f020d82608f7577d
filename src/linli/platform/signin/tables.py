"""What guards an account beside its password: the browsers signed in to it, a second factor, its recovery codes, outside identities,
and codes sent to telephones."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from linli.kernel.ids import uuid7

CODE_LENGTH = 8  # of the code by which an outside identity is tied


class OpenSession(models.Model):
    """A browser signed in to an account. Ended here, its next request is nobody's, whatever its cookie says.

    ``browser`` is a plain name ("Chrome · Android"), never the whole user agent; no address is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_sessions")
    browser = models.CharField(max_length=60, default="", blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-seen_at"], name="platform_session_account")]


class SecondFactor(models.Model):
    """A secret shared with an authenticator app (TOTP, RFC 6238), sealed. ``last_step`` is the newest 30-second step whose code was used.

    A reset ends the row and empties the secret; who reset it and why stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factors")
    secret = models.BinaryField(default=b"")
    last_step = models.BigIntegerField(default=0)
    enrolled_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, default="", blank=True)
    ended_because = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=Q(ended_at=None), name="platform_one_second_factor"),
            models.CheckConstraint(condition=Q(ended_at__isnull=False) | ~Q(secret=b""), name="platform_factor_secret"),
        ]


class RecoveryCode(models.Model):
    """A code on paper that stands in once for the app: a keyed digest only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["factor", "digest"], name="platform_one_recovery_code")
        ]


class ExternalIdentity(models.Model):
    """``issuer`` vouches for ``subject``. Without an account it waits, under ``code``, to be tied to one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="identities"
    )
    code = models.CharField(max_length=CODE_LENGTH, default="")
    code_made_at = models.DateTimeField(default=timezone.now)
    tied_at = models.DateTimeField(null=True, blank=True)
    tied_by = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="platform_one_identity"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="platform_identity_code"),
        ]


class PhoneCode(models.Model):
    """A code asked for at the door, for whatever number: known and unknown ones leave the same row.

    ``digest`` is keyed and bound to the row; the code itself is in the message only. ``number_index`` finds the number blindly,
    ``address_digest`` counts by where it was asked from. It opens for the browser that asked, once, ``tries`` wrong ones at most.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number_index = models.BinaryField(max_length=32)
    address_digest = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    tries = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["number_index", "asked_at"], name="platform_phonecode_number"),
            models.Index(fields=["address_digest", "asked_at"], name="platform_phonecode_address"),
        ]
