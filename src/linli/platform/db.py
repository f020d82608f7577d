"""The database as every command and query meets it: one transaction, one actor, one scope.

``acting(actor)`` opens a transaction and tells PostgreSQL who acts and which communities are in scope (``SET LOCAL``). Row-level
security on every scoped table reads that; outside of ``acting`` nothing scoped can be seen or written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from uuid import UUID

from django.db import connections, transaction

from .actors import ANONYMOUS, Actor

_current: ContextVar[Actor | None] = ContextVar("linli_actor", default=None)


def current_actor() -> Actor | None:
    """The actor of the innermost open :func:`acting`, None outside."""
    return _current.get()


@contextlib.contextmanager
def acting(actor: Actor, *, using: str = "default") -> Iterator[Actor]:
    """Run the block in one transaction as ``actor``. Nested blocks are savepoints and give the outer scope back when they end."""
    outer = _current.get()
    with transaction.atomic(using=using):
        _set_scope(actor, using)
        token = _current.set(actor)
        try:
            yield actor
        finally:
            _current.reset(token)
            if outer is not None and not connections[using].needs_rollback:
                _set_scope(outer, using)
    if outer is None and connections[using].in_atomic_block:
        _set_scope(ANONYMOUS, using)  # an outer transaction goes on without an actor: nothing scoped is seen in it


def _set_scope(actor: Actor, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('linli.actor', %s, true), set_config('linli.everywhere', %s, true),"
            " set_config('linli.scope', %s, true), set_config('linli.public', %s, true)",
            [actor.code, "on" if actor.everywhere else "off", _joined(actor.scope), _joined(actor.public_communities)],
        )


def _joined(ids: Iterable[UUID]) -> str:
    return ",".join(sorted(str(identifier) for identifier in ids))
