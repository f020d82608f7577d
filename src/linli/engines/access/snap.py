"""Joins homes and facilities to the edges of a network where they stand, not to its junctions.

Owns the nearest edge of a point and the splitting of edges there. Works in a local plane in metres; edges are the straight
lines between their nodes (a bent way comes as several edges). Does not own projections, nor which edges may be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.errors import define
from linli.kernel.mapdata import EDGE_KINDS

from ._types import BoolArray, FloatArray, IntArray
from .graph import N_LISTED, SHAPE, GraphError, describe, is_real, length_array, limit_or_inf, node_array

COORDINATE = define(
    "access.coordinate",
    zh="{name} 中有 {n_wrong} 个点的坐标不是有限的数，例如第 {positions} 个",
    en="{name} has {n_wrong} points whose coordinates are not finite, such as points {positions}",
    status=422,
)
ACCESS_KIND = EDGE_KINDS.index("access")
TIE_M = 1e-6
"""Edges nearest to within a micrometre are equally near: more than the rounding of national grid coordinates, less than
anything surveyed. Designed here, so that the choice does not hang on an edge's direction."""


@dataclass(frozen=True, slots=True)
class Snap:
    """Where points meet the network.

    ``edge: int64[points]``, -1 where none is near enough; ``fraction: float64[points]`` 0 at the edge's tail, 1 at its head,
    nan where none; ``distance_m: float64[points]`` straight from the point, inf where none (never 0 for a far point);
    ``point_xy_m: float64[points, 2]`` the points themselves.
    """

    point_xy_m: FloatArray
    edge: IntArray
    fraction: FloatArray
    distance_m: FloatArray


@dataclass(frozen=True, slots=True)
class Attached:
    """A network in which every snapped point is a node of its own.

    Nodes: those of the network under their old numbers, then projections, then points. ``edge_of: int64[edges]`` the old edge
    a piece is of, -1 for the new edges between a point and its projection: any further attribute is carried by it.
    ``kind, locked`` are carried so, None where none were given; a new edge is of kind ``access`` and open.
    ``node_of_point: int64[points]``, -1 where a point was not snapped.
    """

    node_xy_m: FloatArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    kind: npt.NDArray[np.uint8] | None
    locked: BoolArray | None
    edge_of: IntArray
    node_of_point: IntArray

    @property
    def n_nodes(self) -> int:
        return len(self.node_xy_m)


def snap_to_edges(
    node_xy_m: npt.ArrayLike,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    points_xy_m: npt.ArrayLike,
    *,
    max_distance_m: float,
    allowed: npt.ArrayLike | None = None,
) -> Snap:
    """The nearest edge of every point, at most ``max_distance_m`` away (inclusive).

    ``node_xy_m: float64[nodes, 2]``, ``points_xy_m: float64[points, 2]`` in one local plane; ``allowed: bool[edges]`` leaves
    edges out (nobody's door opens onto a locked link). Exact: an STR tree (Leutenegger 1997, doi:10.1109/ICDE.1997.582015)
    proposes, float64 arithmetic decides; among edges equally near to :data:`TIE_M` the lowest number wins.
    O((edges + points) log edges). Faults raise :class:`GraphError`.
    """
    nodes = _points_array(node_xy_m, name="node_xy_m")
    points = _points_array(points_xy_m, name="points_xy_m")
    tails, heads = node_array(tail, len(nodes), name="tail"), node_array(head, len(nodes), name="head")
    _same_length(tails, heads, name="head")
    limit = limit_or_inf(max_distance_m, name="max_distance_m")
    usable = np.arange(len(tails)) if allowed is None else np.flatnonzero(_flags(allowed, len(tails), name="allowed"))
    found = Snap(points, np.full(len(points), -1), np.full(len(points), np.nan), np.full(len(points), np.inf))
    point, candidate = _near_edges(nodes[tails[usable]], nodes[heads[usable]], points, limit)
    edge = usable[candidate]
    fraction, distance = _project(nodes[tails[edge]], nodes[heads[edge]], points[point])
    least = np.full(len(points), np.inf)
    np.minimum.at(least, point, distance)
    keep = np.flatnonzero((distance <= least[point] + TIE_M) & (distance <= limit))
    keep = keep[np.lexsort((edge[keep], point[keep]))]
    which, first = np.unique(point[keep], return_index=True)
    chosen = keep[first]
    found.edge[which], found.fraction[which], found.distance_m[which] = edge[chosen], fraction[chosen], distance[chosen]
    return found


