"""A facility that might stand somewhere: how far it would be from every house, without measuring the rest anew.

Owns how one more point meets a network already measured, by the very rule of :mod:`.walks`. The answer equals a new measuring of the map with
the facility in it, but for the order of sums.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from linli.kernel.mapdata import EDGE_KINDS

from ..rules.coverage import Floats
from .field import Field, Ints
from .walks import Measured, snap_points

ACCESS = EDGE_KINDS.index("access")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a point meets the network: two nodes and the metres (weighed, plain) from them to it; ``leg_m`` straight to the way."""

    nodes: Ints
    cost_m: Floats
    level_m: Floats
    leg_m: float


def stand_at(measured: Measured, group: str, lon: float, lat: float, *, max_leg_m: float) -> Standing | None:
    """How a facility at ``lon, lat`` would be joined for ``group``; None where no way is within ``max_leg_m``."""
    field, ground = measured.fields[group], measured.ground
    point = np.column_stack(ground.plane.to_xy_m([lon], [lat]))
    snap, _ = snap_points(ground, point, shapely.points(point), field.usable, max_leg_m)
    edge = int(snap.edge[0])
    if edge < 0:
        return None
    network = ground.data.network
    tail, head = ground.node_xy[network.tail[edge]], ground.node_xy[network.head[edge]]
    foot = tail + float(snap.fraction[0]) * (head - tail)
    return _between(field, edge, foot, float(snap.distance_m[0]))


def walk_from_houses(field: Field, standing: Standing) -> tuple[Floats, Floats]:
    """``float64[houses]`` weighed and plain metres from every house to the point; inf where no way leads."""
    cost = field.from_all(standing.nodes, standing.cost_m)
    if field.level is field.graph:
        return cost, cost
    return cost, field.from_all(standing.nodes, standing.level_m, plain=True)


def _between(field: Field, edge: int, foot: Floats, leg_m: float) -> Standing:
    """The piece of ``edge`` on which ``foot`` lies, and how far its ends are from the point."""
    attached = field.attached
    pieces = np.flatnonzero(field.map_edge == edge)
    tail, head = attached.node_xy_m[attached.tail[pieces]], attached.node_xy_m[attached.head[pieces]]
    lines = shapely.linestrings(np.stack((tail, head), axis=1))
    chosen = int(np.argmin(shapely.distance(lines, shapely.Point(foot))))
    piece, straight = int(pieces[chosen]), float(shapely.length(lines[chosen]))
    share = float(shapely.line_locate_point(lines[chosen], shapely.Point(foot))) / straight if straight > 0 else 0.0
    parts = np.array([share, 1 - share]) * float(attached.length_m[piece])
    assert attached.kind is not None
    weight = float(field.factor[int(attached.kind[piece])])
    nodes = np.array([attached.tail[piece], attached.head[piece]], dtype=np.int64)
    return Standing(nodes, parts * weight + leg_m * float(field.factor[ACCESS]), parts + leg_m, leg_m)
