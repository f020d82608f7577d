"""Identifiers: UUIDv7, ordered by time of making, so that indexes stay dense and lists come out in order."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid7(now_ns: int | None = None) -> uuid.UUID:
    """A UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, 12 bits of the sub-millisecond fraction
    (method 3 of section 6.2), 62 random bits. ``now_ns`` is nanoseconds since 1970; the machine's clock if absent.
    """
    nanoseconds = time.time_ns() if now_ns is None else now_ns
    milliseconds, rest_ns = divmod(nanoseconds, 1_000_000)
    fraction = rest_ns * 4096 // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


def short(identifier: uuid.UUID) -> str:
    """The last eight hex digits: enough to tell rows of one page apart, never a key."""
    return identifier.hex[-8:]
