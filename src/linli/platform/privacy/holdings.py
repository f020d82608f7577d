"""What each room holds of a person: told for a copy, erased when asked. A room registers it in ``<room>/holdings.py``.

An erasure is one transaction over all rooms. What must stay is named with its reason, and told to the person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from django.apps import apps

from linli.kernel.text import Text
from linli.platform.actors import Actor

Cell = tuple[Text, Any]
"""What a value is called, and the value: text, number, day or instant, or a :class:`Text`."""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of a copy. ``rows`` are lists of named values."""

    key: str
    title: Text
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays after an erasure, and why."""

    what: Text
    because: Text


@dataclass(slots=True)
class Erased:
    """How many rows were emptied in each place, and what stays."""

    n_rows: dict[str, int] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Holding:
    """``tell(person_id)`` gives sections; ``foretell(person_id)`` what an erasure would leave; ``erase(person_id, because, actor)``
    erases. All are called as the installation, which sees everything.

    ``tells`` and ``erases`` name the tables whose rows of the person are told and emptied. A table of the policy ``personal_data`` that
    no room names has its reason there (``untold``, ``unerased``); a test and ``linli verify privacy`` look."""

    room: str
    tell: Callable[[UUID], Sequence[Section]]
    foretell: Callable[[UUID], Sequence[Kept]]
    erase: Callable[[UUID, str, Actor], Erased]
    order: int = 100
    tells: tuple[str, ...] = ()
    erases: tuple[str, ...] = ()


_HOLDINGS: dict[str, Holding] = {}


def holding(one: Holding) -> None:
    _HOLDINGS[one.room] = one


def holdings() -> list[Holding]:
    """Those of all installed rooms, in reading order."""
    for config in apps.get_app_configs():
        module = f"{config.name}.holdings"
        if config.name.startswith("linli.") and module != __name__ and find_spec(module):
            import_module(module)
    return sorted(_HOLDINGS.values(), key=lambda one: (one.order, one.room))
