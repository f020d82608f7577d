"""Homes and facilities meet the network on its edges, at their true distance."""

import math

import numpy as np
import pytest
from access_reference import PATIENT, amsterdam_xy
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.access import GraphError, Snap, WalkGraph, nearest_m, snap_to_edges, with_points
from linli.kernel.mapdata import EDGE_KINDS

ACCESS = EDGE_KINDS.index("access")
COORDINATE = st.integers(-8, 8).map(float)
POINT = st.tuples(COORDINATE, COORDINATE)


@st.composite
def drawings(draw, max_points=6):
    """Nodes on a coarse grid, so that edges cross, overlap, repeat and shrink to a point; and points to snap."""
    node_xy_m = draw(st.lists(POINT, min_size=1, max_size=7))
    node = st.integers(0, len(node_xy_m) - 1)
    edges = draw(st.lists(st.tuples(node, node), max_size=9))
    points = draw(st.lists(POINT, max_size=max_points))
    tail, head = ([a for a, _ in edges], [b for _, b in edges])
    return np.reshape(node_xy_m, (-1, 2)), tail, head, np.reshape(points, (-1, 2))


def distance_to_segments(point, a, b):
    """The least distance to each segment found by ternary search along it, no projection formula."""

    def away(part):
        return np.hypot(*(a + part[:, None] * (b - a) - point).T)

    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(80):
        one, two = low + (high - low) / 3, high - (high - low) / 3
        nearer = away(one) < away(two)
        low, high = np.where(nearer, low, one), np.where(nearer, two, high)
    return np.minimum(np.minimum(away(np.zeros(len(a))), away(np.ones(len(a)))), away(low))


@PATIENT
@given(drawings(), st.floats(0, 20))
def test_each_point_meets_the_lowest_numbered_of_its_nearest_edges(drawing, max_distance_m):
    node_xy_m, tail, head, points = drawing
    snap = snap_to_edges(node_xy_m, tail, head, points, max_distance_m=max_distance_m)
    for p, point in enumerate(points):
        away = distance_to_segments(point, node_xy_m[np.array(tail, int)], node_xy_m[np.array(head, int)])
        least = away.min() if len(away) else np.inf
        if abs(least - max_distance_m) < 1e-6:
            continue
        if least > max_distance_m:
            assert (snap.edge[p], snap.distance_m[p]) == (-1, np.inf)
            assert np.isnan(snap.fraction[p])
            continue
        edge = snap.edge[p]
        assert edge == np.flatnonzero(away < least + 1e-6)[0]
        foot = node_xy_m[tail[edge]] + snap.fraction[p] * (node_xy_m[head[edge]] - node_xy_m[tail[edge]])
        assert snap.distance_m[p] == pytest.approx(least, abs=1e-6)
        assert math.dist(point, foot) == pytest.approx(least, abs=1e-6)


def test_the_greatest_distance_is_inclusive_and_a_far_point_is_never_at_distance_nought():
    nodes = [[0.0, 0.0], [10.0, 0.0]]
    snap = snap_to_edges(nodes, [0], [1], [[5.0, 3.0], [5.0, 3.001], [5.0, 0.0], [1e6, 1e6]], max_distance_m=3.0)
    assert snap.edge.tolist() == [0, -1, 0, -1]
    assert snap.distance_m.tolist() == [3.0, math.inf, 0.0, math.inf]
    assert np.isnan(snap.fraction[[1, 3]]).all()
    at_nought = snap_to_edges(nodes, [0], [1], [[5.0, 3.0], [4.0, 0.0]], max_distance_m=0.0)
    assert at_nought.edge.tolist() == [-1, 0]
    anywhere = snap_to_edges(nodes, [0], [1], [[1e6, 0.0]], max_distance_m=math.inf)
    assert anywhere.distance_m.tolist() == [1e6 - 10.0]


def test_edges_that_are_not_allowed_are_not_met():
    nodes = [[0.0, 0.0], [10.0, 0.0], [0.0, 4.0], [10.0, 4.0]]
    snap = snap_to_edges(nodes, [0, 2], [1, 3], [[5.0, 1.0]], max_distance_m=9.0, allowed=[False, True])
    assert (snap.edge[0], snap.distance_m[0]) == (1, 3.0)
    nothing = snap_to_edges(nodes, [0, 2], [1, 3], [[5.0, 1.0]], max_distance_m=9.0, allowed=[False, False])
    assert nothing.edge.tolist() == [-1]


