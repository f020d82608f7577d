"""One kind of walker's network with houses and facilities joined to it, and what opening or closing something in it would change.

Owns the step from nodes to houses: a house with several doors goes by the best of them, before and after. Only what a change
touches is searched again (:func:`linli.engines.access.lowered`, :func:`~linli.engines.access.raised`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linli.engines.access import Attached, Changed, Link, WalkGraph, lowered, nearest_m, raised

from ..rules.coverage import Bools, Floats

Ints = npt.NDArray[np.int64]


class HouseChange(NamedTuple):
    """What one change does: ``house: int64[n]`` those concerned, ``before_m, after_m: float64[n, categories]`` their metres."""

    house: Ints
    before_m: Floats
    after_m: Floats


@dataclass(frozen=True)
class Field:
    """``graph`` in weighed metres, ``level`` in plain ones, over the same nodes; ``node_xy: float64[nodes, 2]`` flat metres.

    The first nodes are those of the map's network under their own numbers. ``is_street: bool[nodes]`` could be the end of a new path.
    ``factor: float64[kinds]`` weighs a metre by kind of edge, ``barred`` kinds are not passed; ``usable: bool[edges of the map]``.
    ``goals[c]`` are the nodes of a category's joined facilities, ``goal_facility[c]`` their positions in the map's facilities.
    ``cost_m, level_m: float64[nodes, categories]``. ``start_house, start_node`` pair houses with their doors.
    ``attached`` is the network with its joined points, ``map_edge: int64[its edges]`` the edge of the map a piece is of, -1 for a leg.
    """

    graph: WalkGraph
    level: WalkGraph
    node_xy: Floats
    is_street: Bools
    factor: Floats
    barred: frozenset[str]
    usable: Bools
    goals: Sequence[Ints]
    goal_facility: Sequence[Ints]
    cost_m: Floats
    level_m: Floats
    start_house: Ints
    start_node: Ints
    n_houses: int
    attached: Attached = dataclass_field(repr=False)
    map_edge: Ints = dataclass_field(repr=False)

    @cached_property
    def house_cost_m(self) -> Floats:
        """``float64[houses, categories]`` weighed metres from each house; inf where not joined."""
        return self.by_house(self.cost_m)

    @cached_property
    def house_level_m(self) -> Floats:
        return self.by_house(self.level_m)

    def open_links(self, links: Sequence[Link], *, plain: bool = False) -> list[HouseChange]:
        """What each link alone would change, in weighed metres (in plain ones if ``plain``); its lengths are in the same."""
        graph, metres = (self.level, self.level_m) if plain else (self.graph, self.cost_m)
        return [self._houses(change, metres, plain=plain) for change in lowered(graph, metres, links)]

    def close_nodes(self, closures: Sequence[Ints]) -> list[HouseChange]:
        """What closing each set of nodes alone would change, in weighed metres."""
        found = raised(self.graph, self.cost_m, self.goals, closures)
        return [self._houses(change, self.cost_m) for change in found]

    def from_all(self, nodes: Ints, offset_m: Floats, *, plain: bool = False) -> Floats:
        """``float64[houses]`` metres (weighed, or plain ones) from each house to the nearest of ``nodes``, ``offset_m`` beyond them."""
        graph = self.level if plain else self.graph
        return self.by_house(nearest_m(graph, [nodes], offset_m=[offset_m]))[:, 0]

    @cached_property
    def _starts(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Doors sorted by node and by house: the order and the first place of each node, the order and the first of each house."""
        by_node = np.argsort(self.start_node, kind="stable")
        first_node = np.searchsorted(self.start_node[by_node], np.arange(self.graph.n_nodes + 1))
        by_house = np.argsort(self.start_house, kind="stable")
        first_house = np.searchsorted(self.start_house[by_house], np.arange(self.n_houses + 1))
        return by_node, first_node, by_house, first_house

    def by_house(self, metres: Floats) -> Floats:
        least = np.full((self.n_houses, metres.shape[1]), np.inf)
        np.minimum.at(least, self.start_house, metres[self.start_node])
        return least

    def _houses(self, change: Changed, metres: Floats, *, plain: bool = False) -> HouseChange:
        by_node, first_node, by_house, first_house = self._starts
        touched = np.unique(change.node)
        house = np.unique(self.start_house[by_node[ranges(first_node[touched], first_node[touched + 1])]])
        doors = by_house[ranges(first_house[house], first_house[house + 1])]
        node = np.unique(self.start_node[doors])
        after = metres[node].copy()
        place = np.searchsorted(node, change.node)
        known = (
            (place < len(node)) & (node[np.minimum(place, len(node) - 1)] == change.node) if len(node) else place < 0
        )
        after[place[known], change.category[known]] = change.m[known]
        least = np.full((len(house), metres.shape[1]), np.inf)
        np.minimum.at(
            least, np.searchsorted(house, self.start_house[doors]), after[np.searchsorted(node, self.start_node[doors])]
        )
        before = (self.house_level_m if plain else self.house_cost_m)[house]
        moved = (least != before).any(axis=1)
        return HouseChange(house[moved], before[moved], least[moved])


def ranges(begin: Ints, end: Ints) -> Ints:
    """``begin[0]..end[0] - 1, begin[1]..end[1] - 1, …`` as one array."""
    size = end - begin
    if not size.sum():
        return np.zeros(0, dtype=np.int64)
    return np.repeat(end - np.cumsum(size), size) + np.arange(size.sum())
