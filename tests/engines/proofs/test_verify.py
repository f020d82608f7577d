"""The verifier against everybody who can write to the database but holds no signing key, and sometimes against one who does."""

from __future__ import annotations

import hashlib
import random
import uuid
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.proofs import (
    Frontier,
    Report,
    Row,
    SignedHead,
    canonical,
    chain,
    commitment,
    genesis,
    key_id,
    leaf,
    leaf_hash,
    public_key,
    sign_head,
    verify_chain,
    verify_head,
)

COMMUNITY = uuid.UUID(int=7)
PRIVATE = bytes(range(32))
KEYS = {key_id(public_key(PRIVATE)): public_key(PRIVATE)}
BATCH, N_ROWS = 8, 40


def sealed(previous: bytes, position: int, header: bytes, payload: bytes, salt: bytes) -> Row:
    committed = commitment(salt, payload)
    fact = leaf(header, committed)
    return Row(position, header, committed, fact, chain(previous, fact), payload, salt)


def journal(n_rows: int, *, seed: int = 1, batch: int = BATCH) -> tuple[list[Row], list[SignedHead]]:
    source = random.Random(seed)
    rows: list[Row] = []
    heads: list[SignedHead] = []
    tree, previous = Frontier(), genesis(COMMUNITY)
    for position in range(1, n_rows + 1):
        header = canonical({"id": f"{source.getrandbits(64):x}", "name": "cases.case_closed"})
        row = sealed(previous, position, header, canonical({"case": position}), source.randbytes(32))
        rows.append(row)
        previous = row.head
        tree = tree.extend([leaf_hash(row.leaf)])
        if position % batch == 0:
            heads.append(head_of(row, tree.root()))
    return rows, heads


def head_of(row: Row, root: bytes, key: bytes = PRIVATE) -> SignedHead:
    return sign_head(key, community=COMMUNITY, size=row.position, chain=row.head, root=root, signed_at_ms=row.position)


ROWS, HEADS = journal(N_ROWS)


def check(rows: list[Row], heads: list[SignedHead] | None = None) -> Report:
    return verify_chain(rows, HEADS if heads is None else heads, community=COMMUNITY, keys=KEYS)


def covered(report: Report, position: int) -> bool:
    return any(finding.first <= position <= finding.last for finding in report.findings)


def kinds(report: Report) -> set[str]:
    return {finding.kind for finding in report.findings}


def rehashed(rows: list[Row]) -> list[Row]:
    """What a forger who knows the format stores: contents as given, positions and all hashes made to fit."""
    done: list[Row] = []
    previous = genesis(COMMUNITY)
    for position, row in enumerate(rows, start=1):
        assert row.payload is not None
        assert row.salt is not None
        done.append(sealed(previous, position, row.header, row.payload, row.salt))
        previous = done[-1].head
    return done


def test_an_honest_journal_is_confirmed_to_its_last_head() -> None:
    report = check(ROWS)
    assert report.is_clean
    assert (report.n_rows, report.n_confirmed, report.n_unsigned, report.n_erased) == (N_ROWS, N_ROWS, 0, 0)


def test_rows_after_the_last_head_are_counted_as_unsigned() -> None:
    rows, heads = journal(N_ROWS + 3)
    report = check(rows, heads)
    assert report.is_clean
    assert (report.n_confirmed, report.n_unsigned) == (N_ROWS, 3)


def test_an_empty_journal_is_clean_and_confirms_nothing() -> None:
    report = check([], [])
    assert report.is_clean
    assert (report.n_rows, report.n_confirmed) == (0, 0)


def test_erased_facts_verify_and_nothing_in_them_tells_what_they_were() -> None:
    rows = [replace(row, payload=None, salt=None) if row.position % 3 else row for row in ROWS]
    report = check(rows)
    assert report.is_clean
    assert (report.n_confirmed, report.n_erased) == (N_ROWS, 27)
    guesses = {hashlib.sha256(canonical({"case": case})).digest() for case in range(1, 100)}
    assert not guesses & {row.commitment for row in rows}


