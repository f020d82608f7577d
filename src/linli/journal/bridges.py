"""Rows of the journal as the proofs engine sees them: header bytes, commitments, leaves, heads. The form hashed here is the journal's
specification (``docs/rooms/journal.md``); changing it means a new ``type`` in the header.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from linli.engines import proofs
from linli.engines.proofs import Report, Row, SignedHead, verify_chain, verify_head

from .rules import INSTALLATION, MAX_SAFE_INTEGER

if TYPE_CHECKING:
    from .models import Head

FACT_TYPE = "linli.fact.1"


def _utc(column: str) -> str:
    """SQL that says an instant as :func:`rules.instant` does. Times no fact can have (infinite, before Christ) are said otherwise."""
    form = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    return f"CASE WHEN {column} < '0001-01-01+00' THEN {column}::text ELSE to_char({column} AT TIME ZONE 'UTC', '{form}') END"


FACT_COLUMNS = (
    "f.id, f.ord, f.xid::text AS xid, f.name, f.version, f.community_id, f.subject_id, f.actor, f.on_behalf_of,"
    f" {_utc('f.occurred_at')} AS occurred_at, {_utc('f.recorded_at')} AS recorded_at,"
    " f.causation_id, f.correlation_id, f.depth, f.payload, f.salt"
)
HEAD_COLUMNS = "h.chain, h.position, h.hash, h.root, h.frontier, extract(epoch FROM h.signed_at) * 1000 AS signed_at_ms, h.key_id, h.signature"


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical_bytes(value: dict[str, Any]) -> bytes:
    """The RFC 8785 bytes of a flat object: by the standard library's encoder, written in C, where that gives the same (no float, no
    number beyond 2**53 - 1, ASCII keys, whose order is the same in every encoding), else by the engine's."""
    for key, item in value.items():
        if not (key.isascii() and all(_is_simple(one) for one in (item if type(item) is list else (item,)))):
            return proofs.canonical(value)
    return _encode(value).encode()


def _is_simple(value: Any) -> bool:
    kind = type(value)
    return (
        value is None or kind is str or kind is bool or (kind is int and -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER)
    )


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A row of ``journal_fact`` as the sealer and the verifier read it; every column is in the header or the commitment."""

    id: UUID
    ord: int
    xid: str
    name: str
    version: int
    community_id: UUID | None
    subject_id: UUID
    actor: str
    on_behalf_of: UUID | None
    occurred_at: str
    recorded_at: str
    causation_id: UUID | None
    correlation_id: UUID
    depth: int
    payload: dict[str, Any] | None
    salt: bytes | None

    @property
    def chain(self) -> UUID:
        return self.community_id or INSTALLATION

    def header(self) -> dict[str, Any]:
        return {
            "type": FACT_TYPE,
            "id": str(self.id),
            "ord": self.ord,
            "xid": self.xid,
            "name": self.name,
            "version": self.version,
            "community": _text(self.community_id),
            "subject": str(self.subject_id),
            "actor": self.actor,
            "on_behalf_of": _text(self.on_behalf_of),
            "occurred_at": self.occurred_at,
            "recorded_at": self.recorded_at,
            "causation": _text(self.causation_id),
            "correlation": str(self.correlation_id),
            "depth": self.depth,
        }

    def header_bytes(self) -> bytes:
        return canonical_bytes(self.header())

    def payload_bytes(self) -> bytes | None:
        return None if self.payload is None else canonical_bytes(self.payload)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a fact leaves in its chain."""

    fact_id: UUID
    commitment: bytes
    leaf: bytes


def leaf_of(fact: StoredFact) -> Leaf:
    """The commitment and leaf of a fact that is not erased."""
    payload = fact.payload_bytes()
    if payload is None or fact.salt is None:
        raise ValueError(f"fact {fact.id} is erased and cannot be sealed")
    commitment = proofs.commitment(fact.salt, payload)
    return Leaf(fact.id, commitment, proofs.leaf(fact.header_bytes(), commitment))


