"""Rooms, uses and what keeps a use out of a room: pure checks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Obstacle = Literal["size", "places", "equipment", "hours"]
"""Why a use can have no start in a room: too small, holds too few, lacks something, not open long enough in the hours asked for."""


class TimetableError(ValueError):
    """Every fault of the question, together."""


@dataclass(frozen=True, slots=True)
class Room:
    """``open[slot]`` whether it can be used then; ``holds`` persons; ``near`` positions of rooms that hear each other; ``has`` its equipment."""

    open: tuple[bool, ...]
    area_m2: float
    holds: int
    has: frozenset[str] = frozenset()
    near: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """One session: ``length`` slots in a row, beginning in one of ``starts``; ``worth`` what it is worth that it is held (> 0); ``noise`` what it makes and
    ``bears`` the most it bears from next door; ``change`` slots nobody else may have before and after it in the same room (another session of the same
    ``kind`` may follow at once); ``people`` a group that cannot be in two places at once, empty for anybody."""

    kind: str
    length: int
    starts: tuple[int, ...]
    worth: float = 1.0
    least_m2: float = 0.0
    persons: int = 0
    needs: frozenset[str] = frozenset()
    noise: int = 0
    bears: int = 9
    change: int = 0
    people: str = ""


def check(rooms: Sequence[Room], uses: Sequence[Use]) -> None:
    faults = []
    n_slots = len(rooms[0].open) if rooms else 0
    for n, room in enumerate(rooms):
        if len(room.open) != n_slots:
            faults.append(f"room {n}: open must have {n_slots} slots as the first has, got {len(room.open)}")
        if not (math.isfinite(room.area_m2) and room.area_m2 > 0) or room.holds < 0:
            faults.append(f"room {n}: area_m2 must be > 0 and holds >= 0, got {room.area_m2} and {room.holds}")
        if any(not 0 <= other < len(rooms) or other == n for other in room.near):
            faults.append(f"room {n}: near must name other rooms 0 to {len(rooms) - 1}, got {room.near}")
    for n, use in enumerate(uses):
        if use.length < 1 or use.change < 0:
            faults.append(f"use {n}: length must be >= 1 and change >= 0, got {use.length} and {use.change}")
        if not (math.isfinite(use.worth) and use.worth > 0):
            faults.append(f"use {n}: worth must be > 0, got {use.worth}")
    if faults:
        raise TimetableError("; ".join(faults))


def starts_in(room: Room, use: Use) -> list[int]:
    """Slots the use could begin in, were the room empty."""
    if obstacle_of_kind(room, use):
        return []
    return [s for s in sorted(set(use.starts)) if 0 <= s <= len(room.open) - use.length and all(room.open[s : s + use.length])]  # fmt: skip


def obstacle_of_kind(room: Room, use: Use) -> Obstacle | None:
    if room.area_m2 < use.least_m2:
        return "size"
    if room.holds < use.persons:
        return "places"
    return "equipment" if use.needs - room.has else None


def obstacle_of(room: Room, use: Use) -> Obstacle | None:
    """The first thing that keeps the use out of the room even when it is empty; None where nothing does."""
    return obstacle_of_kind(room, use) or (None if starts_in(room, use) else "hours")


def disturbs(one: Use, other: Use) -> bool:
    return one.noise > other.bears or other.noise > one.bears
