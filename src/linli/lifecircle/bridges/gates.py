"""Where gates stand on the walk network, and which of its edges touch. A stored map keeps gates and nodes in rounded degrees, so that being equal is too much to ask."""

from __future__ import annotations

import numpy as np

from linli.engines.access import WalkGraph, islands
from linli.kernel.geo import LocalMetres
from linli.kernel.mapdata import MapData, WalkNetwork

from .field import Ints

AT_M = 1.0
"""A gate this near to a node stands on it; mappers draw no finer."""


def gate_nodes(data: MapData, plane: LocalMetres) -> Ints:
    """``int64[gates]`` the node each gate of the map stands on, -1 where it stands on none."""
    from scipy.spatial import cKDTree

    if not data.gates or not data.network.n_nodes:
        return np.full(len(data.gates), -1)
    nodes = np.column_stack(plane.to_xy_m(data.network.lon, data.network.lat))
    gates = np.column_stack(plane.to_xy_m([gate.lon for gate in data.gates], [gate.lat for gate in data.gates]))
    distance, node = cKDTree(nodes).query(gates)
    return np.where(distance <= AT_M, node, -1).astype(np.int64)


def touching(network: WalkNetwork, edges: Ints) -> list[Ints]:
    """``edges`` in groups of those that touch."""
    if not len(edges):
        return []
    graph = WalkGraph(network.n_nodes, network.tail[edges], network.head[edges], network.length_m[edges])
    part = islands(graph).component[network.tail[edges]]
    return [edges[part == number] for number in np.unique(part)]
