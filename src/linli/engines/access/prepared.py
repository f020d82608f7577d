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
from ._lanes import LANES, lower_row
from ._layout import adjacency, mirrored
from ._types import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray
from .graph import WalkGraph, limit_or_inf
from .nearest import gather_facilities, nearest_m

MAX_ARCS_PER_ITEM = 8
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
    """``order: int32[places]`` the node at each place; the arcs a search takes upward, and those it comes down by."""

    order: Int32Array
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
        by_place = np.argsort(place).astype(np.int32)
        node = by_place[head]
        rising = _kept(start, node, up, keep_up)
        self._hierarchy = Hierarchy(by_place, rising, _kept(start, node, down, keep_down) if graph.directed else rising)

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
        first, nodes, offsets = gather_facilities(self.graph.n_nodes, facilities, offset_m)
        n_blocks = max(1, -(-len(facilities) // LANES))
        # Laid out by numpy: it asks for large pages, which halves the time the first touch of fresh memory takes.
        swept = np.empty((self.graph.n_nodes * n_blocks, LANES))
        closest = _sweep(self._hierarchy, (first, nodes, offsets), limit, swept)
        metres: FloatArray = swept.reshape(self.graph.n_nodes, n_blocks * LANES)[:, : len(facilities)]
        if np.isfinite(limit) and not (self._exact and _is_exact(offsets)):
            for unclear in np.flatnonzero(closest.ravel()[: len(facilities)] <= CLOSE * limit).tolist():
                own_offset = None if offset_m is None else [offset_m[unclear]]
                again = nearest_m(self.graph, [facilities[unclear]], offset_m=own_offset, limit_m=limit_m)
                metres[:, unclear] = again[:, 0]
        return metres


def prepare(graph: WalkGraph) -> PreparedGraph:
    """Prepare a network for many questions. Streets of 68,000 nodes take about a quarter of a second and 2.4 MB."""
    return PreparedGraph(graph)


def _is_exact(values: FloatArray) -> bool:
    scaled = values / EXACT_STEP_M
    return bool((scaled == np.floor(scaled)).all() and (values < EXACT_SUM_M).all())


def _kept(start: Int32Array, head: Int32Array, length: FloatArray, keep: BoolArray) -> Arcs:
    n_before = np.concatenate(([0], np.cumsum(keep)))
    return Arcs(n_before[start].astype(np.int32), head[keep], length[keep])


@njit(cache=True, nogil=True)
def _sweep(
    hierarchy: Hierarchy, sources: tuple[IntArray, IntArray, FloatArray], limit: float, swept: FloatArray
) -> FloatArray:
    """Fill ``swept: float64[nodes * blocks, LANES]``, the categories of a node in one run of rows; returns how near to the limit
    any distance of each category came. ``sources``: first of each category, nodes, offsets."""
    order, up, down = hierarchy
    n_blocks = np.uintp(swept.shape[0] // max(1, order.size))
    closest = np.full((n_blocks, LANES), np.inf)
    reached = _begin(sources, swept, n_blocks, order.size)
    for place in range(order.size):
        here = np.uintp(order[place])
        if reached[here]:
            for arc in range(np.uintp(up.start[place]), np.uintp(up.start[place + 1])):
                there = np.uintp(up.head[arc])
                if not reached[there]:
                    _clear(swept, there, n_blocks)
                    reached[there] = True
                for block in range(n_blocks):
                    lower_row(swept, here * n_blocks + block, there * n_blocks + block, up.length[arc])
    for place in range(order.size - 1, -1, -1):
        here = np.uintp(order[place])
        if not reached[here]:
            _clear(swept, here, n_blocks)
        for arc in range(np.uintp(down.start[place]), np.uintp(down.start[place + 1])):
            above = np.uintp(down.head[arc])
            for block in range(n_blocks):
                lower_row(swept, above * n_blocks + block, here * n_blocks + block, down.length[arc])
        if limit < np.inf:
            _cut_off(swept, here, limit, closest)
    return closest


@njit(cache=True, nogil=True)
def _begin(
    sources: tuple[IntArray, IntArray, FloatArray], swept: FloatArray, n_blocks: np.uintp, n_nodes: int
) -> BoolArray:
    """Lay the sources' offsets in their rows; which nodes have rows now."""
    first, nodes, offsets = sources
    reached = np.zeros(n_nodes, np.bool_)
    for category in range(first.size - 1):
        lane = category % LANES
        for source in range(first[category], first[category + 1]):
            node = np.uintp(nodes[source])
            if not reached[node]:
                _clear(swept, node, n_blocks)
                reached[node] = True
            row = node * n_blocks + np.uintp(category // LANES)
            swept[row, lane] = min(swept[row, lane], offsets[source])
    return reached


@njit(cache=True, nogil=True, inline="always")
def _clear(swept: FloatArray, node: np.uintp, n_blocks: np.uintp) -> None:
    for row in range(node * n_blocks, (node + np.uintp(1)) * n_blocks):
        for lane in range(LANES):
            swept[row, lane] = np.inf


@njit(cache=True, nogil=True, inline="always")
def _cut_off(swept: FloatArray, node: np.uintp, limit: float, closest: FloatArray) -> None:
    """Distances beyond the limit are inf at once: nothing that hangs on them can be within it."""
    for block in range(closest.shape[0]):
        row = node * np.uintp(closest.shape[0]) + np.uintp(block)
        for lane in range(LANES):
            total = swept[row, lane]
            closest[block, lane] = min(closest[block, lane], abs(total - limit))
            swept[row, lane] = total if total <= limit else np.inf
