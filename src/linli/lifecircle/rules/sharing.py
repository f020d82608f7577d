"""Uses and rooms of a day, and in words why a use found no room (S304). Pure: what the register holds is an argument."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from linli.kernel.policyfile import Policy
from linli.kernel.text import Text

from .hours import is_open

DayKind = Literal["workday", "weekend"]
Obstacle = Literal["size", "places", "equipment", "hours"]
WEEKDAY: Mapping[DayKind, int] = {"workday": 2, "weekend": 5}
"""A Wednesday and a Saturday stand for the rest."""
OBSTACLES: Mapping[Obstacle, Callable[[int], Text]] = {
    "size": lambda n: Text(f"{n} 间太小", f"{n} too small"),
    "places": lambda n: Text(f"{n} 间坐不下", f"{n} hold too few"),
    "equipment": lambda n: Text(f"{n} 间没有要的设备", f"{n} lack what it needs"),
    "hours": lambda n: Text(f"{n} 间在要的时段没开足", f"{n} are not open long enough then"),
}


@dataclass(frozen=True, slots=True)
class UseKind:
    id: str
    title: Text
    length_hours: int
    starts: tuple[int, ...]
    persons: int
    noise: int
    bears: int
    change_hours: int
    needs: frozenset[str]
    sessions: Mapping[DayKind, int]


@dataclass(frozen=True, slots=True)
class SharedCategory:
    usable_share: float
    has: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sharing:
    first_hour: int
    last_hour: int
    m2_per_person: float
    most_m2: float
    shared: Mapping[str, SharedCategory]
    equipment: Mapping[str, Text]
    uses: tuple[UseKind, ...]

    @property
    def hours(self) -> range:
        return range(self.first_hour, self.last_hour)


@dataclass(frozen=True, slots=True)
class Shareable:
    """One room: ``house`` tells which rooms stand in the same building or facility; ``open`` by the hours of the policy's day; ``hours_known`` whether the
    register says when."""

    name: Text
    house: str
    area_m2: float
    holds: int
    has: frozenset[str]
    open: tuple[bool, ...]
    hours_known: bool


def read_sharing(policy: Policy) -> Sharing:
    day, rooms = policy.body["day"], policy.body["rooms"]
    return Sharing(
        day["first_hour"], day["last_hour"], float(rooms["m2_per_person"]), float(rooms["most_m2"]),
        {one["category"]: SharedCategory(float(one["usable_share"]), frozenset(one["has"])) for one in rooms["shared"]},
        {one["id"]: Text.from_mapping(one["title"]) for one in rooms["equipment"]},
        tuple(
            UseKind(
                raw["id"], Text.from_mapping(raw["title"]), raw["length_hours"], tuple(raw["starts"]), raw["persons"], raw["noise"], raw["bears"],
                raw["change_hours"], frozenset(raw["needs"]), dict(raw["sessions"]),
            )
            for raw in policy.body["uses"]
        ),
    )  # fmt: skip


def rooms_of(
    sharing: Sharing, name: Text, house: str, area_m2: float, *, category: str | None, hours: str, day: DayKind
) -> list[Shareable]:
    """The rooms a facility (``category``) or an idle room (None) counts as: equal parts no larger than the policy's largest."""
    kind = SharedCategory(1.0, frozenset()) if category is None else sharing.shared[category]
    usable = area_m2 * kind.usable_share
    n = max(1, math.ceil(usable / sharing.most_m2 - 1e-9))
    known = [
        is_open(hours, weekday=WEEKDAY[day], minute=60 * hour + half) for hour in sharing.hours for half in (0, 59)
    ]
    told = all(one is not None for one in known)
    # An hour counts where the room is open at its begin and in its last minute.
    open_ = tuple(all(known[2 * n : 2 * n + 2]) if told else True for n in range(len(sharing.hours)))
    each = usable / n
    return [
        Shareable(
            name if n == 1 else Text(f"{name.zh}（{number}号厅）", f"{name.en}, room {number}"),
            house, each, int(each / sharing.m2_per_person), kind.has, open_, told,
        )
        for number in range(1, n + 1)
    ]  # fmt: skip


def why_never(obstacles: Mapping[Obstacle, int], kind: UseKind, sharing: Sharing) -> Text:
    """Of every room what rules it out."""
    if not obstacles:
        return Text("册子里没有能分时用的房", "no room in the register can be shared")
    parts = [OBSTACLES[name](n) for name, n in obstacles.items()]
    zh, en = "、".join(one.zh for one in parts), ", ".join(one.en for one in parts)
    needs = [sharing.equipment.get(one, Text(one, one)) for one in sorted(kind.needs)]
    if needs and "equipment" in obstacles:
        zh += f"（要{'、'.join(one.zh for one in needs)}）"
        en += f" ({', '.join(one.en for one in needs)})"
    return Text(f"没有一间能用：{zh}", f"no room will do: {en}")


CROWDED = Text(
    "有合适的房，但那几个时段都排给了别的用途，或隔壁太吵",
    "a room would do, but at those hours others have it, or it is too loud next door",
)


def near_of(rooms: Sequence[Shareable]) -> list[tuple[int, ...]]:
    """Rooms that hear each other: next to each other in the list and in the same house."""
    return [
        tuple(o for o in (n - 1, n + 1) if 0 <= o < len(rooms) and rooms[o].house == room.house) for n, room in enumerate(rooms)
    ]  # fmt: skip
