"""Keys of other systems that report here (a city's hotline, an app): made and ended on the command line by whoever runs the installation."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from uuid import UUID

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor, System
from linli.platform.db import acting

from .. import queries
from ..models import SystemKey


def make_key(community_id: UUID, name: str, *, now: dt.datetime) -> tuple[SystemKey, str]:
    """The row and the key itself, which is told this once."""
    key = secrets.token_urlsafe(32)
    row = SystemKey.objects.create(community_id=community_id, name=name[:80], digest=digest_of(key), made_at=now)
    return row, key


def end_key(key_id: UUID, *, now: dt.datetime) -> None:
    if not SystemKey.objects.filter(pk=key_id, ended_at=None).update(ended_at=now):
        raise NotFoundError


def holder_of(key: str) -> SystemKey | None:
    """Whose key it is, while it holds."""
    if not key:
        return None
    with acting(queries.MACHINE):
        return SystemKey.objects.filter(digest=digest_of(key), ended_at=None).first()


def actor_of(row: SystemKey) -> Actor:
    """How facts name the system."""
    return System(f"open311-{row.pk}")


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
