"""Blind spots: houses beyond a limit that stand together, ordered by the people in them.

Owns which houses make one blind spot and how bad it is. A category of which the map holds nothing makes none: everybody lacks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.text import Text

from .coverage import Floats, Walks, is_within
from .names import Anchor, gap_name
from .standard import Group, Item


@dataclass(frozen=True, slots=True)
class Ground:
    """The houses as the gaps see them: ``shape`` in flat metres, ``xy_m: float64[houses, 2]`` their middles."""

    shape: npt.NDArray[np.object_]
    xy_m: Floats
    names: Sequence[Text | None]
    compounds: Sequence[str]
    anchors: Sequence[Anchor]
    join_m: float


@dataclass(frozen=True, slots=True)
class Gap:
    """One blind spot of one category for one group. ``houses`` by persons, most first; ``persons`` who live there.

    ``extra_min`` mean minutes beyond the limit over those with a way (None where nobody has one), ``worst_extra_min`` the most;
    ``persons_no_way`` those no way leads from. ``shape`` is in flat metres.
    """

    item: Item
    group: Group
    name: Text
    houses: tuple[int, ...]
    persons: float
    persons_no_way: float
    extra_min: float | None
    worst_extra_min: float | None
    shape: BaseGeometry


def extra_minutes(walks: Walks, column: int, item: Item, group: Group) -> Floats:
    """Minutes beyond the limit per house: 0 within, inf where no way leads, nan where not joined."""
    if item.limit_m is not None:
        over = (walks.walk_m[:, column] - item.limit_m) / group.speed_m_per_min
    else:
        over = walks.walk_min[:, column] - item.limit_minutes(group)
    over = np.maximum(over, 0.0)
    over[is_within(walks, column, item)] = 0.0
    return np.where(walks.joined, over, np.nan)


def find_gaps(
    walks: Walks, column: int, *, item: Item, group: Group, persons: Floats, ground: Ground
) -> tuple[Gap, ...]:
    """The blind spots of one category, most persons first (more extra minutes first at a tie)."""
    beyond = np.flatnonzero(walks.joined & ~is_within(walks, column, item) & (persons > 0))
    extra = extra_minutes(walks, column, item, group)
    found = [
        _gap(beyond[cluster == number], extra, item=item, group=group, persons=persons, ground=ground)
        for cluster in [_clusters(ground.shape[beyond], ground.join_m)]
        for number in range(int(cluster.max(initial=-1)) + 1)
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.persons, -(gap.worst_extra_min or np.inf), gap.houses)))


def ranked_places(gaps: Iterable[Sequence[Gap]]) -> list[tuple[Gap, ...]]:
    """Blind spots of all categories with those of the very same houses together, most persons first. In each, the category
    furthest beyond its limit comes first (no way at all before any)."""
    same: dict[tuple[int, ...], list[Gap]] = {}
    for gap in (gap for of_category in gaps for gap in of_category):
        same.setdefault(tuple(sorted(gap.houses)), []).append(gap)
    places = [tuple(sorted(place, key=lambda gap: -_extra(gap))) for place in same.values()]
    return sorted(places, key=lambda place: (-place[0].persons, -len(place), place[0].houses))


def worst_extra(place: Sequence[Gap]) -> float | None:
    """The mean extra minutes of the category furthest beyond its limit; None where for one of them no way leads."""
    worst = max(_extra(gap) for gap in place)
    return worst if np.isfinite(worst) else None


def _extra(gap: Gap) -> float:
    return np.inf if gap.extra_min is None else gap.extra_min


def _gap(
    houses: npt.NDArray[np.int64], extra: Floats, *, item: Item, group: Group, persons: Floats, ground: Ground
) -> Gap:
    order = houses[np.lexsort((houses, -persons[houses]))]
    finite = order[np.isfinite(extra[order])]
    weight = persons[finite]
    middle = ground.xy_m[order].mean(axis=0)
    return Gap(
        item=item,
        group=group,
        name=gap_name(
            [ground.names[house] for house in order],
            [ground.compounds[house] for house in order],
            x_m=float(middle[0]),
            y_m=float(middle[1]),
            anchors=ground.anchors,
        ),
        houses=tuple(int(house) for house in order),
        persons=float(persons[order].sum()),
        persons_no_way=float(persons[order].sum() - weight.sum()),
        extra_min=float((extra[finite] * weight).sum() / weight.sum()) if len(finite) else None,
        worst_extra_min=float(extra[finite].max()) if len(finite) else None,
        shape=_outline(ground.shape[order], ground.join_m),
    )


def _clusters(shapes: npt.NDArray[np.object_], join_m: float) -> npt.NDArray[np.int64]:
    """The number of the cluster of each shape, from 0 in the order of first shapes; shapes within ``join_m`` are together."""
    parent = list(range(len(shapes)))

    def root(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    if len(shapes):
        near = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=join_m)
        for one, other in near.T:
            low, high = sorted((root(int(one)), root(int(other))))
            parent[high] = low
    roots = [root(member) for member in range(len(shapes))]
    number = {top: place for place, top in enumerate(dict.fromkeys(roots))}
    return np.array([number[top] for top in roots], dtype=np.int64)


def _outline(shapes: npt.NDArray[np.object_], join_m: float) -> BaseGeometry:
    """A line drawn round the houses: grown together, then shrunk back to a few metres off the walls."""
    grown = shapely.union_all(shapely.buffer(shapes, join_m / 2, quad_segs=4))
    return shapely.simplify(shapely.buffer(grown, 6 - join_m / 2, quad_segs=4), 1.0)
