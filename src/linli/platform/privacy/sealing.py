"""Sealed fields: what the database keeps but cannot read, and how to find it again without reading it.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, one key per purpose, bound by its associated data to table, column and row: a
sealed value moved elsewhere does not open. Blind indexes are HMAC-SHA256 (FIPS 198-1) under a key of their own. Keys come from the
key file, never from the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.kernel.errors import LinliError, define

from ..keys import keyring

SEALED_VERSION = b"\x01"
NONCE_BYTES = 12
KEY_ID_BYTES = 4

DOES_NOT_OPEN = define(
    "platform.sealed_value_damaged",
    zh="这个密封的值打不开：它被改动过，或者不属于这一行",
    en="This sealed value does not open: it was changed, or belongs to another row",
    status=500,
)


def seal(purpose: str, value: str, *, table: str, column: str, row: UUID) -> bytes:
    """``version ‖ key id ‖ nonce ‖ ciphertext`` of ``value``, which opens only for the same table, column and row.

    The nonce is random: with one key no more than 2³² values should be sealed (SP 800-38D, 8.3); rotate before.
    """
    key = keyring().current(purpose)
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(key.secret).encrypt(nonce, value.encode(), _bound(table, column, row))
    return SEALED_VERSION + bytes.fromhex(key.id) + nonce + sealed


def unseal(purpose: str, sealed: bytes, *, table: str, column: str, row: UUID) -> str:
    """The value; ``platform.sealed_value_damaged`` where it is not what was sealed for this row."""
    blob = bytes(sealed)
    start = 1 + KEY_ID_BYTES + NONCE_BYTES
    if blob[:1] != SEALED_VERSION or len(blob) <= start:
        raise LinliError(DOES_NOT_OPEN)
    key = keyring().find(purpose, blob[1 : 1 + KEY_ID_BYTES].hex())
    try:
        plain = _cipher(key.secret).decrypt(blob[1 + KEY_ID_BYTES : start], blob[start:], _bound(table, column, row))
    except InvalidTag:
        raise LinliError(DOES_NOT_OPEN) from None
    return plain.decode()


def blind_index(purpose: str, value: str) -> bytes:
    """32 bytes that are equal for equal values: to find one without opening any. Its key is not rotated, or nothing would be found."""
    return hmac.digest(keyring().current(f"{purpose}.index").secret, value.encode(), hashlib.sha256)


def mask_phone(phone: str) -> str:
    """A number as it is shown without a reason: ``13812345678`` as ``138****5678``; short ones keep two digits at most."""
    if len(phone) >= 10:
        return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


@lru_cache(maxsize=64)
def _cipher(secret: bytes) -> AESGCM:
    """Making one takes as long as sealing with it; keys are few and stay in memory as it is."""
    return AESGCM(secret)


def _bound(table: str, column: str, row: UUID) -> bytes:
    return f"{table}|{column}|{row}".encode()
