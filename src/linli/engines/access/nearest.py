"""How far the nearest facility of each category is from every node, and which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from ._search import NO_LABEL, Sources, Streets, forget, new_scratch, search
from ._types import AnyIntArray, FloatArray, IntArray
from .graph import OFFSET, SHAPE, GraphError, WalkGraph, describe, is_real, limit_or_inf, node_array, wrong_items


@dataclass(frozen=True, slots=True)
class Nearest:
    """``m: float64[nodes, categories]`` walking distance, inf where none is within the limit; ``index: int64[nodes,
    categories]`` the facility's position in its category's array, -1 where none, the lowest at a tie."""

    m: FloatArray
    index: IntArray


def nearest_m(
    graph: WalkGraph,
    facilities: Sequence[AnyIntArray],
    *,
    offset_m: Sequence[FloatArray] | None = None,
    limit_m: float | None = None,
) -> FloatArray:
    """Walking distance FROM every node TO the nearest facility of each category: ``float64[nodes, categories]``.

    ``facilities``: per category the nodes its facilities stand at, repeats allowed; a category without facilities is inf
    throughout. ``offset_m``: per facility the finite distance >= 0 walked beyond its node, one array per category.
    ``limit_m`` is inclusive and counts the offset; beyond it stands inf. Distances are float64 sums from the facility
    outward, equal to Dijkstra's bit for bit; each category's column is contiguous in memory. O(edges) per category on streets, O(edges log edges) at worst. Faults raise
    :class:`GraphError`.
    """
    return _run(graph, facilities, offset_m, limit_m, with_index=False)[0].T


def nearest(
    graph: WalkGraph,
    facilities: Sequence[AnyIntArray],
    *,
    offset_m: Sequence[FloatArray] | None = None,
    limit_m: float | None = None,
) -> Nearest:
    """As :func:`nearest_m`, and which facility it is."""
    metres, index = _run(graph, facilities, offset_m, limit_m, with_index=True)
    return Nearest(metres.T, index.T)


def _run(
    graph: WalkGraph,
    facilities: Sequence[AnyIntArray],
    offset_m: Sequence[FloatArray] | None,
    limit_m: float | None,
    *,
    with_index: bool,
) -> tuple[FloatArray, IntArray]:
    limit = limit_or_inf(limit_m)
    first, sources = gather_sources(graph, facilities, offset_m)
    metres: FloatArray
    index: IntArray
    metres, index = _nearest_all(graph._backward, first, sources, limit, with_index)
    return metres, index


def gather_sources(
    graph: WalkGraph, facilities: Sequence[AnyIntArray], offset_m: Sequence[FloatArray] | None
) -> tuple[IntArray, Sources]:
    """The checked facilities in internal node numbers, each category sorted by offset; category ``c`` is
    ``first[c]:first[c + 1]``."""
    checked = [node_array(nodes, graph.n_nodes, name=f"facilities[{c}]") for c, nodes in enumerate(facilities)]
    sizes = np.array([len(nodes) for nodes in checked], dtype=np.int64)
    first = np.concatenate(([0], np.cumsum(sizes)))
    n_sources = int(first[-1])
    node = graph._rank[np.concatenate(checked)] if checked else np.empty(0, np.int64)
    label = np.arange(n_sources) - np.repeat(first[:-1], sizes)
    offset = np.zeros(n_sources)
    if offset_m is not None:
        offset = _offsets(offset_m, sizes)
        by_offset = np.lexsort((offset, np.repeat(np.arange(len(sizes)), sizes)))
        node, label, offset = node[by_offset], label[by_offset], offset[by_offset]
    return first, Sources(node.astype(np.int32), offset, label.astype(np.int32))


def _offsets(offset_m: Sequence[FloatArray], sizes: IntArray) -> FloatArray:
    """The checked offsets of all categories, one after the other."""
    if len(offset_m) != len(sizes):
        expected = f"one array per category ({len(sizes)})"
        raise GraphError(SHAPE, name="offset_m", expected=expected, got=f"{len(offset_m)} arrays")
    checked = [np.empty(0)]
    for category, (values, n_expected) in enumerate(zip(offset_m, sizes, strict=True)):
        name = f"offset_m[{category}]"
        array = np.asarray(values)
        if array.shape != (n_expected,) or not is_real(array):
            raise GraphError(SHAPE, name=name, expected=f"{n_expected} numbers, one per facility", got=describe(array))
        offsets = array.astype(np.float64)
        wrong = np.flatnonzero(~(np.isfinite(offsets) & (offsets >= 0)))
        if len(wrong):
            raise GraphError(OFFSET, name=name, **wrong_items(wrong, offsets))
        checked.append(offsets + 0.0)
    return np.concatenate(checked)


@njit(cache=True, nogil=True)
def _nearest_all(
    streets: Streets, first: IntArray, sources: Sources, limit: float, with_index: bool
) -> tuple[FloatArray, IntArray]:
    """One search per category, results brought back to the caller's node order: ``[categories, nodes]`` each.

    Fresh pages cost more than the copying, so indices are made only where they are asked for.
    """
    n_nodes, n_categories = streets.rank.size, first.size - 1
    metres = np.empty((n_categories, n_nodes))
    index = np.empty((n_categories if with_index else 0, n_nodes), np.int64)
    scratch = new_scratch(streets, sources.node.size)
    for category in range(n_categories):
        own = slice(first[category], first[category + 1])
        begin = Sources(sources.node[own], sources.offset[own], sources.label[own])
        reached = search(streets, begin, limit, scratch)
        for node in range(n_nodes):
            metres[category, node] = scratch.dist[streets.rank[node]]
        if with_index:
            for node in range(n_nodes):
                tag = scratch.label[streets.rank[node]]
                index[category, node] = -1 if tag == NO_LABEL else tag
        forget(reached, scratch)
    return metres, index
