"""What the life-circle report draws: the shapes of one analysis in flat metres, made once for all its maps."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.mapdata import EDGE_KINDS
from linli.lifecircle.analysis import Analysis
from linli.lifecircle.rules.coverage import BANDS_MIN, band_of, is_within
from linli.lifecircle.rules.gaps import Gap
from linli.lifecircle.rules.shapes import flatten

from . import mapdraw


class Drawing:
    """The shapes of one analysis in flat metres, made once for all its maps."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        plane, data = analysis.plane, analysis.data
        self.houses = np.empty(len(analysis.places), dtype=object)
        self.houses[:] = [flatten(plane, place.shape) for place in analysis.places]
        self.areas, self.lines = _ground(analysis)
        self.facility_xy = [plane.to_xy_m(facility.lon, facility.lat) for facility in data.facilities]
        self.bounds_m = self._bounds()

    def _bounds(self) -> tuple[float, float, float, float]:
        lived_in = self.houses[self.analysis.residents.persons > 0]
        west, south, east, north = shapely.total_bounds(lived_in if len(lived_in) else self.houses).tolist()
        return west, south, east, north

    def picture(self, column: int, gaps: list[Gap]) -> mapdraw.Picture:
        data, item = self.analysis.data, self.analysis.standard.items[column]
        dots = [
            (float(x), float(y))
            for facility, (x, y) in zip(data.facilities, self.facility_xy, strict=True)
            if facility.category == item.category
        ]
        return mapdraw.Picture(
            bounds_m=self.bounds_m,
            houses=self.houses,
            house_class=self._classes(column),
            areas=self.areas,
            lines=self.lines,
            facilities=dots,
            outlines=[gap.shape for gap in gaps],
        )

    def ways(self, shapes: list[BaseGeometry]) -> mapdraw.Picture:
        """The houses plain, and over the paths the ways that could open."""
        opened = [mapdraw.Lines(shape, mapdraw.BEYOND_LINE, 9.0) for shape in shapes]
        return mapdraw.Picture(
            bounds_m=self.bounds_m,
            houses=self.houses,
            house_class=np.full(len(self.houses), mapdraw.PLAIN_CLASS),
            areas=self.areas,
            lines=[*self.lines, *opened],
        )

    def _classes(self, column: int) -> npt.NDArray[np.int64]:
        walks, item = self.analysis.shown.walks, self.analysis.standard.items[column]
        band = np.clip(band_of(walks.walk_min[:, column]), 0, len(BANDS_MIN) - 1)
        band = np.where(is_within(walks, column, item), band, mapdraw.BEYOND_CLASS)
        band = np.where(walks.joined, band, mapdraw.UNKNOWN_CLASS)
        return np.where(self.analysis.residents.persons > 0, band, mapdraw.PLAIN_CLASS)


def _ground(analysis: Analysis) -> tuple[list[tuple[Any, str]], list[mapdraw.Lines]]:
    plane, network = analysis.plane, analysis.data.network
    areas, lines = [], []
    for colour, kind in ((mapdraw.GREEN, "green"), (mapdraw.WATER, "water")):
        for ground in analysis.data.ground:
            if ground.kind != kind:
                continue
            shape = flatten(plane, ground.shape)
            if shape.area > 0:
                areas.append((shape, colour))
            else:
                lines.append(mapdraw.Lines(shape, colour, 4.0))
    x, y = plane.to_xy_m(network.lon, network.lat)
    xy = np.column_stack((x, y))
    for kinds, width_m in ((("path", "steps", "ramp", "crossing", "gate", "access", "lift"), 2.0), (("road",), 7.0)):
        chosen = np.isin(network.kind, [EDGE_KINDS.index(kind) for kind in kinds])
        if chosen.any():
            edges = np.stack((xy[network.tail[chosen]], xy[network.head[chosen]]), axis=1)
            merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(edges)))
            lines.append(mapdraw.Lines(merged, mapdraw.ROAD, width_m, edge=mapdraw.ROAD_EDGE))
    walls = [flatten(plane, ground.shape) for ground in analysis.data.ground if ground.kind == "wall"]
    if walls:
        lines.append(mapdraw.Lines(shapely.union_all(walls), mapdraw.INK, 1.0, dashed=True))
    return areas, lines
