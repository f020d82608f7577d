"""The menus of the four faces. Rooms register their doors when they are installed, so no door leads to a room that is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import resolve, reverse

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.web.request import Request

Face = Literal["portal", "console", "overview", "open"]


@dataclass(frozen=True, slots=True)
class Door:
    """``url_name`` is reversed without arguments; ``permission`` None shows it to all who may see the face, ``is_personal`` to those
    signed in, ``is_for_visitors`` to those who are not (whoever is signed in finds it on their first page: five doors fit under a thumb)."""

    face: Face
    url_name: str
    text: Text
    icon: str
    group: Text | None = None
    permission: str | None = None
    order: int = 100
    count: Callable[[Request], int] | None = None
    is_personal: bool = False
    is_for_visitors: bool = False


_DOORS: list[Door] = []


def add_door(door: Door) -> None:
    if door not in _DOORS:
        _DOORS.append(door)


_SEARCH: dict[str, str] = {}


def set_search(find: str, suggest: str, permission: str) -> None:
    """Where the console's search field leads and what helps while one types (names of routes), for those with ``permission``."""
    _SEARCH.update(find=find, suggest=suggest, permission=permission)


def search_urls(request: Request) -> dict[str, str]:
    if not _SEARCH or not request.actor.may(_SEARCH["permission"]):
        return {}
    return {name: reverse(_SEARCH[name]) for name in ("find", "suggest")}


def doors(face: Face) -> list[Door]:
    return sorted((door for door in _DOORS if door.face == face), key=lambda door: door.order)


def menu(request: Request, face: Face) -> list[dict[str, Any]]:
    """Groups of items ``{url, text, icon, count, current}`` the asking actor may open, in order."""
    groups: dict[str, dict[str, Any]] = {}
    best = ""
    for door in doors(face):
        if door.permission and not request.actor.may(door.permission):
            continue
        is_visitor = request.actor.kind == "anonymous"
        if (door.is_personal and is_visitor) or (door.is_for_visitors and not is_visitor):
            continue
        url = reverse(door.url_name)
        group = groups.setdefault(door.group.en if door.group else "", {"group": door.group, "items": []})
        group["items"].append(
            {"url": url, "text": door.text, "icon": door.icon, "count": door.count(request) if door.count else None}
        )
        if request.path.startswith(url) and len(url) > len(best):
            best = url
    for group in groups.values():
        for item in group["items"]:
            item["current"] = item["url"] == best
    return list(groups.values())


def first_face_of(actor: Actor) -> str:
    """Where a person starts after signing in: the console for those who work there, the portal for everybody else."""
    return reverse("console:home") if actor.may("console.use") else reverse("portal:home")


def open_to(actor: Actor, url_name: str) -> str:
    """The address of a page without parameters if its own rule lets ``actor`` in, else an empty string."""
    url = reverse(url_name)
    return url if lets_in(actor, url) else ""


def lets_in(actor: Actor, url: str) -> bool:
    """Whether the rule of the page at ``url`` (a path, perhaps with a query) lets ``actor`` in."""
    rule = getattr(resolve(url.partition("?")[0]).func, "linli_rule", None)
    return rule is not None and (rule.permission is None or actor.may(rule.permission))
