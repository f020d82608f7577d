"""Sealing the pieces of a backup with the installation's backup key: AES-256-GCM (NIST SP 800-38D) under keys derived by HKDF (RFC 5869).

A piece is named by an HMAC of its content, so that equal pieces are kept once and a name tells a stranger nothing; the name is bound into
the seal, so that a piece put in another's place does not open. Blob: ``version ‖ key id ‖ nonce ‖ ciphertext of the deflated piece``.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import zlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from linli.platform.keys import Key

from .chunking import gear_table

VERSION = b"\x01"
NONCE_BYTES = 12
HEAD_BYTES = 1 + 4 + NONCE_BYTES
LEVEL = 3  # of deflate: twice as fast as the default for a tenth more bytes


class DamagedError(Exception):
    """A blob that does not open: not what was sealed under this name and key."""


@dataclass(frozen=True)
class Seal:
    """What a backup key can do."""

    key: Key = field(repr=False)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._derived(b"seal"))

    @cached_property
    def _naming(self) -> bytes:
        return self._derived(b"name")

    @cached_property
    def gear(self) -> NDArray[np.uint32]:
        return gear_table(self._derived(b"gear"))

    def name(self, piece: bytes) -> str:
        """64 hex digits."""
        return hmac.digest(self._naming, piece, hashlib.sha256).hex()

    def close(self, piece: bytes, *, name: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, zlib.compress(piece, LEVEL), name.encode())
        return VERSION + bytes.fromhex(self.key.id) + nonce + sealed

    def open(self, blob: bytes, *, name: str) -> bytes:
        """The piece; :class:`DamagedError` otherwise."""
        if blob[:5] != VERSION + bytes.fromhex(self.key.id):
            raise DamagedError
        try:
            return zlib.decompress(self._cipher.decrypt(blob[5:HEAD_BYTES], blob[HEAD_BYTES:], name.encode()))
        except (InvalidTag, ValueError, zlib.error) as error:
            raise DamagedError from error

    def _derived(self, what: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=b"linli backup " + what).derive(self.key.secret)
