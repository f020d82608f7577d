"""The verifier of a journal: rows as they are stored against heads as they were signed.

Owns no storage. What it rests on: a valid signed head of size ``n`` fixes rows 1 to ``n`` for good, since the chain recomputed from
their contents must arrive at it. Between two such heads the stored leaves and heads tell which row it was, as far as whoever
tampered left them alone; where they were recomputed too, the whole stretch is reported. So no row up to the last signed head can be
altered, removed, moved or added without a finding over its position. Rows after the last signed head are only as good as their own hashes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from . import links
from .heads import SignedHead, verify_head
from .merkle import Frontier, leaf_hash

FindingKind = Literal[
    "altered", "unlinked", "removed", "inserted", "reordered", "truncated", "not_as_signed", "bad_head", "forked_head"
]


@dataclass(frozen=True, slots=True)
class Row:
    """A sealed fact as stored. ``salt`` and ``payload`` are both None once erased; then ``commitment`` stands for them."""

    position: int
    header: bytes
    commitment: bytes
    leaf: bytes
    head: bytes
    payload: bytes | None = None
    salt: bytes | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with positions ``first`` to ``last`` (inclusive).

    ``altered``: a row does not hash to what is stored beside it. ``unlinked``: a row does not follow from the one before it.
    ``removed``, ``inserted``, ``reordered``, ``truncated``: positions that are missing, twice there, out of order, or cut off at the
    end; ``removed`` and ``inserted`` also where renumbering hid it and a signed head shows the shift. ``not_as_signed``: the rows of
    this stretch are not the ones that were signed. ``bad_head``: a head whose signature, key or community is wrong.
    ``forked_head``: two validly signed heads of one size that differ, that is, two histories were sworn to.
    """

    kind: FindingKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Report:
    """``n_confirmed``: rows proved to be as signed, from the first on without a break; ``n_unsigned``: rows after the last good head."""

    findings: tuple[Finding, ...]
    n_rows: int
    n_erased: int
    n_confirmed: int
    n_unsigned: int

    @property
    def is_clean(self) -> bool:
        return not self.findings


def verify_chain(
    rows: Iterable[Row], heads: Sequence[SignedHead], *, community: uuid.UUID, keys: Mapping[str, bytes]
) -> Report:
    """Everything wrong with ``rows`` (in the order they are kept, positions from 1) given all signed ``heads`` known.

    Give it heads from wherever they are kept (the database, the file beside it, a paper notice): one of them that the rows do not meet is
    enough to show it. ``keys`` are the trusted public keys by :func:`~linli.engines.proofs.heads.key_id`. Rows are read once; cost: four
    SHA-256 a row and one signature a head; memory does not grow with the rows.
    """
    check = _Check(community)
    check.take_heads(heads, keys)
    for row in rows:
        check.take(row)
    return check.finish()


