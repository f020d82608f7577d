"""Buildings → small areas that touch or not → units: :func:`linli.engines.districting.split`.

Owns which buildings make an area, and which areas lie side by side: where two of their buildings are neighbours in the Delaunay triangulation, near
enough, with nothing between that divides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from linli.engines.districting import DistrictingError, Districts, split

from ..rules.coverage import Floats
from .field import Ints

TIME_LIMIT_S = 5.0

__all__ = ["DistrictingError", "Districts", "Parts", "gather", "split_parts", "touching"]


@dataclass(frozen=True, slots=True)
class Parts:
    """Small areas. ``of_house: int64[houses]`` the area of each; ``persons, xy_m`` of each area, in the middle of its people; ``key`` the name it was gathered
    by, and its level (0 as asked, 1 and 2 where a larger one had to be taken apart)."""

    of_house: Ints
    persons: Floats
    xy_m: Floats
    key: tuple[tuple[int, str], ...]


def gather(levels: Sequence[Sequence[str]], persons: Floats, xy_m: Floats, *, most: float) -> Parts:
    """``levels[n][house]`` the key of each house, from the largest areas to single houses; an area with more than ``most`` people is taken apart into those
    of the next level, and only then. A house without a key at a level stands for itself."""
    n = len(persons)
    chosen: list[tuple[int, str]] = [(0, "")] * n
    open_ = list(range(n))
    for level, keys in enumerate(levels):
        groups: dict[str, list[int]] = {}
        for house in open_:
            groups.setdefault(keys[house] or f"house:{house}", []).append(house)
        open_ = []
        for key, houses in groups.items():
            if persons[houses].sum() > most and len(houses) > 1 and level + 1 < len(levels):
                open_ += houses
            else:
                for house in houses:
                    chosen[house] = (level, key)
    known = {key: number for number, key in enumerate(dict.fromkeys(chosen))}
    of_house = np.array([known[key] for key in chosen], dtype=np.int64)
    total = np.bincount(of_house, weights=persons, minlength=len(known)).astype(np.float64)
    # Where nobody lives every house counts alike, so that the area still has a middle.
    weight = np.where(total[of_house] > 0, persons, 1.0)
    mass = np.bincount(of_house, weights=weight, minlength=len(known))
    middle = np.column_stack(
        [np.bincount(of_house, weights=weight * xy_m[:, axis], minlength=len(known)) / mass for axis in (0, 1)]
    )
    return Parts(of_house, total, middle, tuple(known))


def touching(parts: Parts, xy_m: Floats, barriers: Sequence[shapely.Geometry], *, most_m: float) -> Ints:
    """Pairs of areas side by side, ``int64[pairs, 2]``."""
    pairs = _near_pairs(xy_m)
    pairs = pairs[parts.of_house[pairs[:, 0]] != parts.of_house[pairs[:, 1]]]
    pairs = pairs[np.hypot(*(xy_m[pairs[:, 0]] - xy_m[pairs[:, 1]]).T) <= most_m]
    if len(pairs) and len(barriers):
        lines = shapely.linestrings(np.stack((xy_m[pairs[:, 0]], xy_m[pairs[:, 1]]), axis=1))
        crossing, _ = shapely.STRtree(list(barriers)).query(lines, predicate="intersects")
        pairs = np.delete(pairs, np.unique(crossing), axis=0)
    return np.unique(np.sort(parts.of_house[pairs], axis=1), axis=0).reshape(-1, 2)


def split_parts(parts: Parts, pairs: Ints, *, least: int, most: int, n_units: int | None) -> Districts:
    return split(
        parts.persons, parts.xy_m, pairs, low=least, high=most, n_units=n_units, time_limit_s=TIME_LIMIT_S
    )  # fmt: skip


def _near_pairs(xy_m: Floats) -> Ints:
    """Neighbours of the Delaunay triangulation; of fewer than four points, or of points in a line, every pair in the order along it."""
    from scipy.spatial import Delaunay, QhullError

    try:
        triangles = Delaunay(xy_m).simplices
    except (QhullError, ValueError):
        order = np.lexsort((xy_m[:, 1], xy_m[:, 0]))
        if len(xy_m) == 3:
            order = np.append(order, order[0])
        return np.column_stack((order[:-1], order[1:])).astype(np.int64)
    sides = np.concatenate((triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]))
    return np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
