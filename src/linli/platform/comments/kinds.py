"""What rooms say of the things questions may be asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.notes import note_kind


@dataclass(frozen=True, slots=True)
class ThreadKind:
    """All are asked inside ``acting(actor)`` with the thing's id. ``community`` None: nothing can be asked there (any more).

    ``url(actor, holder_id)``: the page of the thing as that actor reads it. ``name_of``: what it is called, None where it is not theirs to see.
    """

    name: str
    title: Text
    may_see: Callable[[Actor, UUID], bool]
    may_answer: Callable[[Actor, UUID], bool]
    community: Callable[[UUID], UUID | None]
    url: Callable[[Actor, UUID], str]
    name_of: Callable[[Actor, UUID], Text | None]


_KINDS: dict[str, ThreadKind] = {}


def thread_kind(kind: ThreadKind) -> None:
    """Declare in ``AppConfig.ready()``. The words of a thread are read by who may see its thing."""
    if _KINDS.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"threads of {kind.name!r} are declared twice")
    note_kind(note_name(kind.name), kind.title, may_read=kind.may_see)


def note_name(kind: str) -> str:
    return f"comments.{kind}"


def find_kind(name: str) -> ThreadKind:
    if name not in _KINDS:
        raise NotFoundError
    return _KINDS[name]
