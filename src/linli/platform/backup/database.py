"""The database as a stream: dumped by ``pg_dump`` from one exported snapshot, loaded by ``pg_restore`` in one transaction.

Works as ``linli_owner``, on Linli's own server and on one of ``DATABASE_URL`` alike. The owner is under row-level security like everybody
(FORCE), so it says that it works everywhere; a table whose policies would not believe that is refused before anything is dumped.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from linli.kernel.errors import LinliError, define
from linli.platform.postgres import binaries

READ_BYTES = 1024 * 1024
DJANGO_ONLY = ("cursor_factory", "context", "prepare_threshold", "client_encoding", "server_side_binding")
DUMP_FAILED = define(
    "backup.dump_failed",
    zh="pg_dump 没有做完：{why}。没有留下备份",
    en="pg_dump did not finish: {why}. No backup was left",
    status=503,
)
LOAD_FAILED = define(
    "backup.load_failed",
    zh="pg_restore 没有做完：{why}。什么都没有恢复",
    en="pg_restore did not finish: {why}. Nothing was restored",
    status=503,
)
HIDDEN = define(
    "backup.hidden_rows",
    zh="表 {tables} 的行级安全规则会向备份隐藏数据，备份不会是完整的，所以没有做",
    en="Row-level security of {tables} would hide rows from the backup, which would not be whole; none was made",
    status=500,
)
# A table is wholly seen if one permissive policy lets machines see everywhere and no restrictive one takes it back.
HIDDEN_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'p') AND c.relrowsecurity AND (
    EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive)
    OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('r', '*')
                   AND pg_get_expr(p.polqual, c.oid) LIKE '%linli\\_everywhere()%'))
ORDER BY 1"""
TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"""


def owner_parameters() -> dict[str, Any]:
    """How libpq reaches the database as its owner."""
    parameters = connections["owner"].get_connection_params()
    return {key: value for key, value in parameters.items() if key not in DJANGO_ONLY and value not in (None, "")}


@contextlib.contextmanager
def frozen() -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A connection that sees the whole database as it is now, and the name under which others see the same."""
    with psycopg.connect(**owner_parameters()) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute(
            "SELECT set_config('linli.everywhere', 'on', false), set_config('linli.actor', 'system:backup', false)"
        )
        connection.commit()
        hidden = [row[0] for row in connection.execute(HIDDEN_TABLES)]
        if hidden:
            raise LinliError(HIDDEN, tables=", ".join(hidden))
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, row[0]


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table."""
    counted: dict[str, int] = {}
    for (name,) in connection.execute(TABLES).fetchall():
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counted[name] = row[0] if row else 0
    return counted


def dump(snapshot: str) -> Iterator[bytes]:
    """The dump (custom format, not compressed, so that equal rows give equal bytes); ``backup.dump_failed`` before its end if it breaks off."""
    arguments = [
        "--format=custom", "--compress=none", "--no-owner", "--enable-row-security", f"--snapshot={snapshot}",
        "--no-sync", "--lock-wait-timeout=60s",
    ]  # fmt: skip
    with _program("pg_dump", arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as (process, why):
        assert process.stdout is not None
        while block := process.stdout.read(READ_BYTES):
            yield block
        if process.wait():
            raise LinliError(DUMP_FAILED, why=why())


def load(stream: Iterable[bytes]) -> None:
    """Load a dump into the empty database: all of it in one transaction, or nothing. Whatever breaks off ``stream`` is raised again."""
    arguments = ["--format=custom", "--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={_address()}"]
    with _program("pg_restore", arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as (process, why):
        assert process.stdin is not None
        try:
            for block in stream:
                process.stdin.write(block)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it ended before its input: its status says why
        if process.wait():
            raise LinliError(LOAD_FAILED, why=why())


@contextlib.contextmanager
def _program(
    name: str, arguments: list[str], *, stdin: int, stdout: int
) -> Iterator[tuple[subprocess.Popen[bytes], Any]]:
    """Run one of PostgreSQL's programs; killed where the block is left before it ended."""
    parameters = owner_parameters()
    environment = {
        "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PGPASSWORD": str(parameters.get("password", "")),
        "PGOPTIONS": "-c linli.everywhere=on -c linli.actor=system:backup",
    }  # fmt: skip
    target = [] if name == "pg_restore" else [f"--dbname={_address()}"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(_folder() / name), *target, *arguments], stdin=stdin, stdout=stdout, stderr=said, env=environment
        )

        def why() -> str:
            said.seek(0)
            return said.read().decode(errors="replace").strip()[-800:] or f"exit {process.returncode}"

        try:
            yield process, why
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()


def _address() -> str:
    """The connection's parameters but for the password, which no process list may show."""
    parameters = {key: value for key, value in owner_parameters().items() if key != "password"}
    return make_conninfo(**parameters)


def _folder() -> Path:
    return binaries()
