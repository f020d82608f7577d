"""A neighbourhood drawn as vectors for paper: ground, roads, houses coloured by minutes, facilities, blind spots.

Takes shapes in flat metres and gives SVG without text (words are set by the page, in the page's fonts). Colours are the light
theme's of ``tokens.css``; what lies beyond the limit is hatched as well as coloured, so that it reads in grey too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

WALK = ("#17495a", "#4d93a0", "#a9cfcf")
BEYOND, BEYOND_LINE = "#e39a5c", "#8f4a14"
GROUND, ROAD, ROAD_EDGE, WATER, GREEN = "#eceee8", "#ffffff", "#d9dcd4", "#cbdde3", "#d9e6d2"
HOUSE, HOUSE_LINE, INK, PLATE, LAMP = "#d5d9d2", "#b4bbb4", "#15252b", "#17495a", "#efac45"
BEYOND_CLASS, PLAIN_CLASS, UNKNOWN_CLASS = 3, -1, -2
"""Classes of a house beside the three bands of minutes: beyond the limit, not a home, a home not joined to the network."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one look, widest first in the list they stand in. ``width_m`` on the ground."""

    shape: BaseGeometry
    colour: str
    width_m: float
    edge: str | None = None
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw, in flat metres. ``house_class: int64[houses]`` 0, 1, 2 bands of minutes or one of the classes above."""

    bounds_m: tuple[float, float, float, float]
    houses: npt.NDArray[np.object_]
    house_class: npt.NDArray[np.int64]
    areas: Sequence[tuple[BaseGeometry, str]] = ()
    lines: Sequence[Lines] = ()
    facilities: Sequence[tuple[float, float]] = ()
    outlines: Sequence[BaseGeometry] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Frame:
    """The window on paper: ``width, height`` in points, ``points_per_m`` the scale, and the ground it shows."""

    width: float
    height: float
    points_per_m: float
    west_m: float
    north_m: float

    def at(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Points from the top left corner."""
        return (x_m - self.west_m) * self.points_per_m, (self.north_m - y_m) * self.points_per_m

    @property
    def window_m(self) -> BaseGeometry:
        east = self.west_m + self.width / self.points_per_m
        return shapely.box(self.west_m, self.north_m - self.height / self.points_per_m, east, self.north_m)

    def scale_bar_m(self, share: float = 0.22) -> float:
        """A round length that takes at most ``share`` of the width."""
        most = self.width * share / self.points_per_m
        power = 10 ** math.floor(math.log10(most))
        return max(step * power for step in (1, 2, 5) if step * power <= most)


def frame_of(bounds_m: tuple[float, float, float, float], *, width: float, height: float, margin: float = 14) -> Frame:
    """The frame of ``width`` by ``height`` points that shows ``bounds_m`` whole, in the middle, ``margin`` points inside."""
    west, south, east, north = bounds_m
    span_x, span_y = max(east - west, 50.0), max(north - south, 50.0)
    scale = min((width - 2 * margin) / span_x, (height - 2 * margin) / span_y)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Frame(width, height, scale, middle_x - width / scale / 2, middle_y + height / scale / 2)


def draw(picture: Picture, frame: Frame, *, plain: bool = False) -> str:
    """The picture as an SVG document. ``plain`` leaves out lines thinner than a fifth of a point, for small maps."""
    pen = _Pen(frame)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width:g} {frame.height:g}" '
        f'width="{frame.width:g}" height="{frame.height:g}">',
        _HATCH,
        f'<rect width="{frame.width:g}" height="{frame.height:g}" fill="{GROUND}"/>',
    ]
    for shape, colour in picture.areas:
        out.append(pen.area(shape, f'fill="{colour}"'))
    out += [mark for lines in picture.lines for mark in _line(pen, lines, plain, frame)]
    out += _houses(pen, picture)
    for outline in picture.outlines:
        out.append(pen.area(outline, f'fill="none" stroke="{BEYOND_LINE}" stroke-width="0.9" stroke-dasharray="3 2"'))
    radius = 1.9 if plain else 3.4
    for x_m, y_m in picture.facilities:
        x, y = frame.at(x_m, y_m)
        if -radius <= x <= frame.width + radius and -radius <= y <= frame.height + radius:
            out.append(
                f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{INK}" stroke="#fff" stroke-width="{radius / 2.6:.2f}"/>'
            )
    out.append("</svg>")
    return "\n".join(mark for mark in out if mark)


