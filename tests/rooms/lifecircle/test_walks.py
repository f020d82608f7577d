"""Walks building by building: doors, legs, walls, gates, steps, islands; and against networkx on the same network."""

from __future__ import annotations

import math
import random
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.mapdata import MapData
from linli.lifecircle.bridges import measure_walks
from linli.lifecircle.rules.coverage import Walks
from linli.lifecircle.rules.shapes import plane_of

from .made import EVERYONE, WHEELCHAIR, assumptions, facility, gate, house, made_map, network, wall

STREET = network([(0, 0), (300, 0), (600, 0)], [(0, 1), (1, 2)])


def walks(data: MapData, *, group: object = EVERYONE, categories: tuple[str, ...] = ("shop",)) -> Walks:
    shapes = [building.outline for building in data.buildings]
    measured = measure_walks(data, shapes, categories=categories, groups=[group], assumed=assumptions())  # type: ignore[list-item]
    return next(iter(measured.walks.values()))


def test_a_walk_is_leg_plus_street_plus_leg() -> None:
    found = walks(made_map(STREET, [house("a", 100, 20)], [facility("f", "shop", 400, 30)]))
    assert found.walk_m[0, 0] == pytest.approx(20 + 300 + 30, abs=0.01)
    assert found.walk_min[0, 0] == pytest.approx(350 / 60, abs=0.001)


def test_a_house_and_a_shop_on_the_same_edge_do_not_go_round_by_its_ends() -> None:
    found = walks(made_map(STREET, [house("a", 100, 20)], [facility("f", "shop", 150, 0)]))
    assert found.walk_m[0, 0] == pytest.approx(70, abs=0.01)


def test_of_several_doors_the_nearest_to_the_facility_counts() -> None:
    net = network([(0, 0), (95, 0), (105, 0), (300, 0), (0, 500), (300, 500)], [(0, 1), (2, 3), (0, 4), (4, 5), (5, 3)])
    near_east = walks(made_map(net, [house("a", 100, 0)], [facility("f", "shop", 300, 0)]))
    near_west = walks(made_map(net, [house("a", 100, 0)], [facility("f", "shop", 0, 0)]))
    assert near_east.walk_m[0, 0] == pytest.approx(195, abs=0.01)
    assert near_west.walk_m[0, 0] == pytest.approx(95, abs=0.01)


def test_a_house_too_far_from_any_path_is_not_joined_and_never_at_zero() -> None:
    found = walks(made_map(STREET, [house("a", 100, 400), house("b", 100, 20)], [facility("f", "shop", 100, 0)]))
    assert found.joined.tolist() == [False, True]
    assert math.isnan(found.walk_m[0, 0])


def test_the_leg_is_counted_from_the_wall_of_the_house_when_it_is_judged_too_long() -> None:
    found = walks(made_map(STREET, [house("a", 300, 220, size=200)], [facility("f", "shop", 300, 0)]))
    assert found.joined[0]
    assert found.walk_m[0, 0] == pytest.approx(220, abs=0.01)


def test_a_leg_does_not_go_through_a_wall_while_another_path_is_near() -> None:
    net = network([(0, 0), (300, 0), (0, 100), (300, 100), (0, -50)], [(0, 1), (2, 3), (2, 4), (4, 0)])
    data = made_map(net, [house("a", 290, 40)], [facility("f", "shop", 290, 0)], ground=[wall((200, 20), (310, 20))])
    found = walks(data)
    assert found.walk_m[0, 0] > 300
    open_ground = walks(made_map(net, [house("a", 290, 40)], [facility("f", "shop", 290, 0)]))
    assert open_ground.walk_m[0, 0] == pytest.approx(40, abs=0.01)


def test_a_walled_in_house_is_told_of() -> None:
    ring = wall((80, 10), (120, 10), (120, 50), (80, 50), (80, 10))
    data = made_map(STREET, [house("a", 100, 30)], [facility("f", "shop", 300, 0)], ground=[ring])
    measured = measure_walks(
        data, [data.buildings[0].outline], categories=["shop"], groups=[EVERYONE], assumed=assumptions()
    )
    assert measured.through_wall.tolist() == [True]


