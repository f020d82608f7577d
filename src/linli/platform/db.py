"""The database as every command and query meets it: one transaction, one actor, one scope.

``acting(actor)`` opens a transaction and tells PostgreSQL who acts and which communities are in scope (``SET LOCAL``). Row-level
security on every scoped table reads that; outside of ``acting`` nothing scoped can be seen or written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from uuid import UUID

from django.db import OperationalError, connections, transaction

from linli.kernel.errors import LinliError, define

from .actors import ANONYMOUS, Actor

NOT_RUNNING = define(
    "platform.database_not_running",
    zh="连不上数据库（{where}）。先运行 make up 或 linli up，或检查 LINLI_HOME 和 DATABASE_URL",
    en="The database does not answer ({where}). Start it with make up or linli up, or check LINLI_HOME and DATABASE_URL",
    status=503,
)

_current: ContextVar[Actor | None] = ContextVar("linli_actor", default=None)


def current_actor() -> Actor | None:
    """The actor of the innermost open :func:`acting`, None outside."""
    return _current.get()


def require_database() -> None:
    """Refuse, saying where it was looked for, unless the database answers. For commands that a person types."""
    try:
        connections["default"].ensure_connection()
    except OperationalError as error:
        settings = connections["default"].settings_dict
        raise LinliError(NOT_RUNNING, where=f"{settings['HOST']} {settings['NAME']}") from error


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
