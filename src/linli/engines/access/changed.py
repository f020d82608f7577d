"""What a few edges more, or a few nodes less, change in distances already known: only the nodes concerned are looked at again.

Owns the two local searches, :func:`lowered` for links that open and :func:`raised` for nodes that close. Does not own the search for
all nodes (:mod:`.nearest`), whose exact sums both continue: their results equal a search of the whole changed graph bit for bit.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from ._search import Streets
from ._types import AnyIntArray, BoolArray, FloatArray, IntArray
from .graph import SHAPE, GraphError, WalkGraph, describe, length_array, node_array


class Link(NamedTuple):
    """Edges that open together, both ways: ``tail, head: int[edges]`` node numbers, ``length_m: float64[edges]``."""

    tail: npt.ArrayLike
    head: npt.ArrayLike
    length_m: npt.ArrayLike


class Changed(NamedTuple):
    """The nodes of one change whose distance it changes: ``category, node: int64[n]``, ``m: float64[n]`` the distance then.

    A pair of category and node stands once at most; ``m`` is inf where no way is left.
    """

    category: IntArray
    node: IntArray
    m: FloatArray


def lowered(graph: WalkGraph, m: FloatArray, links: Sequence[Link]) -> list[Changed]:
    """Each link alone, opened in ``graph``: the nodes that come nearer.

    ``m: float64[nodes, categories]`` as :func:`~linli.engines.access.nearest_m` gave it for this graph, without a limit. From the
    ends of a link the search goes on only through nodes it brings nearer (the increase-free half of Ramalingam & Reps 1996,
    doi:10.1006/jagm.1996.0046), so a link costs O(k log k) for the ``k`` edges around the nodes concerned. Undirected graphs only.
    Faults raise :class:`GraphError`.
    """
    metres = _metres(graph, m)
    tails, heads, lengths, first = [], [], [], [0]
    for number, link in enumerate(links):
        tail = node_array(link.tail, graph.n_nodes, name=f"links[{number}].tail")
        head = node_array(link.head, graph.n_nodes, name=f"links[{number}].head")
        length = length_array(np.asarray(link.length_m, dtype=np.float64))
        if not len(tail) == len(head) == len(length):
            got = f"{len(tail)}, {len(head)} and {len(length)}"
            raise GraphError(SHAPE, name=f"links[{number}]", expected="arrays of one length", got=got)
        tails.append(graph._rank[tail])
        heads.append(graph._rank[head])
        lengths.append(length)
        first.append(first[-1] + len(tail))
    if not links:
        return []
    opened = _Links(np.array(first), np.concatenate(tails), np.concatenate(heads), np.concatenate(lengths))
    return _told(graph, _lower_all(graph._backward, metres, opened), len(links))


def raised(
    graph: WalkGraph, m: FloatArray, facilities: Sequence[AnyIntArray], closures: Sequence[AnyIntArray]
) -> list[Changed]:
    """Each closure alone, a set of nodes nobody may enter, start from or go to: the nodes that come to lie further.

    ``m`` as for :func:`lowered`, from the same ``facilities`` (without offsets). A facility closes when its node does. The closed
    nodes themselves stand in the answer with inf. Cost as there. Undirected graphs only. Faults raise :class:`GraphError`.
    """
    metres = _metres(graph, m)
    if len(facilities) != metres.shape[0]:
        expected = f"one array per category ({metres.shape[0]})"
        raise GraphError(SHAPE, name="facilities", expected=expected, got=f"{len(facilities)} arrays")
    goal = np.zeros(metres.shape, dtype=np.bool_)
    for category, own in enumerate(facilities):
        goal[category, graph._rank[node_array(own, graph.n_nodes, name=f"facilities[{category}]")]] = True
    if not closures:
        return []
    closed = [graph._rank[node_array(own, graph.n_nodes, name=f"closures[{n}]")] for n, own in enumerate(closures)]
    first = np.concatenate(([0], np.cumsum([len(own) for own in closed])))
    found = _raise_all(graph._backward, metres, goal, first, np.concatenate(closed).astype(np.int64))
    return _told(graph, found, len(closures))


def _metres(graph: WalkGraph, m: FloatArray) -> FloatArray:
    """``m`` by category in the graph's own order of nodes: ``float64[categories, nodes]``."""
    if graph.directed:
        raise GraphError(SHAPE, name="graph", expected="an undirected graph", got="a directed one")
    array = np.asarray(m, dtype=np.float64)
    if array.ndim != 2 or len(array) != graph.n_nodes or np.isnan(array).any() or (array < 0).any():
        expected = f"distances >= 0 of shape [{graph.n_nodes}, categories]"
        raise GraphError(SHAPE, name="m", expected=expected, got=describe(array))
    return np.ascontiguousarray(array[graph._backward.order].T)


