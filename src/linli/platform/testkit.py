"""Real databases for tests: one PostgreSQL of their own, a migrated template, a copy of it for every worker.

Nothing is mocked and nothing is truncated: a test's transaction is rolled back, and a test that needs several processes gets a
database of its own, copied from the template in a fraction of a second.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from .home import Home, current_home
from .postgres import Server

# Tests may lose their database with the power; they must not wait for the disk.
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "120"}


def enter_test_home() -> Home:
    """Point this process (and those it starts) at a home of this run's own; call before Django's settings are read.

    Two runs at once do not meet: the home is named by the process that began it, and its workers inherit the name.
    """
    folder = os.environ.get("LINLI_TEST_HOME") or str(Path(tempfile.gettempdir()) / f"linli-test-{os.getpid()}")
    for name in ("DATABASE_URL", "LINLI_OWNER_DATABASE_URL", "LINLI_SEALER_DATABASE_URL", "LINLI_DATABASE"):
        os.environ.pop(name, None)
    os.environ["LINLI_TEST_HOME"] = folder
    os.environ["LINLI_HOME"] = f"{folder}/home"
    os.environ["LINLI_KEY_FILE"] = f"{folder}/keys/linli.keys"
    os.environ["LINLI_UNSAFE_STORAGE"] = "1"
    os.environ.setdefault("LINLI_HOSTS", "testserver")  # what Django's test client calls itself
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    return current_home()


def clear_dead_homes() -> None:
    """Stop and remove what runs that were killed left behind."""
    for folder in Path(tempfile.gettempdir()).glob("linli-test-*"):
        owner = folder.name.removeprefix("linli-test-")
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            home = Home(path=folder / "home", key_file=folder / "keys" / "linli.keys")
            TestDatabases(home).stop()
            shutil.rmtree(folder, ignore_errors=True)


class TestDatabases:
    """Templates and copies on the tests' server. All methods are safe to call from several workers at once."""

    __test__ = False

    def __init__(self, home: Home) -> None:
        self.home = home
        self.server = Server(home, settings=FAST)

    @contextlib.contextmanager
    def _locked(self, what: str = "server") -> Iterator[None]:
        self.home.make()
        with (self.home.run / f"tests-{what}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        with self._locked():
            self.server.start()

    def stop(self) -> None:
        """Stop the server; its folder goes with it, so that no run depends on an earlier one."""
        if self.home.path.exists():
            self.server.stop(mode="immediate")
            shutil.rmtree(self.home.path.parent, ignore_errors=True)

    def ensure_template(self, name: str, build: Callable[[], None], *, base: str | None = None) -> None:
        """Build database ``name`` once: a copy of ``base`` (or empty), current for ``build()``, renamed when whole.

        Whoever needs the same one waits; others go on meanwhile.
        """
        self.start()
        with self._locked(name), self.server.superuser() as connection:
            if _exists(connection, name):
                return
            fresh = f"{name}_fresh"
            _drop(connection, fresh)
            self.server.ensure_database(connection, fresh, template=base)
            with using_database(fresh):
                build()
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(fresh), sql.Identifier(name))
            )

    @contextlib.contextmanager
    def copy(self, template: str, name: str) -> Iterator[str]:
        """A database of one's own, dropped at the end."""
        with self._locked(), self.server.superuser() as connection:
            self._forget(connection, name)
            self.server.ensure_database(connection, name, template=template)
        try:
            yield name
        finally:
            with self.server.superuser() as connection:
                self._forget(connection, name)

    def _forget(self, connection: psycopg.Connection[Any], name: str) -> None:
        """Drop the database and its head files: a later one of that name would be held as having lost its past."""
        _drop(connection, name)
        shutil.rmtree(self.home.heads / name, ignore_errors=True)


@contextlib.contextmanager
def using_database(name: str) -> Iterator[None]:
    """Django's three aliases (and child processes) talk to database ``name`` inside the block."""
    from django.db import connections

    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    variable = os.environ.get("LINLI_DATABASE")
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    os.environ["LINLI_DATABASE"] = name
    try:
        yield
    finally:
        connections.close_all()
        for alias, earlier in before.items():
            connections[alias].settings_dict["NAME"] = earlier
        if variable is None:
            os.environ.pop("LINLI_DATABASE", None)
        else:
            os.environ["LINLI_DATABASE"] = variable


def _exists(connection: psycopg.Connection[Any], name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
