"""Proofs that what happened was not rewritten: commitments that can be erased, a chain, signed heads, Merkle proofs, a verifier.

Question: can anyone, later and without trusting the server, show that a fact is in the journal, that nothing was changed before it, and
that nothing was taken away? Pure: no storage, no clock, no Django. See ``docs/engines/proofs.md``.
"""

from .heads import SignedHead, key_id, public_key, sign_head, verify_head
from .jcs import canonical
from .links import HASH_BYTES, SALT_BYTES, chain, commitment, genesis, leaf
from .merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from .verify import Finding, Report, Row, verify_chain

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "SALT_BYTES",
    "Finding",
    "Frontier",
    "Report",
    "Row",
    "SignedHead",
    "canonical",
    "chain",
    "commitment",
    "consistency_proof",
    "genesis",
    "inclusion_proof",
    "key_id",
    "leaf",
    "leaf_hash",
    "node_hash",
    "public_key",
    "root",
    "sign_head",
    "verify_chain",
    "verify_consistency",
    "verify_head",
    "verify_inclusion",
]
