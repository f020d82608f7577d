"""Merkle trees of RFC 9162 (Certificate Transparency 2.0), section 2.1, over SHA-256: roots, proofs and their verification.

Entries are any bytes; everything here works on their leaf hashes (:func:`leaf_hash`). A tree of ``size`` entries has indices from 0.
:class:`Frontier` keeps only what is needed to go on: about log2(size) hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """``SHA-256(0x00 ‖ entry)``: RFC 9162, section 2.1.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """``SHA-256(0x01 ‖ left ‖ right)``: RFC 9162, section 2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A growing tree by its complete subtrees: ``peaks`` from the largest (leftmost) to the smallest, one per set bit of ``size``."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} entries has {self.size.bit_count()} peaks, got {len(self.peaks)}")

    def extend(self, leaf_hashes: Sequence[bytes]) -> Frontier:
        """The tree with ``leaf_hashes`` added at its end. Cost: amortised one node hash per entry."""
        size, peaks = self.size, list(self.peaks)
        for hashed in leaf_hashes:
            carry, rest = hashed, size
            while rest & 1:
                carry = node_hash(peaks.pop(), carry)
                rest >>= 1
            peaks.append(carry)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """The root of the whole tree; that of no entries is ``SHA-256("")``."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of all ``leaf_hashes``: RFC 9162, section 2.1.1."""
    return Frontier().extend(leaf_hashes).root()


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The proof that entry ``index`` (from 0) is in the tree of ``leaf_hashes``: section 2.1.3.1. Cost: linear in the tree."""
    size = len(leaf_hashes)
    if not 0 <= index < size:
        raise ValueError(f"index must be in [0, {size}), got {index}")
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(root(leaf_hashes[middle:high]))
            high = middle
        else:
            proof.append(root(leaf_hashes[low:middle]))
            low = middle
    return tuple(reversed(proof))


def verify_inclusion(hashed: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows the leaf hash ``hashed`` at ``index`` of the tree of ``size`` with ``root``: section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, hashed
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def consistency_proof(leaf_hashes: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """The proof that the tree of the first ``first`` entries was only added to: section 2.1.4.1. Cost: linear in the tree."""
    size = len(leaf_hashes)
    if not 0 < first <= size:
        raise ValueError(f"first must be in [1, {size}], got {first}")
    proof: list[bytes] = []
    low, high, old, whole = 0, size, first, True
    while old != high - low:
        middle = low + _split(high - low)
        if low + old <= middle:
            proof.append(root(leaf_hashes[middle:high]))
            high = middle
        else:
            proof.append(root(leaf_hashes[low:middle]))
            old -= middle - low
            low, whole = middle, False
    if not whole:
        proof.append(root(leaf_hashes[low:high]))
    return tuple(reversed(proof))


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the tree of ``second`` entries begins with that of ``first``: section 2.1.4.2."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(step, old), node_hash(step, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """The largest power of two smaller than ``size`` (size > 1)."""
    return 1 << (size - 1).bit_length() - 1
