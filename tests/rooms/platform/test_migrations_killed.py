"""An upgrade that is cut off goes on where it was: killed at any point, started again, or started twice, the schema is the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import psycopg

from linli.platform.postgres import binaries
from tests.conftest import EMPTY


def environment(database: str) -> dict[str, str]:
    return dict(os.environ) | {"LINLI_DATABASE": database}


def start(database: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "linli", "migrate"],
        env=environment(database), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def n_applied(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    return connection.execute("SELECT count(*) FROM django_migrations").fetchone()[0] if row[0] else 0


def schema_of(databases, name: str) -> str:
    """The schema in words; what a dump says of its own making left out."""
    login = databases.server.login("linli_owner", name)
    done = subprocess.run(
        [str(binaries() / "pg_dump"), "--schema-only", f"--dbname={login.url()}"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return re.sub(r"^\\(un)?restrict .*$", "", done.stdout, flags=re.MULTILINE)


def test_migrations_killed_midway_end_in_the_same_schema(databases, worker_id) -> None:
    with databases.copy("template1", f"killed_{worker_id}") as name:
        login = databases.server.login("linli_owner", name)
        with psycopg.connect(login.url(), autocommit=True) as connection:
            seen: list[int] = []
            for more in (2, 9):
                goal = n_applied(connection) + more
                process = start(name)
                while n_applied(connection) < goal and process.poll() is None:
                    time.sleep(0.002)
                assert process.poll() is None, process.communicate()[0]  # it was under way when it was killed
                process.kill()
                process.wait()
                seen.append(n_applied(connection))
        first, second = start(name), start(name)  # and two at once take turns
        for process in (first, second):
            said, _ = process.communicate(timeout=120)
            assert process.returncode == 0, said
        assert seen == sorted(seen)
        assert schema_of(databases, name) == schema_of(databases, EMPTY)
