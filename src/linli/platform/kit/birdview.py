"""The made-up neighbourhood seen from above at an angle, as plain SVG shapes: the picture beside the sign-in form.

Geometry only; colours are classes of the style sheet, so every theme draws it. Source of the projection: two axes at 27° and heights
straight up, as in the visual guide's drawings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from linli.platform.kit.living.scene import BLOCKS, GREENS, ROADS, STREAM

AXIS = math.radians(27)
FLOOR_M = 3.1
WIDTH, HEIGHT = 860, 900
SCALE, SHIFT_X, SHIFT_Y = 1.16, 300.0, 30.0
ROAD_M = {"main": 18.0, "street": 14.0, "lane": 4.0}
STREAM_M = 40.0
FAR_OUT_M = 900.0
LIT_EVERY = 5


@dataclass(frozen=True, slots=True)
class Shape:
    look: str
    path: str


@dataclass(frozen=True, slots=True)
class House:
    x: float
    y: float
    width: float
    depth: float
    floors: int
    is_lit: bool


def _at(x_m: float, y_m: float, z_m: float = 0.0) -> tuple[float, float]:
    across, down = math.cos(AXIS), math.sin(AXIS)
    return (x_m - y_m) * across * SCALE + SHIFT_X, (x_m + y_m) * down * SCALE - z_m * SCALE * 0.95 + SHIFT_Y


def _shape(look: str, *corners: tuple[float, float, float]) -> Shape:
    points = [_at(*corner) for corner in corners]
    return Shape(look, "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z")


def _ribbon(look: str, path: tuple[tuple[float, float], ...], width_m: float) -> Iterator[Shape]:
    for (x0, y0), (x1, y1) in pairwise(path):
        length = math.hypot(x1 - x0, y1 - y0)
        dx, dy = (y1 - y0) / length * width_m / 2, -(x1 - x0) / length * width_m / 2
        yield _shape(look, (x0 + dx, y0 + dy, 0), (x1 + dx, y1 + dy, 0), (x1 - dx, y1 - dy, 0), (x0 - dx, y0 - dy, 0))


def _stretched(path: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """A through road runs on beyond the picture."""
    (x0, y0), (x1, y1) = path
    return ((-FAR_OUT_M, y0), (FAR_OUT_M + 1000, y1)) if y0 == y1 else ((x0, -FAR_OUT_M), (x1, FAR_OUT_M + 1000))


def _houses() -> list[House]:
    found: list[House] = []
    for _, _, x0, y0, x1, y1, width, depth, gap_x, gap_y, floors in BLOCKS:
        for y in range(y0, y1 - depth + 1, depth + gap_y):
            for x in range(x0, x1 - width + 1, width + gap_x):
                found.append(House(x, y, width, depth, floors, len(found) % LIT_EVERY == 2))
    return sorted(found, key=lambda one: one.x + one.width + one.y + one.depth)


def _drawn(one: House) -> Iterator[Shape]:
    top = one.floors * FLOOR_M
    x0, y0, x1, y1 = one.x, one.y, one.x + one.width, one.y + one.depth
    yield _shape("bv-left", (x0, y1, 0), (x1, y1, 0), (x1, y1, top), (x0, y1, top))
    yield _shape("bv-right", (x1, y0, 0), (x1, y1, 0), (x1, y1, top), (x1, y0, top))
    yield _shape("bv-roof", (x0, y0, top), (x1, y0, top), (x1, y1, top), (x0, y1, top))
    if one.is_lit:
        pane = min(one.width / 5, 9.0)
        left = x0 + one.width * (0.15 + 0.1 * (int(one.x + one.y) % 6))
        low = top * 0.4
        yield _shape(
            "bv-lit", (left, y1, low), (left + pane, y1, low), (left + pane, y1, low + 4.5), (left, y1, low + 4.5)
        )


@cache
def shapes() -> tuple[Shape, ...]:
    """Everything from back to front."""
    ground = [_shape("bv-green", (x0, y0, 0), (x1, y0, 0), (x1, y1, 0), (x0, y1, 0)) for x0, y0, x1, y1 in GREENS]
    water = list(_ribbon("bv-water", STREAM, STREAM_M))
    roads = [
        piece
        for rank, _, _, path in ROADS
        for piece in _ribbon("bv-road", _stretched(path) if rank != "lane" else path, ROAD_M[rank])
    ]
    return (*ground, *water, *roads, *(piece for one in _houses() for piece in _drawn(one)))


def view_box() -> str:
    return f"0 0 {WIDTH} {HEIGHT}"
