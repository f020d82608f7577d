"""Who wants to hear of which facts. Rooms register functions here; :mod:`linli.journal.runner` calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Fact

Handler = Callable[["Fact"], None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """``name`` is kept in the database with its progress: never reuse or rename it. ``from_now`` starts at the present end of each
    chain instead of its beginning (for notices, which nobody wants for last year)."""

    name: str
    events: frozenset[str]
    handle: Handler
    from_now: bool


_SUBSCRIBERS: dict[str, Subscriber] = {}


def subscriber(name: str, *, events: Iterable[str], from_now: bool = False) -> Callable[[Handler], Handler]:
    """Register ``handle(fact)`` for facts named in ``events``.

    It runs as ``System("subscriber:<name>")`` in a transaction of its own, at least once, in order per subject; what it writes is
    committed together with the mark that it was done, so its effect in the database happens once. It must not reach outside the
    database (enqueue a job instead) and should be short. Raising anything means "try again later".
    """

    def register(handle: Handler) -> Handler:
        new = Subscriber(name, frozenset(events), handle, from_now)
        if _SUBSCRIBERS.setdefault(name, new).handle is not handle:
            raise ValueError(f"subscriber {name!r} is registered twice")
        return handle

    return register


def subscribers() -> list[Subscriber]:
    """By name, so that every process takes them in the same order."""
    return [_SUBSCRIBERS[name] for name in sorted(_SUBSCRIBERS)]
