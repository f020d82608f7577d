"""Finding whether the past was rewritten: database, signed heads and the files outside the database, each against the others.

Reads everything through server-side cursors in one snapshot; memory does not grow with the journal. What each finding means and what
this can and cannot show stands in ``docs/rooms/journal.md``.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row

from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.home import Home, current_home
from linli.platform.keys import keyring
from linli.platform.verify import Finding

from .bridges import (
    FACT_COLUMNS,
    HEAD_COLUMNS,
    Row,
    SignedHead,
    StoredFact,
    frontier_of,
    signed_head,
    verify_chain,
    verify_head,
)
from .connecting import connect
from .headfiles import FileHeads, HeadFiles
from .rules import INSTALLATION

MAX_ANCHORS = 10_000
"""Heads the engine holds in memory for one chain; of longer chains every second, fourth, … head and the last. All are checked anyway."""
MAX_UNSEALED_S = 60
SEALING_S = 2.0
FETCH = 2000
FIELDS = tuple(StoredFact.__dataclass_fields__)
ROWS = f"""SELECT s.position, s.commitment, s.leaf, s.hash, s.sealed_at IS NOT DISTINCT FROM h.signed_at AS is_on_time, {FACT_COLUMNS}
    FROM journal_seal s
    LEFT JOIN journal_fact f ON f.id = s.fact_id
    LEFT JOIN LATERAL (SELECT signed_at FROM journal_head WHERE chain = s.chain AND position >= s.position ORDER BY position LIMIT 1) h ON true
    WHERE s.chain = %s ORDER BY s.position"""  # noqa: S608  # our own constants
HEADS = f"""SELECT {HEAD_COLUMNS}, s.hash AS sealed_hash
    FROM journal_head h LEFT JOIN journal_seal s ON s.chain = h.chain AND s.position = h.position
    WHERE h.chain = %s ORDER BY h.position"""  # noqa: S608
UNSEALED = """SELECT f.id, coalesce(f.community_id, %s) AS chain FROM journal_fact f
    WHERE NOT EXISTS (SELECT 1 FROM journal_seal s WHERE s.fact_id = f.id) AND f.recorded_at < now() - make_interval(secs => %s)"""

SAID = {
    "altered": Text("第 {first} 条被改动", "position {first} was altered"),
    "unlinked": Text("第 {first} 条接不上前一条", "position {first} does not follow from the one before"),
    "removed": Text("第 {first}–{last} 条被删去", "positions {first}–{last} were removed"),
    "inserted": Text("第 {first}–{last} 条里有插入的记录", "something was inserted in positions {first}–{last}"),
    "reordered": Text("第 {first} 条的次序被改动", "position {first} was moved"),
    "truncated": Text("第 {first}–{last} 条被截去", "positions {first}–{last} were cut off"),
    "not_as_signed": Text("第 {first}–{last} 条与签名时不同", "positions {first}–{last} are not as they were signed"),
    "bad_head": Text("第 {first} 条处的链头签名不对", "the head at position {first} is not validly signed"),
    "forked_head": Text("第 {first} 条处有两个不同的签名链头", "two different heads were signed at position {first}"),
    "file_differs": Text("链头文件与数据库在第 {first} 条处不同", "head file and database differ at position {first}"),
    "file_behind": Text(
        "链头文件缺少 {n} 个链头，从第 {first} 条起", "the head file lacks {n} heads, from position {first} on"
    ),
    "file_unreadable": Text("链头文件里有读不懂的行", "the head file has a line that cannot be read"),
    "unsigned": Text("第 {first}–{last} 条之后没有签名的链头", "positions {first}–{last} are under no signed head"),
    "time_altered": Text("第 {first} 条的封存时间被改动", "the time of sealing of position {first} was altered"),
    "wrong_chain": Text("第 {first} 条不属于这条链", "position {first} does not belong to this chain"),
    "erased_silently": Text("第 {first} 条被抹去，却没有记录", "position {first} was erased without a record of it"),
    "unsealed": Text("记录 {fact_id} 超过 60 秒没有封存", "fact {fact_id} has not been sealed for more than 60 s"),
    "outside_head": Text(
        "外部保存的链头（第 {first} 条）与数据库不同", "a head kept outside (position {first}) is not the database's"
    ),
}


@dataclass(slots=True)
class Anchors:
    """Heads of one chain for the engine, thinned so that there are never more than :data:`MAX_ANCHORS`, and always the last."""

    kept: list[SignedHead] = field(default_factory=list)
    last: SignedHead | None = None
    step: int = 1
    n_seen: int = 0

    def add(self, head: SignedHead) -> None:
        if self.n_seen % self.step == 0:
            self.kept.append(head)
        self.n_seen += 1
        if self.last is None or head.size >= self.last.size:
            self.last = head
        if len(self.kept) > MAX_ANCHORS:
            del self.kept[1::2]
            self.step *= 2

    def all(self) -> list[SignedHead]:
        return self.kept if self.last is None or self.last in set(self.kept) else [*self.kept, self.last]


def verify_journal(
    *, home: Home | None = None, outside: Iterable[SignedHead] = (), chains: Collection[UUID] | None = None
) -> Iterator[Finding]:
    """Everything wrong with the journal, or with ``chains`` of it.

    ``outside``: heads kept elsewhere (a downloaded file, a paper notice) to hold it against.

    Runs beside a working sealer. Cost: four SHA-256 and two canonical forms a fact, one signature a head.
    """
    home = home or current_home()
    files = HeadFiles(home.heads)
    file_sizes = {
        chain: files.size(chain) for chain in files.chains()
    }  # before the snapshot: all of this must be in it
    kept_outside: dict[UUID, list[SignedHead]] = {}
    for head in outside:
        kept_outside.setdefault(head.community, []).append(head)
    with connect("sealer", purpose="verify") as connection:
        connection.read_only = True
        files = HeadFiles.of(home, connection.info.dbname)
        file_sizes = {
            chain: files.size(chain) for chain in files.chains()
        }  # before the snapshot: all of this must be in it
        keys = keyring(home).public_keys("journal")
        known = _chains(connection) | set(file_sizes) | set(kept_outside)
        for chain in sorted(known if chains is None else known & set(chains)):
            check = ChainCheck(connection, chain, keys=keys)
            yield from check.run(files, file_size=file_sizes.get(chain, 0), outside=kept_outside.get(chain, []))
        connection.commit()
        for finding in _unsealed(connection):
            if chains is None or finding.data["chain"] in chains:
                yield finding


@dataclass(slots=True)
class ChainCheck:
    """One chain in the snapshot of ``connection``."""

    connection: psycopg.Connection[Any]
    chain: UUID
    keys: dict[str, bytes]
    found: list[Finding] = field(default_factory=list)
    n_rows: int = 0

    def run(self, files: HeadFiles, *, file_size: int, outside: list[SignedHead]) -> Iterator[Finding]:
        anchors = Anchors()
        yield from self._check_heads(files, file_size, anchors)
        last_head = anchors.last.size if anchors.last else 0
        heads = anchors.all() + [head for head in outside if head not in anchors.kept]
        report = verify_chain(self._rows(), heads, community=self.chain, keys=self.keys)
        yield from self.found
        for one in report.findings:
            yield self._finding(one.kind, one.first, one.last)
        if self.n_rows > last_head:
            yield self._finding("unsigned", last_head + 1, self.n_rows)

    def _finding(self, kind: str, first: int, last: int | None = None, **more: Any) -> Finding:
        data = {"chain": self.chain, "first": first, "last": last or first} | more
        said = SAID[kind].fill(**data)
        place = (
            Text("安装的链", "the installation's chain")
            if self.chain == INSTALLATION
            else Text(f"链 {self.chain}", f"chain {self.chain}")
        )
        return Finding(f"journal.{kind}", Text(f"{place.zh}：{said.zh}", f"{place.en}: {said.en}"), data)

    def _check_heads(self, files: HeadFiles, file_size: int, anchors: Anchors) -> Iterator[Finding]:
        """Heads of the database in order, each against its seal, its signature and the line of the file for its position."""
        lines = FileHeads(files.read(self.chain))
        missing: list[tuple[int, SignedHead | None]] = []
        last = n_missing = 0
        for row in self._stream(HEADS, "heads"):
            last = row.position
            kind, head = _check_head(row, self.keys)
            if kind:
                yield self._finding(kind, row.position)
            if head is not None:
                anchors.add(head)
            yield from self._only_in_file(lines.before(row.position), file_size, anchors)
            written = lines.at(row.position)
            if written is None:
                missing = missing or [(row.position, head)]
                n_missing += 1
            elif written != head:
                anchors.add(written)
                yield self._finding("file_differs", row.position)
        yield from self._only_in_file(lines.rest(), file_size, anchors)
        first, head = missing[0] if missing else (0, None)
        if first not in (
            0,
            last,
        ):  # only the last may be missing: killed between commit and file, mended at the next start
            yield self._finding("file_behind", first, n=n_missing)
        if lines.n_unreadable or not lines.is_tail_harmless(file_size, head):
            yield self._finding("file_unreadable", last)

    def _only_in_file(
        self, heads: Iterable[tuple[int, SignedHead]], file_size: int, anchors: Anchors
    ) -> Iterator[Finding]:
        """Heads of the file that the database does not have; what was written after the snapshot is none."""
        for offset, head in heads:
            if offset <= file_size:
                anchors.add(head)  # the engine tells what is missing up to it
                yield self._finding("file_differs", head.size)

    def _rows(self) -> Iterator[Row]:
        """The chain's rows for the engine; notes what the engine does not look at."""
        for row in self._stream(ROWS, "rows"):
            self.n_rows = max(self.n_rows, row.position)
            if row.id is None:
                continue  # the engine sees the gap
            fact = StoredFact(*(getattr(row, name) for name in FIELDS))
            if fact.chain != self.chain:
                self.found.append(self._finding("wrong_chain", row.position))
            if not row.is_on_time:
                self.found.append(self._finding("time_altered", row.position))
            if fact.payload is None and not self._erasure_is_recorded(fact):
                self.found.append(self._finding("erased_silently", row.position))
            try:
                header, payload = fact.header_bytes(), fact.payload_bytes()
            except LinliError:  # no fact was ever written like this
                header, payload = b"{}", b""
            yield Row(
                position=row.position,
                header=header,
                commitment=bytes(row.commitment),
                leaf=bytes(row.leaf),
                head=bytes(row.hash),
                payload=payload,
                salt=fact.salt,
            )

    def _erasure_is_recorded(self, fact: StoredFact) -> bool:
        found = self.connection.execute(
            "SELECT 1 FROM journal_fact e WHERE e.subject_id = %s AND e.name = 'journal.fact_erased'"
            " AND e.payload ->> 'fact_id' = %s AND e.community_id IS NOT DISTINCT FROM %s",
            [fact.subject_id, str(fact.id), fact.community_id],
        )
        return found.fetchone() is not None

    def _stream(self, statement: str, name: str) -> Iterator[Any]:
        with self.connection.cursor(f"linli_{name}", row_factory=namedtuple_row) as cursor:
            cursor.itersize = FETCH
            yield from cursor.execute(statement, [self.chain])


