"""How a missing facility can be come by: build, buy, swap, lease or refit, and what of it is open for a room.

Owns which way fits which room and in what order they are told (S044). Costs are the policy's, where a street has put them in; without them
nothing is claimed to be cheapest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from linli.kernel.policyfile import Policy
from linli.kernel.text import Text

Owner = Literal["public", "other", "unknown"]
Needs = Literal["public_room", "other_room", "two_rooms", "no_room"]
FEN = 100
DM2 = 100


@dataclass(frozen=True, slots=True)
class Way:
    """One of the five. Prices in yuan a square metre, None where the policy has none."""

    id: str
    title: Text
    note: Text
    needs: Needs
    once_yuan_per_m2: float | None = None
    yearly_yuan_per_m2: float | None = None

    def cost_fen(self, area_dm2: int, years: int) -> int | None:
        """What ``area_dm2`` costs this way with ``years`` of rent; None where the policy names no price."""
        if self.once_yuan_per_m2 is None and self.yearly_yuan_per_m2 is None:
            return None
        yuan_per_m2 = (self.once_yuan_per_m2 or 0.0) + years * (self.yearly_yuan_per_m2 or 0.0)
        return round(yuan_per_m2 * area_dm2 / DM2 * FEN)


@dataclass(frozen=True, slots=True)
class RoomNeed:
    """How large a room must be for a category: at least ``least_m2``, or by the people or places it serves;
    ``places_per_person`` how many places a resident asks for."""

    least_m2: float | None = None
    m2_per_person: float | None = None
    m2_per_place: float | None = None
    places_per_person: float | None = None

    @property
    def asked_per_person(self) -> float:
        """Places a resident asks for: 1 where the room is measured by persons."""
        return self.places_per_person or 1.0


@dataclass(frozen=True, slots=True)
class Filling:
    ways: tuple[Way, ...]
    rooms: Mapping[str, RoomNeed]
    years: int
    order_note: Text
    public_owners: frozenset[str] = frozenset()

    def way(self, id: str) -> Way | None:
        return next((way for way in self.ways if way.id == id), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """One way for one room: ``fits`` None where it must be asked (nobody wrote down who owns the room); ``cost_fen`` None where not known."""

    way: Way
    fits: bool | None
    why: Text
    cost_fen: int | None


def read_filling(policy: Policy) -> Filling:
    return Filling(
        ways=tuple(
            Way(
                raw["id"],
                Text.from_mapping(raw["title"]),
                Text.from_mapping(raw["note"]),
                raw["needs"],
                raw.get("once_yuan_per_m2"),
                raw.get("yearly_yuan_per_m2"),
            )
            for raw in policy.body["ways"]
        ),
        rooms={
            raw["category"]: RoomNeed(
                raw.get("least_m2"), raw.get("m2_per_person"), raw.get("m2_per_place"), raw.get("places_per_person")
            )
            for raw in policy.body["rooms"]
        },
        years=policy.body["renting"]["years"],
        order_note=Text.from_mapping(policy.body["order_note"]),
        public_owners=frozenset(policy.body["public_owners"]["kinds"]),
    )


def capacity_of(filling: Filling, category: str, area_dm2: int) -> int | None:
    """Places (or persons) a room of that size holds for the category; None where the policy gives no area for one."""
    need = filling.rooms.get(category, RoomNeed())
    per = need.m2_per_place or need.m2_per_person
    return None if per is None else int(area_dm2 / DM2 / per)


def is_large_enough(filling: Filling, category: str, area_dm2: int) -> bool:
    least = filling.rooms.get(category, RoomNeed()).least_m2
    return least is None or area_dm2 / DM2 >= least


def judge_room(filling: Filling, category: str, *, area_dm2: int, owner: Owner, n_public_rooms: int) -> list[Judged]:
    """Every way for an idle room: those that fit first, cheapest first where all their costs are known, else in the policy's order.

    ``n_public_rooms`` idle rooms of public owners in the community: one can be given for another.
    """
    large = is_large_enough(filling, category, area_dm2)
    judged = [
        _judge(way, way.cost_fen(area_dm2, filling.years), owner=owner, n_public_rooms=n_public_rooms, large=large)
        for way in filling.ways
    ]
    fitting = [one for one in judged if one.fits is not False]
    if all(one.cost_fen is not None for one in fitting):
        fitting.sort(key=lambda one: one.cost_fen or 0)
    fitting.sort(key=lambda one: one.fits is None)
    return [*fitting, *(one for one in judged if one.fits is False)]


def _judge(way: Way, cost: int | None, *, owner: Owner, n_public_rooms: int, large: bool) -> Judged:
    if way.needs == "no_room":
        why = Text("这间房就行，不用新建", "this room will do; nothing need be built")
        return Judged(
            way, not large, Text("房不够大，只能新建", "the room is too small: build") if not large else why, cost
        )
    if not large:
        return Judged(way, False, Text("房不够大", "the room is too small"), cost)
    if owner == "unknown":
        return Judged(
            way, None, Text("册子里没写是谁的房，先问清", "the register does not say whose it is: ask first"), cost
        )
    wants_public = way.needs == "public_room"
    if wants_public != (owner == "public"):
        why = (
            Text("不是公家的房", "not publicly owned") if wants_public else Text("是公家的房", "publicly owned already")
        )
        return Judged(way, False, why, cost)
    if way.needs == "two_rooms" and not n_public_rooms:
        return Judged(way, False, Text("没有公家的闲置房可以换", "no idle public room to give for it"), cost)
    return Judged(way, True, way.note, cost)
