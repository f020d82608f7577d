"""What can be found, kind by kind: each room brings its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from linli.kernel.text import Text
from linli.platform.actors import Actor

from .matching import rank
from .readings import Asked, marks


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. ``title`` and ``detail`` are texts or strings."""

    url: str
    title: Any
    detail: Any = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things that can be found by those with ``permission``.

    ``find(actor, asked, community_id)`` gives the rows *the actor may see* that fit; ``hits(actor, rows)`` how they are told, in order;
    ``asks`` is whether somebody without the permission on any community is asked at all.
    """

    key: str
    title: Text
    permission: str | None
    find: Callable[[Actor, Asked, UUID | None], QuerySet[Any]]
    hits: Callable[[Actor, Sequence[Any]], list[Hit]]
    order: int = 100
    by_sound: bool = True  # whether what is not found as written is looked for by how it sounds


@dataclass(frozen=True, slots=True)
class Group:
    """``n`` found of a kind, ``rows`` those shown. ``is_alike``: none was called so, these sound like it."""

    key: str
    title: Text
    n: int
    rows: Sequence[Hit]
    asked: Asked = field(repr=False)
    is_alike: bool = False

    def marked(self) -> list[dict[str, Any]]:
        """Rows for a template: titles and details cut where they fit."""
        return [
            {"url": hit.url, "title": Marked(hit.title, self.asked), "detail": Marked(hit.detail, self.asked)}
            for hit in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text or string to be shown with what was asked for marked."""

    shown: Any
    asked: Asked

    def parts(self, language: str) -> list[tuple[str, bool]]:
        text = self.shown.in_(language) if isinstance(self.shown, Text) else str(self.shown)
        return marks(text, self.asked)


_KINDS: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    _KINDS[kind.key] = kind


def kinds_of(actor: Actor) -> list[Kind]:
    """What the actor may look for, in order."""
    open_to = [kind for kind in _KINDS.values() if kind.permission is None or actor.may(kind.permission)]
    return sorted(open_to, key=lambda kind: kind.order)


def found(
    actor: Actor, asked: Asked, community_id: UUID | None, *, key: str = "", first: int = 0, n_shown: int = 8
) -> list[Group]:
    """Groups with something in them, best rows first. ``key`` narrows to one kind, from row ``first`` (0 the first) on."""
    if not asked.pieces:
        return []
    groups = []
    for kind in kinds_of(actor):
        if key in ("", kind.key):
            group = _group(actor, kind, asked, community_id, rows=slice(first, first + n_shown))
            if group.n:
                groups.append(group)
    return groups


def _group(actor: Actor, kind: Kind, asked: Asked, community_id: UUID | None, *, rows: slice) -> Group:
    fitting = kind.find(actor, asked, community_id)
    n, heard = fitting.count(), asked
    if not n and kind.by_sound:
        heard = asked.alike()
        if len(heard.pieces) == len(asked.pieces):
            fitting = kind.find(actor, heard, community_id)
            n = fitting.count()
    ordered = fitting.annotate(standing=rank(kind.key, heard)).order_by(
        F("standing").asc(nulls_last=True), *fitting.query.order_by
    )
    shown = list(ordered[rows]) if n else []
    return Group(kind.key, kind.title, n, kind.hits(actor, shown), asked, is_alike=bool(n) and heard is not asked)
