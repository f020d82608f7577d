"""Compiles everything the engine runs, so that the first question somebody asks does not wait for it."""

from __future__ import annotations

import numpy as np

from .changed import Link, lowered, raised
from .graph import WalkGraph, islands
from .nearest import nearest, nearest_m
from .prepared import prepare
from .reach import reach_sum
from .snap import snap_to_edges, with_points


def warm() -> None:
    """Run every compiled step once on a graph of three nodes. Half a minute the first time on a machine, then well below a
    second: the compiled code is kept beside the package (or in ``NUMBA_CACHE_DIR``)."""
    tail, head, length_m = np.array([0, 1]), np.array([1, 2]), np.array([1.0, 2.0])
    for directed in (False, True):
        graph = WalkGraph(3, tail, head, length_m, directed=directed)
        nearest(graph, [np.array([0])])
        reach_sum(graph, np.ones((3, 1)), limit_m=2.0)
        islands(graph)
        prepare(graph).nearest_m([np.array([0])])
    m = nearest_m(graph := WalkGraph(3, tail, head, length_m), [np.array([0])])
    lowered(graph, m, [Link([0], [2], [1.0])])
    raised(graph, m, [np.array([0])], [np.array([1])])
    node_xy_m = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]])
    point_xy_m = np.array([[0.5, 0.5]])
    snap = snap_to_edges(node_xy_m, tail, head, point_xy_m, max_distance_m=1.0)
    with_points(node_xy_m, tail, head, length_m, snap)
