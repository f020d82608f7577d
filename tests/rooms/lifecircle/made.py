"""Small maps made by hand, in metres around a point, and the policies they are measured with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.geo import LocalMetres
from linli.kernel.mapdata import EDGE_KINDS, GroundShape, MapBuilding, MapData, MapFacility, MapGate, WalkNetwork
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.lifecircle.analysis import Analysis, analyse
from linli.lifecircle.rules.standard import (
    Assumptions,
    Group,
    Item,
    Pin,
    Standard,
    Walkers,
    read_assumptions,
)

PLANE = LocalMetres(116.32, 40.0)
DAY = dt.date(2026, 11, 22)
PIN = Pin("made", "made", 1, "0" * 64, Text("样", "made"))
EVERYONE = Group("everyone", Text("所有人", "Everyone"), 60.0, slower={"steps": 2.0})
WHEELCHAIR = Group("wheelchair", Text("轮椅", "Wheelchair"), 50.0, barred=frozenset({"steps"}))
ELDER = Group("elder_60", Text("老人", "60 and over"), 50.0, from_age=60)
WALKERS = Walkers(PIN, "everyone", (EVERYONE, WHEELCHAIR, ELDER))


def assumptions() -> Assumptions:
    return read_assumptions(find_policy("estimate", "default"))


def degrees(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = PLANE.to_lonlat(x_m, y_m)
    return float(lon), float(lat)


def shape(in_metres: BaseGeometry) -> BaseGeometry:
    return shapely.transform(in_metres, lambda at: np.column_stack(PLANE.to_lonlat(at[:, 0], at[:, 1])))


def house(
    ref: str, x_m: float, y_m: float, *, size: float = 10, use: str = "residential", **more: object
) -> MapBuilding:
    box = shapely.box(x_m - size / 2, y_m - size / 2, x_m + size / 2, y_m + size / 2)
    return MapBuilding(ref, shape(box), use, **more)  # type: ignore[arg-type]


def facility(ref: str, category: str, x_m: float, y_m: float, name: str = "") -> MapFacility:
    lon, lat = degrees(x_m, y_m)
    return MapFacility(ref, category, lon, lat, name_zh=name)


def gate(x_m: float, y_m: float, passage: str) -> MapGate:
    lon, lat = degrees(x_m, y_m)
    return MapGate("g", lon, lat, passage)  # type: ignore[arg-type]


def wall(*points: tuple[float, float]) -> GroundShape:
    return GroundShape("w", "wall", shape(shapely.LineString(points)))


def network(
    nodes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    *,
    kinds: dict[int, str] | None = None,
    locked: Sequence[int] = (),
) -> WalkNetwork:
    """Edges as long as they are straight; ``kinds`` and ``locked`` by the edge's place, paths otherwise."""
    xy = np.array(nodes, dtype=np.float64).reshape(-1, 2)
    lon, lat = PLANE.to_lonlat(xy[:, 0], xy[:, 1])
    tail = np.array([a for a, _ in edges], dtype=np.int64)
    head = np.array([b for _, b in edges], dtype=np.int64)
    kind = np.array([EDGE_KINDS.index((kinds or {}).get(n, "path")) for n in range(len(edges))], dtype=np.uint8)
    shut = np.zeros(len(edges), dtype=bool)
    shut[list(locked)] = True
    return WalkNetwork(
        lon=lon, lat=lat, node_ref=np.arange(1, len(xy) + 1), tail=tail, head=head,
        length_m=np.hypot(*(xy[tail] - xy[head]).T), kind=kind, locked=shut, way_ref=np.ones(len(edges), dtype=np.int64),
    )  # fmt: skip


def made_map(
    net: WalkNetwork,
    houses: Sequence[MapBuilding] = (),
    facilities: Sequence[MapFacility] = (),
    *,
    gates: Sequence[MapGate] = (),
    ground: Sequence[GroundShape] = (),
) -> MapData:
    return MapData(
        "made.osm", net, tuple(houses), tuple(facilities), gates=tuple(gates), ground=tuple(ground), attribution="made"
    )


def standard(*items: Item, index: str = "every_item", target: float | None = None) -> Standard:
    return Standard(PIN, "made", items, circle_target_share=target, index=index)  # type: ignore[arg-type]


def minutes(category: str, limit_min: float, **more: object) -> Item:
    return Item(category, Text(category, category), limit_min=limit_min, **more)  # type: ignore[arg-type]


def metres(category: str, limit_m: float) -> Item:
    return Item(category, Text(category, category), limit_m=limit_m)


def run(data: MapData, *items: Item, **more: object) -> Analysis:
    return analyse(
        data,
        standard=standard(*items),
        walkers=WALKERS,
        assumed=assumptions(),
        on=DAY,
        **more,  # type: ignore[arg-type]
    )
