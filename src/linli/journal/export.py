"""A chain as files that anybody can check without Linli: ``facts.jsonl``, ``heads.jsonl``, ``keys.json``.

``docs/verify_journal.py`` re-derives everything in them from ``docs/rooms/journal.md`` alone. Salts are in the export (without them no
commitment can be checked), so an export with payloads is as confidential as the journal itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row

from linli.kernel.errors import LinliError, define
from linli.platform.home import Home, current_home
from linli.platform.keys import keyring

from .bridges import HEAD_COLUMNS, StoredFact, signed_head
from .connecting import connect
from .verification import FETCH, FIELDS, ROWS

NOT_EMPTY = define(
    "journal.export_not_empty",
    zh="{path} 不是空目录；请另选一个",
    en="{path} is not an empty folder; choose another",
    status=409,
)
NO_CHAIN = define("journal.no_chain", zh="没有链 {chain}", en="There is no chain {chain}", status=404)
HEADS = f"SELECT {HEAD_COLUMNS} FROM journal_head h WHERE h.chain = %s ORDER BY h.position"  # noqa: S608  # our own constant


def export_chain(chain: UUID, out: Path, *, payloads: bool = True, home: Home | None = None) -> int:
    """Write the whole chain into the folder ``out`` (made, or empty); the number of facts written.

    Without ``payloads`` payloads and salts are left out: the commitments still lead to every head. One snapshot, constant memory.
    """
    if out.exists() and any(out.iterdir()):
        raise LinliError(NOT_EMPTY, path=str(out))
    with connect("sealer", purpose="export") as connection:
        connection.read_only = True
        if connection.execute("SELECT 1 FROM journal_head WHERE chain = %s LIMIT 1", [chain]).fetchone() is None:
            raise LinliError(NO_CHAIN, chain=chain)
        out.mkdir(parents=True, exist_ok=True)
        _write(out / "heads.jsonl", (signed_head(row).as_mapping() for row in _stream(connection, HEADS, chain)))
        lines = (_line(row, payloads=payloads) for row in _stream(connection, ROWS, chain))
        n_facts = _write(out / "facts.jsonl", lines)
    keys = {name: public.hex() for name, public in keyring(home or current_home()).public_keys("journal").items()}
    (out / "keys.json").write_text(json.dumps({"type": "linli.keys.1", "ed25519": keys}, indent=1) + "\n")
    return n_facts


def _stream(connection: psycopg.Connection[Any], statement: str, chain: UUID) -> Iterator[Any]:
    with connection.cursor("linli_export", row_factory=namedtuple_row) as cursor:
        cursor.itersize = FETCH
        yield from cursor.execute(statement, [chain])


def _line(row: Any, *, payloads: bool) -> dict[str, Any]:
    fact = None if row.id is None else StoredFact(*(getattr(row, name) for name in FIELDS))
    is_shown = payloads and fact is not None and fact.salt is not None
    return {
        "position": row.position,
        "header": fact.header() if fact else None,
        "payload": fact.payload if fact and is_shown else None,
        "salt": fact.salt.hex() if fact and fact.salt and is_shown else None,
        "commitment": bytes(row.commitment).hex(),
        "leaf": bytes(row.leaf).hex(),
        "chain": bytes(row.hash).hex(),
    }


def _write(path: Path, lines: Iterator[dict[str, Any]]) -> int:
    n = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            n += 1
    return n
