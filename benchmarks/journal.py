"""What the journal costs, on a PostgreSQL of its own with fsync on.

Peers, in the same run and through the same driver, in alternating rounds: ``plain``, one INSERT into a table with the same columns and indexes but no
row-level security, trigger, salt or checks; ``chained``, the same INSERT with the head of a chain updated in every transaction, as a
journal without a sealer would. Each client commits one fact a transaction. ``of_plain`` is the ratio of rates, ``by_cpu`` that of processor
time of client and server together, from which other work on the machine falls out. Bound beside it: ``fdatasync`` of 8 KiB on the same disk.
The sealer's peer is hashing and signing the same facts in memory, its own leaf and chain functions without a database.

Run: ``python benchmarks/journal.py``; prints one JSON object. Takes about a minute.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

ROUNDS = 5
ROUND_S = 1.5
N_BACKLOG = 6_000
FORK = multiprocessing.get_context("fork")

SETUP = """
CREATE TABLE bench_plain (
    id uuid PRIMARY KEY, ord bigint GENERATED ALWAYS AS IDENTITY, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), name varchar(64) NOT NULL,
    version smallint NOT NULL, community_id uuid, subject_id uuid NOT NULL, actor varchar(100) NOT NULL, on_behalf_of uuid,
    occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(), causation_id uuid, correlation_id uuid NOT NULL,
    depth smallint NOT NULL, payload jsonb);
CREATE INDEX ON bench_plain (subject_id, ord);
CREATE INDEX ON bench_plain (xid);
CREATE TABLE bench_head (community_id uuid PRIMARY KEY, n bigint NOT NULL, hash bytea NOT NULL);
"""
INSERT = (
    "INSERT INTO bench_plain (id, name, version, community_id, subject_id, actor, on_behalf_of, occurred_at, causation_id, correlation_id, depth,"
    " payload) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """An event of ordinary size: four ids, two codes, a number."""

    name: ClassVar[str] = "bench.measured"
    version: ClassVar[int] = 1
    community_id: UUID | None
    subject_id: UUID
    facility_id: UUID
    place_id: UUID
    kind: str
    state: str
    amount: int


@contextmanager
def database() -> Iterator[Path]:
    """A PostgreSQL as ``make up`` makes it, in a folder on the same disk as the temp folder; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="lj"))
    folder.chmod(0o755)
    os.environ |= {
        "LINLI_HOME": str(folder / "h"),
        "LINLI_KEY_FILE": str(folder / "k" / "keys"),
        "DJANGO_SETTINGS_MODULE": "linli.platform.settings",
    }
    from linli.platform.home import current_home
    from linli.platform.postgres import Server

    server = Server(current_home())
    try:
        server.start()
        import django

        django.setup()
        from django.db import connections

        from linli.platform.migrate import migrate

        migrate()
        with connections["owner"].cursor() as cursor:
            cursor.execute(SETUP)
        connections.close_all()
        yield folder
    finally:
        server.stop(mode="immediate")
        shutil.rmtree(folder, ignore_errors=True)


def event(community: UUID) -> Measured:
    from linli.kernel.ids import uuid7

    return Measured(community, uuid7(), uuid7(), uuid7(), "pipe_leak", "closed", 81_536)


def journal(community: UUID) -> None:
    from linli.journal import append

    append(event(community), actor=actor())


def plain(community: UUID) -> None:
    """The same values, ready for the driver, into the plain table."""
    from django.db import connection

    from linli.kernel.clock import now
    from linli.kernel.ids import uuid7

    what, fact_id = event(community), uuid7()
    payload = {
        "facility_id": str(what.facility_id),
        "place_id": str(what.place_id),
        "kind": what.kind,
        "state": what.state,
        "amount": what.amount,
    }
    values = [
        fact_id,
        what.name,
        1,
        community,
        what.subject_id,
        "system:bench",
        None,
        now(),
        None,
        fact_id,
        0,
        json.dumps(payload),
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)


def chained(community: UUID) -> None:
    from django.db import connection

    plain(community)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bench_head SET n = n + 1, hash = sha256(hash || %s) WHERE community_id = %s",
            [community.bytes, community],
        )


def actor() -> Any:
    from linli.platform.actors import System

    return System("bench")


def client(write: Callable[[UUID], None], community: UUID, start: Any, counts: Any) -> None:
    from django.db import connections

    from linli.platform.db import acting

    with acting(actor()):
        write(community)
    server = connections["default"].connection.info.backend_pid
    start.wait(timeout=60)
    ends_at, n, began_cpu_s = time.monotonic() + ROUND_S, 0, time.process_time() + processor_s(server)
    while time.monotonic() < ends_at:
        with acting(actor()):
            write(community)
        n += 1
    counts.put((n, time.process_time() + processor_s(server) - began_cpu_s))
    connections.close_all()


