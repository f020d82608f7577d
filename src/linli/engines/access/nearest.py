"""How far the nearest facility of each category is from every node, and which one it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
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
    first, node, offset = gather_facilities(graph.n_nodes, facilities, offset_m)
    category = np.repeat(np.arange(len(facilities)), np.diff(first))
    by_offset = np.lexsort((offset, category))
    label = by_offset - first[category]
    sources = Sources(graph._rank[node[by_offset]].astype(np.int32), offset[by_offset], label.astype(np.int32))
    metres: FloatArray
    index: IntArray
    metres, index = _nearest_all(graph._backward, first, sources, limit, with_index)
    return metres, index


def gather_facilities(
    n_nodes: int, facilities: Sequence[AnyIntArray], offset_m: Sequence[FloatArray] | None
) -> tuple[IntArray, IntArray, FloatArray]:
    """The checked nodes and offsets of all categories, one after the other; category ``c`` is ``first[c]:first[c + 1]``."""
    nodes = [np.asarray(own) for own in facilities]
    if not _all_known(nodes, n_nodes):
        nodes = [node_array(own, n_nodes, name=f"facilities[{category}]") for category, own in enumerate(nodes)]
    first = np.zeros(len(nodes) + 1, np.int64)
    np.cumsum([len(own) for own in nodes], out=first[1:])
    together = np.concatenate(nodes).astype(np.int64) if nodes else np.empty(0, np.int64)
    return first, together, np.zeros(len(together)) if offset_m is None else _offsets(offset_m, np.diff(first))


def _all_known(facilities: list[npt.NDArray[Any]], n_nodes: int) -> bool:
    """Whether nothing is wrong with any of them, looked at in one go; if not, they must be looked at one by one."""
    if not facilities or not all(nodes.ndim == 1 and nodes.dtype.kind in "iu" for nodes in facilities):
        return False
    together = np.concatenate(facilities)
    return not together.size or bool(together.min() >= 0 and together.max() < n_nodes)


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
