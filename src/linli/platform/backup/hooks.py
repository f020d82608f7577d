"""What rooms tell the backup: files that must end where the database's snapshot ends, and erasures that must outlive a restore.

A room says it in ``<room>/backups.py``; platform knows neither chains nor persons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps

from linli.platform.actors import Actor
from linli.platform.home import Home


@dataclass(frozen=True, slots=True)
class EndedFile:
    """A file that grows beside the database: of it belong to the snapshot the first ``n_bytes``. ``path`` is where it lies in a restored home."""

    source: Path
    path: str
    n_bytes: int


Connection = psycopg.Connection[Any]
EndedFiles = Callable[[Connection, Home], Iterable[EndedFile]]
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Erasures:
    """``recall(connection)`` lists what was erased, as plain mappings of ids and codes; ``repeat(records, actor)`` erases whatever of it
    a restore brought back, and tells how many that were. Both may be asked again at any time."""

    source: str
    recall: Callable[[Connection], Iterable[Record]]
    repeat: Callable[[Sequence[Record], Actor], int]


_ENDED: dict[str, tuple[tuple[str, ...], EndedFiles]] = {}
_ERASURES: dict[str, Erasures] = {}
_PREPARATIONS: dict[str, Callable[[Home], None]] = {}


def ended_files(name: str, *, folders: Sequence[str]) -> Callable[[EndedFiles], EndedFiles]:
    """Declare that files in ``folders`` (below the home) are named by the decorated function alone."""

    def declare(function: EndedFiles) -> EndedFiles:
        _ENDED[name] = (tuple(folders), function)
        return function

    return declare


def erasures(one: Erasures) -> None:
    _ERASURES[one.source] = one


def discover() -> None:
    for config in apps.get_app_configs():
        module = f"{config.name}.backups"
        if config.name.startswith("linli.") and find_spec(module):
            import_module(module)


def all_ended_files(connection: Connection, home: Home) -> Iterator[EndedFile]:
    for _, function in _ENDED.values():
        yield from function(connection, home)


def folders_apart() -> frozenset[str]:
    """Folders of the home that are not simply copied."""
    return frozenset(folder for folders, _ in _ENDED.values() for folder in folders)


def all_erasures() -> list[Erasures]:
    return [_ERASURES[source] for source in sorted(_ERASURES)]


def preparation(name: str, prepare: Callable[[Home], None]) -> None:
    """``prepare(home)`` is run in a restored home before the erased is erased again, and once more after it."""
    _PREPARATIONS[name] = prepare


def preparations() -> list[Callable[[Home], None]]:
    return [_PREPARATIONS[name] for name in sorted(_PREPARATIONS)]
