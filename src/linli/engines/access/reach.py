"""How much (people, places, square metres) can be reached on foot from every node."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from ._search import Sources, Streets, forget, new_scratch, search
from ._types import FloatArray, IntArray
from .graph import SHAPE, WEIGHT, GraphError, WalkGraph, describe, is_real, limit_or_inf, wrong_items


def reach_sum(graph: WalkGraph, weights: FloatArray, *, limit_m: float) -> FloatArray:
    """Sums of ``weights: float64[nodes, k]`` over the nodes reachable FROM each node within ``limit_m`` (inclusive), the
    node itself included: ``float64[nodes, k]``.

    One search is run outward from every node that has any weight, so the cost is the number of such nodes times the size of
    their surroundings; with few homes or facilities in a large network that is little. Distances are float64 sums from the
    weighted node outward; weights are added in the order of node numbers, so the result does not depend on anything else.
    Weights must be finite. Faults raise :class:`GraphError`.
    """
    limit = limit_or_inf(limit_m)
    checked = _weight_array(weights, graph.n_nodes)
    weighted = np.flatnonzero((checked != 0).any(axis=1))
    total: FloatArray = _reach_all(graph._backward, graph._rank[weighted], checked[weighted], limit)
    return total


def _weight_array(weights: npt.ArrayLike, n_nodes: int) -> FloatArray:
    array = np.asarray(weights)
    if array.ndim != 2 or len(array) != n_nodes or not is_real(array):
        raise GraphError(SHAPE, name="weights", expected=f"numbers of shape [{n_nodes}, k]", got=describe(array))
    checked = np.array(array, dtype=np.float64, order="C")
    wrong = np.flatnonzero(~np.isfinite(checked).all(axis=1))
    if len(wrong):
        raise GraphError(WEIGHT, **wrong_items(wrong, checked))
    return checked


@njit(cache=True, nogil=True)
def _reach_all(streets: Streets, origins: IntArray, weights: FloatArray, limit: float) -> FloatArray:
    """``weights[o]`` added to every node from which ``origins[o]`` is within the limit."""
    total = np.zeros((streets.order.size, weights.shape[1]))
    scratch = new_scratch(streets, 1)
    begin = Sources(np.zeros(1, np.int32), np.zeros(1), np.zeros(1, np.int32))
    for origin in range(origins.size):
        begin.node[0] = origins[origin]
        reached = search(streets, begin, limit, scratch)
        for place in reached:
            node = streets.order[place]
            for column in range(weights.shape[1]):
                total[node, column] += weights[origin, column]
        forget(reached, scratch)
    return total
