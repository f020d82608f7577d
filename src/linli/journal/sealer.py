"""The sealer: gives committed facts their gap-free places, signs where each chain ends, and says so once a batch.

Commands write nothing for it. It finds what is new by transaction numbers: after a pass under snapshot S, only facts of transactions that S
could not see (still running in S, or younger) can be new. At the start, and after anything went wrong, it looks at everything that
has no seal. One sealer at a time (an advisory lock of its session); the unique place of each seal would refuse a second one anyway.

Killed at any point: the batch is in the database whole or not at all, and its head files are mended from the database at the next start.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row, namedtuple_row

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.platform.home import Home, current_home
from linli.platform.keys import keyring

from .bridges import (
    FACT_COLUMNS,
    HEAD_COLUMNS,
    NO_FACTS,
    End,
    Leaf,
    SignedHead,
    StoredFact,
    end_of,
    extend,
    from_ms,
    leaf_of,
    signed_head,
    to_ms,
)
from .connecting import SEALER_LOCK, connect
from .headfiles import HeadFiles
from .rules import INSTALLATION

POLL_S = 0.2
BATCH = 2000
MAX_BACK_OFF_S = 5.0
HELD_RETRY_S = 30.0
MAX_NOTICE_BYTES = 7900  # PostgreSQL refuses a NOTIFY of 8000 bytes
CHANNEL = "linli_sealed"
log = logging.getLogger("linli.journal.sealer")

CHAIN = f"coalesce(f.community_id, '{INSTALLATION}')"
PENDING = """SELECT {columns} FROM journal_fact f
    WHERE NOT EXISTS (SELECT 1 FROM journal_seal s WHERE s.fact_id = f.id) AND {since} AND NOT ({chain} = ANY(%(held)s)) ORDER BY f.ord"""
ENDS = """SELECT {columns}, c.chain AS of_chain, coalesce(s.position, 0) AS n_sealed
    FROM unnest(%s::uuid[]) AS c (chain)
    LEFT JOIN LATERAL (SELECT * FROM journal_head WHERE chain = c.chain ORDER BY position DESC LIMIT 1) h ON true
    LEFT JOIN LATERAL (SELECT position FROM journal_seal WHERE chain = c.chain ORDER BY position DESC LIMIT 1) s ON true"""
CHAINS = """WITH RECURSIVE c AS (
        (SELECT chain FROM journal_head ORDER BY chain LIMIT 1)
        UNION ALL SELECT (SELECT h.chain FROM journal_head h WHERE h.chain > c.chain ORDER BY h.chain LIMIT 1) FROM c WHERE c.chain IS NOT NULL
    ) SELECT chain FROM c WHERE chain IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which transactions a statement can see: all below ``xmax`` but those in ``running`` (PostgreSQL, ``pg_snapshot``)."""

    xmax: int
    running: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Snapshot:
        _, xmax, running = text.split(":")
        return cls(int(xmax), tuple(int(xid) for xid in running.split(",") if xid))


class Sealer:
    """One session of sealing. Any exception ends it; a new one starts from what is in the database."""

    def __init__(self, connection: psycopg.Connection[Any], *, home: Home, batch: int = BATCH) -> None:
        self.connection = connection
        self.batch = batch
        self.files = HeadFiles.of(home, connection.info.dbname)
        self.key = keyring(home).signing_key("journal")
        self.seen: Snapshot | None = None
        self.ends: dict[UUID, End] = {}
        self.held: set[UUID] = set()

    def is_alone(self) -> bool:
        """Take the sealer's lock for this session; False if another sealer holds it."""
        row = self.connection.execute("SELECT pg_try_advisory_lock(%s)", [SEALER_LOCK]).fetchone()
        self.connection.commit()
        return bool(row and row[0])

    def reconcile(self) -> None:
        """Bring the head files up to the database; hold chains whose file knows another or a longer past."""
        rows = self.connection.execute(CHAINS).fetchall()
        for chain in sorted({row[0] for row in rows} | set(self.files.chains())):
            self.files.mend(chain)
            end = self._read_ends([chain])[chain]
            if end is not None and self._write_missing(chain, end):
                self.ends[chain] = end
            else:
                self._hold(chain)
        self.connection.commit()

    def seal(self) -> int:
        """Seal every committed fact that has no seal yet; how many were sealed. Facts come in the order they were written."""
        if self.seen is None:
            return self._drain()
        with self.connection.transaction():
            snapshot, since = self._new_since()
            facts = self._pending(since, limit=self.batch)
            ends = self._seal_batch(facts)
        self._publish(ends)
        if len(facts) == self.batch:
            return self.batch + self._drain()
        self.seen = snapshot
        return len(facts)

    def _drain(self) -> int:
        """Seal a backlog of any size: its ids are put in order once, by the server, and taken from there in batches."""
        with self.connection.transaction():
            snapshot, since = self._new_since()
            statement = sql.SQL(PENDING).format(columns=sql.SQL("f.id"), since=since, chain=sql.SQL(CHAIN))
            backlog = self.connection.cursor("linli_backlog", withhold=True)
            backlog.execute(statement, {"held": list(self.held)})
        n_sealed = 0
        try:
            while ids := [row[0] for row in backlog.fetchmany(self.batch)]:
                with self.connection.transaction():
                    facts = self._pending(sql.SQL("f.id = ANY(%(ids)s)"), ids=ids)
                    ends = self._seal_batch(facts)
                self._publish(ends)
                n_sealed += len(facts)
        finally:
            backlog.close()
        self.connection.commit()
        self.seen = snapshot
        return n_sealed

    def _new_since(self) -> tuple[Snapshot, sql.Composable]:
        row = self.connection.execute("SELECT pg_current_snapshot()::text").fetchone()
        assert row is not None
        snapshot = Snapshot.parse(row[0])
        if self.seen is None:
            return snapshot, sql.SQL("true")
        since = sql.SQL(
            "(f.xid = ANY({running}::text[]::xid8[]) OR (f.xid >= {low}::text::xid8 AND f.xid < {high}::text::xid8))"
        )
        return snapshot, since.format(
            running=[str(xid) for xid in self.seen.running], low=str(self.seen.xmax), high=str(snapshot.xmax)
        )

    def _pending(
        self, since: sql.Composable, *, limit: int | None = None, ids: Sequence[UUID] = ()
    ) -> list[StoredFact]:
        statement = sql.SQL(PENDING).format(columns=sql.SQL(FACT_COLUMNS), since=since, chain=sql.SQL(CHAIN))
        if limit is not None:
            statement += sql.SQL(" LIMIT {}").format(limit)
        with self.connection.cursor(row_factory=class_row(StoredFact)) as cursor:
            return cursor.execute(statement, {"held": list(self.held), "ids": list(ids)}).fetchall()

    def _seal_batch(self, facts: Sequence[StoredFact]) -> list[End]:
        """Write the seals and heads of ``facts`` in the running transaction; where their chains end now."""
        by_chain: dict[UUID, list[StoredFact]] = {}
        for fact in facts:
            by_chain.setdefault(fact.chain, []).append(fact)
        signed_at_ms = to_ms(now())
        stored, extended, told = self._read_ends(list(by_chain)), [], []
        for chain, members in by_chain.items():
            end = stored[chain]
            try:
                leaves = [leaf_of(fact) for fact in members]
            except (ValueError, LinliError):
                end = None
            if end is None or end != self.ends.get(chain, NO_FACTS):
                self._hold(chain)
                continue
            extended.append(self._extend(chain, end, leaves, signed_at_ms=signed_at_ms))
            told += members
        if extended:
            self.connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, notice(told, extended)])
        return extended

    def _extend(self, chain: UUID, end: End, leaves: Sequence[Leaf], *, signed_at_ms: int) -> End:
        hashes, head, extended = extend(chain, end, leaves, private_key=self.key.private, signed_at_ms=signed_at_ms)
        self.connection.execute(
            "INSERT INTO journal_seal (fact_id, chain, position, commitment, leaf, hash, sealed_at)"
            " SELECT s.fact_id, %s, s.position, s.commitment, s.leaf, s.hash, %s"
            " FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])"
            " AS s (fact_id, position, commitment, leaf, hash)",
            [
                chain, from_ms(signed_at_ms), [leaf.fact_id for leaf in leaves],
                list(range(end.position + 1, extended.position + 1)), [leaf.commitment for leaf in leaves],
                [leaf.leaf for leaf in leaves], hashes,
            ],
        )  # fmt: skip
        self.connection.execute(
            "INSERT INTO journal_head (chain, position, hash, root, frontier, signed_at, key_id, signature)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                chain, head.size, head.chain, head.root, b"".join(extended.tree.peaks), from_ms(signed_at_ms), head.key_id, head.signature,
            ],
        )  # fmt: skip
        return extended

    def _publish(self, ends: Iterable[End]) -> None:
        """After the commit: heads to their files, before anything else is sealed."""
        for end in ends:
            assert end.head is not None
            self.files.append(end.head.community, [end.head])
            self.ends[end.head.community] = end

    def _read_ends(self, chains: Sequence[UUID]) -> dict[UUID, End | None]:
        """Where chains end in the database; None for one whose last head, tree and seals do not fit together."""
        if not chains:
            return {}
        with self.connection.cursor(row_factory=namedtuple_row) as cursor:
            rows: list[Any] = cursor.execute(
                sql.SQL(ENDS).format(columns=sql.SQL(HEAD_COLUMNS)), [list(chains)]
            ).fetchall()
            return {row.of_chain: end_of(row, n_sealed=row.n_sealed) for row in rows}

    def _write_missing(self, chain: UUID, end: End) -> bool:
        """Append to the file the heads it lacks. False if what it has is not in the database."""
        try:
            last = self.files.last(chain)
        except ValueError:
            return False
        if last == end.head:
            return True
        if last is not None and last not in self._heads_after(chain, last.size - 1, limit=1):
            return False
        missing = self._heads_after(chain, last.size if last else 0)
        self.files.append(chain, missing)
        log.warning("head file of chain %s was behind the database; mended up to position %d", chain, end.position)
        return True

    def _heads_after(self, chain: UUID, position: int, *, limit: int | None = None) -> list[SignedHead]:
        with self.connection.cursor(row_factory=namedtuple_row) as cursor:
            statement = (
                "SELECT {} FROM journal_head h WHERE h.chain = %s AND h.position > %s ORDER BY h.position LIMIT %s"
            )
            cursor.execute(sql.SQL(statement).format(sql.SQL(HEAD_COLUMNS)), [chain, position, limit])
            return [signed_head(row) for row in cursor]

    def _hold(self, chain: UUID) -> None:
        """Never sign a second history: the chain waits until an operator has looked (``linli verify journal``)."""
        if chain not in self.held:
            log.critical(
                "chain %s is not sealed further: its end is not the one that was signed. Run: linli verify journal",
                chain,
            )
        self.held.add(chain)


