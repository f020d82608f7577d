"""What sort of words a room keeps, and who may read them: whoever may see the thing they belong to, asked of that thing's room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text
from linli.platform.actors import Actor

MayRead = Callable[[Actor, UUID], bool]
MOST_CHARACTERS = 2000
UNKNOWN = define(
    "platform.no_such_note_kind",
    zh="没有名为“{kind}”的文字；现有：{known}",
    en="There is no kind of note {kind!r}; there are: {known}",
    status=500,
)


@dataclass(frozen=True, slots=True)
class NoteKind:
    """``may_read(actor, holder_id)`` is asked once a holder, inside ``acting(actor)``. ``title`` heads them in a person's copy."""

    name: str
    title: Text
    may_read: MayRead
    most_characters: int = MOST_CHARACTERS


_KINDS: dict[str, NoteKind] = {}


def note_kind(name: str, title: Text, *, may_read: MayRead, most_characters: int = MOST_CHARACTERS) -> None:
    """Declare in ``AppConfig.ready()`` the words of a kind of thing, ``room.thing``: who may read them, how long each may be."""
    known = _KINDS.setdefault(name, NoteKind(name, title, may_read, most_characters))
    if known.may_read is not may_read:
        raise ValueError(f"notes of {name!r} are declared twice")


def find_kind(name: str) -> NoteKind:
    if name not in _KINDS:
        raise LinliError(UNKNOWN, kind=name, known=", ".join(sorted(_KINDS)))
    return _KINDS[name]


def title_of(name: str) -> Text:
    """What a kind is called; its code where the room is no longer installed, so that a copy hides nothing."""
    return _KINDS[name].title if name in _KINDS else Text(name, name)
