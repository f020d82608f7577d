"""What every template may use: language, look, banner, menus."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from linli.kernel.ids import uuid7

from .nav import Face, menu


def shell(request: HttpRequest) -> dict[str, Any]:
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
        "nav": {face: SimpleLazyObject(lambda face=face: menu(request, face)) for face in faces},
    }


def _is_demo() -> bool:
    from linli.platform.installation import installation_kind

    return installation_kind() == "demo"
