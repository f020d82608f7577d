"""Ways that could open: locked gates, closed ways, steps without a ramp, and short paths nobody built; and what each would do.

Owns the search for candidates in the walk network and the ground. Who gains is counted in :mod:`linli.lifecircle.rules.links`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from linli.engines.access import Link
from linli.kernel.geo import LocalMetres
from linli.kernel.mapdata import EDGE_KINDS, MapData

from ..rules.coverage import Bools, Floats
from ..rules.shapes import flatten
from ..rules.standard import Assumptions
from .field import Field, Ints
from .gates import gate_nodes, touching

LinkKind = Literal["gate", "way", "ramp", "wall", "crossing", "end", "path"]
BLOCKED = ("water", "rail")
"""Kinds of ground no short path is proposed across: that would be a bridge."""
BIG_ROAD_RANK = 3
"""Roads up to this rank (as the map mapping numbers them) are crossed at a crossing, not by a path."""
CELL_M = 20.0
PER_CELL = 2
"""Of the many pairs of nodes along one wall, this many a cell of 20 m are looked at: the ones that would shorten most."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way that could open: ``shape`` in flat metres, ``length_m`` on the ground; ``cost`` and ``plain`` as links of the field."""

    kind: LinkKind
    shape: BaseGeometry
    length_m: float
    cost: Link
    plain: Link


def find_candidates(
    data: MapData, field: Field, shapes: npt.NDArray[np.object_], plane: LocalMetres, assumed: Assumptions
) -> list[Candidate]:
    """Every candidate of one kind of walker. ``shapes`` are the houses in flat metres.

    A short path joins two nodes at most ``link_gap_m`` apart whose walks differ by ``link_saving_m`` more than its length for some
    category, and passes no building, water or railway. What saves nobody anything is not among them.
    """
    return [*_locked(data, field, plane, assumed), *_ramps(data, field), *_missing(data, field, shapes, plane, assumed)]


def _locked(data: MapData, field: Field, plane: LocalMetres, assumed: Assumptions) -> list[Candidate]:
    """Locked edges, those that touch together; a gate where one stands there. Closed ways longer than ``link_way_m`` are left out."""
    is_locked = np.array([gate.passage == "locked" for gate in data.gates], dtype=bool)
    gates = gate_nodes(data, plane)[is_locked]
    network = data.network
    locked = np.flatnonzero(network.locked & ~_barred(data, field))
    found = []
    for edges in touching(network, locked):
        nodes = np.unique(np.concatenate((network.tail[edges], network.head[edges])))
        has_gate = bool(np.isin(nodes, gates).any())
        if float(network.length_m[edges].sum()) > assumed.link_way_m and not has_gate:
            continue
        found.append(_opened(data, field, edges, "gate" if has_gate else "way", network.kind[edges]))
    return found


def _ramps(data: MapData, field: Field) -> list[Candidate]:
    """Steps this walker cannot pass, as if a ramp ran beside them."""
    if "steps" not in field.barred:
        return []
    steps = np.flatnonzero(~data.network.locked & (data.network.kind == EDGE_KINDS.index("steps")))
    ramp = EDGE_KINDS.index("ramp")
    return [_opened(data, field, edges, "ramp", np.full(len(edges), ramp)) for edges in touching(data.network, steps)]


def _opened(data: MapData, field: Field, edges: Ints, kind: LinkKind, as_kind: npt.NDArray[np.integer]) -> Candidate:
    network, xy = data.network, field.node_xy
    tail, head, length_m = network.tail[edges], network.head[edges], network.length_m[edges]
    shape = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(np.stack((xy[tail], xy[head]), axis=1))))
    cost = Link(tail, head, length_m * field.factor[as_kind])
    return Candidate(kind, shape, float(length_m.sum()), cost, Link(tail, head, length_m))


def _barred(data: MapData, field: Field) -> Bools:
    return np.isin(data.network.kind, [EDGE_KINDS.index(kind) for kind in field.barred])


