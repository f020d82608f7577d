"""Compiled steps that lay a graph out in memory: adjacency, a local node order, components."""

from __future__ import annotations

import numpy as np
from numba import njit

from ._types import FloatArray, Int32Array, IntArray


def mirrored(tail: IntArray, head: IntArray, length: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Every edge in both directions."""
    return np.concatenate((tail, head)), np.concatenate((head, tail)), np.concatenate((length, length))


@njit(cache=True, nogil=True)
def adjacency(
    n_nodes: int, tail: IntArray, head: IntArray, length: FloatArray
) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Edges sorted by tail (stable), loops left out: ``start: int32[nodes + 1]``, ``head: int32[kept]``, ``length``."""
    start = np.zeros(n_nodes + 1, np.int32)
    for edge in range(tail.size):
        if tail[edge] != head[edge]:
            start[tail[edge] + 1] += 1
    for node in range(n_nodes):
        start[node + 1] += start[node]
    free = start[:-1].copy()
    to = np.empty(start[n_nodes], np.int32)
    cost = np.empty(start[n_nodes], np.float64)
    for edge in range(tail.size):
        if tail[edge] != head[edge]:
            place = free[tail[edge]]
            free[tail[edge]] += 1
            to[place] = head[edge]
            cost[place] = length[edge]
    return start, to, cost


@njit(cache=True, nogil=True)
def depth_first_order(start: Int32Array, head: Int32Array) -> IntArray:
    """Nodes in the order of a depth-first walk from node 0, then from the next node not yet seen."""
    n_nodes = start.size - 1
    order = np.empty(n_nodes, np.int64)
    seen = np.zeros(n_nodes, np.bool_)
    stack = np.empty(head.size + 1, np.int32)
    n_seen = 0
    for root in range(n_nodes):
        if seen[root]:
            continue
        stack[0] = root
        depth = 1
        while depth > 0:
            depth -= 1
            node = stack[depth]
            if seen[node]:
                continue
            seen[node] = True
            order[n_seen] = node
            n_seen += 1
            for edge in range(start[node], start[node + 1]):
                if not seen[head[edge]]:
                    stack[depth] = head[edge]
                    depth += 1
    return order


@njit(cache=True, nogil=True)
def component_numbers(start: Int32Array, head: Int32Array) -> IntArray:
    """The component of each node, given adjacency in both directions; numbered in the order of their lowest nodes."""
    n_nodes = start.size - 1
    component = np.full(n_nodes, -1, np.int64)
    stack = np.empty(n_nodes, np.int32)
    n_components = 0
    for root in range(n_nodes):
        if component[root] >= 0:
            continue
        component[root] = n_components
        stack[0] = root
        depth = 1
        while depth > 0:
            depth -= 1
            node = stack[depth]
            for edge in range(start[node], start[node + 1]):
                if component[head[edge]] < 0:
                    component[head[edge]] = n_components
                    stack[depth] = head[edge]
                    depth += 1
        n_components += 1
    return component