@pytest.mark.parametrize("part", ["header", "payload", "salt", "commitment", "leaf", "head"])
def test_every_flipped_bit_of_a_row_is_found_at_the_row(part: str) -> None:
    rows, heads = journal(12, batch=4)
    for at in (0, 6, 11):
        value = getattr(rows[at], part)
        for bit in range(len(value) * 8):
            flipped = bytearray(value)
            flipped[bit // 8] ^= 1 << bit % 8
            report = check([*rows[:at], replace(rows[at], **{part: bytes(flipped)}), *rows[at + 1 :]], heads)
            assert covered(report, at + 1), (part, at, bit)


def test_an_altered_payload_is_pinned_to_its_row() -> None:
    rows = [*ROWS]
    rows[12] = replace(rows[12], payload=canonical({"case": 999}))
    report = check(rows)
    assert ("altered", 13, 13) in {(f.kind, f.first, f.last) for f in report.findings}
    assert report.n_confirmed == BATCH


def test_half_an_erasure_is_an_alteration() -> None:
    for part in ("salt", "payload"):
        rows = [*ROWS]
        rows[3] = replace(rows[3], **{part: None})
        assert ("altered", 4) in {(f.kind, f.first) for f in check(rows).findings}


def test_a_removed_row_is_told_by_its_position() -> None:
    report = check(ROWS[:20] + ROWS[21:])
    assert ("removed", 21, 21) in {(f.kind, f.first, f.last) for f in report.findings}


def test_a_removed_row_hidden_by_renumbering_is_told_by_the_next_head() -> None:
    rest = [replace(row, position=row.position - 1) for row in ROWS[21:]]
    report = check(ROWS[:20] + rest)
    assert any(f.kind == "removed" and f.first <= 21 <= f.last for f in report.findings)
    assert "truncated" in kinds(report)


def test_an_inserted_row_hidden_by_renumbering_is_told_by_the_next_head() -> None:
    rest = [replace(row, position=row.position + 1) for row in ROWS[20:]]
    report = check([*ROWS[:20], replace(ROWS[3], position=21), *rest])
    assert any(f.kind == "inserted" and f.first <= 21 <= f.last for f in report.findings)


def test_a_second_row_at_a_position_is_an_insertion() -> None:
    assert ("inserted", 5) in {(f.kind, f.first) for f in check([*ROWS[:5], ROWS[4], *ROWS[5:]]).findings}


def test_rows_kept_in_another_order_are_told() -> None:
    rows = [*ROWS]
    rows[9], rows[10] = rows[10], rows[9]
    assert ("reordered", 10) in {(f.kind, f.first) for f in check(rows).findings}
    assert "removed" not in kinds(check(rows))


def test_rows_that_changed_places_are_told() -> None:
    rows = [*ROWS]
    rows[9], rows[14] = replace(rows[14], position=10), replace(rows[9], position=15)
    report = check(rows)
    assert covered(report, 10)
    assert covered(report, 15)


def test_a_truncated_journal_is_told_by_heads_kept_elsewhere() -> None:
    report = check(ROWS[:30])
    assert ("truncated", 31, 40) in {(f.kind, f.first, f.last) for f in report.findings}
    assert ("truncated", 1, 40) in {(f.kind, f.first, f.last) for f in check([]).findings}


def test_a_truncation_with_its_heads_destroyed_is_seen_only_by_who_kept_a_head() -> None:
    assert check(ROWS[:30], HEADS[:3]).is_clean
    assert not check(ROWS[:30], [*HEADS[:3], HEADS[-1]]).is_clean


def test_a_forger_without_the_key_cannot_make_heads_that_count() -> None:
    rows = rehashed([*ROWS[:5], replace(ROWS[5], payload=b'{"case":0}'), *ROWS[6:]])
    other = bytes(32)
    heads = [head_of(rows[head.size - 1], head.root, other) for head in HEADS]
    report = verify_chain(rows, heads, community=COMMUNITY, keys=KEYS)
    assert kinds(report) == {"bad_head"}
    assert report.n_confirmed == 0
    known = {key_id(public_key(PRIVATE)): public_key(other)}
    assert not verify_head(heads[0], {**known, heads[0].key_id: public_key(PRIVATE)})
    assert not verify_head(HEADS[0], known)


def test_two_histories_sworn_to_with_the_real_key_are_told_as_a_fork() -> None:
    rows = rehashed([*ROWS[:5], replace(ROWS[5], payload=b'{"case":0}'), *ROWS[6:]])
    tree = Frontier().extend([leaf_hash(row.leaf) for row in rows])
    report = check(rows, [*HEADS, head_of(rows[-1], tree.root())])
    assert ("forked_head", N_ROWS) in {(f.kind, f.first) for f in report.findings}


def test_a_head_with_a_false_root_is_bad_though_its_chain_is_right() -> None:
    report = check(ROWS, [*HEADS[:-1], head_of(ROWS[-1], bytes(32))])
    assert kinds(report) == {"bad_head"}
    assert report.n_confirmed == N_ROWS - BATCH


def test_the_journal_of_one_community_does_not_pass_for_that_of_another() -> None:
    report = verify_chain(ROWS, HEADS, community=uuid.UUID(int=8), keys=KEYS)
    assert {"bad_head", "unlinked"} <= kinds(report)


@pytest.mark.parametrize("field", ["community", "size", "chain", "root", "signed_at_ms"])
def test_no_part_of_a_head_can_be_changed_under_its_signature(field: str) -> None:
    value = getattr(HEADS[0], field)
    other = uuid.uuid4() if field == "community" else value + 1 if isinstance(value, int) else bytes(32)
    assert verify_head(HEADS[0], KEYS)
    assert not verify_head(replace(HEADS[0], **{field: other}), KEYS)


def test_a_head_written_down_and_read_again_still_verifies() -> None:
    raw = HEADS[0].as_mapping()
    assert SignedHead.from_mapping(raw) == HEADS[0]
    assert verify_head(SignedHead.from_mapping(raw), KEYS)


@pytest.mark.parametrize(
    "damage",
    [
        {"type": "x"},
        {"size": -1},
        {"size": "3"},
        {"size": True},
        {"size": 2**53},
        {"chain": "00"},
        {"root": None},
        {"community": 4},
        {"signature": "zz"},
        {"key_id": "../x"},
        {"extra": 1},
    ],
)
def test_what_is_no_head_is_refused_as_such(damage: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        SignedHead.from_mapping(HEADS[0].as_mapping() | damage)
    with pytest.raises(ValueError, match="not a signed head"):
        SignedHead.from_mapping({})


def test_lengths_that_would_let_bytes_slide_between_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="salt must have 32 bytes, got 31"):
        commitment(bytes(31), b"\x00payload")
    with pytest.raises(ValueError, match="commitment must have 32 bytes"):
        leaf(b"{}", bytes(31))
    with pytest.raises(ValueError, match="header must be canonical JSON"):
        leaf(bytes(32), bytes(32))
    with pytest.raises(ValueError, match="previous must have 32 bytes"):
        chain(b"", bytes(32))


# --- random forgers


def altered(row: Row, source: random.Random) -> Row:
    part = source.choice(["header", "payload", "salt", "commitment", "leaf", "head"])
    value = bytearray(getattr(row, part))
    value[source.randrange(len(value))] ^= 1 << source.randrange(8)
    return replace(row, **{part: bytes(value)})


def forge(source: random.Random) -> tuple[list[Row], set[int]]:
    """A journal with one random change, and the positions whose content is no longer what was signed."""
    rows, at = [*ROWS], source.randrange(N_ROWS)
    position = at + 1
    match source.choice(["alter", "rewrite", "remove", "close up", "move", "swap", "insert", "copy", "truncate"]):
        case "alter":
            rows[at] = altered(rows[at], source)
            return rows, {position}
        case "rewrite":
            rows[at] = replace(rows[at], payload=canonical({"case": -position}))
            return rehashed(rows), {position}
        case "remove":
            n_gone = source.randint(1, min(12, N_ROWS - at))
            return rows[:at] + rows[at + n_gone :], set(range(position, position + n_gone))
        case "close up":
            return rehashed(rows[:at] + rows[at + 1 :]), set(range(position, N_ROWS + 1))
        case "move":
            rows.insert(source.choice([i for i in range(N_ROWS - 1) if i != at]), rows.pop(at))
            return rehashed(rows), {i for i, row in enumerate(rows, start=1) if row.header != ROWS[i - 1].header}
        case "swap":
            other = source.choice([i for i in range(N_ROWS) if i != at])
            rows[at], rows[other] = replace(rows[other], position=position), replace(rows[at], position=other + 1)
            return rows, {position, other + 1}
        case "insert":
            rows.insert(at, replace(rows[at], payload=b"{}"))
            return rehashed(rows), set(range(position, N_ROWS + 1))
        case "copy":
            rows.insert(source.randrange(N_ROWS + 1), rows[at])
            return rows, {position}
        case _:
            return rows[:at], set(range(position, N_ROWS + 1))


def contents(rows: list[Row]) -> dict[int, tuple[object, ...]]:
    """What the first row at each position says, apart from the hashes stored beside it."""
    return {row.position: (row.header, row.payload, row.salt) for row in reversed(rows)}


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32))
def test_every_random_forgery_is_found_over_every_row_it_touched(seed: int) -> None:
    rows, touched = forge(random.Random(seed))
    report = check(rows)
    assert not report.is_clean
    for position in touched:
        assert covered(report, position), (position, report.findings)
    if contents(rows) != contents(ROWS):
        assert report.n_confirmed < min(touched)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 9), st.sets(st.integers(1, 30)))
def test_an_honest_journal_of_any_size_and_batch_with_any_erasures_is_clean(
    n_rows: int, batch: int, erased: set[int]
) -> None:
    rows, heads = journal(n_rows, seed=n_rows, batch=batch)
    rows = [replace(row, payload=None, salt=None) if row.position in erased else row for row in rows]
    report = check(rows, heads)
    assert report.is_clean
    assert report.n_confirmed == n_rows - n_rows % batch
    assert report.n_unsigned == n_rows % batch
