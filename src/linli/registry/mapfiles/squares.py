"""Straight lines across walkable squares: which of them stay inside."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .table import Bools, Ints, rows_of

Ends = tuple[Ints, Ints, Ints, Ints]
"""x and y of the tails, x and y of the heads, in whole 1e-7 degrees."""


def stay_inside(squares: list[BaseGeometry], owner: Ints, ends: Ends) -> Bools:
    """True for lines that run inside their square ``squares[owner[i]]``; both ends must be corners of its outline.

    A line stays inside if its middle is inside and it crosses no side; in whole numbers the test is exact. One whose middle
    is on a side is the outline itself, already in the network. A line through a corner may graze the outside there.
    """
    x1, y1, x2, y2 = ends
    out = np.zeros(len(owner), dtype=bool)
    if not len(owner):
        return out
    drawn = np.array([*squares, None], dtype=object)[:-1]
    shapely.prepare(drawn)
    left = np.flatnonzero(shapely.contains_xy(drawn[owner], (x1 + x2) / 2e7, (y1 + y2) / 2e7))
    sides, side_start = _sides(drawn)
    at, start = rows_of(side_start, owner[left])
    line = np.repeat(left, np.diff(start))
    cx, cy, dx, dy = (column[at] for column in sides)
    crossed = _cross((x1[line], y1[line], x2[line], y2[line]), (cx, cy, dx, dy))
    out[left] = True
    out[line[crossed]] = False
    return out


def _sides(drawn: np.ndarray[tuple[int, ...], np.dtype[np.object_]]) -> tuple[Ends, Ints]:
    """All sides of all rings, and where each square's share begins."""
    rings, owner = shapely.get_rings(drawn, return_index=True)
    places, ring = shapely.get_coordinates(rings, return_index=True)
    x, y = np.round(places.T * 1e7).astype(np.int64)
    keep = np.flatnonzero(ring[1:] == ring[:-1])
    n_sides = np.bincount(owner[ring[keep]], minlength=len(drawn))
    return (x[keep], y[keep], x[keep + 1], y[keep + 1]), np.concatenate(([0], np.cumsum(n_sides)))


def _cross(one: Ends, other: Ends) -> Bools:
    """True where two lines cross at a point inside both; touching at an end is no crossing."""
    ax, ay, bx, by = one
    cx, cy, dx, dy = other
    apart = _turn(one, cx, cy) * _turn(one, dx, dy)
    across = _turn(other, ax, ay) * _turn(other, bx, by)
    return np.asarray((apart < 0) & (across < 0))


def _turn(line: Ends, x: Ints, y: Ints) -> Ints:
    """1 where the point lies left of the line, -1 right of it, 0 on it."""
    ax, ay, bx, by = line
    return np.asarray(np.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax)), np.int64)