def test_the_way_an_edge_points_does_not_change_which_edge_is_met():
    rng = np.random.default_rng(11)
    nodes = 3.4e6 + rng.random((60, 2)) * 500
    tail, head = rng.integers(0, 60, (2, 90))
    points = 3.4e6 + rng.random((400, 2)) * 500
    one = snap_to_edges(nodes, tail, head, points, max_distance_m=80)
    other = snap_to_edges(nodes, head, tail, points, max_distance_m=80)
    assert (one.edge == other.edge).all()
    assert 0 < (one.edge < 0).sum() < 400
    np.testing.assert_allclose(one.fraction, 1 - other.fraction, atol=1e-9)


def test_a_home_walks_along_its_edge_and_not_to_a_junction_first():
    # One street of 100 m; home 30 m along and 4 m off it, clinic 80 m along and 6 m off it: 4 + 50 + 6.
    nodes, points = [[0.0, 0.0], [100.0, 0.0]], [[30.0, 4.0], [80.0, -6.0], [50.0, 90.0]]
    snap = snap_to_edges(nodes, [0], [1], points, max_distance_m=20.0)
    joined = with_points(nodes, [0], [1], [100.0], snap, kind=[1], locked=[False])
    assert joined.node_of_point.tolist() == [4, 5, -1]
    assert joined.edge_of.tolist() == [0, 0, 0, -1, -1]
    assert joined.kind.tolist() == [1, 1, 1, ACCESS, ACCESS]
    assert joined.locked.tolist() == [False] * 5
    assert joined.node_xy_m[joined.node_of_point[:2]].tolist() == points[:2]
    graph = WalkGraph(joined.n_nodes, joined.tail, joined.head, joined.length_m)
    metres = nearest_m(graph, [[joined.node_of_point[1]]])[:, 0]
    assert metres[joined.node_of_point[0]] == pytest.approx(60.0)
    assert metres[:2] == pytest.approx([86.0, 26.0])


def test_a_point_at_a_junction_is_still_a_node_of_its_own():
    snap = snap_to_edges([[0.0, 0.0], [10.0, 0.0]], [0], [1], [[0.0, 0.0], [13.0, 4.0]], max_distance_m=9.0)
    joined = with_points([[0.0, 0.0], [10.0, 0.0]], [0], [1], [10.0], snap)
    assert joined.n_nodes == 4
    assert list(zip(joined.tail, joined.head, joined.length_m, strict=True)) == [(0, 1, 10.0), (2, 0, 0.0), (3, 1, 5.0)]
    assert joined.kind is None
    assert joined.locked is None


def test_points_at_one_place_of_an_edge_share_its_projection():
    nodes = [[0.0, 0.0], [8.0, 0.0]]
    snap = snap_to_edges(nodes, [1], [0], [[2.0, 1.0], [2.0, -3.0], [6.0, 1.0]], max_distance_m=9.0)
    joined = with_points(nodes, [1], [0], [16.0], snap)
    assert joined.n_nodes == 2 + 2 + 3
    assert sorted(joined.length_m.tolist()) == [1.0, 1.0, 3.0, 4.0, 4.0, 8.0]


def test_a_one_way_street_is_left_and_entered_in_its_own_direction():
    nodes = [[0.0, 0.0], [100.0, 0.0]]
    snap = snap_to_edges(nodes, [0], [1], [[25.0, 1.0]], max_distance_m=5.0)
    joined = with_points(nodes, [0], [1], [100.0], snap, directed=True)
    graph = WalkGraph(joined.n_nodes, joined.tail, joined.head, joined.length_m, directed=True)
    metres = nearest_m(graph, [[joined.node_of_point[0]], [1]])
    assert metres[:2, 0].tolist() == [26.0, math.inf]
    assert metres[joined.node_of_point[0], 1] == 76.0


def test_both_directions_of_a_street_and_parallel_edges_are_met():
    nodes = [[0.0, 0.0], [100.0, 0.0]]
    snap = snap_to_edges(nodes, [0, 1, 1], [1, 0, 0], [[25.0, 1.0]], max_distance_m=5.0)
    joined = with_points(
        nodes, [0, 1, 1], [1, 0, 0], [100.0, 120.0, 100.0], snap, locked=[True, False, False], directed=True
    )
    assert joined.locked.tolist() == [True, True, False, False, False, False, False, False]
    graph = WalkGraph(joined.n_nodes, joined.tail, joined.head, joined.length_m, directed=True)
    metres = nearest_m(graph, [[joined.node_of_point[0]]])[:, 0]
    assert metres[:2].tolist() == [26.0, 76.0]


