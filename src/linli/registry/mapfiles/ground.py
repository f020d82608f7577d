"""What lies under the houses: water, green, roads, rails, walls, and the compounds that tell a home from an office."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.mapdata import GroundShape

from .ask import Asker
from .mapping import OsmMapping
from .shapes import Areas
from .source import Source
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


def read_ground(source: Source) -> Ground:
    """All ground shapes: areas from closed ways and multipolygons, lines cut where nodes are missing."""
    found = [*_from_areas(source.areas, source.mapping), *_from_ways(source)]
    compounds = tuple(one for one in found if one.kind == "compound")
    return Ground(tuple(found), compounds, shapely.STRtree([one.shape for one in compounds]))


def _from_areas(areas: Areas, mapping: OsmMapping) -> list[GroundShape]:
    fit = areas.ask.first_fit([one.rule for one in mapping.ground])
    return _shapes(areas.refs, areas.shapes, areas.ask.names(mapping), fit, mapping)


def _from_ways(source: Source) -> list[GroundShape]:
    shapes, ways, mapping = source.shapes, source.ways, source.mapping
    fit = ways.first_fit([one.rule for one in mapping.ground])
    fit[shapes.taken | ~shapes.first_of_id] = -1
    is_area = np.array([rule.area for rule in mapping.ground] + [False])[fit]
    areas = np.flatnonzero((fit >= 0) & is_area)
    lines, place = shapes.lines(np.flatnonzero((fit >= 0) & ~is_area & ~ways.holds("area", frozenset({"yes"}))))
    rows = np.concatenate((areas, place))
    names = Asker(shapes.table, ways.objects.some(rows)).names(mapping)
    drawn = np.concatenate((shapes.polygons(areas), lines))
    return _shapes([f"w{number}" for number in ways.objects.ids[rows].tolist()], drawn, names, fit[rows], mapping)


def _shapes(
    refs: list[str], drawn: npt.NDArray[np.object_], names: list[tuple[str, str]], fit: Ints, mapping: OsmMapping
) -> list[GroundShape]:
    rules = [(rule.kind, rule.rank) for rule in mapping.ground]
    return [
        GroundShape(ref, rules[rule][0], shape, name[0], name[1], rules[rule][1])
        for ref, shape, name, rule in zip(refs, drawn, names, fit.tolist(), strict=True)
        if shape is not None and rule >= 0
    ]
