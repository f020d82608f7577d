"""Buildings of an OSM table: outlines with holes, what they are used for, storeys, names and addresses."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.geo import SEMI_MAJOR_M
from linli.kernel.mapdata import MapBuilding

from .ask import Asker
from .ground import Ground, tag_names
from .mapping import Between, OsmMapping
from .notes import NoteBook
from .shapes import Area, Shapes
from .table import OsmTable

_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(m|metres?|meters?|米|层)?\s*$")
_FEET = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:'|ft|feet)\s*$")
_FOOT_M = 0.3048
"""International foot, ISO 80000-3."""


@dataclass(frozen=True, slots=True)
class _Footprints:
    refs: list[str]
    tags: list[dict[str, str]]
    shapes: npt.NDArray[np.object_]


def read_buildings(
    table: OsmTable, shapes: Shapes, ways: Asker, areas: list[Area], ground: Ground, mapping: OsmMapping, notes: NoteBook
) -> tuple[MapBuilding, ...]:
    """All buildings with an outline. What has none is noted and left out."""
    found = _footprints(table, shapes, ways, areas, mapping)
    centres = shapely.point_on_surface(found.shapes)
    inside = ground.compound_at(shapely.get_x(centres), shapely.get_y(centres))
    area_m2 = footprint_m2(found.shapes)
    uses = _Uses(mapping)
    out = []
    for i, tags in enumerate(found.tags):
        reader = _Numbers(tags, found.refs[i], notes)
        compound = ground.compounds[inside[i]] if inside[i] >= 0 else None
        zh, en = tag_names(tags, mapping)
        out.append(
            MapBuilding(
                ref=found.refs[i],
                outline=found.shapes[i],
                use=uses.decide(tags, inside=compound is not None, area_m2=float(area_m2[i])),
                levels=reader.levels(mapping.buildings.levels),
                height_m=reader.height_m(mapping.buildings.height_m),
                name_zh=zh,
                name_en=en,
                house_number=tags.get("addr:housenumber", ""),
                street=tags.get("addr:street", tags.get("addr:place", "")),
                compound=(compound.name_zh or compound.name_en) if compound else "",
                n_units=reader.flats(mapping.buildings.flats),
            )
        )
    uses.tell(notes)
    return tuple(out)


def _footprints(table: OsmTable, shapes: Shapes, ways: Asker, areas: list[Area], mapping: OsmMapping) -> _Footprints:
    never = mapping.buildings.never
    rows = np.flatnonzero(ways.holds("building", None) & ~ways.any_of(never) & ~shapes.taken & shapes.first_of_id)
    drawn = shapes.polygons(rows)
    good = np.flatnonzero(drawn != None)  # noqa: E711  elementwise over an object array
    refs = [shapes.way_ref(row) for row in rows[good].tolist()]
    tags = [table.tags(table.ways, row) for row in rows[good].tolist()]
    for area in areas:
        if "building" in area.tags and not any(
            key in area.tags and (values is None or area.tags[key] in values) for key, values in never
        ):
            refs.append(area.ref)
            tags.append(area.tags)
    more = [area.shape for area in areas if area.ref in set(refs[len(good) :])]
    return _Footprints(refs, tags, np.concatenate((drawn[good], np.array([*more, None], dtype=object)[:-1])))


def footprint_m2(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Ground area in m² on a sphere of the ellipsoid's larger radius: right to 1 per cent, enough for a threshold."""
    _, _, _, north = shapely.bounds(shapes).T.reshape(4, -1)
    metres = np.radians(1) * SEMI_MAJOR_M
    return np.asarray(shapely.area(shapes) * metres * metres * np.cos(np.radians(north)), np.float64)


class _Numbers:
    """Reads a building's numbers; what is no number, or no possible one, is noted and left open."""

    def __init__(self, tags: dict[str, str], ref: str, notes: NoteBook) -> None:
        self._tags = tags
        self._ref = ref
        self._notes = notes

    def _number(self, key: str, code: str, bounds: Between) -> float | None:
        raw = self._tags.get(key)
        if raw is None:
            return None
        found, feet = _NUMBER.match(raw), _FEET.match(raw)
        value = float(found[1]) if found else float(feet[1]) * _FOOT_M if feet and key != "building:levels" else None
        if value is None or not bounds.least <= value <= bounds.most:
            self._notes.add(code, self._ref, value=raw[:40])
            return None
        return value

    def levels(self, bounds: Between) -> int | None:
        """Storeys above ground; half storeys (a lived-in roof) count whole."""
        value = self._number("building:levels", "levels_unclear", bounds)
        return None if value is None else int(np.ceil(value))

    def height_m(self, bounds: Between) -> float | None:
        return self._number("height", "height_unclear", bounds)

    def flats(self, bounds: Between) -> int | None:
        value = self._number("building:flats", "flats_unclear", bounds)
        return None if value is None else int(value)


class _Uses:
    """Decides uses and remembers which were estimated, to be told once for each kind."""

    def __init__(self, mapping: OsmMapping) -> None:
        self._rules = mapping.buildings
        self._estimated: Counter[str] = Counter()
        self._unknown = 0

    def decide(self, tags: dict[str, str], *, inside: bool, area_m2: float) -> str:
        rules = self._rules
        for rule, use in rules.use:
            if rule.fits(tags):
                return use
        value = tags.get("building", "yes")
        if value not in rules.ambiguous:
            return value
        for rule, use in rules.by_other_tags:
            if rule.fits(tags):
                return use
        use = self._estimate(tags, inside=inside, area_m2=area_m2)
        if use is None:
            self._unknown += 1
            return rules.otherwise
        self._estimated[use] += 1
        return use

    def _estimate(self, tags: dict[str, str], *, inside: bool, area_m2: float) -> str | None:
        for rule, only_inside, use in self._rules.by_name:
            if (inside or not only_inside) and rule.fits(tags):
                return use
        if inside:
            for test in self._rules.by_ground:
                if area_m2 >= test.min_area_m2:
                    return test.use
        return None

    def tell(self, notes: NoteBook) -> None:
        for use, n in sorted(self._estimated.items()):
            notes.add("use_estimated", n=n, use=use)
        if self._unknown:
            notes.add("use_unknown", n=self._unknown, use=self._rules.otherwise)
