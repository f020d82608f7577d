"""What a scenario changes on a map: a facility opened or closed, a gate or way opened, a gate blocked.

Owns the words and the limits of a change. How it is done to a map's network is :mod:`linli.lifecircle.bridges.changes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from linli.kernel.errors import define
from linli.kernel.text import Text

ChangeKind = Literal["open_facility", "close_facility", "open_gate", "open_way", "block_gate"]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
KIND_WORDS: dict[ChangeKind, Text] = {
    "open_facility": Text("新设设施", "Open a facility"),
    "close_facility": Text("关掉设施", "Close a facility"),
    "open_gate": Text("打开锁着的门或路", "Open a locked gate or way"),
    "open_way": Text("打通一段路", "Open a short way"),
    "block_gate": Text("堵上一道门", "Block a gate"),
}
WHERE_WORDS: dict[ChangeKind, Text] = {
    "open_facility": Text("设在哪里", "Where"),
    "close_facility": Text("关哪一处", "Which one closes"),
    "open_gate": Text("打开哪一处", "Which one opens"),
    "open_way": Text("打通哪一段", "Which way"),
    "block_gate": Text("堵上哪道门", "Which gate"),
}

OUTSIDE_MAP = define(
    "lifecircle.outside_map",
    zh="这一点（{lon:.5f}, {lat:.5f}）不在社区地图里；经度应在 {west:.5f} 到 {east:.5f}，纬度在 {south:.5f} 到 {north:.5f}",
    en="The point {lon:.5f}, {lat:.5f} lies outside the community's map: longitude {west:.5f} to {east:.5f}, latitude {south:.5f} to {north:.5f}",
    status=422,
)
NO_SUCH_FACILITY = define(
    "lifecircle.no_such_facility",
    zh="地图上没有开放的设施 {ref}，关不了",
    en="The map holds no open facility {ref} that could close",
    status=422,
)
NO_GATE_HERE = define(
    "lifecircle.no_gate_here",
    zh="这一点（{lon:.5f}, {lat:.5f}）{within_m:g} 米内没有走得通的门",
    en="No gate one can walk through stands within {within_m:g} m of {lon:.5f}, {lat:.5f}",
    status=422,
)
NOTHING_LOCKED = define(
    "lifecircle.nothing_locked",
    zh="这一点（{lon:.5f}, {lat:.5f}）{within_m:g} 米内没有锁着的门或封闭的路",
    en="Nothing within {within_m:g} m of {lon:.5f}, {lat:.5f} is locked",
    status=422,
)
NO_PATH_NEAR = define(
    "lifecircle.no_path_near",
    zh="这一点（{lon:.5f}, {lat:.5f}）{within_m:g} 米内没有能走的路，接不上",
    en="No way one can walk on lies within {within_m:g} m of {lon:.5f}, {lat:.5f}, so nothing can be joined there",
    status=422,
)
WAY_TOO_LONG = define(
    "lifecircle.way_too_long",
    zh="两端相距 {length_m:.0f} 米，一段小路最多 {most_m:g} 米；更长的是修路，先改地图",
    en="The ends are {length_m:.0f} m apart; a short way has at most {most_m:g} m. Longer ones are streets to build: change the map first",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``lon, lat`` where it is (WGS-84; None for a closed facility, told by ``ref``); ``to_lon, to_lat`` the other end of a way.

    ``category`` of a new facility, ``capacity`` the places it will have (None: not known). ``ref`` the map's reference of a facility that closes.
    """

    kind: ChangeKind
    lon: float | None = None
    lat: float | None = None
    to_lon: float | None = None
    to_lat: float | None = None
    category: str = ""
    capacity: int | None = None
    ref: str = ""
    name: Text | None = None