def with_points(
    node_xy_m: npt.ArrayLike,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    length_m: npt.ArrayLike,
    snap: Snap,
    *,
    kind: npt.ArrayLike | None = None,
    locked: npt.ArrayLike | None = None,
    directed: bool = False,
) -> Attached:
    """The network with every snapped point as a node, joined by an edge of its straight distance to a new node on the edge.

    The edge is split there and so are all edges between the same two nodes (the other direction of a street, a parallel
    edge): they are one line on the ground. The pieces of an edge share its ``length_m`` by their part of the straight line,
    so a length that is longer than the line keeps its proportion. At fraction 0 or 1 the old node serves. With ``directed``
    the new edges are laid both ways. Lengths here are metres: weigh them by kind afterwards, the new edges among them.
    O(edges + points log points). Faults raise :class:`GraphError`.
    """
    nodes = _points_array(node_xy_m, name="node_xy_m")
    tails, heads = node_array(tail, len(nodes), name="tail"), node_array(head, len(nodes), name="head")
    lengths = length_array(length_m)
    for name, array in (("head", heads), ("length_m", lengths)):
        _same_length(tails, array, name=name)
    snapped = np.flatnonzero(snap.edge >= 0)
    edge = node_array(snap.edge[snapped], len(tails), name="snap.edge")
    split = _split(_Lines(nodes, tails, heads, lengths), edge, snap.fraction[snapped])
    node_of_point = np.full(len(snap.edge), -1)
    node_of_point[snapped] = len(nodes) + len(split.xy_m) + np.arange(len(snapped))
    ways = [(node_of_point[snapped], split.node)]
    if directed:
        ways.append((split.node, node_of_point[snapped]))
    n_new = len(ways) * len(snapped)
    edge_of = np.concatenate((split.edge_of, np.full(n_new, -1)))
    return Attached(
        node_xy_m=np.concatenate((nodes, split.xy_m, snap.point_xy_m[snapped])),
        tail=np.concatenate((split.tail, *(way[0] for way in ways))),
        head=np.concatenate((split.head, *(way[1] for way in ways))),
        length_m=np.concatenate((split.length_m, *(snap.distance_m[snapped] for _ in ways))),
        kind=None if kind is None else _carry(_kinds(kind, len(tails)), edge_of, ACCESS_KIND),
        locked=None if locked is None else _carry(_flags(locked, len(tails), name="locked"), edge_of, False),
        edge_of=edge_of,
        node_of_point=node_of_point,
    )


class _Lines(NamedTuple):
    """The network's arrays, checked."""

    xy_m: FloatArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray


class _Split(NamedTuple):
    """Edges cut at projections. ``xy_m`` the new nodes; ``node`` where each snapped point meets the network."""

    xy_m: FloatArray
    node: IntArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    edge_of: IntArray


def _split(lines: _Lines, edge: IntArray, fraction: FloatArray) -> _Split:
    """Cut every line between two nodes at the fractions asked for, measured from its lower-numbered node."""
    low, high = np.minimum(lines.tail, lines.head), np.maximum(lines.tail, lines.head)
    n_nodes = len(lines.xy_m)
    _, example, line = np.unique(low * n_nodes + high, return_index=True, return_inverse=True)
    part = np.where(lines.tail[edge] <= lines.head[edge], fraction, 1.0 - fraction)
    node = np.where(part <= 0, low[edge], high[edge])
    inner = np.flatnonzero((part > 0) & (part < 1))
    inner = inner[np.lexsort((part[inner], line[edge[inner]]))]
    cut_line, cut_part = line[edge[inner]], part[inner]
    fresh = np.append(True, (np.diff(cut_line) != 0) | (np.diff(cut_part) != 0))[: len(inner)]
    node[inner] = n_nodes + np.cumsum(fresh) - 1
    cut_line, cut_part = cut_line[fresh], cut_part[fresh]
    start, end = lines.xy_m[low[example[cut_line]]], lines.xy_m[high[example[cut_line]]]
    n_cuts = np.bincount(cut_line, minlength=len(example))
    first_cut = np.cumsum(n_cuts) - n_cuts
    return _Split(
        start + cut_part[:, None] * (end - start),
        node,
        *_pieces(lines, n_cuts[line], first_cut[line], cut_part),
    )


