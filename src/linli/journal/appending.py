"""Writing a fact: one plain INSERT in the command's transaction. No NOTIFY, no lock another command could wait for.

Positions, hashes and signatures come later, from the sealer. What the database fills in itself (order of writing, transaction,
time of recording, salt) no serving process can choose.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor

from . import rules

INSERT = """
INSERT INTO journal_fact (id, name, version, community_id, subject_id, actor, on_behalf_of, occurred_at,
                          causation_id, correlation_id, depth, payload)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Cause:
    """The fact that led to what is done now."""

    fact_id: UUID
    correlation_id: UUID
    depth: int


_cause: ContextVar[Cause | None] = ContextVar("linli_journal_cause", default=None)


@contextlib.contextmanager
def causing(cause: Cause) -> Iterator[None]:
    """Facts appended in the block, wherever in the code, are caused by ``cause``. Subscribers run inside it."""
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)


def append(
    event: Any,
    *,
    actor: Actor,
    occurred_at: dt.datetime | None = None,
    causation: Cause | UUID | None = None,
    pseudonym: UUID | None = None,
) -> UUID:
    """Write that ``event`` happened, in the transaction that makes it so; the new fact's id.

    ``occurred_at`` aware, the present if absent. ``causation`` the fact that led here; inside a subscriber it is known without being
    said. ``pseudonym`` stands in the place of the actor where the actor must stay sealed (a reporter who asked for it).
    Refuses (:class:`LinliError`) what is not a fact, free text, personal looks and chains deeper than ``rules.MAX_DEPTH``;
    ``RuntimeError`` outside a transaction. Cost: one INSERT, and one SELECT by key where ``causation`` is a bare id.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("journal.append needs the transaction of the change it tells of")
    rules.check_event(event)
    payload = rules.plain_payload(event)
    cause = _known_cause(causation) or _cause.get()
    depth = cause.depth + 1 if cause else 0
    rules.check_depth(event.name, depth)
    happened = occurred_at or now()
    if happened.tzinfo is None:
        raise LinliError(rules.EVENT_REFUSED, event=event.name, why="occurred_at must be aware")
    fact_id = uuid7()
    values = [
        fact_id,
        event.name,
        event.version,
        event.community_id,
        event.subject_id,
        f"pseudonym:{pseudonym}" if pseudonym else actor.code,
        None if pseudonym else actor.on_behalf_of,
        happened,
        cause.fact_id if cause else None,
        cause.correlation_id if cause else fact_id,
        depth,
        payload,
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
    return fact_id


def _known_cause(causation: Cause | UUID | None) -> Cause | None:
    if not isinstance(causation, UUID):
        return causation
    with connection.cursor() as cursor:
        cursor.execute("SELECT correlation_id, depth FROM journal_fact WHERE id = %s", [causation])
        row = cursor.fetchone()
    if row is None:
        raise LinliError(rules.EVENT_REFUSED, event=str(causation), why="it causes a fact but is none")
    return Cause(causation, *row)
