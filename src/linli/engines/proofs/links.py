"""The chain of a community's facts: what a fact leaves behind, and how one follows from the one before.

::

    commitment = SHA-256(salt ‖ payload)
    leaf       = SHA-256(header ‖ commitment)
    head[0]    = SHA-256("linli.genesis.1" ‖ 0 ‖ community)
    head[n]    = SHA-256("linli.chain.1" ‖ 0 ‖ head[n-1] ‖ leaf[n])

The payload enters only through its salted commitment. Once salt and payload are destroyed, nobody can tell from the commitment what it
was, and the chain still verifies. The lengths of salt, commitment, leaf and head are fixed, so that no two ways of cutting the bytes give
one hash; a header is canonical JSON and begins with ``{``, so that a leaf can never be read as a link.
"""

from __future__ import annotations

import hashlib
import uuid

HASH_BYTES = 32
SALT_BYTES = 32

_GENESIS = b"linli.genesis.1\x00"
_LINK = b"linli.chain.1\x00"


def commitment(salt: bytes, payload: bytes) -> bytes:
    """``SHA-256(salt ‖ payload)``; ``salt`` is 32 random bytes of this fact alone, ``payload`` its canonical bytes."""
    _check_length("salt", salt, SALT_BYTES)
    return hashlib.sha256(salt + payload).digest()


def leaf(header: bytes, commitment: bytes) -> bytes:
    """``SHA-256(header ‖ commitment)``; ``header`` is canonical JSON of an object."""
    if not header.startswith(b"{"):
        raise ValueError(f"header must be canonical JSON of an object, got {header[:20]!r}")
    _check_length("commitment", commitment, HASH_BYTES)
    return hashlib.sha256(header + commitment).digest()


def genesis(community: uuid.UUID) -> bytes:
    """The head before the first fact of ``community``. It differs for each, so no chain can be passed off as another's."""
    return hashlib.sha256(_GENESIS + community.bytes).digest()


def chain(previous: bytes, leaf: bytes) -> bytes:
    """The head after a fact with ``leaf``, given the head ``previous`` before it."""
    _check_length("previous", previous, HASH_BYTES)
    _check_length("leaf", leaf, HASH_BYTES)
    return hashlib.sha256(_LINK + previous + leaf).digest()


def _check_length(name: str, value: bytes, n_bytes: int) -> None:
    if len(value) != n_bytes:
        raise ValueError(f"{name} must have {n_bytes} bytes, got {len(value)}")
