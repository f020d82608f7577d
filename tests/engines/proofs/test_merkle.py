"""Merkle trees against the definitions of RFC 9162, taken word for word, and against forgers."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.proofs import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(str(i).encode()) for i in range(70)]


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    if not d:
        return hashlib.sha256().digest()
    if len(d) == 1:
        return d[0]
    k = split(len(d))
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = split(len(d))
    return [*subproof(m, d[:k], b), mth(d[k:])] if m <= k else [*subproof(m - k, d[k:], False), mth(d[:k])]


@pytest.mark.parametrize("size", range(1, 34))
def test_roots_and_proofs_are_those_of_the_definitions_and_verify(size: int) -> None:
    leaves = LEAVES[:size]
    assert root(leaves) == mth(leaves)
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        assert list(proof) == path(index, leaves)
        assert verify_inclusion(leaves[index], index, size, proof, root(leaves))
    for first in range(1, size + 1):
        proof = consistency_proof(leaves, first)
        assert list(proof) == subproof(first, leaves, True)
        assert verify_consistency(first, size, root(leaves[:first]), root(leaves), proof)


@given(st.lists(st.integers(0, 9), max_size=6))
def test_a_frontier_grown_in_any_batches_has_the_root_of_the_whole(batches: list[int]) -> None:
    frontier, at = Frontier(), 0
    for n_new in batches:
        frontier = frontier.extend(LEAVES[at : at + n_new])
        at += n_new
    assert (frontier.size, frontier.root()) == (at, mth(LEAVES[:at]))
    assert Frontier(frontier.size, frontier.peaks) == frontier


@given(st.data())
def test_a_proof_shows_nothing_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 40))
    index = data.draw(st.integers(0, size - 1))
    proof, top = list(inclusion_proof(LEAVES[:size], index)), root(LEAVES[:size])
    other = data.draw(st.integers(0, size + 2).filter(lambda i: i != index))
    assert not verify_inclusion(LEAVES[other], index, size, proof, top)
    assert not verify_inclusion(LEAVES[index], other, size, proof, top)
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, LEAVES[0]], top)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not verify_inclusion(LEAVES[index], index, size, proof[:at] + proof[at + 1 :], top)
        flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        assert not verify_inclusion(LEAVES[index], index, size, [*proof[:at], flipped, *proof[at + 1 :]], top)


@given(st.data())
def test_a_tree_whose_past_was_changed_has_no_consistency_proof_that_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 40))
    first = data.draw(st.integers(1, size))
    at = data.draw(st.integers(0, first - 1))
    forged = [*LEAVES[:at], leaf_hash(b"forged"), *LEAVES[at + 1 : size]]
    old = root(LEAVES[:first])
    for proof in (consistency_proof(forged, first), consistency_proof(LEAVES[:size], first)):
        assert not verify_consistency(first, size, old, root(forged), proof)
    honest = consistency_proof(LEAVES[:size], first)
    assert not verify_consistency(first, size, old, root(LEAVES[:size]), [*honest, LEAVES[0]])
    if honest:
        assert not verify_consistency(first, size, old, root(LEAVES[:size]), honest[:-1])


def test_a_leaf_is_never_a_node() -> None:
    assert node_hash(LEAVES[0], LEAVES[1]) != leaf_hash(LEAVES[0] + LEAVES[1])


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_sizes_that_cannot_be_are_not_consistent(first: int, second: int) -> None:
    assert not verify_consistency(first, second, LEAVES[0], LEAVES[0], [])


def test_indices_outside_the_tree_are_refused_with_the_limits() -> None:
    with pytest.raises(ValueError, match=r"index must be in \[0, 3\), got 3"):
        inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(ValueError, match=r"first must be in \[1, 3\], got 0"):
        consistency_proof(LEAVES[:3], 0)
    with pytest.raises(ValueError, match="has 2 peaks, got 1"):
        Frontier(3, (LEAVES[0],))