def _told(graph: WalkGraph, found: tuple[IntArray, IntArray, IntArray, FloatArray], n: int) -> list[Changed]:
    change, category, place, metres = found
    cuts = np.searchsorted(change, np.arange(n + 1))
    node = graph._backward.order[place]
    return [Changed(category[low:high], node[low:high], metres[low:high]) for low, high in itertools.pairwise(cuts)]


class _Links(NamedTuple):
    """All links one after the other; link ``n`` has the edges ``first[n]:first[n + 1]``."""

    first: IntArray
    tail: IntArray
    head: IntArray
    length: FloatArray


class _Heap(NamedTuple):
    """A binary heap of (distance, node); ``size[0]`` entries are in use."""

    m: FloatArray
    node: IntArray
    size: IntArray


class _Log(NamedTuple):
    """Findings as they come, in arrays that are made anew twice as long when full."""

    change: IntArray
    category: IntArray
    node: IntArray
    m: FloatArray


@njit(cache=True, nogil=True)
def _push(heap: _Heap, m: float, node: int) -> None:
    at = heap.size[0]
    heap.size[0] += 1
    while at > 0:
        above = (at - 1) >> 1
        if heap.m[above] <= m:
            break
        heap.m[at], heap.node[at] = heap.m[above], heap.node[above]
        at = above
    heap.m[at], heap.node[at] = m, node


@njit(cache=True, nogil=True)
def _pop(heap: _Heap) -> tuple[float, int]:
    top_m, top_node = heap.m[0], heap.node[0]
    heap.size[0] -= 1
    size = heap.size[0]
    m, node = heap.m[size], heap.node[size]
    at, below = 0, 1
    while below < size:
        if below + 1 < size and heap.m[below + 1] < heap.m[below]:
            below += 1
        if m <= heap.m[below]:
            break
        heap.m[at], heap.node[at] = heap.m[below], heap.node[below]
        at, below = below, 2 * below + 1
    heap.m[at], heap.node[at] = m, node
    return top_m, top_node


@njit(cache=True, nogil=True)
def _longer(log: _Log, needed: int) -> _Log:
    """The log, or a copy of it with room for ``needed`` findings."""
    size = log.m.size
    if needed <= size:
        return log
    wanted = max(needed, 2 * size)
    change, category, node = np.empty(wanted, np.int64), np.empty(wanted, np.int64), np.empty(wanted, np.int64)
    m = np.empty(wanted)
    change[:size], category[:size], node[:size], m[:size] = log.change, log.category, log.node, log.m
    return _Log(change, category, node, m)


@njit(cache=True, nogil=True)
def _new_log() -> _Log:
    return _Log(np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024))


@njit(cache=True, nogil=True)
def _cut(log: _Log, n: int) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    return log.change[:n], log.category[:n], log.node[:n], log.m[:n]


