"""Many rows in one statement: ``INSERT … SELECT … FROM unnest(…)``, columns bound as arrays, a column that is one value throughout bound once.

COPY is refused under row-level security, and a statement spelled out value by value takes longer to make than to carry out. Inside
:func:`ahead` statements are carried out by a second thread, in the order they were given, while the caller makes the next rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

from .arrays import array_of

MOST_AHEAD = 3
"""Statements waiting for the server at once: enough that it is never idle, few enough that rows do not pile up in memory."""


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` is the column's type; ``sent`` what its values travel as (an array goes as text, since arrays are not nested)."""

    name: str
    kind: str
    values: Sequence[Any]
    sent: str = ""


def insert(table: str, columns: Sequence[Column], *, unless_there: Sequence[str] = ()) -> None:
    """Write the rows; those whose ``unless_there`` columns stand already are left as they are. At least one row."""
    same = [_is_one(column.values) for column in columns]
    if all(same):
        same[0] = False  # something must say how many rows there are
    arrays = [column for column, one in zip(columns, same, strict=True) if not one]
    names = sql.SQL(", ").join([sql.Identifier(column.name) for column in columns])
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS row ({})").format(
        sql.Identifier(table), names,
        sql.SQL(", ").join([_picked(column, one=one) for column, one in zip(columns, same, strict=True)]),
        sql.SQL(", ").join([sql.SQL("%s::{}[]").format(sql.SQL(_travels(column))) for column in arrays]),
        sql.SQL(", ").join([sql.Identifier(column.name) for column in arrays]),
    )  # fmt: skip
    if unless_there:
        there = sql.SQL(", ").join([sql.Identifier(name) for name in unless_there])
        statement += sql.SQL(" ON CONFLICT ({}) DO NOTHING").format(there)
    once = [column.values[0] for column, one in zip(columns, same, strict=True) if one]
    _execute(statement, [*once, *(array_of(column.values) for column in arrays)])


def _is_one(values: Sequence[Any]) -> bool:
    return values.count(values[0]) == len(values)


def _picked(column: Column, *, one: bool) -> sql.Composable:
    named: sql.Composable = sql.Identifier(column.name)
    if one:
        named = sql.SQL("%s::{}").format(sql.SQL(_travels(column)))
    return sql.SQL("{}::{}").format(named, sql.SQL(column.kind)) if column.sent else named


def _travels(column: Column) -> str:
    """Without a length: a cast to ``varchar(8)`` cuts what is longer in silence, while the column itself refuses it."""
    return column.sent or column.kind.partition("(")[0]


def runs_ahead() -> bool:
    return _line.get() is not None


@contextmanager
def ahead() -> Iterator[None]:
    """Let :func:`insert` return before the server is done with its rows. All are written when the block ends; the first refusal is raised
    there, or earlier, and nothing after it is written. The block must be one transaction's; it may ask other things of the connection
    meanwhile, which then wait their turn.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="rows-ahead") as pool:
        line = _Line(pool)
        before = _line.set(line)
        try:
            yield
        finally:
            _line.reset(before)
            line.finish()


@dataclass(slots=True)
class _Line:
    pool: ThreadPoolExecutor
    waiting: deque[Future[None]] = field(default_factory=deque)
    refusal: BaseException | None = None

    def add(self, connection: Any, statement: sql.Composed, values: Sequence[Any]) -> None:
        while len(self.waiting) >= MOST_AHEAD:
            self._settle()
        if self.refusal is not None:
            raise self.refusal
        self.waiting.append(self.pool.submit(_carry_out, connection, statement, values))

    def finish(self) -> None:
        """Wait for all. A refusal here is the cause of whatever went wrong after it (a statement in a failed transaction)."""
        while self.waiting:
            self._settle()
        if self.refusal is not None:
            raise self.refusal

    def _settle(self) -> None:
        wrong = self.waiting.popleft().exception()
        self.refusal = self.refusal or wrong


_line: ContextVar[_Line | None] = ContextVar("linli_rows_ahead", default=None)


def _execute(statement: sql.Composed, values: Sequence[Any]) -> None:
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    line = _line.get()
    if line is None:
        _carry_out(database.connection, statement, values)
    else:
        line.add(database.connection, statement, values)


def _carry_out(connection: Any, statement: sql.Composed, values: Sequence[Any]) -> None:
    with psycopg.Cursor(connection) as cursor:
        cursor.execute(statement, values)


__all__ = ["Column", "ahead", "insert", "runs_ahead"]
