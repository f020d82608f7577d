"""A street network prepared once, then asked for many categories at a time.

Owns the sweep (PHAST: Delling et al. 2013, doi:10.1016/j.jpdc.2012.02.007, for all facilities of a category at once): two passes
over the arcs of a contraction hierarchy, without a queue, eight categories to a vector register. Worth preparing from the third
question or so on one network; a changed network is a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from ._hierarchy import arcs, customise, eliminate, lay_lengths, needed, places
from ._layout import adjacency, mirrored
from ._types import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray
from .graph import WalkGraph, limit_or_inf
from .nearest import gather_sources, nearest_m

LANES = 8
"""Categories swept side by side: as many float64 as the widest vector registers hold."""
MAX_ARCS_PER_ITEM = 16
"""Arcs per node and edge beyond which sweeping would not pay. Streets need one to two; designed here."""
EXACT_STEP_M = 2.0**-10
EXACT_SUM_M = 2.0**42
"""Sums of multiples of the step up to this total are exact in float64 in whatever order they are taken."""
CLOSE = 1e-11
"""How far two orders of summing a hundred thousand lengths can differ, relative to the sum."""


class Arcs(NamedTuple):
    """Arcs by place: those of place ``p`` are ``start[p]:start[p + 1]`` and lead to the nodes ``head``."""

    start: Int32Array
    head: Int32Array
    length: FloatArray


class Hierarchy(NamedTuple):
    """``order: int64[places]`` the node at each place; the arcs a search takes upward, and those it comes down by."""

    order: IntArray
    up: Arcs
    down: Arcs


class PreparedGraph:
    """A :class:`WalkGraph` with its hierarchy. Made by :func:`prepare`; never changes; safe in several threads."""

    __slots__ = ("_exact", "_hierarchy", "graph")

    def __init__(self, graph: WalkGraph) -> None:
        self.graph = graph
        self._exact = _is_exact(graph.length_m) and float(graph.length_m.sum()) < EXACT_SUM_M
        both = mirrored(graph.tail, graph.head, graph.length_m)
        max_arcs = MAX_ARCS_PER_ITEM * (graph.n_nodes + graph.n_edges)
        order, near = eliminate(*adjacency(graph.n_nodes, *both)[:2], max_arcs)
        self._hierarchy: Hierarchy | None = None
        if len(order) < graph.n_nodes:
            return
        place = places(order, near)
        start, head = arcs(place, near)
        one_way = (graph.head.copy(), graph.tail.copy(), graph.length_m.copy())
        tails, heads, lengths = one_way if graph.directed else both
        up, down = lay_lengths(start, head, (place[tails], place[heads], lengths))
        customise(start, head, up, down)
        keep_up, keep_down = needed(start, head, up, down)
        by_place = np.argsort(place)
        node = by_place[head]
        self._hierarchy = Hierarchy(by_place, _kept(start, node, up, keep_up), _kept(start, node, down, keep_down))

    @property
    def n_arcs(self) -> int | None:
        """How many arcs a sweep goes up; None where the network is so unlike streets that it is searched plainly instead."""
        return None if self._hierarchy is None else len(self._hierarchy.up.head)

    def __repr__(self) -> str:
        return f"PreparedGraph({self.graph!r}, {self.n_arcs} arcs)"

    def nearest_m(
        self,
        facilities: Sequence[AnyIntArray],
        *,
        offset_m: Sequence[FloatArray] | None = None,
        limit_m: float | None = None,
    ) -> FloatArray:
        """The same question, arguments and faults as :func:`linli.engines.access.nearest_m`, and the same answer.

        Sums are taken in another order, so a distance may differ in its last bits (one part in 10¹¹); it does not where lengths and
        offsets are multiples of 1/1024 m. Who is within the limit never differs: a category with a node that close to the limit
        is searched plainly. Rows are contiguous in memory up to padding. O(arcs) per eight categories.
        """
        limit = limit_or_inf(limit_m)
        if self._hierarchy is None:
            return nearest_m(self.graph, facilities, offset_m=offset_m, limit_m=limit_m)
        first, sources = gather_sources(self.graph, facilities, offset_m)
        n_blocks = max(1, -(-len(facilities) // LANES))
        # Laid out by numpy: it asks for large pages, which halves the time the first touch of fresh memory takes.
        swept = np.empty((self.graph.n_nodes, n_blocks, LANES))
        nodes = self.graph._backward.order[sources.node]
        category = np.repeat(np.arange(len(facilities)), np.diff(first))
        closest = _sweep(self._hierarchy, (nodes, category, sources.offset), limit, swept)
        metres: FloatArray = swept.reshape(self.graph.n_nodes, -1)[:, : len(facilities)]
        if np.isfinite(limit) and not (self._exact and _is_exact(sources.offset)):
            for unclear in np.flatnonzero(closest.ravel()[: len(facilities)] <= CLOSE * limit).tolist():
                own_offset = None if offset_m is None else [offset_m[unclear]]
                again = nearest_m(self.graph, [facilities[unclear]], offset_m=own_offset, limit_m=limit_m)
                metres[:, unclear] = again[:, 0]
        return metres


def prepare(graph: WalkGraph) -> PreparedGraph:
    """Prepare a network for many questions. Streets of 68,000 nodes take about a quarter of a second and 5 MB."""
    return PreparedGraph(graph)


def _is_exact(values: FloatArray) -> bool:
    scaled = values / EXACT_STEP_M
    return bool((scaled == np.floor(scaled)).all() and (values < EXACT_SUM_M).all())


def _kept(start: Int32Array, head: IntArray, length: FloatArray, keep: BoolArray) -> Arcs:
    n_before = np.concatenate(([0], np.cumsum(keep)))
    return Arcs(n_before[start].astype(np.int32), head[keep].astype(np.int32), length[keep])


@njit(cache=True, nogil=True)
def _sweep(
    hierarchy: Hierarchy, sources: tuple[IntArray, IntArray, FloatArray], limit: float, swept: FloatArray
) -> FloatArray:
    """Fill ``swept: float64[nodes, blocks, LANES]`` by node; returns how near to the limit any distance of a category came."""
    order, up, down = hierarchy
    closest = np.full(swept.shape[1:], np.inf)
    reached = np.zeros(order.size, np.bool_)
    nodes, categories, offsets = sources
    for source in range(nodes.size):
        node, block, lane = nodes[source], categories[source] // LANES, categories[source] % LANES
        if not reached[node]:
            swept[node] = np.inf
            reached[node] = True
        swept[node, block, lane] = min(swept[node, block, lane], offsets[source])
    for place in range(order.size):
        here = np.uintp(order[place])
        if reached[here]:
            for arc in range(np.uintp(up.start[place]), np.uintp(up.start[place + 1])):
                there = np.uintp(up.head[arc])
                if not reached[there]:
                    swept[there] = np.inf
                    reached[there] = True
                _pass_on(swept, here, there, up.length[arc])
    for place in range(order.size - 1, -1, -1):
        here = np.uintp(order[place])
        if not reached[here]:
            swept[here] = np.inf
        for arc in range(np.uintp(down.start[place]), np.uintp(down.start[place + 1])):
            _pass_on(swept, np.uintp(down.head[arc]), here, down.length[arc])
        if limit < np.inf:
            _cut_off(swept, here, limit, closest)
    return closest


@njit(cache=True, nogil=True, inline="always")
def _pass_on(swept: FloatArray, here: np.uintp, there: np.uintp, length: float) -> None:
    """Let the distances of ``here`` count for ``there``, ``length`` further on."""
    for block in range(swept.shape[1]):
        for lane in range(LANES):
            total = swept[here, block, lane] + length
            old = swept[there, block, lane]
            swept[there, block, lane] = total if total < old else old


@njit(cache=True, nogil=True, inline="always")
def _cut_off(swept: FloatArray, here: np.uintp, limit: float, closest: FloatArray) -> None:
    for block in range(swept.shape[1]):
        for lane in range(LANES):
            total = swept[here, block, lane]
            closest[block, lane] = min(closest[block, lane], abs(total - limit))
            swept[here, block, lane] = total if total <= limit else np.inf
