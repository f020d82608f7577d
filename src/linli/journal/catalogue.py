"""The kinds of facts the installed rooms know, by name and version, found in their ``events.py``.

Owns names, bilingual sentences and the way back from a stored fact to its event. Facts of rooms no longer installed stay readable
under their bare name.
"""

from __future__ import annotations

import dataclasses
import pkgutil
from importlib import import_module
from importlib.util import find_spec
from inspect import isclass
from types import ModuleType
from typing import Any

from django.apps import apps
from pydantic import TypeAdapter

from linli.kernel.text import Text

from .models import Fact
from .rules import EVENT_NAME

_KINDS: dict[tuple[str, int], type[Any]] = {}


def discover() -> None:
    """Register the events of every installed room of Linli: ``<room>.events``, and ``<room>.<part>.events`` of its packages."""
    for config in apps.get_app_configs():
        if config.name.startswith("linli."):
            parts = [part.name for part in pkgutil.iter_modules([config.path]) if part.ispkg]
            for package in (config.name, *(f"{config.name}.{part}" for part in parts)):
                if find_spec(f"{package}.events"):
                    register(import_module(f"{package}.events"))


def register(module: ModuleType) -> None:
    """Every event defined in ``module``. One name and version for two classes is a ``ValueError``."""
    for kind in vars(module).values():
        if isclass(kind) and kind.__module__ == module.__name__ and is_event(kind):
            _register_kind(kind)


def _register_kind(kind: type[Any]) -> None:
    if _KINDS.setdefault((kind.name, kind.version), kind) is not kind:
        raise ValueError(f"event {kind.name} v{kind.version} is defined twice")


def is_event(kind: type[Any]) -> bool:
    name = getattr(kind, "name", None)
    return (
        dataclasses.is_dataclass(kind)
        and isinstance(name, str)
        and bool(EVENT_NAME.fullmatch(name))
        and hasattr(kind, "version")
    )


def kinds() -> list[type[Any]]:
    """All registered events, by name and version."""
    return [_KINDS[key] for key in sorted(_KINDS)]


def names() -> list[str]:
    return sorted({name for name, _ in _KINDS})


def said(name: str) -> Text:
    """The sentence of the newest version of ``name``; the name itself for a kind nobody knows."""
    versions = [version for known, version in _KINDS if known == name]
    words = getattr(_KINDS[name, max(versions)], "said", None) if versions else None
    return words if isinstance(words, Text) else Text(name, name)


def event_of(fact: Fact) -> Any:
    """The event as its room defined it, with ids and dates as such. ``KeyError`` for an unknown kind, ``ValueError`` for an erased fact."""
    if fact.payload is None:
        raise ValueError(f"fact {fact.id} is erased")
    kind = _KINDS[fact.name, fact.version]
    values = fact.payload | {"community_id": fact.community_id, "subject_id": fact.subject_id}
    return TypeAdapter(kind).validate_python(values)
