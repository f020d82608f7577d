"""Walking distances by SciPy, independent of the project's own engine."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from linli.engines.synth import Neighbourhood
from linli.kernel.mapdata import EDGE_KINDS


def nearest_m(
    place: Neighbourhood, sources: Collection[int], *, opened: Collection[int] = (), barred: Collection[str] = ()
) -> npt.NDArray[np.float64]:
    """Metres from each node to the nearest source. ``opened``: locked edges one may pass; ``barred``: kinds one may not."""
    network = place.map.network
    free = ~network.locked
    free[list(opened)] = True
    for kind in barred:
        free &= network.kind != EDGE_KINDS.index(kind)
    ends = np.sort(np.column_stack([network.tail[free], network.head[free]]), axis=1)
    order = np.lexsort((network.length_m[free], ends[:, 1], ends[:, 0]))
    ends, length = ends[order], network.length_m[free][order]
    first = np.r_[True, np.any(ends[1:] != ends[:-1], axis=1)]  # parallel edges: the shortest, SciPy would add them up
    graph = coo_matrix((length[first], (ends[first, 0], ends[first, 1])), shape=(network.n_nodes,) * 2).tocsr()
    found = dijkstra(graph, directed=False, indices=list(sources), min_only=True)
    return np.asarray(found, np.float64)


def sites_of(place: Neighbourhood, category: str) -> list[int]:
    """Nodes of the facilities of a category."""
    return [
        site.node
        for site, facility in zip(place.sites, place.map.facilities, strict=True)
        if facility.category == category
    ]


def doors_of(place: Neighbourhood, role: str) -> npt.NDArray[np.int32]:
    """Nodes of the doors of the homes in compounds of that role."""
    inside = [
        building.use == "residential" and compound >= 0 and place.compounds[compound].role == role
        for building, compound in zip(place.map.buildings, place.buildings.compound, strict=True)
    ]
    return place.entrances.node[np.asarray(inside)[place.entrances.building]]
