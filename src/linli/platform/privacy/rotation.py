"""Keys made new, and what the old ones sealed sealed again: in batches, each a transaction, so that it can be stopped and gone on with.

A room names its sealed columns in ``holdings.py``. Old keys stay in the key file (backups need them); :func:`sealed_under` tells what
still rests on each. Blind indexes are not rotated here: a new index key would find nothing until every row had been opened and indexed
anew, and whoever holds the old one learns only which rows are equal. Runs as the owner of the tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from psycopg import sql

from linli.kernel.errors import LinliError, define
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.keys import keyring

from .holdings import holdings
from .sealing import KEY_ID_BYTES, seal, unseal

BATCH = 500
UNKNOWN = define(
    "privacy.no_sealed_purpose",
    zh="没有用途为“{purpose}”的密封数据；现有：{known}",
    en="Nothing is sealed for the purpose {purpose!r}; there are: {known}",
    status=404,
)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """``column`` of ``table`` holds values sealed for ``purpose``, bound to ``bound_table``, ``bound_column`` and the id in ``row``."""

    purpose: str
    table: str
    column: str
    bound_table: str
    bound_column: str
    row: str = "id"
    key: str = "id"


_COLUMNS: list[SealedColumn] = []


def sealed_column(one: SealedColumn) -> None:
    if one not in _COLUMNS:
        _COLUMNS.append(one)


def sealed_columns(purpose: str | None = None) -> list[SealedColumn]:
    """All that the installed rooms named, or those of one purpose; ``privacy.no_sealed_purpose`` where there is none."""
    holdings()
    found = [one for one in _COLUMNS if purpose in (None, one.purpose)]
    if not found:
        raise LinliError(UNKNOWN, purpose=purpose, known=", ".join(sorted({one.purpose for one in _COLUMNS})))
    return found


def rotate(purpose: str) -> str:
    """A new key for a purpose something is sealed for; its id. What follows is sealed with it at once."""
    sealed_columns(purpose)
    return keyring().rotate(purpose).id


def reseal(purpose: str, *, told: Callable[[str, int], None] = lambda column, n: None) -> int:
    """Seal again whatever of ``purpose`` rests on an older key; how many values. Stopped midway, the next call goes on."""
    n_all = 0
    for one in sealed_columns(purpose):
        n_column = 0
        while n := _reseal_batch(one):
            n_column += n
            told(f"{one.table}.{one.column}", n_column)
        n_all += n_column
    return n_all


def _reseal_batch(one: SealedColumn) -> int:
    current = bytes.fromhex(keyring().current(one.purpose).id)
    with acting(System("keys"), using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('linli.erasing', 'on', true)")
        cursor.execute(
            sql.SQL(
                "SELECT {key}, {row}, {column} FROM {table} WHERE length({column}) > 0"
                " AND substring({column} FROM 2 FOR {n}) <> %s ORDER BY {key} LIMIT {batch} FOR UPDATE"
            ).format(**_names(one), n=sql.Literal(KEY_ID_BYTES), batch=sql.Literal(BATCH)),
            [current],
        )
        rows = cursor.fetchall()
        words = _search_words(cursor, [row[0] for row in rows])
        bound = {"table": one.bound_table, "column": one.bound_column}
        anew = [
            (seal(one.purpose, unseal(one.purpose, bytes(value), row=row, **bound), row=row, **bound), key)
            for key, row, value in rows
        ]
        cursor.executemany(sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s").format(**_names(one)), anew)
        if words:  # the words a row is found by go with its old value; it is still called the same
            cursor.executemany(
                "INSERT INTO platform_search_word (record_id, token, kind, community_id, weight) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                words,
            )
    return len(rows)


def _search_words(cursor: Any, ids: list[Any]) -> list[tuple[Any, ...]]:
    cursor.execute(
        "SELECT record_id, token, kind, community_id, weight FROM platform_search_word WHERE record_id = ANY(%s)", [ids]
    )
    return list(cursor.fetchall())


def sealed_under(purpose: str) -> Iterator[tuple[SealedColumn, Counter[str]]]:
    """How many values of each column rest on which key, by key id."""
    for one in sealed_columns(purpose):
        counted: Counter[str] = Counter()
        with (
            transaction.atomic(using="owner"),
            acting(System("keys"), using="owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute(
                sql.SQL(
                    "SELECT encode(substring({column} FROM 2 FOR {n}), 'hex'), count(*) FROM {table}"
                    " WHERE length({column}) > 0 GROUP BY 1"
                ).format(**_names(one), n=sql.Literal(KEY_ID_BYTES))
            )
            counted.update(dict(cursor.fetchall()))
        yield one, counted


def _names(one: SealedColumn) -> dict[str, sql.Identifier]:
    return {name: sql.Identifier(getattr(one, name)) for name in ("table", "column", "row", "key")}