_HATCH = (
    '<defs><pattern id="beyond" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="3" height="3" fill="{BEYOND}"/><rect width="0.8" height="3" fill="{BEYOND_LINE}"/></pattern></defs>'
)


class _Pen:
    """Cuts shapes to the window and writes them as paths."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._window = frame.window_m
        self._tolerance_m = 0.15 / frame.points_per_m

    def area(self, shape: BaseGeometry, look: str) -> str:
        cut = self._cut(shape)
        rings = [
            ring
            for part in shapely.get_parts(cut)
            if part.geom_type == "Polygon" and not part.is_empty
            for ring in (part.exterior, *part.interiors)
        ]
        path = " ".join(self._path(ring.coords, close=True) for ring in rings)
        return f'<path fill-rule="evenodd" {look} d="{path}"/>' if path else ""

    def line(self, shape: BaseGeometry, look: str) -> str:
        cut = self._cut(shape)
        path = " ".join(
            self._path(part.coords, close=False)
            for part in shapely.get_parts(cut)
            if part.geom_type in ("LineString", "LinearRing") and not part.is_empty
        )
        return f'<path fill="none" stroke-linecap="round" stroke-linejoin="round" {look} d="{path}"/>' if path else ""

    def _cut(self, shape: BaseGeometry) -> BaseGeometry:
        simpler = shapely.simplify(shape, self._tolerance_m)
        if not simpler.is_valid:
            simpler = shapely.make_valid(simpler)
        return simpler if self._window.contains(simpler) else shapely.intersection(self._window, simpler)

    def _path(self, coords: Sequence[tuple[float, ...]], *, close: bool) -> str:
        points = [self._frame.at(x, y) for x, y, *_ in coords]
        start, rest = points[0], points[1:-1] if close else points[1:]
        steps = "".join(f"L{x:.2f} {y:.2f}" for x, y in rest)
        return f"M{start[0]:.2f} {start[1]:.2f}{steps}{'Z' if close else ''}"


def _line(pen: _Pen, lines: Lines, plain: bool, frame: Frame) -> list[str]:
    width = max(lines.width_m * frame.points_per_m, 0.25)
    if plain and width < 0.3:
        return []
    dash = ' stroke-dasharray="2.5 1.6"' if lines.dashed else ""
    marks = []
    if lines.edge and not plain:
        marks.append(pen.line(lines.shape, f'stroke="{lines.edge}" stroke-width="{width + 0.7:.2f}"'))
    marks.append(pen.line(lines.shape, f'stroke="{lines.colour}" stroke-width="{width:.2f}"{dash}'))
    return marks


def _houses(pen: _Pen, picture: Picture) -> list[str]:
    looks = {
        PLAIN_CLASS: f'fill="{HOUSE}" stroke="{HOUSE_LINE}" stroke-width="0.25"',
        UNKNOWN_CLASS: f'fill="#fff" stroke="{INK}" stroke-width="0.4" stroke-dasharray="1.2 0.8"',
        BEYOND_CLASS: f'fill="url(#beyond)" stroke="{BEYOND_LINE}" stroke-width="0.4"',
        **{band: f'fill="{colour}"' for band, colour in enumerate(WALK)},
    }
    marks = []
    for which, look in looks.items():
        for house in picture.houses[picture.house_class == which]:
            marks.append(pen.area(_visible(house), look))
    return marks


def _visible(house: BaseGeometry) -> BaseGeometry:
    """A point drawn as a small square house of ten metres."""
    return shapely.box(house.x - 5, house.y - 5, house.x + 5, house.y + 5) if house.geom_type == "Point" else house
