"""What the engine is checked against: searches so plain that they can be checked by reading, and real streets."""

from __future__ import annotations

import heapq
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from linli.engines.access import WalkGraph

DATA = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[4] / "shared" / "data"))


PATIENT = settings(deadline=None, max_examples=60)
"""The first example of a run may have to wait for the compiler, or for a busy machine."""


def walk_all(n_nodes, tail, head, length_m, *, directed):
    """Distance from every node to every node, ``float64[from, to]``, sums taken from the far end as the engine does."""
    into = [[] for _ in range(n_nodes)]
    for a, b, metres in zip(tail, head, length_m, strict=True):
        into[b].append((a, metres))
        if not directed:
            into[a].append((b, metres))
    dist = np.full((n_nodes, n_nodes), np.inf)
    for goal in range(n_nodes):
        queue = [(0.0, goal)]
        while queue:
            reach, node = heapq.heappop(queue)
            if reach < dist[node, goal]:
                dist[node, goal] = reach
                for before, metres in into[node]:
                    heapq.heappush(queue, (reach + metres, before))
    return dist


def floyd(n_nodes, tail, head, length_m, *, directed):
    """Floyd and Warshall's three loops, for lengths whose sums are exact."""
    dist = np.full((n_nodes, n_nodes), np.inf)
    np.fill_diagonal(dist, 0.0)
    for a, b, metres in zip(tail, head, length_m, strict=True):
        dist[a, b] = min(dist[a, b], metres)
        if not directed:
            dist[b, a] = min(dist[b, a], metres)
    for via in range(n_nodes):
        dist = np.minimum(dist, dist[:, [via]] + dist[[via], :])
    return dist


QUARTER_METRES = st.integers(0, 400).map(lambda quarters: quarters / 4)
"""Lengths whose sums are exact in float64, so that ties and limits can be met exactly."""
ANY_METRES = st.one_of(st.just(0.0), st.floats(0, 1e3), st.floats(0, 1e-9), st.floats(1e6, 1e9))


@st.composite
def networks(draw, lengths=QUARTER_METRES, max_nodes=9, max_edges=24):
    """``(n_nodes, tail, head, length_m, directed)``: loops, parallel edges, islands and empty networks included."""
    n_nodes = draw(st.integers(1, max_nodes))
    node = st.integers(0, n_nodes - 1)
    edges = draw(st.lists(st.tuples(node, node, lengths), max_size=max_edges))
    tail, head, length_m = (list(column) for column in zip(*edges, strict=True)) if edges else ([], [], [])
    return n_nodes, tail, head, length_m, draw(st.booleans())


@st.composite
def categories(draw, n_nodes, offsets=QUARTER_METRES):
    """``(facilities, offset_m)``: none to three categories of none to four facilities."""
    one = st.lists(st.tuples(st.integers(0, n_nodes - 1), offsets), max_size=4)
    drawn = draw(st.lists(one, max_size=3))
    return [[n for n, _ in c] for c in drawn], [[o for _, o in c] for c in drawn]


def graph_of(network):
    n_nodes, tail, head, length_m, directed = network
    return WalkGraph(n_nodes, tail, head, length_m, directed=directed)


def amsterdam_xy():
    """``(node_xy_m, tail, head)`` of 68,213 nodes."""
    folder = DATA / "roads"
    if not (folder / "amsterdam-roads.gr.bin").exists():
        pytest.skip(f"no Amsterdam streets in {folder}: set LINLI_DATA")
    xy = np.fromfile(folder / "amsterdam-roads.co.bin", "<i4").reshape(-1, 2).astype(np.float64)
    tail, head = np.fromfile(folder / "amsterdam-roads.gr.bin", "<i4").reshape(-1, 2).astype(np.int64).T - 1
    return xy, tail, head


def amsterdam():
    """``(n_nodes, tail, head, length_m)``, straight lengths."""
    xy, tail, head = amsterdam_xy()
    return len(xy), tail, head, np.hypot(*(xy[tail] - xy[head]).T)


def wuhan():
    """``(n_nodes, tail, head, length_m)`` of 12,175 nodes, lengths along the bent ways."""
    file = DATA / "roads" / "wuhan_simplified.parquet"
    if not file.exists():
        pytest.skip(f"no {file}: set LINLI_DATA")
    parquet = pytest.importorskip("pyarrow.parquet", reason="reading the Wuhan streets needs pyarrow")
    shapely = pytest.importorskip("shapely")
    lines = shapely.from_wkb(parquet.read_table(file, columns=["geometry"])["geometry"].to_pylist())
    ends = [shapely.get_coordinates(shapely.get_point(lines, place)) for place in (0, -1)]
    node_xy, number = np.unique(np.concatenate(ends), axis=0, return_inverse=True)
    tail, head = number.reshape(2, -1)
    return len(node_xy), tail, head, shapely.length(lines)