def test_a_locked_gate_is_not_passed_and_an_unknown_one_is_only_in_the_certain_walks() -> None:
    nodes, edges = [(0, 0), (100, 0), (200, 0), (0, 300), (200, 300)], [(0, 1), (1, 2), (0, 3), (3, 4), (4, 2)]
    houses, shops = [house("a", 0, 20)], [facility("f", "shop", 200, 0)]
    locked = walks(made_map(network(nodes, edges, locked=[0]), houses, shops))
    assert locked.walk_m[0, 0] == pytest.approx(20 + 300 + 200 + 300 - 2 * 20, abs=1)
    data = made_map(network(nodes, edges), houses, shops, gates=[gate(100, 0, "unknown")])
    measured = measure_walks(data, [houses[0].outline], categories=["shop"], groups=[EVERYONE], assumed=assumptions())
    assert measured.walks["everyone"].walk_m[0, 0] < 250
    assert measured.shut["everyone"].walk_m[0, 0] > 700


def test_steps_cost_double_time_but_not_double_metres_and_bar_a_wheelchair() -> None:
    net = network(
        [(0, 0), (100, 0), (200, 0), (0, 300), (200, 300)], [(0, 1), (1, 2), (0, 3), (3, 4), (4, 2)], kinds={1: "steps"}
    )
    data = made_map(net, [house("a", 0, -20)], [facility("f", "shop", 200, 0)])
    on_foot, wheels = walks(data), walks(data, group=WHEELCHAIR)
    assert on_foot.walk_m[0, 0] == pytest.approx(220, abs=0.1)
    assert on_foot.walk_min[0, 0] == pytest.approx(320 / 60, abs=0.01)
    assert wheels.walk_m[0, 0] == pytest.approx(820, abs=0.1)


def test_from_one_island_no_way_leads_to_the_other() -> None:
    net = network([(0, 0), (300, 0), (0, 1000), (300, 1000)], [(0, 1), (2, 3)])
    data = made_map(net, [house("a", 100, 20), house("b", 100, 1020)], [facility("f", "shop", 200, 0)])
    found = walks(data)
    assert found.joined.all()
    assert np.isfinite(found.walk_m[0, 0])
    assert found.walk_m[1, 0] == math.inf


def test_a_short_loose_piece_of_path_is_not_used() -> None:
    net = network([(0, 0), (300, 0), (100, 30), (120, 30)], [(0, 1), (2, 3)])
    data = made_map(net, [house("a", 110, 40)], [facility("f", "shop", 200, 0)])
    assert walks(data).walk_m[0, 0] == pytest.approx(40 + 90, abs=0.01)


def test_a_category_without_facilities_is_beyond_reach_everywhere() -> None:
    found = walks(made_map(STREET, [house("a", 100, 20)], []), categories=("shop", "school"))
    assert np.isinf(found.walk_m).all()
    assert (found.facility == -1).all()


coordinate = st.integers(0, 12).map(lambda n: n * 50.0)
places = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=6, unique=True)


@settings(max_examples=20, deadline=None)
@given(houses=places, shops=places, closed=st.sets(st.integers(0, 23), max_size=6))
def test_more_shops_never_lengthen_a_walk_and_closed_ways_never_shorten_one(
    houses: list[tuple[float, float]], shops: list[tuple[float, float]], closed: set[int]
) -> None:
    nodes = [(x * 200.0, y * 200.0) for y in range(4) for x in range(4)]
    edges = [(4 * y + x, 4 * y + x + 1) for y in range(4) for x in range(3)]
    edges += [(4 * y + x, 4 * y + x + 4) for y in range(3) for x in range(4)]
    homes = [house(f"h{n}", x + 7, y + 9) for n, (x, y) in enumerate(houses)]
    stores = [facility(f"f{n}", "shop", x, y) for n, (x, y) in enumerate(shops)]
    whole = walks(made_map(network(nodes, edges), homes, stores)).walk_m
    fewer = walks(made_map(network(nodes, edges), homes, stores[:1])).walk_m
    assert (whole <= fewer + 1e-6).all()
    backwards = walks(made_map(network(nodes, edges), homes[::-1], stores[::-1])).walk_m[::-1]
    np.testing.assert_allclose(backwards, whole)
    # Closing ways may move a leg to another edge, so only houses that keep their door are compared: those at open edges.
    shut = walks(made_map(network(nodes, edges, locked=sorted(closed)), homes, stores))
    straight = [min(math.hypot(x + 7 - a, y + 9 - b) for a, b in shops) for x, y in houses]
    for length, least in zip(shut.walk_m[:, 0], straight, strict=True):
        assert math.isnan(length) or length >= least - 1e-3


