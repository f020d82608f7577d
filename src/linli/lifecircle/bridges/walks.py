"""From a map to walks: doors and facilities joined to the walk network, and the searches of :mod:`linli.engines.access`.

Owns how a door meets a path: at a path's node on the outline where there is
one, else by a straight leg from the middle of the house to the nearest usable edge, never through a mapped wall or water while
any other edge is near enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from linli.engines.access import Snap, WalkGraph, islands, nearest, snap_to_edges, with_points
from linli.kernel.geo import LocalMetres
from linli.kernel.mapdata import EDGE_KINDS, MapData

from ..rules.coverage import Bools, Floats, Walks
from ..rules.shapes import flatten, middles, plane_of
from ..rules.standard import Assumptions, Group
from .field import Field, Ints
from .gates import gate_nodes

BARRIERS = ("wall", "water", "rail")
"""Kinds of :data:`linli.kernel.mapdata.GroundKind` no straight leg may cross."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Walks of every asked group, and what the joining found.

    ``shut`` are the walks with every gate closed of which the map does not say whether it opens; empty where there is none.
    ``n_facilities, n_unjoined: int64[categories]`` facilities on the map and those too far from any path of the first group;
    ``with_door: bool[houses]`` a mapped path ends at the house; ``through_wall: bool[houses]`` every near edge lies behind a
    mapped wall or water, so the leg crosses it. ``n_islands`` parts of the network, ``n_fragments`` of them too short to count.
    ``fields`` hold each group's network, for questions of what a change would do.
    """

    walks: dict[str, Walks]
    shut: dict[str, Walks]
    n_facilities: Ints
    n_unjoined: Ints
    with_door: Bools
    through_wall: Bools
    n_islands: int
    n_fragments: int
    fields: dict[str, Field]
    ground: Ground = dataclass_field(repr=False)


def measure_walks(
    data: MapData,
    shapes: Sequence[BaseGeometry],
    *,
    categories: Sequence[str],
    groups: Sequence[Group],
    assumed: Assumptions,
    plane: LocalMetres | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Measured:
    """Walks from every house to the nearest facility of every category, for every group.

    ``shapes`` are houses as outlines or points in degrees; columns follow ``categories``. ``progress(share)`` is told after
    each group. ``plane`` is the flat metres to work in (the map's own where None). Cost: two searches per category and kind of walker, O(edges) each, and one snap of all points.
    """
    ground = Ground.lay(data, shapes, categories, assumed, plane or plane_of(data))
    passable, certain = ground.usable, ground.usable & ~_behind_unknown_gates(data, ground.plane)
    walks: dict[str, Walks] = {}
    shut: dict[str, Walks] = {}
    fields: dict[str, Field] = {}
    cache: dict[object, tuple[_Metres, _Metres | None]] = {}
    for number, group in enumerate(groups):
        key = (group.barred, tuple(sorted(group.slower.items())))
        if key not in cache:
            told = _search(ground, passable, group, assumed)
            is_sure = bool((certain == passable).all())
            cache[key] = told, None if is_sure else _search(ground, certain, group, assumed)
        metres, metres_shut = cache[key]
        walks[group.id] = _walks(ground, metres, group)
        fields[group.id] = metres.field
        if metres_shut is not None:
            shut[group.id] = _walks(ground, metres_shut, group)
        progress((number + 1) / len(groups))
    first = next(iter(cache.values()))[0]
    counts = [len(members) for members in ground.facility_of]
    joined = [int((first.facility_joined[members]).sum()) for members in ground.facility_of]
    return Measured(
        walks=walks,
        shut=shut,
        n_facilities=np.array(counts, dtype=np.int64),
        n_unjoined=np.array(counts, dtype=np.int64) - np.array(joined, dtype=np.int64),
        with_door=ground.with_door,
        through_wall=first.through_wall,
        n_islands=ground.n_islands,
        n_fragments=ground.n_fragments,
        fields=fields,
        ground=ground,
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything in one plane of metres. ``door_house, door_node`` pair houses with the network nodes on their outlines."""

    data: MapData
    plane: LocalMetres
    node_xy: Floats
    usable: Bools
    house_shape: npt.NDArray[np.object_]
    house_xy: Floats
    door_house: Ints
    door_node: Ints
    facility: Ints
    facility_xy: Floats
    facility_of: list[Ints]
    barriers: shapely.STRtree
    edge_m: Floats
    n_islands: int
    n_fragments: int

    @property
    def with_door(self) -> Bools:
        found = np.zeros(len(self.house_xy), dtype=bool)
        found[self.door_house] = True
        return found

    @classmethod
    def lay(
        cls,
        data: MapData,
        shapes: Sequence[BaseGeometry],
        categories: Sequence[str],
        assumed: Assumptions,
        plane: LocalMetres,
    ) -> Ground:
        network = data.network
        node_xy = _flat(plane, network.lon, network.lat)
        house_shape = np.empty(len(shapes), dtype=object)
        house_shape[:] = [flatten(plane, shape) for shape in shapes]
        house_xy = middles(house_shape)
        usable, n_islands, n_fragments = _usable(data, assumed.fragment_m)
        door_house, door_node = _doors(house_shape, node_xy, assumed.touch_m)
        wanted = [i for i, facility in enumerate(data.facilities) if facility.category in set(categories)]
        facility = np.array(wanted, dtype=np.int64)
        facility_xy = _flat(
            plane,
            np.array([data.facilities[i].lon for i in wanted]),
            np.array([data.facilities[i].lat for i in wanted]),
        )
        kinds = [data.facilities[i].category for i in wanted]
        return cls(
            data=data,
            plane=plane,
            node_xy=node_xy,
            usable=usable,
            house_shape=house_shape,
            house_xy=house_xy,
            door_house=door_house,
            door_node=door_node,
            facility=facility,
            facility_xy=facility_xy,
            facility_of=[np.flatnonzero([kind == category for kind in kinds]) for category in categories],
            barriers=shapely.STRtree([flatten(plane, g.shape) for g in data.ground if g.kind in BARRIERS]),
            edge_m=_edge_m(house_xy, np.concatenate((house_xy, facility_xy))),
            n_islands=n_islands,
            n_fragments=n_fragments,
        )


@dataclass(frozen=True, slots=True)
class _Metres:
    """One kind of walker: ``level_m`` along the shortest way, ``cost_m`` weighed by kind of edge, ``facility`` the nearest."""

    level_m: Floats
    cost_m: Floats
    facility: Ints
    joined: Bools
    facility_joined: Bools
    through_wall: Bools
    field: Field


def _search(ground: Ground, passable: Bools, group: Group, assumed: Assumptions) -> _Metres:
    network = ground.data.network
    allowed = passable & ~np.isin(network.kind, [EDGE_KINDS.index(kind) for kind in group.barred])
    points = np.concatenate((ground.house_xy, ground.facility_xy))
    n_houses = len(ground.house_xy)
    shapes = np.concatenate((ground.house_shape, shapely.points(ground.facility_xy)))
    snap, through_wall = snap_points(ground, points, shapes, allowed, assumed.max_leg_m)
    at = np.flatnonzero(allowed)
    placed = np.full(network.n_edges, -1)
    placed[at] = np.arange(len(at))
    local = Snap(points, np.where(snap.edge >= 0, placed[snap.edge], -1), snap.fraction, snap.distance_m)
    attached = with_points(
        ground.node_xy, network.tail[at], network.head[at], network.length_m[at], local, kind=network.kind[at]
    )
    house, node = _starts(ground, allowed, attached.node_of_point[:n_houses])
    goals = attached.node_of_point[n_houses:]
    facilities = [goals[members][goals[members] >= 0] for members in ground.facility_of]
    members = [chosen[goals[chosen] >= 0] for chosen in ground.facility_of]
    assert attached.kind is not None
    factor = np.ones(len(EDGE_KINDS))
    for kind, slower in group.slower.items():
        factor[EDGE_KINDS.index(kind)] = slower
    weight = factor[attached.kind]
    level_graph = WalkGraph(attached.n_nodes, attached.tail, attached.head, attached.length_m)
    level = nearest(level_graph, facilities)
    is_weighed = bool((weight != 1).any())
    graph = level_graph
    if is_weighed:
        graph = WalkGraph(attached.n_nodes, attached.tail, attached.head, attached.length_m * weight)
    cost = nearest(graph, facilities) if is_weighed else level
    best = _least(house, cost.m[node], n_houses)
    index = np.where(best >= 0, cost.index[node][np.maximum(best, 0), np.arange(len(facilities))], -1)
    joined = np.zeros(n_houses, dtype=bool)
    joined[house] = True
    return _Metres(
        level_m=_minimum(house, level.m[node], n_houses),
        cost_m=_minimum(house, cost.m[node], n_houses),
        facility=_global(index, members, ground.facility),
        joined=joined,
        facility_joined=goals >= 0,
        through_wall=through_wall[:n_houses] & ~ground.with_door,
        field=Field(
            graph=graph,
            level=level_graph,
            node_xy=attached.node_xy_m,
            is_street=_streets(attached.n_nodes, attached.tail, attached.head, attached.node_of_point),
            factor=factor,
            barred=group.barred,
            usable=allowed,
            goals=facilities,
            goal_facility=[ground.facility[chosen] for chosen in members],
            cost_m=cost.m,
            level_m=level.m,
            start_house=house,
            start_node=node,
            n_houses=n_houses,
            attached=attached,
            map_edge=np.where(attached.edge_of >= 0, at[attached.edge_of], -1) if len(at) else attached.edge_of,
        ),
    )


def _streets(n_nodes: int, tail: Ints, head: Ints, node_of_point: Ints) -> Bools:
    """Nodes with an edge that are no house and no facility: where a path could begin."""
    found = np.zeros(n_nodes, dtype=bool)
    found[tail] = found[head] = True
    found[node_of_point[node_of_point >= 0]] = False
    return found


def _walks(ground: Ground, metres: _Metres, group: Group) -> Walks:
    def told(values: Floats) -> Floats:
        return np.where(metres.joined[:, None], values, np.nan)

    return Walks(
        walk_m=told(metres.level_m),
        walk_min=told(metres.cost_m / group.speed_m_per_min),
        facility=metres.facility,
        joined=metres.joined,
        edge_m=ground.edge_m,
    )


def _starts(ground: Ground, allowed: Bools, node_of_house: Ints) -> tuple[Ints, Ints]:
    """Pairs of house and node to start from: its doors on usable edges, else where its leg meets the network."""
    network = ground.data.network
    open_node = np.zeros(network.n_nodes, dtype=bool)
    open_node[network.tail[allowed]] = True
    open_node[network.head[allowed]] = True
    by_door = open_node[ground.door_node] if len(ground.door_node) else np.zeros(0, dtype=bool)
    has_door = np.zeros(len(ground.house_xy), dtype=bool)
    has_door[ground.door_house[by_door]] = True
    by_leg = np.flatnonzero(~has_door & (node_of_house >= 0))
    house = np.concatenate((ground.door_house[by_door], by_leg))
    return house, np.concatenate((ground.door_node[by_door], node_of_house[by_leg]))


def snap_points(
    ground: Ground, points: Floats, shapes: npt.NDArray[np.object_], allowed: Bools, max_leg_m: float
) -> tuple[Snap, Bools]:
    """Each point's nearest usable edge; another where the leg would cross a wall and another is near enough."""
    network = ground.data.network
    reach = max_leg_m + float(shapely.minimum_bounding_radius(shapes).max(initial=0.0))
    snap = snap_to_edges(ground.node_xy, network.tail, network.head, points, max_distance_m=reach, allowed=allowed)
    legs = _legs(ground, points, snap)
    outside = shapely.difference(legs, shapes)
    too_far = shapely.length(outside) > max_leg_m
    through = np.zeros(len(points), dtype=bool)
    crossing, _ = ground.barriers.query(outside, predicate="intersects")
    for point in np.unique(crossing):
        if too_far[point] or snap.edge[point] < 0:
            continue
        edge = _edge_beside(ground, points[point], shapes[point], allowed, max_leg_m)
        through[point] = edge < 0
        if edge >= 0:
            one = snap_to_edges(
                ground.node_xy[[network.tail[edge], network.head[edge]]],
                [0],
                [1],
                points[[point]],
                max_distance_m=np.inf,
            )
            snap.edge[point], snap.fraction[point], snap.distance_m[point] = edge, one.fraction[0], one.distance_m[0]
    snap.edge[too_far] = -1
    return snap, through


def _edge_beside(
    ground: Ground, point: npt.NDArray[np.float64], shape: BaseGeometry, allowed: Bools, max_leg_m: float
) -> int:
    """The nearest usable edge a straight leg reaches without crossing a barrier, -1 where there is none within reach."""
    network = ground.data.network
    near = np.flatnonzero(allowed)
    lines = shapely.linestrings(
        np.stack((ground.node_xy[network.tail[near]], ground.node_xy[network.head[near]]), axis=1)
    )
    centre = shapely.Point(point)
    distance = shapely.distance(lines, centre)
    order = np.argsort(distance, kind="stable")
    for place in order[distance[order] <= max_leg_m + shapely.minimum_bounding_radius(shape)]:
        leg = shapely.difference(shapely.shortest_line(centre, lines[place]), shape)
        if shapely.length(leg) <= max_leg_m and not len(ground.barriers.query(leg, predicate="intersects")):
            return int(near[place])
    return -1


def _legs(ground: Ground, points: Floats, snap: Snap) -> npt.NDArray[np.object_]:
    network = ground.data.network
    edge = np.maximum(snap.edge, 0)
    fraction = np.nan_to_num(snap.fraction)[:, None]
    foot = points.copy()
    if network.n_edges:
        tail, head = ground.node_xy[network.tail[edge]], ground.node_xy[network.head[edge]]
        foot = np.where((snap.edge >= 0)[:, None], tail + fraction * (head - tail), points)
    return np.asarray(shapely.linestrings(np.stack((points, foot), axis=1)))


def _usable(data: MapData, fragment_m: float) -> tuple[Bools, int, int]:
    """Edges that are not locked and not in a fragment, the number of islands and of fragments among them."""
    network = data.network
    if not network.n_edges:
        return np.zeros(0, dtype=bool), 0, 0
    found = islands(WalkGraph(network.n_nodes, network.tail, network.head, network.length_m))
    island = found.component[network.tail]
    length_m = np.bincount(island, weights=network.length_m, minlength=len(found.sizes))
    drawn = np.bincount(island, minlength=len(found.sizes)) > 0
    fragment = drawn & (length_m < fragment_m) & (length_m < length_m.max())
    return ~network.locked & ~fragment[island], int(drawn.sum()), int(fragment.sum())


def _behind_unknown_gates(data: MapData, plane: LocalMetres) -> Bools:
    """Edges that end at a gate of which the map does not say whether one may pass."""
    network = data.network
    unknown = np.array([gate.passage == "unknown" for gate in data.gates], dtype=bool)
    nodes = gate_nodes(data, plane)[unknown] if unknown.any() else np.zeros(0, dtype=np.int64)
    return np.asarray(np.isin(network.tail, nodes) | np.isin(network.head, nodes))


def _doors(shapes: npt.NDArray[np.object_], node_xy: Floats, touch_m: float) -> tuple[Ints, Ints]:
    """Pairs (house, node) of network nodes within ``touch_m`` of a house's outline."""
    areas = np.flatnonzero(shapely.area(shapes) > 0) if len(shapes) else np.zeros(0, dtype=np.int64)
    if not len(areas) or not len(node_xy):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    tree = shapely.STRtree(shapely.points(node_xy))
    house, node = tree.query(shapely.boundary(shapes[areas]), predicate="dwithin", distance=touch_m)
    return areas[house].astype(np.int64), node.astype(np.int64)


def _flat(plane: LocalMetres, lon: Floats, lat: Floats) -> Floats:
    if not len(lon):
        return np.zeros((0, 2))
    return np.column_stack(plane.to_xy_m(lon, lat))


def _edge_m(points: Floats, mapped: Floats) -> Floats:
    """Metres from each point to the edge of the convex hull of what is mapped."""
    if len(mapped) < 3:
        return np.zeros(len(points))
    hull = shapely.boundary(shapely.convex_hull(shapely.multipoints(mapped)))
    return np.asarray(shapely.distance(shapely.points(points), hull), dtype=np.float64)


def _minimum(house: Ints, metres: Floats, n_houses: int) -> Floats:
    least = np.full((n_houses, metres.shape[1]), np.inf)
    np.minimum.at(least, house, metres)
    return least


def _least(house: Ints, metres: Floats, n_houses: int) -> Ints:
    """Per house and category the position of the start with the least finite metres, -1 where none."""
    best = np.full((n_houses, metres.shape[1]), -1, dtype=np.int64)
    for column in range(metres.shape[1]):
        order = np.argsort(metres[:, column], kind="stable")[::-1]
        order = order[np.isfinite(metres[order, column])]
        best[house[order], column] = order
    return best


def _global(index: Ints, members: list[Ints], facility: Ints) -> Ints:
    """Positions within each category's joined facilities as positions in the map's facilities."""
    result = np.full(index.shape, -1, dtype=np.int64)
    for column, chosen in enumerate(members):
        known = index[:, column] >= 0
        result[known, column] = facility[chosen[index[known, column]]]
    return result
