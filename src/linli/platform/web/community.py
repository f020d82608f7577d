"""Which community a page is about, where an actor may see several: the one they chose last, else the first by name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.ports import ports
from linli.platform.web.request import Request

COOKIE = "community"


def choices(request: Request) -> list[tuple[UUID, Text]]:
    """Communities the asking actor may choose, by name: those they work on or live in, else the public ones."""
    known: list[tuple[UUID, Text]] | None = getattr(request, "_communities", None)
    if known is None:
        ids = request.actor.scope or request.actor.public_communities
        with acting(System("names-of-communities")):
            known = sorted(
                ((identifier, ports.scope_tree.label(identifier)) for identifier in ids), key=lambda pair: pair[1].zh
            )
        request._communities = known  # type: ignore[attr-defined]
    return known


def current_community(request: Request) -> UUID:
    """The chosen community; NotFoundError if there is none to choose."""
    known = [identifier for identifier, _ in choices(request)]
    if not known:
        raise NotFoundError
    wanted = request.COOKIES.get(COOKIE, "")
    return next((identifier for identifier in known if str(identifier) == wanted), known[0])


def community_context(request: Request) -> dict[str, Any]:
    """For the shells: the present community, its name, and the others one may change to."""
    known = choices(request) if getattr(request, "actor", None) is not None else []
    if not known:
        return {"community_id": None, "community_name": None, "communities": []}
    present = current_community(request)
    return {"community_id": present, "community_name": dict(known)[present], "communities": known}