def _chains(connection: psycopg.Connection[Any]) -> set[UUID]:
    """Every chain with a seal or a head. Linear in seals: a chain without any head must be seen too."""
    rows = connection.execute(
        "SELECT chain FROM journal_head GROUP BY chain UNION SELECT chain FROM journal_seal GROUP BY chain"
    )
    return {row[0] for row in rows}


def _check_head(row: Any, keys: dict[str, bytes]) -> tuple[str, SignedHead | None]:
    """What is wrong with a stored head ("" if nothing), and the head if it can be one at all."""
    try:
        head = signed_head(row)
        is_good = frontier_of(row.position, bytes(row.frontier)).root() == head.root and verify_head(head, keys)
    except ValueError:
        return "bad_head", None
    if not is_good:
        return "bad_head", head
    return ("" if row.sealed_hash is not None and bytes(row.sealed_hash) == head.chain else "not_as_signed"), head


def _unsealed(connection: psycopg.Connection[Any]) -> Iterator[Finding]:
    """Facts written long ago and still without a seal. A transaction that ran that long may just have ended, so look twice."""
    statement, values = UNSEALED, [INSTALLATION, MAX_UNSEALED_S]
    first = {row[0] for row in connection.execute(f"{statement} LIMIT 1000", values)}
    connection.commit()
    if not first:
        return
    time.sleep(SEALING_S)
    for fact_id, chain in connection.execute(f"{statement} AND f.id = ANY(%s)", [*values, list(first)]):
        data = {"fact_id": fact_id, "chain": chain}
        yield Finding("journal.unsealed", SAID["unsealed"].fill(**data), data)
    connection.commit()