def _missing(
    data: MapData, field: Field, shapes: npt.NDArray[np.object_], plane: LocalMetres, assumed: Assumptions
) -> list[Candidate]:
    from scipy.spatial import cKDTree

    street = np.flatnonzero(field.is_street)
    if len(street) < 2:
        return []
    pairs = cKDTree(field.node_xy[street]).query_pairs(assumed.link_gap_m, output_type="ndarray")
    one, other = street[pairs[:, 0]], street[pairs[:, 1]]
    gap_m = np.hypot(*(field.node_xy[one] - field.node_xy[other]).T)
    shorter_m = _shortens(field, one, other) - gap_m
    keep = np.flatnonzero((shorter_m >= assumed.link_saving_m) & (gap_m > 0))
    keep = keep[_thinned((field.node_xy[one[keep]] + field.node_xy[other[keep]]) / 2, shorter_m[keep])]
    one, other = one[keep], other[keep]
    lines = shapely.linestrings(np.stack((field.node_xy[one], field.node_xy[other]), axis=1))
    walls, roads, blocked = _ground(data, plane, shapes)
    open_way = ~_meets(lines, blocked)
    through_wall, over_road = _meets(lines, walls), _meets(lines, roads)
    tail, head = field.graph.tail, field.graph.head
    drawn = field.is_street[tail] & field.is_street[head]
    degree = np.bincount(np.concatenate((tail[drawn], head[drawn])), minlength=field.graph.n_nodes)
    found = []
    for n in np.flatnonzero(open_way).tolist():
        is_end = degree[one[n]] == 1 or degree[other[n]] == 1
        kind: LinkKind = "wall" if through_wall[n] else "crossing" if over_road[n] else "end" if is_end else "path"
        link = Link([one[n]], [other[n]], [float(shapely.length(lines[n]))])
        found.append(Candidate(kind, lines[n], float(shapely.length(lines[n])), link, link))
    return found


def _shortens(field: Field, one: Ints, other: Ints) -> Floats:
    """How much the walks from either node to some category differ at most; inf where only one of them has a way."""
    most = np.zeros(len(one))
    for column in range(field.cost_m.shape[1]):
        walk = field.cost_m[:, column]
        with np.errstate(invalid="ignore"):
            most = np.fmax(most, np.abs(walk[one] - walk[other]))
    return most


def _thinned(middle: Floats, gain: Floats) -> Ints:
    """The best of every cell, best first."""
    order = np.argsort(-gain, kind="stable")
    cells = np.floor(middle[order] / CELL_M).astype(np.int64)
    taken: dict[tuple[int, int], int] = {}
    kept = []
    for place, (column, row) in zip(order.tolist(), cells.tolist(), strict=True):
        n = taken.get((column, row), 0)
        if n < PER_CELL:
            taken[column, row] = n + 1
            kept.append(place)
    return np.array(kept, dtype=np.int64)


def _ground(
    data: MapData, plane: LocalMetres, shapes: npt.NDArray[np.object_]
) -> tuple[list[BaseGeometry], list[BaseGeometry], list[BaseGeometry]]:
    """What a line may meet: walls and the edges of compounds, big roads, and what it must not pass."""
    walls, roads = [], []
    blocked: list[BaseGeometry] = [shape for shape in shapes if shape.area > 0]
    for one in data.ground:
        shape = flatten(plane, one.shape)
        if one.kind in BLOCKED:
            blocked.append(shape)
        elif one.kind == "wall":
            walls.append(shape)
        elif one.kind == "compound":
            walls.append(shapely.boundary(shape))
        elif one.kind == "road" and one.rank <= BIG_ROAD_RANK:
            roads.append(shape)
    return walls, roads, blocked


def _meets(lines: npt.NDArray[np.object_], shapes: Sequence[BaseGeometry]) -> Bools:
    found = np.zeros(len(lines), dtype=bool)
    if len(lines) and shapes:
        line, _ = shapely.STRtree(np.array(shapes, dtype=object)).query(lines, predicate="intersects")
        found[line] = True
    return found
