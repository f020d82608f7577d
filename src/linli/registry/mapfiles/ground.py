"""What lies under the houses: water, green, roads, rails, walls, and the compounds that tell a home from an office."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.mapdata import GroundShape

from .ask import Asker, split_name
from .mapping import GroundRule, OsmMapping
from .shapes import Area, Shapes
from .table import Ints


@dataclass(frozen=True, slots=True)
class Ground:
    """The shapes, and a search tree over the compounds among them."""

    shapes: tuple[GroundShape, ...]
    compounds: tuple[GroundShape, ...]
    tree: shapely.STRtree

    def compound_at(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Ints:
        """For each point the number of a compound that holds it (the smallest), -1 where none does."""
        out = np.full(len(lon), -1, dtype=np.int64)
        if len(self.compounds) and len(lon):
            point, compound = self.tree.query(shapely.points(lon, lat), predicate="intersects")
            area = np.array([one.shape.area for one in self.compounds])
            order = np.argsort(-area[compound], kind="stable")
            out[point[order]] = compound[order]
        return out


def read_ground(shapes: Shapes, ways: Asker, areas: list[Area], mapping: OsmMapping) -> Ground:
    """All ground shapes: areas from closed ways and multipolygons, lines cut where nodes are missing."""
    found = [*_from_areas(areas, mapping), *_from_ways(shapes, ways, mapping)]
    compounds = tuple(one for one in found if one.kind == "compound")
    return Ground(tuple(found), compounds, shapely.STRtree([one.shape for one in compounds]))


def _from_areas(areas: list[Area], mapping: OsmMapping) -> list[GroundShape]:
    out = []
    for area in areas:
        rule = next((one for one in mapping.ground if one.rule.fits(area.tags)), None)
        if rule is not None:
            zh, en = tag_names(area.tags, mapping)
            out.append(GroundShape(area.ref, rule.kind, area.shape, zh, en, rule.rank))
    return out


def tag_names(tags: dict[str, str], mapping: OsmMapping) -> tuple[str, str]:
    """(Chinese, other) name of one tagged object."""
    zh, en = split_name(tags.get("name", ""))
    zh = next((tags[key] for key in mapping.names_zh if key in tags), zh)
    en = next((tags[key] for key in mapping.names_en if key in tags), en)
    return zh, en


def _from_ways(shapes: Shapes, ways: Asker, mapping: OsmMapping) -> list[GroundShape]:
    fit = ways.first_fit([one.rule for one in mapping.ground])
    fit[shapes.taken | ~shapes.first_of_id] = -1
    rules = mapping.ground
    is_area = np.array([rule.area for rule in rules] + [False])[fit]
    rows = np.flatnonzero((fit >= 0) & is_area)
    polygons = shapes.polygons(rows)
    out = _shapes(shapes, ways, rows, polygons, rules, fit, mapping)
    rows = np.flatnonzero((fit >= 0) & ~is_area & ~ways.holds("area", ("yes",)))
    lines, place = shapes.lines(rows)
    return out + _shapes(shapes, ways, rows[place], lines, rules, fit, mapping)


def _shapes(
    shapes: Shapes,
    ways: Asker,
    rows: Ints,
    drawn: npt.NDArray[np.object_],
    rules: tuple[GroundRule, ...],
    fit: Ints,
    mapping: OsmMapping,
) -> list[GroundShape]:
    ids = shapes.table.ways.ids[rows].tolist()
    names = ways.names(rows, mapping)
    chosen = fit[rows].tolist()
    return [
        GroundShape(f"w{number}", rules[rule].kind, shape, *name, rules[rule].rank)
        for number, rule, shape, name in zip(ids, chosen, drawn, names, strict=True)
        if shape is not None
    ]
