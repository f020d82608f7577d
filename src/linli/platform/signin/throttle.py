"""Guessing is slowed; the owner is not locked out.

Failures are counted over 15 minutes per name, per address, and per known browser. A browser that has signed in to an account before
carries a signed token for it; failures from such a browser and failures from strangers are counted apart, so a flood of guesses
from elsewhere never shuts the owner's own browser out (OWASP Authentication Cheat Sheet, "device cookies"). Limits are policy:
``policies/sign_in/default.yaml``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from linli.platform.models import SignInFailure

COOKIE = "known"
SALT = "linli.known-browser"


@dataclass(frozen=True, slots=True)
class Limits:
    """Refused once this many failures stand within ``window``: by strangers against one name, from one address, from one browser."""

    window: dt.timedelta
    per_name: int
    per_address: int
    per_browser: int


def digest(value: str) -> bytes:
    """Keyed, so that the table cannot be searched for a name or an address."""
    return hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).digest()


def known_token(name: str) -> str:
    """The value of the cookie that marks a browser which signed in as ``name``."""
    return signing.dumps(digest(name).hex(), salt=SALT)


def is_known(token: str, name: str) -> bool:
    try:
        return hmac.compare_digest(signing.loads(token, salt=SALT, max_age=dt.timedelta(days=180)), digest(name).hex())
    except signing.BadSignature:
        return False


def is_slowed(*, name: str, address: str, token: str, limits: Limits, now: dt.datetime) -> bool:
    """True if this attempt is to be refused unseen."""
    recent = SignInFailure.objects.filter(at__gt=now - limits.window)
    if is_known(token, name):
        return recent.filter(browser_digest=digest(token)).count() >= limits.per_browser
    if recent.filter(address_digest=digest(address)).count() >= limits.per_address:
        return True
    return recent.filter(name_digest=digest(name), browser_digest=None).count() >= limits.per_name


def note_failure(*, name: str, address: str, token: str, now: dt.datetime) -> None:
    """Keep the failure; the night forgets those past their term."""
    browser = digest(token) if is_known(token, name) else None
    SignInFailure.objects.create(
        at=now, name_digest=digest(name), address_digest=digest(address), browser_digest=browser
    )
