"""A day's timetable of a community's rooms: shared facilities and idle rooms of the register, uses of the policy ``room_sharing`` (S304).

Keeps nothing: the same question on the same register has the same answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.registry import queries as registry

from ..bridges.sharing import allot_rooms
from ..reading import policy_on
from ..rules.sharing import CROWDED, DayKind, Shareable, Sharing, UseKind, read_sharing, rooms_of, why_never
from .coverage import READ

DM2 = 100


@dataclass(frozen=True, slots=True)
class Session:
    """One use in one room from ``start`` to ``end``, whole hours of the day."""

    kind: UseKind
    room: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Left:
    """``n`` sessions of a kind that found no room, and why."""

    kind: UseKind
    n: int
    why: Text


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """``asked`` sessions a day by use; ``room_hours, open_hours`` used and open; ``is_best``: no timetable serves more people at once and by sessions;
    ``most_persons`` what none can pass."""

    sharing: Sharing
    day: DayKind
    rooms: tuple[Shareable, ...]
    sessions: tuple[Session, ...]
    left: tuple[Left, ...]
    asked: Mapping[str, int]
    persons: int
    most_persons: int
    is_best: bool

    @property
    def n_asked(self) -> int:
        return sum(self.asked.values())

    @property
    def n_rooms_used(self) -> int:
        return len({one.room for one in self.sessions})

    @property
    def n_kinds_held(self) -> int:
        return len({one.kind.id for one in self.sessions})

    @property
    def n_kinds_asked(self) -> int:
        return sum(n > 0 for n in self.asked.values())

    @property
    def room_hours(self) -> int:
        return sum(one.end - one.start for one in self.sessions)

    @property
    def open_hours(self) -> int:
        return sum(sum(self.rooms[n].open) for n in {one.room for one in self.sessions})


def sharing_policy(on: dt.date) -> Sharing:
    return read_sharing(policy_on("room_sharing", "default", on))


def plan_rooms(community_id: UUID, actor: Actor, day: DayKind, asked: Mapping[str, int], *, on: dt.date) -> RoomPlan:
    """Sessions ``asked`` by id of the use (the policy's where absent). Needs ``lifecircle.read`` on the community."""
    actor.require(READ, community_id)
    sharing = sharing_policy(on)
    numbers = {kind.id: asked.get(kind.id, kind.sessions[day]) for kind in sharing.uses}
    rooms = _rooms(community_id, actor, sharing, day, on)
    wanted = [kind for kind in sharing.uses for _ in range(numbers[kind.id])]
    found = allot_rooms(sharing, rooms, wanted)
    sessions = tuple(
        Session(
            wanted[one.use], one.room, sharing.first_hour + one.start, sharing.first_hour + one.start + wanted[one.use].length_hours
        )
        for one in found.placed
    )  # fmt: skip
    why = {n: why_never(obstacles, wanted[n], sharing) for n, obstacles in found.never.items()}
    why |= dict.fromkeys(found.crowded, CROWDED)
    left = [
        Left(kind, len(own), why[own[0]])
        for kind in sharing.uses
        if (own := [n for n in sorted(why) if wanted[n].id == kind.id])
    ]
    return RoomPlan(
        sharing, day, tuple(rooms), sessions, tuple(left), numbers, round(found.worth), round(found.bound), found.proved
    )  # fmt: skip


def _rooms(community_id: UUID, actor: Actor, sharing: Sharing, day: DayKind, on: dt.date) -> list[Shareable]:
    """Shared facilities by name, then idle rooms; those of a house side by side."""
    rooms: list[Shareable] = []
    for one in registry.list_facilities(actor, community_id=community_id, status="open", on=on):
        if one.category in sharing.shared and one.area_dm2:
            name = Text(one.name_zh or one.name_en or one.category, one.name_en or one.name_zh or one.category)
            rooms += rooms_of(
                sharing, name, f"facility:{one.facility_id}", one.area_dm2 / DM2, category=one.category, hours=one.opening_hours, day=day
            )  # fmt: skip
    places = {
        row.place_id: registry.name_in_compound(row)
        for row in registry.list_places_in_compounds(actor, community_id=community_id, on=on).filter(
            place__kind="building"
        )
    }
    for space in registry.list_spaces(actor, community_id=community_id, state="idle", on=on):
        zh, en = space.name_zh or "闲置房", space.name_en or space.name_zh or "idle room"
        where = next((places[one] for one in reversed(space.place.path) if one in places), None)
        name = Text(f"{where.zh} {zh}", f"{en}, {where.en}") if where else Text(zh, en)
        rooms += rooms_of(
            sharing, name, f"place:{space.place_id}", space.area_dm2 / DM2, category=None, hours="", day=day
        )
    return rooms