@pytest.mark.parametrize("name", ["tsinghua.osm", "helsinki.osm.pbf"])
def test_a_real_map_agrees_with_networkx_on_the_same_network(data: Path, name: str) -> None:
    from linli.registry.mapfiles.mapping import load_mapping
    from linli.registry.mapfiles.reading import read_map

    read = read_map(data / "osm" / name, mapping=load_mapping("default"))
    category = "convenience_store"
    shapes = [building.outline for building in read.buildings]
    measured = measure_walks(read, shapes, categories=[category], groups=[WHEELCHAIR], assumed=assumptions())
    found = measured.walks["wheelchair"]
    peer = _Peer(read, category)
    legged = [
        h for h in range(len(shapes)) if found.joined[h] and not measured.with_door[h] and not measured.through_wall[h]
    ]
    checked = 0
    for number in random.Random(7).sample(legged, min(12, len(legged))):
        expected = peer.walk_m(shapes[number])
        if expected is not None:
            assert found.walk_m[number, 0] == pytest.approx(expected, abs=0.5), read.buildings[number].ref
            checked += 1
    assert checked >= 5


class _Peer:
    """The same question answered the slow way: every edge looked at, edges cut by hand, networkx for the rest."""

    def __init__(self, data: MapData, category: str) -> None:
        net, self.plane = data.network, plane_of(data)
        x, y = self.plane.to_xy_m(net.lon, net.lat)
        whole = nx.Graph()
        whole.add_edges_from(zip(net.tail.tolist(), net.head.tolist(), strict=True))
        length = {}
        for part in nx.connected_components(whole):
            for node in part:
                length[node] = part
        total: dict[int, float] = {}
        for tail, metres in zip(net.tail.tolist(), net.length_m.tolist(), strict=True):
            key = id(length[tail])
            total[key] = total.get(key, 0.0) + metres
        self.edges = [
            (a, b, m, shapely.LineString([(x[a], y[a]), (x[b], y[b])]))
            for a, b, m, kind, locked in zip(
                net.tail.tolist(),
                net.head.tolist(),
                net.length_m.tolist(),
                net.kind.tolist(),
                net.locked.tolist(),
                strict=True,
            )
            if not locked and kind != 3 and total[id(length[a])] >= 100
        ]
        self.lines = np.array([edge[3] for edge in self.edges])
        self.barriers = [_flat(self.plane, g.shape) for g in data.ground if g.kind in ("wall", "water", "rail")]
        self.graph = nx.Graph()
        for a, b, m, _ in self.edges:
            if not self.graph.has_edge(a, b) or self.graph[a][b]["weight"] > m:
                self.graph.add_edge(a, b, weight=m)
        self.goals = []
        for one in data.facilities:
            if one.category == category:
                goal = self._meet(shapely.Point(*map(float, self.plane.to_xy_m(one.lon, one.lat))))
                if goal is not None:
                    self.goals.append(goal)

    def _meet(self, point: shapely.Point) -> tuple[int, float, float] | None:
        """Edge, metres from its tail, metres of the leg; None where the leg would be too long or meet a barrier."""
        distance = shapely.distance(self.lines, point)
        best = int(np.argmin(distance))
        leg = shapely.shortest_line(point, self.lines[best])
        if distance[best] > 100 or any(leg.intersects(barrier) for barrier in self.barriers):
            return None
        _, _, m, line = self.edges[best]
        return best, line.project(point) / line.length * m if line.length else 0.0, float(distance[best])

    def walk_m(self, outline: shapely.Geometry) -> float | None:
        flat = _flat(self.plane, outline)
        if not flat.contains(flat.centroid):
            return None
        start = self._meet(flat.centroid)
        if start is None or not self.goals:
            return None
        edge, along, leg = start
        a, b, m, _ = self.edges[edge]
        lengths = []
        for end, first in ((a, along), (b, m - along)):
            reach = nx.single_source_dijkstra_path_length(self.graph, end)
            for goal, goal_along, goal_leg in self.goals:
                c, d, n, _ = self.edges[goal]
                for stop, last in ((c, goal_along), (d, n - goal_along)):
                    if stop in reach:
                        lengths.append(leg + first + reach[stop] + last + goal_leg)
        lengths += [leg + abs(along - at) + goal_leg for goal, at, goal_leg in self.goals if goal == edge]
        return min(lengths, default=math.inf)


def _flat(plane: object, shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda at: np.column_stack(plane.to_xy_m(at[:, 0], at[:, 1])))  # type: ignore[attr-defined]