def notice(facts: Iterable[StoredFact], ends: Iterable[End]) -> str:
    """What live pages and subscribers are told of a batch: names and communities with the last position of their chain, no content."""
    position = {end.head.community: end.position for end in ends if end.head}
    kinds = sorted({(fact.name, fact.chain) for fact in facts})
    for entries in (kinds, [("*", chain) for chain in position], []):
        facts_told = [
            {"name": name, "community": None if chain == INSTALLATION else str(chain), "position": position[chain]}
            for name, chain in entries
        ]
        text = json.dumps({"facts": facts_told}, separators=(",", ":"))
        if len(text) <= MAX_NOTICE_BYTES:
            break
    return text


def run_sealer(stop: threading.Event, *, home: Home | None = None) -> None:
    """Seal until ``stop`` is set. Starts anew, waiting a little longer each time, after any loss of the database or the disk."""
    back_off_s = POLL_S
    while not stop.is_set():
        try:
            for n_sealed in _session(stop, home or current_home()):
                back_off_s = POLL_S
                if n_sealed:
                    log.debug("sealed %d", n_sealed)
        except Exception as error:
            expected = isinstance(error, psycopg.Error | OSError)
            log.warning("sealer: %s; starting again in %.1f s", error, back_off_s, exc_info=not expected)
            stop.wait(back_off_s)
            back_off_s = min(back_off_s * 2, MAX_BACK_OFF_S)


def _session(stop: threading.Event, home: Home) -> Iterator[int]:
    """One session from connecting to losing the connection, yielding the number sealed in each pass."""
    with connect("sealer", purpose="sealer") as connection:
        sealer = Sealer(connection, home=home)
        while not sealer.is_alone():
            if stop.wait(1.0):
                return
        sealer.reconcile()
        look_again_at = time.monotonic() + HELD_RETRY_S
        while not stop.is_set():
            n_sealed = sealer.seal()
            yield n_sealed
            if n_sealed < BATCH:
                stop.wait(POLL_S)
            if sealer.held and time.monotonic() > look_again_at:
                return  # an operator may have settled it
