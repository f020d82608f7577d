"""Plans of small areas as pictures: buildings filled by what they belong to, a line round each area, north up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.text import Text

N_LOOKS = 6


@dataclass(frozen=True, slots=True)
class House:
    """One building of the drawing: an SVG path and its look."""

    path: str
    look: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the drawing with its words; ``label`` empty or what stands in it."""

    x: float
    y: float
    title: Text
    look: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """North up; one unit of the drawing is a metre. ``labels``: number and the point it stands at; ``spots`` drawn on top, ``spot_m`` their radius."""

    view_box: str
    houses: tuple[House, ...]
    outlines: tuple[House, ...]
    labels: tuple[tuple[int, float, float], ...]
    text_size: float
    spots: tuple[Spot, ...] = ()

    @property
    def spot_m(self) -> float:
        return round(self.text_size / 3, 1)

    @property
    def chosen_m(self) -> float:
        """Radius of a spot with a label in it."""
        return round(self.text_size * 0.8, 1)


@dataclass(frozen=True, slots=True)
class Tile:
    """A module on a plot, in decimetres."""

    x: int
    y: int
    width: int
    depth: int
    look: str
    label: int
    title: Text

    @property
    def mid_x(self) -> float:
        return self.x + self.width / 2

    @property
    def mid_y(self) -> float:
        return self.y + self.depth / 2


def draw_areas(
    shapes_m: npt.NDArray[np.object_], number: npt.NDArray[np.int64], area: npt.NDArray[np.int64], spots: Sequence[Spot] = ()
) -> Drawing:  # fmt: skip
    """``number: int64[houses]`` what each house is filled by, from 1 (0 for none); ``area: int64[houses]`` the areas a line is drawn round, each labelled with
    its number. ``spots`` in the metres of the shapes."""
    points = shapely.points(np.array([(one.x, one.y) for one in spots], dtype=np.float64).reshape(-1, 2))
    west, south, east, north = shapely.total_bounds(np.concatenate((shapes_m, points)))
    # A spot is half as large again as this at its largest, so that none is cut off at the edge.
    pad = (0.06 if spots else 0.03) * max(east - west, north - south)
    labels, outlines = [], []
    # A negative area is none: no line is drawn round it.
    for one in np.unique(area[(number > 0) & (area >= 0)]).tolist():
        inside = area == one
        own = shapely.union_all(shapes_m[inside])
        hull = shapely.concave_hull(shapely.MultiPoint(shapely.get_coordinates(own)), ratio=0.35).buffer(
            0.0075 * max(east - west, north - south)
        )
        told = int(number[inside][0])
        outlines.append(House(_path(hull, west, north), look_of(told)))
        middle = hull.point_on_surface() if not hull.contains(hull.centroid) else hull.centroid
        labels.append((told, round(middle.x - west, 1), round(north - middle.y, 1)))
    houses = tuple(House(_path(shape, west, north), look_of(int(n))) for shape, n in zip(shapes_m, number, strict=True))
    width, height = east - west + 2 * pad, north - south + 2 * pad
    return Drawing(
        f"{-pad:.0f} {-pad:.0f} {width:.0f} {height:.0f}", houses, tuple(outlines), tuple(labels), round(max(width, height) / 22),
        tuple(Spot(round(one.x - west, 1), round(north - one.y, 1), one.title, one.look, one.label) for one in spots),
    )  # fmt: skip


def look_of(number: int) -> str:
    return f"u{(number - 1) % N_LOOKS + 1}" if number else "u0"


def _path(shape: shapely.Geometry, west: float, north: float) -> str:
    """Closed rings of a shape, metres from the upper left corner; a point is a square of 4 m."""
    area = shape.buffer(2, cap_style="square") if shape.geom_type == "Point" else shape
    rings = [ring for part in shapely.get_parts(area) for ring in (part.exterior, *part.interiors)]
    return "".join(
        "M" + "L".join(f"{x - west:.1f} {north - y:.1f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings
    )
