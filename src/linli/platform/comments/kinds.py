"""What rooms say of the things questions may be asked about, and of those staff write remarks on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.notes import note_kind

REMARK = "remark."
USE = "comments.remark"


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


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account that works here: what it is called, and what it signs in as."""

    account_id: UUID
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class RemarkKind:
    """Remarks of staff on a thing. ``may_see`` is asked of readers, writers and whoever is mentioned, inside ``acting(actor)``.

    ``about``: the registry ids of whom such a remark speaks, so that it is in their copy and goes with their erasure. ``colleagues``: who may
    be mentioned of a community. ``title`` stands in inboxes and digests: it names the sort of thing, never the thing.
    """

    name: str
    title: Text
    may_see: Callable[[Actor, UUID], bool]
    community: Callable[[UUID], UUID | None]
    url: Callable[[UUID], str]
    about: Callable[[UUID], Sequence[UUID]]
    colleagues: Callable[[UUID], Sequence[Colleague]]


_KINDS: dict[str, ThreadKind] = {}
_REMARKS: dict[str, RemarkKind] = {}


def thread_kind(kind: ThreadKind) -> None:
    """Declare in ``AppConfig.ready()``. The words of a thread are read by who may see its thing."""
    if _KINDS.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"threads of {kind.name!r} are declared twice")
    note_kind(note_name(kind.name), kind.title, may_read=kind.may_see)


def remark_kind(kind: RemarkKind) -> None:
    """Declare in ``AppConfig.ready()``. Its words are read by who may see the thing and use remarks at all."""
    if _REMARKS.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"remarks on {kind.name!r} are declared twice")

    def may_read(actor: Actor, holder_id: UUID) -> bool:
        return may_use(kind, actor, holder_id)

    note_kind(note_name(stored_name(kind.name)), kind.title, may_read=may_read)


def may_use(kind: RemarkKind, actor: Actor, holder_id: UUID) -> bool:
    """Whether the actor reads and writes remarks on that thing: by their office in its community, and where they may see it."""
    community_id = kind.community(holder_id)
    return community_id is not None and actor.may(USE, community_id) and kind.may_see(actor, holder_id)


def stored_name(remark: str) -> str:
    """The kind under which remarks stand in the table of comments."""
    return f"{REMARK}{remark}"


def note_name(kind: str) -> str:
    return f"comments.{kind}"


def find_remark_kind(name: str) -> RemarkKind:
    """By its own name or by the one it is stored under."""
    name = name.removeprefix(REMARK)
    if name not in _REMARKS:
        raise NotFoundError
    return _REMARKS[name]


def title_of(name: str) -> Text:
    """What the kind of a stored comment is called."""
    return find_remark_kind(name).title if name.startswith(REMARK) else find_kind(name).title


def find_kind(name: str) -> ThreadKind:
    if name not in _KINDS:
        raise NotFoundError
    return _KINDS[name]
