"""What every template may use: language, look, banner, menus."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.functional import SimpleLazyObject

from linli.kernel.ids import uuid7
from linli.platform.ports import ports
from linli.platform.web.request import Request

from .community import choices, current_community
from .nav import Face, first_face_of, menu, search_urls


def shell(request: Request) -> dict[str, Any]:
    theme = getattr(request, "theme", "")
    faces: tuple[Face, ...] = ("portal", "console", "overview", "open")
    return {
        "lang": getattr(request, "lang", "zh-hans"),
        "theme": "care" if theme.startswith("care") else theme,
        "theme_choice": theme or "light",
        "scale": "2" if theme == "care-2" else "",
        "actor": getattr(request, "actor", None),
        "is_demo": SimpleLazyObject(_is_demo),
        "form_key": SimpleLazyObject(lambda: uuid7().hex),
        "community_name": SimpleLazyObject(lambda: _community_name(request)),
        "communities": SimpleLazyObject(lambda: choices(request)),
        "help": SimpleLazyObject(lambda: {"phone": _help_phone(request)}),
        "search": SimpleLazyObject(lambda: search_urls(request)),
        "nav": {face: SimpleLazyObject(partial(menu, request, face)) for face in faces}
        | {"home": SimpleLazyObject(lambda: first_face_of(request.actor))},
    }


def _community_name(request: Request) -> Any:
    known = choices(request)
    return dict(known)[current_community(request)] if known else ""


def _help_phone(request: Request) -> str:
    """The telephone of the present community's office, as the registry has it; empty where it has none."""
    return ports.scope_tree.help_phone(current_community(request)) if choices(request) else ""


def _is_demo() -> bool:
    from linli.platform.installation import installation_kind

    return installation_kind() == "demo"