def frontier_of(position: int, packed: bytes) -> proofs.Frontier:
    """The growing Merkle tree kept with a head; ``ValueError`` if the bytes do not fit the position."""
    n = proofs.HASH_BYTES
    return proofs.Frontier(position, tuple(packed[at : at + n] for at in range(0, len(packed), n)))


def signed_head(row: Any) -> SignedHead:
    """The signed head in a row of :data:`HEAD_COLUMNS`; ``ValueError`` if it can be none."""
    ms = row.signed_at_ms
    if not ms.is_finite() or ms != ms.to_integral_value():
        raise ValueError(f"a head is signed at a whole millisecond, got {ms}")
    return SignedHead(
        community=row.chain,
        size=row.position,
        chain=bytes(row.hash),
        root=bytes(row.root),
        signed_at_ms=int(ms),
        key_id=row.key_id,
        signature=bytes(row.signature),
    )


@dataclass(frozen=True, slots=True)
class End:
    """Where a chain ends: its last signed head and the tree to go on with."""

    head: SignedHead | None
    tree: proofs.Frontier

    @property
    def position(self) -> int:
        return self.head.size if self.head else 0


NO_FACTS = End(None, proofs.Frontier())


def end_of(row: Any, *, n_sealed: int) -> End | None:
    """The end in a row of :data:`HEAD_COLUMNS` (all null where there is no head); None if head, tree and seals do not fit together."""
    if row.position is None:
        return NO_FACTS if n_sealed == 0 else None
    try:
        head, tree = signed_head(row), frontier_of(row.position, bytes(row.frontier))
    except ValueError:
        return None
    return End(head, tree) if tree.root() == head.root and n_sealed == head.size else None


def extend(
    chain: UUID, end: End, leaves: Sequence[Leaf], *, private_key: bytes, signed_at_ms: int
) -> tuple[list[bytes], SignedHead, End]:
    """Add ``leaves`` to a chain: the chain's hash after each, the new head, and the new end."""
    start = end.head.chain if end.head else proofs.genesis(chain)
    hashes = list(itertools.accumulate((leaf.leaf for leaf in leaves), proofs.chain, initial=start))[1:]
    tree = end.tree.extend([proofs.leaf_hash(leaf.leaf) for leaf in leaves])
    head = proofs.sign_head(
        private_key, community=chain, size=tree.size, chain=hashes[-1], root=tree.root(), signed_at_ms=signed_at_ms
    )
    return hashes, head, End(head, tree)


def inclusion(leaves: Iterable[bytes], position: int) -> tuple[bytes, ...]:
    """The proof that the leaf at ``position`` (from 1) is under the root of all ``leaves``."""
    return proofs.inclusion_proof([proofs.leaf_hash(leaf) for leaf in leaves], position - 1)


def head_mapping(row: Head) -> dict[str, Any]:
    """A stored head as it stands in files and receipts."""
    return SignedHead(
        community=row.chain, size=row.position, chain=bytes(row.hash), root=bytes(row.root),
        signed_at_ms=to_ms(row.signed_at), key_id=row.key_id, signature=bytes(row.signature),
    ).as_mapping()  # fmt: skip


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def to_ms(value: dt.datetime) -> int:
    return (value - EPOCH) // dt.timedelta(milliseconds=1)


def from_ms(value_ms: int) -> dt.datetime:
    return EPOCH + dt.timedelta(milliseconds=value_ms)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


__all__ = [
    "FACT_COLUMNS", "HEAD_COLUMNS", "NO_FACTS", "End", "Leaf", "Report", "Row", "SignedHead", "StoredFact", "canonical_bytes", "end_of", "extend", "from_ms",
    "frontier_of", "head_mapping", "inclusion", "leaf_of", "signed_head", "to_ms", "verify_chain", "verify_head",
]  # fmt: skip
