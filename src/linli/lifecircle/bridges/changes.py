"""A map with a scenario's changes done to it, so that the whole of it can be measured anew by the same rules.

Owns how a gate is blocked, a locked way opened and a short way joined in a walk network. Facilities only come and go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from linli.engines.access import snap_to_edges
from linli.kernel.errors import LinliError
from linli.kernel.geo import LocalMetres
from linli.kernel.mapdata import EDGE_KINDS, MapData, MapFacility, WalkNetwork

from ..rules.changes import (
    NO_GATE_HERE,
    NO_PATH_NEAR,
    NO_SUCH_FACILITY,
    NOTHING_LOCKED,
    OUTSIDE_MAP,
    WAY_TOO_LONG,
    Change,
    ChangeKind,
)
from ..rules.shapes import plane_of
from ..rules.standard import Assumptions
from .gates import AT_M, gate_nodes, touching

NEAR_M = 20.0
"""A locked way or a gate is looked for this far from the point named: twice what a finger misses on a phone's map. Designed here."""
NEW = "new:"
"""Begins the reference of a facility that a scenario opens; the number of the change follows."""


def changed_map(data: MapData, changes: Sequence[Change], assumed: Assumptions) -> MapData:
    """``data`` after ``changes``, one after the other. What cannot be done is a :class:`LinliError` of :mod:`..rules.changes`."""
    for number, change in enumerate(changes):
        data = _DO[change.kind](data, change, number, assumed)
    return data


def _open_facility(data: MapData, change: Change, number: int, assumed: Assumptions) -> MapData:
    lon, lat = _point(data, change.lon, change.lat)
    zh, en = (change.name.zh, change.name.en) if change.name else ("", "")
    new = MapFacility(f"{NEW}{number}", change.category, lon, lat, zh, en, capacity=change.capacity)
    return replace(data, facilities=(*data.facilities, new))


def _close_facility(data: MapData, change: Change, number: int, assumed: Assumptions) -> MapData:
    kept = tuple(one for one in data.facilities if one.ref != change.ref)
    if len(kept) == len(data.facilities):
        raise LinliError(NO_SUCH_FACILITY, ref=change.ref)
    return replace(data, facilities=kept)


def _block_gate(data: MapData, change: Change, number: int, assumed: Assumptions) -> MapData:
    """Every way that meets at the gate ends there: one may walk up to it from either side, and not through."""
    lon, lat = _point(data, change.lon, change.lat)
    plane = plane_of(data)
    nodes = gate_nodes(data, plane)
    passable = [n for n, gate in enumerate(data.gates) if gate.passage != "locked" and nodes[n] >= 0]
    gate = _nearest([(data.gates[n].lon, data.gates[n].lat) for n in passable], lon, lat, plane)
    if gate is None:
        raise LinliError(NO_GATE_HERE, lon=lon, lat=lat, within_m=NEAR_M)
    network, node = data.network, int(nodes[passable[gate]])
    ways = np.flatnonzero((network.tail == node) | (network.head == node))[1:]
    tail, head = network.tail.copy(), network.head.copy()
    copies = network.n_nodes + np.arange(len(ways))
    at_tail = tail[ways] == node
    tail[ways[at_tail]] = copies[at_tail]
    head[ways[~at_tail]] = copies[~at_tail]
    blocked = replace(_with_nodes(network, np.full(len(ways), network.lon[node]), np.full(len(ways), network.lat[node])), tail=tail, head=head)  # fmt: skip
    gates = [replace(one, passage="locked") if n == passable[gate] else one for n, one in enumerate(data.gates)]
    return replace(data, network=blocked, gates=tuple(gates))


def _open_gate(data: MapData, change: Change, number: int, assumed: Assumptions) -> MapData:
    """The locked edges that touch together nearest to the point, and the gates on them, are passed from now on."""
    lon, lat = _point(data, change.lon, change.lat)
    plane, network = plane_of(data), data.network
    locked = np.flatnonzero(network.locked)
    pieces = touching(network, locked)
    ends = [np.unique(np.concatenate((network.tail[piece], network.head[piece]))) for piece in pieces]
    points = [(float(network.lon[node]), float(network.lat[node])) for own in ends for node in own]
    found = _nearest(points, lon, lat, plane)
    if found is None:
        raise LinliError(NOTHING_LOCKED, lon=lon, lat=lat, within_m=NEAR_M)
    piece = int(np.searchsorted(np.cumsum([len(own) for own in ends]), found, side="right"))
    shut = network.locked.copy()
    shut[pieces[piece]] = False
    nodes = gate_nodes(data, plane)
    on_it = np.isin(nodes, ends[piece])
    gates = [replace(one, passage="open") if opened else one for one, opened in zip(data.gates, on_it, strict=True)]
    return replace(data, network=replace(network, locked=shut), gates=tuple(gates))