def processor_s(pid: int) -> float:
    """Processor time a process has used: other work on the machine does not count in it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rate(write: Callable[[UUID], None], community: UUID, n_clients: int) -> tuple[float, float]:
    """Committed facts a second by ``n_clients`` processes at once; and processor seconds, client's and server's, for a thousand facts."""
    start, counts = FORK.Barrier(n_clients), FORK.Queue()
    clients = [FORK.Process(target=client, args=(write, community, start, counts)) for _ in range(n_clients)]
    for one in clients:
        one.start()
    done = [counts.get(timeout=60) for _ in clients]
    for one in clients:
        one.join()
    total = sum(n for n, _ in done)
    return total / ROUND_S, 1000 * sum(cpu_s for _, cpu_s in done) / total


def commands(community: UUID, n_clients: int) -> dict[str, float]:
    found: dict[str, list[tuple[float, float]]] = {
        "journal": [],
        "plain": [],
        "chained": [],
        "journal_while_sealing": [],
    }
    for _ in range(ROUNDS):
        for write in (journal, plain, chained):
            found[write.__name__].append(rate(write, community, n_clients))
        with sealing():
            found["journal_while_sealing"].append(rate(journal, community, n_clients))
    told: dict[str, float] = {}
    for name, measured in found.items():
        told[f"{name}_per_s"] = round(statistics.median(rate for rate, _ in measured), 1)
        told[f"{name}_cpu_s_per_1000"] = round(statistics.median(cpu_s for _, cpu_s in measured), 3)
    for name in ("journal", "chained"):
        told[f"{name}_of_plain"] = round(told[f"{name}_per_s"] / told["plain_per_s"], 3)
        told[f"{name}_of_plain_by_cpu"] = round(told["plain_cpu_s_per_1000"] / told[f"{name}_cpu_s_per_1000"], 3)
    return told


@contextmanager
def sealing() -> Iterator[None]:
    from linli.journal.sealer import run_sealer

    def work(stop: Any) -> None:
        told = threading.Event()
        threading.Thread(target=run_sealer, args=(told,), daemon=True).start()
        stop.wait()
        told.set()

    stop = FORK.Event()
    process = FORK.Process(target=work, args=(stop,))
    process.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        stop.set()
        process.join()


def backlog(community: UUID) -> None:
    from django.db import connections

    from linli.journal import append
    from linli.platform.db import acting

    with acting(actor()):
        for _ in range(N_BACKLOG):
            append(event(community), actor=actor())
    connections.close_all()


def sealing_rate(community: UUID) -> dict[str, float]:
    from linli.journal.connecting import connect
    from linli.journal.sealer import Sealer
    from linli.journal.verification import verify_journal
    from linli.platform.home import current_home

    rates, checked = [], []
    for _ in range(ROUNDS):
        with connect("sealer", purpose="bench") as connection:
            sealer = Sealer(connection, home=current_home())
            sealer.reconcile()
            sealer.seal()
            backlog(community)
            began = time.monotonic()
            n = sealer.seal()
            rates.append(n / (time.monotonic() - began))
            n_all = connection.execute("SELECT count(*) FROM journal_seal").fetchone()[0]
        began = time.monotonic()
        assert list(verify_journal()) == []
        checked.append(n_all / (time.monotonic() - began))
    return {
        "sealed_per_s": round(statistics.median(rates)),
        "verified_per_s": round(statistics.median(checked)),
        "hashed_in_memory_per_s": round(hashing_rate()),
    }


def hashing_rate() -> float:
    """Canonical bytes, commitment, leaf, chain and tree of facts that are in memory already."""
    from psycopg.rows import class_row

    from linli.engines import proofs
    from linli.journal.bridges import FACT_COLUMNS, StoredFact, leaf_of
    from linli.journal.connecting import connect

    with (
        connect("sealer", purpose="bench") as connection,
        connection.cursor(row_factory=class_row(StoredFact)) as cursor,
    ):
        facts = cursor.execute(f"SELECT {FACT_COLUMNS} FROM journal_fact f LIMIT 5000").fetchall()
    end, tree, began = proofs.genesis(facts[0].chain), proofs.Frontier(), time.monotonic()
    for fact in facts:
        leaf = leaf_of(fact).leaf
        end, tree = proofs.chain(end, leaf), tree.extend([proofs.leaf_hash(leaf)])
    return len(facts) / (time.monotonic() - began)


def syncs_per_s(folder: Path) -> float:
    path, block, n = folder / "sync", os.urandom(8192), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    began = time.monotonic()
    while time.monotonic() - began < ROUND_S:
        os.pwrite(descriptor, block, 0)
        os.fdatasync(descriptor)
        n += 1
    os.close(descriptor)
    return n / (time.monotonic() - began)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the database goes with us
    with database() as folder:
        from django.db import connections

        from linli.kernel.ids import uuid7

        community = uuid7()
        with connections["owner"].cursor() as cursor:
            cursor.execute("INSERT INTO bench_head VALUES (%s, 0, '')", [community])
        connections.close_all()
        found: dict[str, Any] = {f"{n}_clients": commands(community, n) for n in (1, 8)}
        found["sealer"] = sealing_rate(community)
        found["sealer"]["sealed_of_hashed"] = round(
            found["sealer"]["sealed_per_s"] / found["sealer"]["hashed_in_memory_per_s"], 3
        )
        found["disk_fdatasync_per_s"] = round(syncs_per_s(folder))
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