@PATIENT
@given(drawings(), st.booleans())
def test_joining_points_changes_no_distance_between_the_old_nodes(drawing, directed):
    node_xy_m, tail, head, points = drawing
    rng = np.random.default_rng(len(tail))
    length_m = rng.random(len(tail)) * 50
    snap = snap_to_edges(node_xy_m, tail, head, points, max_distance_m=5.0)
    joined = with_points(node_xy_m, tail, head, length_m, snap, directed=directed)
    n_nodes = len(node_xy_m)
    every = [[node] for node in range(n_nodes)]
    before = nearest_m(WalkGraph(n_nodes, tail, head, length_m, directed=directed), every)
    after = WalkGraph(joined.n_nodes, joined.tail, joined.head, joined.length_m, directed=directed)
    np.testing.assert_allclose(nearest_m(after, every)[:n_nodes], before, rtol=0, atol=1e-9)
    old = joined.edge_of >= 0
    assert np.bincount(joined.edge_of[old], joined.length_m[old], len(tail)) == pytest.approx(length_m)
    assert (joined.node_of_point >= 0).tolist() == (snap.edge >= 0).tolist()


@PATIENT
@given(drawings())
def test_a_joined_point_walks_to_the_ends_of_its_edge_by_its_parts(drawing):
    node_xy_m, tail, head, points = drawing
    length_m = np.hypot(*(node_xy_m[tail] - node_xy_m[head]).T)
    snap = snap_to_edges(node_xy_m, tail, head, points, max_distance_m=6.0)
    joined = with_points(node_xy_m, tail, head, length_m, snap)
    graph = WalkGraph(joined.n_nodes, joined.tail, joined.head, joined.length_m)
    for p in np.flatnonzero(snap.edge >= 0):
        edge = snap.edge[p]
        ends = [[tail[edge]], [head[edge]]]
        parts = [snap.fraction[p], 1 - snap.fraction[p]]
        along = [snap.distance_m[p] + part * length_m[edge] for part in parts]
        found = nearest_m(graph, ends)[joined.node_of_point[p]]
        assert (found <= np.array(along) + 1e-9).all()
        assert (found >= [math.dist(points[p], node_xy_m[e[0]]) - 1e-9 for e in ends]).all()


@pytest.mark.parametrize(
    ("nodes", "tail", "head", "points", "max_distance_m", "code"),
    [
        ([[0.0, math.nan]], [], [], [], 1.0, "access.coordinate"),
        ([[0.0, 0.0]], [], [], [[0.0, math.inf]], 1.0, "access.coordinate"),
        ([[0.0, 0.0]], [], [], [[0.0, 0.0, 0.0]], 1.0, "access.shape"),
        ([[0.0, 0.0]], [0], [1], [], 1.0, "access.node"),
        ([[0.0, 0.0]], [0], [0, 0], [], 1.0, "access.shape"),
        ([[0.0, 0.0]], [], [], [], -1.0, "access.limit"),
        ([[0.0, 0.0]], [], [], [], math.nan, "access.limit"),
    ],
)
def test_wrong_coordinates_and_distances_are_refused(nodes, tail, head, points, max_distance_m, code):
    with pytest.raises(GraphError) as caught:
        snap_to_edges(nodes, tail, head, points, max_distance_m=max_distance_m)
    assert caught.value.code == code
    assert caught.value.text.zh


def test_a_snap_of_another_network_is_refused():
    snap = Snap(np.zeros((1, 2)), np.array([3]), np.array([0.5]), np.array([1.0]))
    with pytest.raises(GraphError) as caught:
        with_points([[0.0, 0.0], [1.0, 0.0]], [0], [1], [1.0], snap)
    assert (caught.value.code, caught.value.data["name"]) == ("access.node", "snap.edge")


def test_ten_thousand_homes_join_the_streets_of_a_city():
    node_xy_m, tail, head = amsterdam_xy()
    length_m = np.hypot(*(node_xy_m[tail] - node_xy_m[head]).T)
    rng = np.random.default_rng(2)
    homes = node_xy_m[rng.integers(0, len(node_xy_m), 10_000)] + rng.normal(0, 40, (10_000, 2))
    snap = snap_to_edges(node_xy_m, tail, head, homes, max_distance_m=100)
    for home in range(0, 10_000, 500):
        a, b = node_xy_m[tail], node_xy_m[head]
        along = b - a
        square = np.where((along**2).sum(1) > 0, (along**2).sum(1), 1)
        part = np.clip(((homes[home] - a) * along).sum(1) / square, 0, 1)
        least = np.hypot(*(a + part[:, None] * along - homes[home]).T).min()
        assert snap.distance_m[home] == pytest.approx(least if least <= 100 else np.inf, abs=1e-6)
    joined = with_points(node_xy_m, tail, head, length_m, snap)
    graph = WalkGraph(joined.n_nodes, joined.tail, joined.head, joined.length_m)
    assert joined.length_m[joined.edge_of >= 0].sum() == pytest.approx(length_m.sum(), rel=1e-12)
    plain = nearest_m(WalkGraph(len(node_xy_m), tail, head, length_m), [[100]])
    np.testing.assert_allclose(nearest_m(graph, [[100]])[: len(node_xy_m)], plain, rtol=0, atol=1e-6)
