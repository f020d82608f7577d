"""What a backup says of itself: the signed list of its sealed pieces, readable by anybody, and the sealed contents, by the key's holder.

Shapes on disk: ``snapshots/<id>.json`` with ``chunks`` = name → [bytes, SHA-256 of the sealed blob] in the open, so that whoever keeps a copy
can check every byte without a key; file names and row counts are sealed inside ``contents``.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from linli.platform.keys import SigningKey

from .sealing import Seal

FORMAT = "linli-backup/1"
DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of the backup, or the database's dump (``path`` ``database``). ``chunks`` are names, in order; ``sha256`` is of the whole, in hex."""

    path: str
    n_bytes: int
    sha256: str
    chunks: tuple[str, ...]
    mtime_ns: int = 0

    def is_same(self, n_bytes: int, mtime_ns: int) -> bool:
        return (self.n_bytes, self.mtime_ns) == (n_bytes, mtime_ns)


@dataclass(frozen=True, slots=True)
class Contents:
    """What only the key's holder reads. ``rows`` counts by table; the database is the first of ``pieces``."""

    linli_version: str
    kind: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]
    pieces: tuple[Piece, ...]

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Contents:
        said = json.loads(raw)
        pieces = tuple(Piece(**{**piece, "chunks": tuple(piece["chunks"])}) for piece in said.pop("pieces"))
        return cls(**{**said, "pieces": pieces, "migrations": tuple(said["migrations"])})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One backup. ``id`` begins with the UTC time it was begun; ``key_id`` is of the backup key; ``signer`` the raw public key, in hex."""

    id: str
    installation: UUID
    begun_at: str
    key_id: str
    signer: str
    chunks: Mapping[str, tuple[int, str]]
    contents: str = field(repr=False)
    signature: str = field(default="", repr=False)

    @classmethod
    def unsigned(
        cls, snapshot_id: str, *, installation: UUID, begun_at: dt.datetime, key_id: str, chunks: Mapping[str, tuple[int, str]],
        sealed: bytes,
    ) -> Snapshot:  # fmt: skip
        contents = base64.b64encode(sealed).decode()
        return cls(snapshot_id, installation, begun_at.isoformat(), key_id, "", chunks, contents)

    @property
    def n_bytes(self) -> int:
        """Bytes of its sealed chunks on disk."""
        return sum(size for size, _ in self.chunks.values())

    def open(self, seal: Seal) -> Contents:
        return Contents.from_bytes(seal.open(base64.b64decode(self.contents), name=self.id))

    def signed_bytes(self) -> bytes:
        said = self.as_mapping()
        del said["signature"]
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()

    def is_signed(self) -> bool:
        """True if it is what the holder of ``signer`` signed; whose key that is, the caller compares."""
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.signer))
            public.verify(bytes.fromhex(self.signature), self.signed_bytes())
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_mapping(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in self.__slots__}
        chunks = {name: list(entry) for name, entry in self.chunks.items()}
        return said | {"format": FORMAT, "installation": str(self.installation), "chunks": chunks}

    @classmethod
    def from_bytes(cls, raw: bytes) -> Snapshot:
        """``ValueError`` for anything that is not a snapshot."""
        try:
            said = json.loads(raw)
            if said.pop("format") != FORMAT:
                raise ValueError("another format")
            chunks = {str(name): (int(size), str(digest)) for name, (size, digest) in said.pop("chunks").items()}
            return cls(**{**said, "installation": UUID(said["installation"]), "chunks": chunks})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error


def sign(snapshot: Snapshot, key: SigningKey) -> Snapshot:
    """The same, signed (Ed25519, RFC 8032)."""
    said = {name: getattr(snapshot, name) for name in snapshot.__slots__} | {"signer": key.public.hex()}
    unsigned = Snapshot(**said)
    signature = Ed25519PrivateKey.from_private_bytes(key.private).sign(unsigned.signed_bytes())
    return Snapshot(**{**said, "signature": signature.hex()})
