"""Signed heads: what a community's journal was at a moment, sworn to by a key (Ed25519, RFC 8032).

A head says how many facts there are, the head of their chain and the root of their Merkle tree. Keys are raw 32 bytes; a key is
named by the start of the SHA-256 of its public half, so that old heads can be verified after keys change.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .jcs import canonical
from .links import HASH_BYTES

_DOMAIN = "linli.head.1"
_SIGNATURE_BYTES = 64
_KEY_ID_DIGITS = 16
_KEY_ID = re.compile(f"[0-9a-f]{{{_KEY_ID_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class SignedHead:
    """``size`` facts (positions 1 to ``size``), the head of the chain after the last, the Merkle root over their leaves, and when.

    ``signed_at_ms`` is milliseconds since 1970, UTC. ``signature`` is over :meth:`signed_bytes`.
    """

    community: uuid.UUID
    size: int
    chain: bytes
    root: bytes
    signed_at_ms: int
    key_id: str
    signature: bytes

    def __post_init__(self) -> None:
        for number, what in ((self.size, "size"), (self.signed_at_ms, "signed_at_ms")):
            if type(number) is not int or not 0 <= number < 2**53:
                raise ValueError(f"{what} must be a whole number in [0, 2^53), got {number!r}")
        if not _KEY_ID.fullmatch(self.key_id):
            raise ValueError(f"key_id must be {_KEY_ID_DIGITS} hex digits, got {self.key_id!r}")
        for name, value, n_bytes in (
            ("chain", self.chain, HASH_BYTES),
            ("root", self.root, HASH_BYTES),
            ("signature", self.signature, _SIGNATURE_BYTES),
        ):
            if len(value) != n_bytes:
                raise ValueError(f"{name} must have {n_bytes} bytes, got {len(value)}")

    def signed_bytes(self) -> bytes:
        """The RFC 8785 bytes the signature is over: everything but the signature."""
        mapping = self.as_mapping()
        del mapping["signature"]
        return canonical(mapping)

    def as_mapping(self) -> dict[str, Any]:
        """For files and receipts: hashes in lower-case hex."""
        return {
            "type": _DOMAIN,
            "community": str(self.community),
            "size": self.size,
            "chain": self.chain.hex(),
            "root": self.root.hex(),
            "signed_at_ms": self.signed_at_ms,
            "key_id": self.key_id,
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> Self:
        """What :meth:`as_mapping` gave. ``ValueError`` for anything else."""
        try:
            if raw["type"] != _DOMAIN:
                raise ValueError(f"type must be {_DOMAIN}, got {raw['type']!r}")
            head = cls(
                community=uuid.UUID(raw["community"]),
                size=raw["size"],
                chain=bytes.fromhex(raw["chain"]),
                root=bytes.fromhex(raw["root"]),
                signed_at_ms=raw["signed_at_ms"],
                key_id=raw["key_id"],
                signature=bytes.fromhex(raw["signature"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a signed head: {error}") from error
        if head.as_mapping() != dict(raw):
            raise ValueError("not a signed head: written in another form than the one signed")
        return head


def public_key(private_key: bytes) -> bytes:
    """The public half (32 bytes) of a raw private key (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def key_id(public_key: bytes) -> str:
    """The name of a key: the first 16 hex digits of the SHA-256 of its public half."""
    return hashlib.sha256(public_key).hexdigest()[:_KEY_ID_DIGITS]


def sign_head(
    private_key: bytes, *, community: uuid.UUID, size: int, chain: bytes, root: bytes, signed_at_ms: int
) -> SignedHead:
    """The head signed with the raw ``private_key`` (32 bytes)."""
    signer = Ed25519PrivateKey.from_private_bytes(private_key)
    name = key_id(signer.public_key().public_bytes_raw())
    unsigned = SignedHead(community, size, chain, root, signed_at_ms, name, bytes(_SIGNATURE_BYTES))
    signature = signer.sign(unsigned.signed_bytes())
    return SignedHead(community, size, chain, root, signed_at_ms, name, signature)


def verify_head(head: SignedHead, keys: Mapping[str, bytes]) -> bool:
    """Whether ``head`` carries a good signature of the key it names. ``keys`` are trusted public halves by :func:`key_id`."""
    public = keys.get(head.key_id)
    if public is None or key_id(public) != head.key_id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(head.signature, head.signed_bytes())
    except InvalidSignature:
        return False
    return True
