"""The drawing laid on the earth: buildings, facilities, gates and ground as :mod:`linli.kernel.mapdata` has them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.mapdata import GroundShape, MapBuilding, MapFacility, MapGate, MapNote
from linli.kernel.text import Text

from .civic import Place, alone_in_old_age
from .design import Design
from .facilities import Placed
from .frame import Frame
from .population import Population, Units
from .sketch import Board, DrawnGround, Point

SYNTHETIC_NOTE = MapNote(
    "synthetic",
    "",
    "这张图由程序生成：地方、房屋、机构和居民都不是真的。",
    "This map was generated: no place, house, organisation or resident in it is real.",
)


def spots(points: list[Point], frame: Frame) -> npt.NDArray[np.float64]:
    """``float64[n, 2]`` degrees."""
    return frame.degrees(np.asarray(points, np.float64).reshape(-1, 2))


def buildings(board: Board, frame: Frame, units: Units) -> tuple[MapBuilding, ...]:
    homes = np.bincount(units.building[units.use == 0], minlength=len(board.buildings)).tolist()
    shapes = shapely.transform(
        np.asarray([shapely.Polygon(b.ring) for b in board.buildings], dtype=object), frame.degrees
    )
    made = []
    for k, (drawn, outline) in enumerate(zip(board.buildings, shapes, strict=True)):
        compound = board.compounds[drawn.compound].name if drawn.compound >= 0 else None
        if drawn.use == "residential" and compound is not None:
            name = Text(f"{compound.zh}{drawn.number}幢", f"{compound.en}, Building {drawn.number}")
        else:
            name = drawn.name or Text("房屋", "Building")
        made.append(
            MapBuilding(
                ref=f"syn/b{k + 1}",
                outline=outline,
                use=drawn.use,
                levels=drawn.levels,
                height_m=round(drawn.levels * drawn.storey_m + 0.6, 1),
                name_zh=name.zh,
                name_en=name.en,
                house_number=str(drawn.number) if drawn.number else "",
                compound=compound.zh if compound else "",
                n_units=homes[k] if drawn.use == "residential" else None,
            )
        )
    return tuple(made)


def facilities(placed: list[Placed], frame: Frame) -> tuple[MapFacility, ...]:
    at = spots([p.slot.at for p in placed], frame).tolist()
    return tuple(
        MapFacility(
            ref=f"syn/f{k + 1}",
            category=p.rule.category,
            lon=lon,
            lat=lat,
            name_zh=p.name.zh,
            name_en=p.name.en,
            area_dm2=p.area_dm2,
            capacity=p.capacity,
            opening_hours=p.rule.opening_hours,
        )
        for k, (p, (lon, lat)) in enumerate(zip(placed, at, strict=True))
    )


def gates(board: Board, frame: Frame) -> tuple[MapGate, ...]:
    at = spots([gate.at for gate in board.gates], frame).tolist()
    return tuple(
        MapGate(f"syn/g{k + 1}", lon, lat, "locked" if gate.locked else "open", gate.name.zh)
        for k, (gate, (lon, lat)) in enumerate(zip(board.gates, at, strict=True))
    )


def ground(board: Board, frame: Frame) -> tuple[GroundShape, ...]:
    shapes = shapely.transform(np.asarray([_shape(drawn) for drawn in board.ground], dtype=object), frame.degrees)
    return tuple(
        GroundShape(
            f"syn/l{k + 1}",
            drawn.kind,
            shape,
            drawn.name.zh if drawn.name else "",
            drawn.name.en if drawn.name else "",
            drawn.rank,
        )
        for k, (drawn, shape) in enumerate(zip(board.ground, shapes, strict=True))
    )


def _shape(drawn: DrawnGround) -> shapely.Polygon | shapely.LineString:
    return shapely.LineString(drawn.points) if drawn.kind == "wall" else shapely.Polygon(drawn.points)


def notes(missing: list[tuple[str, int]], communities: list[Text]) -> tuple[MapNote, ...]:
    """That it is made up, and which facilities found no spot."""
    return (
        SYNTHETIC_NOTE,
        *(
            MapNote(
                "no_spot",
                "",
                f"{communities[c].zh}没有位置放 {category}",
                f"no spot for {category} in {communities[c].en}",
            )
            for category, c in missing
        ),
    )


def places(drawn: Design, frame: Frame, population: Population, today: dt.date) -> dict[str, list[Place]]:
    """Where devices can hang, by the policy's words."""
    board = drawn.board
    at = spots(list(zip(board.walks.x, board.walks.y, strict=True)), frame).tolist()
    found: dict[str, list[Place]] = {word: [] for word in _WORDS}
    for k, building in enumerate(board.buildings):
        for stair, door in enumerate(building.doors, start=1):
            lon, lat = at[door]
            place = Place(lon, lat, building.community, k, stair)
            if building.use == "residential":
                found["stair"].append(place)
                found["lift"] += [place] * (building.n_lifts // len(building.doors))
            if stair == 1:
                found["building"].append(Place(lon, lat, building.community, k))
    for gate, (lon, lat) in zip(board.gates, spots([gate.at for gate in board.gates], frame).tolist(), strict=True):
        found["gate"].append(Place(lon, lat, gate.community))
    for slot in board.slots:
        if slot.site in _SLOT_WORDS:
            lon, lat = at[slot.node]
            found[_SLOT_WORDS[slot.site]].append(Place(lon, lat, slot.community))
    for unit in alone_in_old_age(population, today):
        k, stair = int(population.units.building[unit]), int(population.units.stair[unit])
        lon, lat = at[board.buildings[k].doors[stair - 1]]
        found["home_alone"].append(Place(lon, lat, board.buildings[k].community, k, stair, unit))
    return found


_WORDS = ("stair", "lift", "building", "compound", "gate", "garden", "river", "street", "home_alone")
_SLOT_WORDS = {"garden": "garden", "riverside": "river", "compound_inside": "compound", "plaza": "street"}
