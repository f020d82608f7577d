"""Compiled steps that prepare a street network: an order of nodes, the shortcuts that order needs, and their lengths.

A contraction hierarchy (Geisberger et al. 2012, doi:10.1287/trsc.1110.0401) in its customizable form (Dibbelt, Strasser & Wagner
2016, doi:10.1145/2886843): nodes are taken away one after the other, fewest neighbours first, and the neighbours of each are
joined to one another; then lengths are laid on the arcs, and arcs that no shortest way needs are dropped. A node's *place* is
its number in the order; arcs lead from a place to a higher one, ``up`` in the direction of search and ``down`` back.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numba import njit

from ._types import BoolArray, FloatArray, Int32Array, IntArray


class Neighbours(NamedTuple):
    """Growing lists: those of ``v`` are ``pool[at[v]:at[v] + size[v]]``."""

    at: IntArray
    size: Int32Array
    pool: Int32Array


@njit(cache=True, nogil=True)
def eliminate(start: Int32Array, head: Int32Array, max_arcs: int) -> tuple[IntArray, Neighbours]:
    """Take nodes away, fewest neighbours first (the lower number at a tie), joining the neighbours of each.

    Given adjacency in both directions; returns the order and, for every node, the neighbours it had when it went. The order is
    cut short where more than ``max_arcs`` would be needed: such a network is no street network.
    """
    n_nodes = start.size - 1
    near = _first_neighbours(start, head)
    at, size, pool = near.at, near.size, near.pool
    room, top = size.copy(), int(size.sum())
    mark = np.zeros(n_nodes, np.int64)
    order = np.empty(n_nodes, np.int64)
    stamp, n_gone, n_arcs = 0, 0, 0
    gone = np.zeros(n_nodes, np.bool_)
    queue = [np.int64(size[node]) * n_nodes + node for node in range(n_nodes)]
    heapq.heapify(queue)
    while n_gone < n_nodes and n_arcs <= max_arcs:
        key = heapq.heappop(queue)
        node, degree = key % n_nodes, key // n_nodes
        if gone[node] or size[node] != degree:
            continue
        gone[node] = True
        order[n_gone] = node
        n_gone += 1
        n_arcs += int(degree)
        around = pool[at[node] : at[node] + degree].copy()
        for beside in around:
            stamp += 1
            mark[node] = mark[beside] = stamp
            n_kept = _keep_unmarked(pool[at[beside] : at[beside] + size[beside]], mark, stamp)
            if n_kept + degree > room[beside]:
                room[beside] = 2 * (n_kept + degree)
                pool = _with_room(pool, top, room[beside])
                pool[top : top + n_kept] = pool[at[beside] : at[beside] + n_kept]
                at[beside] = top
                top += room[beside]
            new = pool[at[beside] + n_kept : at[beside] + n_kept + degree]
            new[:] = around
            size[beside] = n_kept + _keep_unmarked(new, mark, stamp)
            heapq.heappush(queue, np.int64(size[beside]) * n_nodes + beside)
    return order[:n_gone], Neighbours(at, size, pool)


@njit(cache=True, nogil=True)
def _keep_unmarked(nodes: Int32Array, mark: IntArray, stamp: int) -> int:
    """Move the nodes not yet marked with ``stamp`` to the front, marking them; how many they are."""
    n_kept = 0
    for node in nodes:
        if mark[node] != stamp:
            mark[node] = stamp
            nodes[n_kept] = node
            n_kept += 1
    return n_kept


@njit(cache=True, nogil=True)
def _with_room(pool: Int32Array, top: int, room: int) -> Int32Array:
    """A pool in which ``room`` more can be laid from ``top`` on."""
    if top + room <= pool.size:
        return pool
    wider = np.empty(2 * pool.size + room, np.int32)
    wider[:top] = pool[:top]
    return wider


@njit(cache=True, nogil=True)
def _first_neighbours(start: Int32Array, head: Int32Array) -> Neighbours:
    """Every neighbour once."""
    n_nodes = start.size - 1
    at, size = np.empty(n_nodes, np.int64), np.zeros(n_nodes, np.int32)
    pool, top = np.empty(2 * head.size + 16, np.int32), 0
    mark = np.full(n_nodes, -1, np.int64)
    for node in range(n_nodes):
        at[node] = top
        for edge in range(start[node], start[node + 1]):
            if mark[head[edge]] != node:
                mark[head[edge]] = node
                pool[top] = head[edge]
                top += 1
        size[node] = top - at[node]
    return Neighbours(at, size, pool)


@njit(cache=True, nogil=True)
def places(order: IntArray, near: Neighbours) -> IntArray:
    """The place of every node: the elimination tree from the leaves up, each branch in one run of memory."""
    n_nodes = order.size
    step = np.empty(n_nodes, np.int64)
    step[order] = np.arange(n_nodes)
    first_child, next_child = np.full(n_nodes + 1, -1, np.int64), np.full(n_nodes, -1, np.int64)
    for node in order[::-1]:
        parent = n_nodes
        if near.size[node] > 0:
            above = near.pool[near.at[node] : near.at[node] + near.size[node]]
            parent = order[step[above].min()]
        next_child[node] = first_child[parent]
        first_child[parent] = node
    place = np.empty(n_nodes, np.int64)
    stack, depth, free = np.empty(n_nodes + 1, np.int64), 1, n_nodes
    stack[0] = n_nodes
    while depth > 0:
        depth -= 1
        node = stack[depth]
        if node < n_nodes:
            free -= 1
            place[node] = free
        child = first_child[node]
        while child >= 0:
            stack[depth] = child
            depth += 1
            child = next_child[child]
    return place


@njit(cache=True, nogil=True)
def arcs(place: IntArray, near: Neighbours) -> tuple[Int32Array, Int32Array]:
    """``start: int32[places + 1]`` and ``head``, sorted: the arcs from each place to higher ones."""
    n_nodes = place.size
    order = np.empty(n_nodes, np.int64)
    order[place] = np.arange(n_nodes)
    start = np.zeros(n_nodes + 1, np.int32)
    start[1:] = np.cumsum(near.size[order])
    head = np.empty(start[n_nodes], np.int32)
    for here in range(n_nodes):
        node = order[here]
        own = head[start[here] : start[here + 1]]
        own[:] = place[near.pool[near.at[node] : near.at[node] + near.size[node]]]
        own.sort()
    return start, head


@njit(cache=True, nogil=True)
def lay_lengths(
    start: Int32Array, head: Int32Array, edges: tuple[IntArray, IntArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """``up, down: float64[arcs]``: the shortest of the edges (tail, head, length, in places) on each arc, inf where none."""
    up, down = np.full(head.size, np.inf), np.full(head.size, np.inf)
    tails, heads, lengths = edges
    for edge in range(lengths.size):
        here, there = tails[edge], heads[edge]
        low, high = min(here, there), max(here, there)
        if low == high:
            continue
        arc = start[low] + np.searchsorted(head[start[low] : start[low + 1]], high)
        side = up if here < there else down
        side[arc] = min(side[arc], lengths[edge])
    return up, down


@njit(cache=True, nogil=True)
def customise(start: Int32Array, head: Int32Array, up: FloatArray, down: FloatArray) -> None:
    """Shorten every arc to the shortest way over lower places, in place. O(triangles)."""
    n_nodes = start.size - 1
    into = np.zeros(n_nodes + 1, np.int32)
    for arc in range(head.size):
        into[head[arc] + 1] += 1
    into[:] = np.cumsum(into)
    low_arc, low_place, free = np.empty(head.size, np.int32), np.empty(head.size, np.int32), into[:-1].copy()
    for low in range(n_nodes):
        for arc in range(start[low], start[low + 1]):
            low_arc[free[head[arc]]] = arc
            low_place[free[head[arc]]] = low
            free[head[arc]] += 1
    arc_to = np.empty(n_nodes, np.int32)
    for middle in range(n_nodes):
        for arc in range(start[middle], start[middle + 1]):
            arc_to[head[arc]] = arc
        for entry in range(into[middle], into[middle + 1]):
            first = low_arc[entry]
            for second in range(first + 1, start[low_place[entry] + 1]):
                across = arc_to[head[second]]
                up[across] = min(up[across], down[first] + up[second])
                down[across] = min(down[across], down[second] + up[first])


@njit(cache=True, nogil=True)
def needed(start: Int32Array, head: Int32Array, up: FloatArray, down: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Which arcs are themselves a shortest way between their ends, upward and downward; the others need not be swept."""
    true_up, true_down = up.copy(), down.copy()
    for low in range(start.size - 2, -1, -1):
        for first in range(start[low], start[low + 1]):
            across = start[head[first]]
            for second in range(first + 1, start[low + 1]):
                while head[across] < head[second]:
                    across += 1
                true_up[first] = min(true_up[first], up[second] + true_down[across])
                true_up[second] = min(true_up[second], up[first] + true_up[across])
                true_down[first] = min(true_down[first], true_up[across] + down[second])
                true_down[second] = min(true_down[second], true_down[across] + down[first])
    return (up <= true_up) & (up < np.inf), (down <= true_down) & (down < np.inf)