def _open_way(data: MapData, change: Change, number: int, assumed: Assumptions) -> MapData:
    """A straight path between the two points, each joined to the nearest open way within ``link_gap_m``."""
    ends = [_point(data, change.lon, change.lat), _point(data, change.to_lon, change.to_lat)]
    plane = plane_of(data)
    xy = np.column_stack(plane.to_xy_m([lon for lon, _ in ends], [lat for _, lat in ends]))
    length_m = float(np.hypot(*(xy[0] - xy[1])))
    if length_m > assumed.link_way_m:
        raise LinliError(WAY_TOO_LONG, length_m=length_m, most_m=assumed.link_way_m)
    network = data.network
    nodes = []
    for (lon, lat), at in zip(ends, xy, strict=True):
        joined = _joined_at(network, at, plane, assumed.link_gap_m)
        if joined is None:
            raise LinliError(NO_PATH_NEAR, lon=lon, lat=lat, within_m=assumed.link_gap_m)
        network, node = joined
        nodes.append(node)
    one, other = (np.column_stack(plane.to_xy_m(network.lon[[node]], network.lat[[node]]))[0] for node in nodes)
    path = EDGE_KINDS.index("path")
    return replace(data, network=_with_edges(network, nodes[:1], nodes[1:], [float(np.hypot(*(one - other)))], [path]))


def _joined_at(
    network: WalkNetwork, at: npt.NDArray[np.float64], plane: LocalMetres, within_m: float
) -> tuple[WalkNetwork, int] | None:
    """The network with a node on the open way nearest to ``at``, and that node; None where none is within reach."""
    xy = np.column_stack(plane.to_xy_m(network.lon, network.lat))
    snap = snap_to_edges(xy, network.tail, network.head, at[None, :], max_distance_m=within_m, allowed=~network.locked)
    edge = int(snap.edge[0])
    if edge < 0:
        return None
    tail, head, fraction = int(network.tail[edge]), int(network.head[edge]), float(snap.fraction[0])
    foot = xy[tail] + fraction * (xy[head] - xy[tail])
    for node in (tail, head):
        if np.hypot(*(xy[node] - foot)) <= AT_M:
            return network, node
    lon, lat = plane.to_lonlat(foot[:1], foot[1:])
    node, whole_m, kind = network.n_nodes, float(network.length_m[edge]), int(network.kind[edge])
    heads, lengths = network.head.copy(), network.length_m.copy()
    heads[edge], lengths[edge] = node, fraction * whole_m
    grown = replace(_with_nodes(network, lon, lat), head=heads, length_m=lengths)
    return _with_edges(grown, [node], [head], [(1 - fraction) * whole_m], [kind]), node


def _with_nodes(network: WalkNetwork, lon: npt.ArrayLike, lat: npt.ArrayLike) -> WalkNetwork:
    lon, lat = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    return replace(
        network,
        lon=np.concatenate((network.lon, lon)),
        lat=np.concatenate((network.lat, lat)),
        node_ref=np.concatenate((network.node_ref, np.zeros(len(lon), dtype=np.int64))),
    )


def _with_edges(
    network: WalkNetwork, tail: Sequence[int], head: Sequence[int], length_m: Sequence[float], kind: Sequence[int]
) -> WalkNetwork:
    return replace(
        network,
        tail=np.concatenate((network.tail, np.array(tail, dtype=np.int64))),
        head=np.concatenate((network.head, np.array(head, dtype=np.int64))),
        length_m=np.concatenate((network.length_m, np.array(length_m, dtype=np.float64))),
        kind=np.concatenate((network.kind, np.array(kind, dtype=network.kind.dtype))),
        locked=np.concatenate((network.locked, np.zeros(len(tail), dtype=bool))),
        way_ref=np.concatenate((network.way_ref, np.zeros(len(tail), dtype=np.int64))),
    )


def _point(data: MapData, lon: float | None, lat: float | None) -> tuple[float, float]:
    west, south, east, north = data.bounds()
    if lon is None or lat is None or not (west <= lon <= east and south <= lat <= north):
        raise LinliError(OUTSIDE_MAP, lon=lon or 0.0, lat=lat or 0.0, west=west, east=east, south=south, north=north)
    return lon, lat


def _nearest(points: Sequence[tuple[float, float]], lon: float, lat: float, plane: LocalMetres) -> int | None:
    """The position of the point nearest to ``lon, lat``, None where none is within :data:`NEAR_M`."""
    if not points:
        return None
    xy = np.column_stack(plane.to_xy_m([one for one, _ in points], [other for _, other in points]))
    at = np.array(plane.to_xy_m(lon, lat), dtype=np.float64)
    distance = np.hypot(*(xy - at).T)
    best = int(np.argmin(distance))
    return best if distance[best] <= NEAR_M else None


_DO: dict[ChangeKind, Callable[[MapData, Change, int, Assumptions], MapData]] = {
    "open_facility": _open_facility,
    "close_facility": _close_facility,
    "open_gate": _open_gate,
    "open_way": _open_way,
    "block_gate": _block_gate,
}
