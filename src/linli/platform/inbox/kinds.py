"""The kinds of entry: rooms say what each is called and what one says to somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor


@dataclass(frozen=True, slots=True)
class Shown:
    """What an entry says to its reader, and where it leads."""

    text: Text
    url: str


Describe = Callable[[Actor, UUID], Shown | None]


@dataclass(frozen=True, slots=True)
class InboxKind:
    """``describe(actor, subject_id)``: None where the reader may not see it (any more)."""

    name: str
    title: Text
    icon: str
    describe: Describe


_KINDS: dict[str, InboxKind] = {}


def inbox_kind(name: str, title: Text, *, icon: str, describe: Describe) -> None:
    if _KINDS.setdefault(name, new := InboxKind(name, title, icon, describe)).describe is not new.describe:
        raise ValueError(f"inbox kind {name!r} is declared twice")


def kinds() -> list[InboxKind]:
    return [_KINDS[name] for name in sorted(_KINDS)]


def find_kind(name: str) -> InboxKind | None:
    """None for a kind whose room is no longer installed."""
    return _KINDS.get(name)