@dataclass(slots=True)
class _Check:
    community: uuid.UUID
    findings: list[Finding] = field(default_factory=list)
    anchors: list[SignedHead] = field(default_factory=list)
    size_by_chain: dict[bytes, int] = field(default_factory=dict)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    tree: Frontier = field(default_factory=Frontier)
    n_rows: int = 0
    n_erased: int = 0
    n_confirmed: int = 0
    last: int = 0
    anchored: int = 0
    met: int = 0
    shift: int = 0
    content: bytes | None = None
    stored: bytes | None = None
    next_anchor: int = 0
    is_whole: bool = True

    def __post_init__(self) -> None:
        self.content = self.stored = links.genesis(self.community)

    def add(self, kind: FindingKind, first: int, last: int) -> None:
        self.findings.append(Finding(kind, first, last))

    def take_heads(self, heads: Sequence[SignedHead], keys: Mapping[str, bytes]) -> None:
        by_size: dict[int, SignedHead] = {}
        for head in heads:
            if head.community != self.community or not verify_head(head, keys):
                self.add("bad_head", head.size, head.size)
                continue
            first = by_size.setdefault(head.size, head)
            if (first.chain, first.root) != (head.chain, head.root):
                self.add("forked_head", head.size, head.size)
        self.anchors = [by_size[size] for size in sorted(by_size)]
        self.size_by_chain = {head.chain: head.size for head in self.anchors}
        self._pass_anchors(0)

    def take(self, row: Row) -> None:
        self.n_rows += 1
        content_leaf = self._check_content(row)
        if row.position <= self.last:
            self._misplaced(row.position)
            return
        if row.position > self.last + 1:
            self._gap(row.position)
        self.last = row.position
        self._check_link(row)
        if self.content is not None:
            self.content = links.chain(self.content, content_leaf)
        if self.is_whole:
            self.tree = self.tree.extend([leaf_hash(content_leaf)])
        self.stored = row.head
        self._pass_anchors(row.position)

    def finish(self) -> Report:
        if self.anchors and self.anchors[-1].size > self.last:
            self.add("truncated", self.last + 1, self.anchors[-1].size)
            self._pass_anchors(self.anchors[-1].size, reached=False)
        for first, last in self.gaps:
            self.add("removed", first, last)
        order = sorted(self.findings, key=lambda finding: (finding.first, finding.last, finding.kind))
        return Report(
            findings=tuple(dict.fromkeys(order)),
            n_rows=self.n_rows,
            n_erased=self.n_erased,
            n_confirmed=self.n_confirmed,
            n_unsigned=max(0, self.last - self.anchored),
        )

    def _check_content(self, row: Row) -> bytes:
        """The leaf that follows from what the row says; a finding where the row says otherwise."""
        is_erased = row.payload is None and row.salt is None
        self.n_erased += is_erased
        try:
            committed = row.commitment
            if not is_erased:
                committed = links.commitment(row.salt or b"", row.payload or b"")
            computed = links.leaf(row.header, committed)
        except ValueError:
            computed, committed = bytes(links.HASH_BYTES), b""
        if computed != row.leaf or committed != row.commitment:
            self.add("altered", row.position, row.position)
        return computed

    def _check_link(self, row: Row) -> None:
        if len(row.leaf) != links.HASH_BYTES or len(row.head) != links.HASH_BYTES:
            self.add("altered", row.position, row.position)
            self.stored = None
        elif self.stored is not None and links.chain(self.stored, row.leaf) != row.head:
            self.add("unlinked", row.position, row.position)
        shift = self.size_by_chain.get(row.head, row.position + self.shift) - row.position
        if shift != self.shift:
            self.add("removed" if shift > self.shift else "inserted", self.met + 1, row.position)
            self.shift = shift

    def _misplaced(self, position: int) -> None:
        """A row that comes after its place: it fills a gap (it was moved), or its place is taken (it was put in)."""
        for at, (first, last) in enumerate(self.gaps):
            if first <= position <= last:
                self.gaps[at : at + 1] = [
                    gap for gap in ((first, position - 1), (position + 1, last)) if gap[0] <= gap[1]
                ]
                self.add("reordered", position, position)
                return
        self.add("inserted", position, position)

    def _gap(self, position: int) -> None:
        self.gaps.append((self.last + 1, position - 1))
        self.content = self.stored = None
        self.is_whole = False
        self._pass_anchors(position - 1, reached=False)

    def _pass_anchors(self, position: int, *, reached: bool = True) -> None:
        """Hold the rows up to ``position`` against the heads of that size and less. ``reached``: the row at ``position`` is there."""
        while self.next_anchor < len(self.anchors) and self.anchors[self.next_anchor].size <= position:
            anchor = self.anchors[self.next_anchor]
            self.next_anchor += 1
            is_met = reached and self.content == anchor.chain
            if is_met and self.is_whole and self.tree.root() != anchor.root:
                self.add("bad_head", anchor.size, anchor.size)
            elif is_met and self.is_whole:
                self.n_confirmed = anchor.size
            if is_met:
                self.met = anchor.size
            else:
                self.is_whole = False
                self.add("not_as_signed", min(self.anchored + 1, anchor.size), anchor.size)
            self.anchored = anchor.size
            if anchor.size == position:
                self.content = anchor.chain
                if is_met or self.stored is None:
                    self.stored = anchor.chain
