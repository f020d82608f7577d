"""Compiled searches outward from facilities: a ring of buckets for streets, a heap where buckets would not pay.

Both leave in ``dist`` the exact fixpoint of ``dist[v] = min(dist[u] + length)`` in float64, sums taken from the facility
outward, and in ``label`` the lowest label among the sources at that distance. The ring (Dial 1969,
doi:10.1145/363269.363610, with buckets wider than the shortest edge, so that a node may be taken more than once: delta
stepping, Meyer & Sanders 2003, doi:10.1016/S0196-6774(03)00076-2) is the fast one; after too many repeats it gives up and
the heap (Dijkstra 1959, doi:10.1007/BF01386390) redoes the search in O((edges + sources) log (edges + sources)).
Nothing is shared between calls: each owns its scratch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ._types import FloatArray, Int32Array, IntArray

NO_LABEL = 2**31 - 1
FREE, WAITING, TOUCHED = 0, 1, 2


class Streets(NamedTuple):
    """Adjacency to search over: the edges out of ``v`` are ``start[v]:start[v + 1]``.

    ``bucket_m`` is 0 where only the heap may be used; ``order`` gives the caller's number of each node here, ``rank`` the
    number here of each of the caller's.
    """

    start: Int32Array
    head: Int32Array
    length: FloatArray
    bucket_m: float
    order: IntArray
    rank: IntArray


class Sources(NamedTuple):
    """Where searches begin, sorted by offset: node, distance it begins with, label it hands on."""

    node: Int32Array
    offset: FloatArray
    label: Int32Array


class Scratch(NamedTuple):
    """Working memory of one search at a time. Between searches ``dist`` is inf and ``ring`` -1 throughout.

    ``entry_*`` is the ring's pool of entries, chained by ``entry_next``, or else the heap; ``state`` holds the first free entry, how many wait in
    the queue, and how many nodes of ``touched`` the search has reached.
    """

    dist: FloatArray
    label: Int32Array
    touched: Int32Array
    ring: Int32Array
    entry_node: Int32Array
    entry_dist: FloatArray
    entry_next: Int32Array
    entry_label: Int32Array
    state: IntArray


@njit(cache=True, nogil=True)
def new_scratch(streets: Streets, n_sources: int) -> Scratch:
    """Scratch for searches from up to ``n_sources`` sources. The ring is so long that no edge reaches around it."""
    n_nodes = streets.start.size - 1
    n_buckets = 1
    if streets.bucket_m > 0.0 and streets.length.size > 0:
        while n_buckets < streets.length.max() / streets.bucket_m + 2.0:
            n_buckets *= 2
    # The heap takes an edge once and a source once, so this many entries can never run out there.
    n_entries = streets.head.size + n_sources + 1
    chain = np.arange(1, n_entries + 1).astype(np.int32)
    chain[n_entries - 1] = -1
    return Scratch(
        np.full(n_nodes, np.inf),
        np.full(n_nodes, NO_LABEL, np.int32),
        np.empty(n_nodes, np.int32),
        np.full(n_buckets, -1, np.int32),
        np.empty(n_entries, np.int32),
        np.empty(n_entries, np.float64),
        chain,
        np.empty(n_entries, np.int32),
        np.zeros(3, np.int64),
    )


@njit(cache=True, nogil=True)
def search(streets: Streets, sources: Sources, limit: float, scratch: Scratch) -> Int32Array:
    """Search from ``sources`` up to ``limit`` inclusive; the nodes reached, as a view into the scratch.

    Call :func:`forget` with them before the next search.
    """
    done = False
    if streets.bucket_m > 0.0 and (sources.offset.size == 0 or sources.offset[-1] < streets.bucket_m * 2.0**40):
        done = _ring_search(streets, sources, limit, scratch)
    if not done:
        forget(scratch.touched[: scratch.state[TOUCHED]], scratch)
        _heap_search(streets, sources, limit, scratch)
    return scratch.touched[: scratch.state[TOUCHED]]


@njit(cache=True, nogil=True)
def forget(reached: Int32Array, scratch: Scratch) -> None:
    """Make the scratch ready for the next search."""
    if reached.size > scratch.dist.size // 4:
        scratch.dist[:] = np.inf
        scratch.label[:] = NO_LABEL
    else:
        for node in reached:
            scratch.dist[node] = np.inf
            scratch.label[node] = NO_LABEL
    scratch.state[TOUCHED] = 0


@njit(cache=True, nogil=True, inline="always")
def _better(node: int | np.uintp, total: float, tag: int, limit: float, scratch: Scratch) -> bool:
    """Take ``total`` for ``node`` if it is less, or as little with a lower label, and within the limit."""
    old = scratch.dist[node]
    if total > old or total > limit or (total == old and tag >= scratch.label[node]) or total == np.inf:
        return False
    if old == np.inf:
        scratch.touched[scratch.state[TOUCHED]] = node
        scratch.state[TOUCHED] += 1
    scratch.dist[node] = total
    scratch.label[node] = tag
    return True


@njit(cache=True, nogil=True, inline="always")
def _put(slot: int | np.uintp, node: int | np.uintp, total: float, scratch: Scratch) -> bool:
    """Queue ``node`` in a bucket; false where the pool is exhausted."""
    entry = scratch.state[FREE]
    if entry < 0:
        return False
    scratch.state[FREE] = scratch.entry_next[entry]
    scratch.entry_node[entry] = node
    scratch.entry_dist[entry] = total
    scratch.entry_next[entry] = scratch.ring[slot]
    scratch.ring[slot] = entry
    scratch.state[WAITING] += 1
    return True


@njit(cache=True, nogil=True)
def _ring_search(streets: Streets, sources: Sources, limit: float, scratch: Scratch) -> bool:
    """Bucket after bucket until nothing waits. False where it gave up; the ring is empty either way.

    Indices are made unsigned where it is hot: numba else looks at each for being negative (a sixth of the time).
    """
    n_nodes = streets.start.size - 1
    ring, mask, per_m = scratch.ring, scratch.ring.size - 1, 1.0 / streets.bucket_m
    budget, idle_budget = 8 * n_nodes + 64, 64 * n_nodes + 2 * ring.size
    bucket, source, enough = 0, 0, True
    while budget >= 0 and idle_budget >= 0 and enough:
        if scratch.state[WAITING] == 0:
            if source == sources.node.size:
                return True
            bucket = int(sources.offset[source] * per_m)
        while source < sources.node.size and int(sources.offset[source] * per_m) <= bucket:
            node, total = sources.node[source], sources.offset[source]
            if _better(node, total, sources.label[source], limit, scratch):
                enough &= _put(bucket & mask, node, total, scratch)
            source += 1
        slot = bucket & mask
        while ring[slot] >= 0 and enough:
            entry = ring[slot]
            node, reach = np.uintp(scratch.entry_node[entry]), scratch.entry_dist[entry]
            ring[slot] = scratch.entry_next[entry]
            scratch.entry_next[entry] = scratch.state[FREE]
            scratch.state[FREE] = entry
            scratch.state[WAITING] -= 1
            if reach != scratch.dist[node]:
                continue
            budget -= 1
            tag = scratch.label[node]
            for edge in range(np.uintp(streets.start[node]), np.uintp(streets.start[node + np.uintp(1)])):
                total, there = reach + streets.length[edge], np.uintp(streets.head[edge])
                if _better(there, total, tag, limit, scratch):
                    enough &= _put(np.uintp(np.int64(total * per_m) & mask), there, total, scratch)
        bucket += 1
        idle_budget -= 1
    _empty_queue(scratch)
    return False


@njit(cache=True, nogil=True)
def _empty_queue(scratch: Scratch) -> None:
    n_entries = scratch.entry_next.size
    for entry in range(n_entries):
        scratch.entry_next[entry] = entry + 1
    scratch.entry_next[n_entries - 1] = -1
    scratch.ring[:] = -1
    scratch.state[FREE] = 0
    scratch.state[WAITING] = 0


@njit(cache=True, nogil=True)
def _heap_search(streets: Streets, sources: Sources, limit: float, scratch: Scratch) -> None:
    """Least distance first, the lower label at a tie, so that every node is taken once and never mended."""
    size = 0
    for source in range(sources.node.size):
        node, total, tag = sources.node[source], sources.offset[source], sources.label[source]
        if _better(node, total, tag, limit, scratch):
            _sift_up(size, node, total, tag, scratch)
            size += 1
    while size > 0:
        node, reach, tag = scratch.entry_node[0], scratch.entry_dist[0], scratch.entry_label[0]
        size -= 1
        _sift_down(size, scratch)
        if reach != scratch.dist[node] or tag != scratch.label[node]:
            continue
        for edge in range(streets.start[node], streets.start[node + 1]):
            total = reach + streets.length[edge]
            if _better(streets.head[edge], total, tag, limit, scratch):
                _sift_up(size, streets.head[edge], total, tag, scratch)
                size += 1


@njit(cache=True, nogil=True, inline="always")
def _sift_up(place: int, node: int, total: float, tag: int, scratch: Scratch) -> None:
    """Put an entry at the end ``place`` of the heap and let it rise."""
    dist, label = scratch.entry_dist, scratch.entry_label
    at = place
    while at > 0:
        above = (at - 1) >> 1
        if dist[above] < total or (dist[above] == total and label[above] <= tag):
            break
        _move(above, at, scratch)
        at = above
    scratch.entry_node[at] = node
    dist[at] = total
    label[at] = tag


@njit(cache=True, nogil=True, inline="always")
def _sift_down(size: int, scratch: Scratch) -> None:
    """Close the gap at the top with the entry at place ``size``, which leaves the end of the heap."""
    dist, label = scratch.entry_dist, scratch.entry_label
    node, total, tag = scratch.entry_node[size], dist[size], label[size]
    at, below = 0, 1
    while below < size:
        right = below + 1
        if right < size and (dist[right] < dist[below] or (dist[right] == dist[below] and label[right] < label[below])):
            below = right
        if total < dist[below] or (total == dist[below] and tag <= label[below]):
            break
        _move(below, at, scratch)
        at = below
        below = 2 * at + 1
    scratch.entry_node[at] = node
    dist[at] = total
    label[at] = tag


@njit(cache=True, nogil=True, inline="always")
def _move(source: int, target: int, scratch: Scratch) -> None:
    scratch.entry_node[target] = scratch.entry_node[source]
    scratch.entry_dist[target] = scratch.entry_dist[source]
    scratch.entry_label[target] = scratch.entry_label[source]
