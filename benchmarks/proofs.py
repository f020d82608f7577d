"""What proofs cost, as ratios against their floors measured in the same run.

Peers: ``json.dumps(sort_keys=True)`` for canonical bytes; bare ``hashlib.sha256`` over the same bytes for sealing, verifying and
Merkle roots; bare ``cryptography`` for signatures. Run: ``python benchmarks/proofs.py [n_rows]``; prints one JSON object.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linli.engines import proofs

COMMUNITY = uuid.UUID(int=1)
PRIVATE = bytes(range(32))
SALT = bytes(32)


def seconds(work: Callable[[], Any], *, rounds: int = 5) -> float:
    """The median of ``rounds`` runs."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def a_header(position: int) -> dict[str, Any]:
    return {
        "id": str(uuid.UUID(int=position)),
        "name": "registry.person_moved_in",
        "version": 1,
        "community": str(COMMUNITY),
        "subject": str(uuid.UUID(int=position % 97)),
        "actor": str(uuid.UUID(int=3)),
        "occurred_at": "2026-03-01T08:00:00.000000Z",
        "depth": 0,
    }


def seal(headers: list[bytes], payloads: list[bytes]) -> list[proofs.Row]:
    rows, previous = [], proofs.genesis(COMMUNITY)
    for position, (header, payload) in enumerate(zip(headers, payloads, strict=True), start=1):
        committed = proofs.commitment(SALT, payload)
        leaf = proofs.leaf(header, committed)
        previous = proofs.chain(previous, leaf)
        rows.append(proofs.Row(position, header, committed, leaf, previous, payload, SALT))
    return rows


def bare_hashes(headers: list[bytes], payloads: list[bytes]) -> None:
    """The same SHA-256 calls over bytes of the same lengths, and nothing else."""
    for header, payload in zip(headers, payloads, strict=True):
        hashlib.sha256(SALT + payload).digest()
        hashlib.sha256(header + SALT).digest()
        hashlib.sha256(b"linli.chain.1\x00" + SALT + SALT).digest()


def bare_nodes(n_nodes: int) -> None:
    for _ in range(n_nodes):
        hashlib.sha256(b"\x01" + SALT + SALT).digest()


def main(n_rows: int) -> None:
    values = [a_header(position) for position in range(n_rows)]
    headers = [proofs.canonical(value) for value in values]
    payloads = [proofs.canonical({"unit": str(uuid.UUID(int=position))}) for position in range(n_rows)]
    rows = seal(headers, payloads)
    hashes = [proofs.leaf_hash(row.leaf) for row in rows]
    root = proofs.root(hashes)
    sign = {"community": COMMUNITY, "size": n_rows, "chain": rows[-1].head, "root": root, "signed_at_ms": 0}
    head = proofs.sign_head(PRIVATE, **sign)
    keys = {head.key_id: proofs.public_key(PRIVATE)}
    signer = Ed25519PrivateKey.from_private_bytes(PRIVATE)

    report = proofs.verify_chain(rows, [head], community=COMMUNITY, keys=keys)
    assert report.is_clean
    assert report.n_confirmed == n_rows

    canonical_s = seconds(lambda: [proofs.canonical(value) for value in values])
    json_s = seconds(lambda: [json.dumps(value, sort_keys=True).encode() for value in values])
    seal_s = seconds(lambda: seal(headers, payloads))
    verify_s = seconds(lambda: proofs.verify_chain(rows, [head], community=COMMUNITY, keys=keys))
    floor_s = seconds(lambda: bare_hashes(headers, payloads))
    root_s = seconds(lambda: proofs.root(hashes))
    nodes_s = seconds(lambda: bare_nodes(n_rows - 1))
    n_heads = 200
    sign_s = seconds(lambda: [proofs.sign_head(PRIVATE, **sign) for _ in range(n_heads)])
    bare_sign_s = seconds(lambda: [signer.sign(headers[0]) for _ in range(n_heads)])
    result = {
        "n_rows": n_rows,
        "canonical_per_s": round(n_rows / canonical_s),
        "canonical_ratio_to_json_dumps": round(canonical_s / json_s, 2),
        "seal_rows_per_s": round(n_rows / seal_s),
        "seal_ratio_to_bare_hashes": round(seal_s / floor_s, 2),
        "verify_rows_per_s": round(n_rows / verify_s),
        "verify_ratio_to_bare_hashes": round(verify_s / floor_s, 2),
        "root_leaves_per_s": round(n_rows / root_s),
        "root_ratio_to_bare_nodes": round(root_s / nodes_s, 2),
        "sign_head_per_s": round(n_heads / sign_s),
        "sign_ratio_to_bare_ed25519": round(sign_s / bare_sign_s, 2),
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