@njit(cache=True, nogil=True)
def _lower_all(  # noqa: PLR0912  one compiled loop over shared scratch
    streets: Streets, metres: FloatArray, links: _Links
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    first, tail, head, length = links
    n_nodes, n_links = metres.shape[1], first.size - 1
    room = streets.head.size + 4 * tail.size + 2
    heap = _Heap(np.empty(room), np.empty(room, np.int64), np.zeros(1, np.int64))
    touched = np.empty(n_nodes, np.int64)
    hit = np.zeros(n_nodes, np.bool_)
    at_end = np.full(
        n_nodes, -1, np.int64
    )  # the first half-edge of the link at a node; half-edge 2e starts at its tail
    chain = np.full(2 * tail.size, -1, np.int64)
    log, n_found = _new_log(), 0
    for link in range(n_links):
        for edge in range(first[link], first[link + 1]):
            chain[2 * edge], at_end[tail[edge]] = at_end[tail[edge]], 2 * edge
            chain[2 * edge + 1], at_end[head[edge]] = at_end[head[edge]], 2 * edge + 1
        for category in range(metres.shape[0]):
            m = metres[category]
            was = np.empty(0)
            n_touched = 0
            log = _longer(log, n_found + 64)
            for edge in range(first[link], first[link + 1]):
                for way in range(2):
                    near, far = (tail[edge], head[edge]) if way == 0 else (head[edge], tail[edge])
                    if m[far] + length[edge] < m[near]:
                        _push(heap, m[far] + length[edge], near)
            while heap.size[0] > 0:
                reach, node = _pop(heap)
                if hit[node] or reach >= m[node]:
                    continue
                hit[node] = True
                if n_touched == was.size:
                    longer = np.empty(max(64, 2 * was.size))
                    longer[: was.size] = was
                    was = longer
                touched[n_touched], was[n_touched] = node, m[node]
                n_touched += 1
                m[node] = reach
                for edge in range(streets.start[node], streets.start[node + 1]):
                    there = streets.head[edge]
                    if reach + streets.length[edge] < m[there]:
                        _push(heap, reach + streets.length[edge], there)
                half = at_end[node]
                while half >= 0:
                    edge = half >> 1
                    there = head[edge] if half & 1 == 0 else tail[edge]
                    if reach + length[edge] < m[there]:
                        _push(heap, reach + length[edge], there)
                    half = chain[half]
            log = _longer(log, n_found + n_touched)
            for n in range(n_touched):
                node = touched[n]
                log.change[n_found], log.category[n_found] = link, category
                log.node[n_found], log.m[n_found] = node, m[node]
                n_found += 1
                m[node] = was[n]
                hit[node] = False
        for edge in range(first[link], first[link + 1]):
            at_end[tail[edge]] = -1
            at_end[head[edge]] = -1
    return _cut(log, n_found)


@njit(cache=True, nogil=True)
def _is_held(streets: Streets, m: FloatArray, goal: BoolArray, gone: BoolArray, node: int) -> bool:
    """Whether a shortest way from ``node`` is left: it is a goal, or a nearer node that is left lies on one."""
    if goal[node]:
        return True
    for edge in range(streets.start[node], streets.start[node + 1]):
        there = streets.head[edge]
        if not gone[there] and m[there] < m[node] and m[there] + streets.length[edge] == m[node]:
            return True
    return False


@njit(cache=True, nogil=True)
def _raise_all(  # noqa: PLR0912  one compiled loop over shared scratch
    streets: Streets, metres: FloatArray, goals: BoolArray, first: IntArray, closed: IntArray
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    n_nodes = metres.shape[1]
    room = 2 * streets.head.size + closed.size + 2
    heap = _Heap(np.empty(room), np.empty(room, np.int64), np.zeros(1, np.int64))
    lost = np.empty(n_nodes, np.int64)
    gone = np.zeros(n_nodes, np.bool_)  # closed, or without its shortest way and not yet given another
    new = np.full(n_nodes, np.inf)
    log, n_found = _new_log(), 0
    for closure in range(first.size - 1):
        for category in range(metres.shape[0]):
            m, goal = metres[category], goals[category]
            n_lost = 0
            for place in range(first[closure], first[closure + 1]):
                node = closed[place]
                if not gone[node]:
                    gone[node] = True
                    lost[n_lost] = node
                    n_lost += 1
            n_closed = n_lost
            for n in range(n_closed):
                _push_leaning(streets, m, lost[n], gone, heap)
            while heap.size[0] > 0:
                _, node = _pop(heap)
                if gone[node] or _is_held(streets, m, goal, gone, node):
                    continue
                gone[node] = True
                lost[n_lost] = node
                n_lost += 1
                _push_leaning(streets, m, node, gone, heap)
            for n in range(n_closed, n_lost):
                node = lost[n]
                best = np.inf
                for edge in range(streets.start[node], streets.start[node + 1]):
                    there = streets.head[edge]
                    if not gone[there]:
                        best = min(best, m[there] + streets.length[edge])
                new[node] = best
                if best < np.inf:
                    _push(heap, best, node)
            for n in range(n_closed):
                gone[lost[n]] = False  # closed, not waiting for another way
            while heap.size[0] > 0:
                reach, node = _pop(heap)
                if not gone[node] or reach != new[node]:
                    continue
                gone[node] = False
                for edge in range(streets.start[node], streets.start[node + 1]):
                    there, total = streets.head[edge], reach + streets.length[edge]
                    if gone[there] and total < new[there]:
                        new[there] = total
                        _push(heap, total, there)
            log = _longer(log, n_found + n_lost)
            for n in range(n_lost):
                node = lost[n]
                after = np.inf if n < n_closed else new[node]
                gone[node], new[node] = False, np.inf
                if after != m[node]:
                    log.change[n_found], log.category[n_found], log.node[n_found], log.m[n_found] = (
                        closure,
                        category,
                        node,
                        after,
                    )
                    n_found += 1
    return _cut(log, n_found)


@njit(cache=True, nogil=True)
def _push_leaning(streets: Streets, m: FloatArray, node: int, gone: BoolArray, heap: _Heap) -> None:
    """Queue the neighbours a shortest way leads from through ``node``."""
    for edge in range(streets.start[node], streets.start[node + 1]):
        there = streets.head[edge]
        if not gone[there] and m[node] + streets.length[edge] == m[there] and m[there] < np.inf:
            _push(heap, m[there], there)
