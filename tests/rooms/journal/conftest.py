"""A database of its own for each test that commits, with head files and keys of its own; and a few events to tell."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import psycopg
import pytest

from linli.journal import append
from linli.journal.connecting import connect
from linli.journal.headfiles import HeadFiles
from linli.journal.sealer import Sealer, run_sealer
from linli.kernel.ids import uuid7
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.home import Home
from linli.platform.testkit import TestDatabases, using_database

EMPTY = "linli_tpl_empty"
MACHINE = System("test")


@dataclass(frozen=True, slots=True)
class LampLit:
    name: ClassVar[str] = "tests.lamp_lit"
    version: ClassVar[int] = 1
    community_id: UUID | None
    subject_id: UUID
    n: int = 0


@dataclass(slots=True)
class Journal:
    """A journal with committed facts, as a test handles it."""

    home: Home
    server: Any
    database: str
    community: UUID = field(default_factory=uuid7)
    other: UUID = field(default_factory=uuid7)

    def write(self, n: int = 1, *, community: UUID | str | None = "own", subject: UUID | None = None) -> list[UUID]:
        """``n`` facts in one committed transaction."""
        where = self.community if community == "own" else community
        with acting(MACHINE):
            return [append(LampLit(where, subject or uuid7(), k), actor=MACHINE) for k in range(n)]

    @contextmanager
    def sealer(self, **arguments: Any) -> Iterator[Sealer]:
        """A sealer at work in this process, as one session after its start."""
        with connect("sealer", purpose="sealer") as connection:
            sealer = Sealer(connection, home=self.home, **arguments)
            assert sealer.is_alone()
            sealer.reconcile()
            yield sealer

    @property
    def files(self) -> HeadFiles:
        return HeadFiles.of(self.home, self.database)

    def seal(self) -> int:
        with self.sealer() as sealer:
            return sealer.seal()

    def sealer_process(self) -> int:
        """The pid of a process that seals as the worker does, forked from this one: a fresh interpreter would take seconds to start."""
        process = multiprocessing.get_context("fork").Process(
            target=run_sealer, args=(threading.Event(),), kwargs={"home": self.home}
        )
        process.start()
        assert process.pid
        return process.pid

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[Any]]:
        """Root of the database with every trigger asleep: whoever can do anything."""
        with self.server.superuser(self.database) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET linli.everywhere = 'on'")
            yield connection

    def erase(self, fact_id: UUID) -> None:
        from linli.journal.commands import erase_fact

        with acting(MACHINE):
            erase_fact(fact_id, reason="retention_over", actor=MACHINE)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.superuser() as connection:
            return connection.execute(sql, values).fetchall()

    def positions(self, chain: UUID | None = None) -> list[int]:
        return [
            row[0]
            for row in self.rows(
                "SELECT position FROM journal_seal WHERE chain = %s ORDER BY 1", chain or self.community
            )
        ]


@pytest.fixture
def journal(databases: TestDatabases, worker_id: str, tmp_path: Path) -> Iterator[Journal]:
    with databases.copy(EMPTY, f"journal_{worker_id}") as name, using_database(name):
        yield Journal(Home(tmp_path / "home", tmp_path / "keys" / "k"), databases.server, name)