def _pieces(
    lines: _Lines, n_cuts: IntArray, first_cut: IntArray, cut_part: FloatArray
) -> tuple[IntArray, IntArray, FloatArray, IntArray]:
    """Tail, head, length and old edge of every piece, given the cuts of each edge in the order from its lower node."""
    edge_of = np.repeat(np.arange(len(n_cuts)), n_cuts + 1)
    step = np.arange(len(edge_of)) - np.repeat(np.cumsum(n_cuts + 1) - n_cuts - 1, n_cuts + 1)
    begins, ends = step == 0, step == n_cuts[edge_of]
    after = first_cut[edge_of] + step
    before = after - 1
    low, high = np.minimum(lines.tail, lines.head)[edge_of], np.maximum(lines.tail, lines.head)[edge_of]
    near = np.where(begins, low, len(lines.xy_m) + before)
    far = np.where(ends, high, len(lines.xy_m) + after)
    padded = np.append(cut_part, 0.0)
    share = np.where(ends, 1.0, padded[np.where(ends, -1, after)]) - np.where(
        begins, 0.0, padded[np.where(begins, -1, before)]
    )
    forward = (lines.tail <= lines.head)[edge_of]
    return np.where(forward, near, far), np.where(forward, far, near), lines.length_m[edge_of] * share, edge_of


def _near_edges(begin: FloatArray, end: FloatArray, points: FloatArray, limit: float) -> tuple[IntArray, IntArray]:
    """Pairs (point, edge) among which every point's nearest edges are, and all edges tied with them."""
    if not len(begin) or not len(points):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    tree = shapely.STRtree(shapely.linestrings(np.stack((begin, end), axis=1)))
    places = shapely.points(points)
    reach = None if np.isinf(limit) else limit + 2 * TIE_M
    (point, _), distance = tree.query_nearest(places, max_distance=reach, all_matches=False, return_distance=True)
    near, candidate = tree.query(places[point], predicate="dwithin", distance=distance + 2 * TIE_M)
    return point[near], candidate


def _project(begin: FloatArray, end: FloatArray, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Fraction along the edge of the point of it nearest to each point, and the distance to there."""
    along = end - begin
    square = (along**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        raw = ((points - begin) * along).sum(axis=1) / square
    fraction = np.clip(np.where(square > 0, raw, 0.0), 0.0, 1.0)
    # At the ends the node itself counts, so that edges meeting in a node are equally far from a point beyond it.
    foot = np.where(fraction[:, None] == 1, end, begin + fraction[:, None] * along)
    return fraction, np.hypot(*(points - foot).T)


def _points_array(values: npt.ArrayLike, *, name: str) -> FloatArray:
    array = np.asarray(values)
    if array.size == 0 and array.ndim <= 2:
        array = np.empty((0, 2))
    if array.ndim != 2 or array.shape[1] != 2 or not is_real(array):
        raise GraphError(SHAPE, name=name, expected="numbers of shape [n, 2]", got=describe(array))
    points = array.astype(np.float64)
    wrong = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(wrong):
        raise GraphError(COORDINATE, name=name, n_wrong=len(wrong), positions=wrong[:N_LISTED].tolist())
    return points


def _same_length(one: npt.NDArray[Any], other: npt.NDArray[Any], *, name: str) -> None:
    if len(one) != len(other):
        raise GraphError(SHAPE, name=name, expected=f"of length {len(one)}", got=f"{len(other)}")


def _flags(values: npt.ArrayLike, n_edges: int, *, name: str) -> BoolArray:
    array = np.asarray(values)
    if array.shape != (n_edges,) or not (array.dtype == np.bool_ or array.size == 0):
        raise GraphError(SHAPE, name=name, expected=f"bool[{n_edges}]", got=describe(array))
    return array.astype(np.bool_)


def _kinds(values: npt.ArrayLike, n_edges: int) -> npt.NDArray[np.uint8]:
    array = np.asarray(values)
    if array.shape != (n_edges,) or not (array.size == 0 or np.issubdtype(array.dtype, np.integer)):
        raise GraphError(SHAPE, name="kind", expected=f"integers of shape [{n_edges}]", got=describe(array))
    return array.astype(np.uint8)


def _carry(values: npt.NDArray[Any], edge_of: IntArray, new: int | bool) -> npt.NDArray[Any]:
    """An attribute of the old edges on the pieces; ``new`` on the edges that were not there."""
    return np.append(values, values.dtype.type(new))[edge_of]
