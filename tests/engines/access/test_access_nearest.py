"""The nearest facility equals brute force: directions, parallel edges, zero lengths, islands, offsets, limits."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from access_reference import ANY_METRES, PATIENT, QUARTER_METRES, categories, floyd, graph_of, networks, walk_all
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.access import GraphError, WalkGraph, nearest, nearest_m


def by_hand(dist, facilities, offset_m, limit_m=math.inf):
    """Metres and index from the table of all distances, one facility after the other."""
    metres = np.full((len(dist), len(facilities)), np.inf)
    index = np.full((len(dist), len(facilities)), -1)
    for node in range(len(dist)):
        for category, nodes in enumerate(facilities):
            for place, facility in enumerate(nodes):
                total = dist[node, facility] + offset_m[category][place]
                if total <= limit_m and total < metres[node, category]:
                    metres[node, category], index[node, category] = total, place
    return metres, index


@PATIENT
@given(networks(), st.data())
def test_metres_and_index_equal_brute_force_with_offsets_and_limits_met_exactly(network, data):
    n_nodes, tail, head, length_m, directed = network
    facilities, offset_m = data.draw(categories(n_nodes))
    limit_m = data.draw(st.one_of(st.none(), QUARTER_METRES))
    dist = floyd(n_nodes, tail, head, length_m, directed=directed)
    metres, index = by_hand(dist, facilities, offset_m, math.inf if limit_m is None else limit_m)
    found = nearest(graph_of(network), facilities, offset_m=offset_m, limit_m=limit_m)
    assert found.m.shape == (n_nodes, len(facilities))
    np.testing.assert_array_equal(found.m, metres)
    np.testing.assert_array_equal(found.index, index)
    np.testing.assert_array_equal(nearest_m(graph_of(network), facilities, offset_m=offset_m, limit_m=limit_m), metres)


@PATIENT
@given(networks(lengths=ANY_METRES), st.data())
def test_metres_equal_a_plain_dijkstra_bit_for_bit_at_any_lengths(network, data):
    n_nodes, tail, head, length_m, directed = network
    facilities, _ = data.draw(categories(n_nodes))
    dist = walk_all(n_nodes, tail, head, length_m, directed=directed)
    expected, _ = by_hand(dist, facilities, [[0.0] * len(c) for c in facilities])
    np.testing.assert_array_equal(nearest_m(graph_of(network), facilities), expected)


@PATIENT
@given(networks(), st.data(), st.randoms(use_true_random=False))
def test_the_order_of_edges_and_the_numbers_of_nodes_make_no_difference(network, data, random):
    n_nodes, tail, head, length_m, directed = network
    facilities, offset_m = data.draw(categories(n_nodes))
    number = random.sample(range(n_nodes), n_nodes)
    edges = random.sample(range(len(tail)), len(tail))
    moved = WalkGraph(
        n_nodes,
        [number[tail[e]] for e in edges],
        [number[head[e]] for e in edges],
        [length_m[e] for e in edges],
        directed=directed,
    )
    here = nearest(graph_of(network), facilities, offset_m=offset_m)
    there = nearest(moved, [[number[n] for n in c] for c in facilities], offset_m=offset_m)
    np.testing.assert_array_equal(there.m[number], here.m)
    np.testing.assert_array_equal(there.index[number], here.index)


@PATIENT
@given(networks(), st.data())
def test_opening_a_way_never_makes_anyone_walk_further(network, data):
    n_nodes, tail, head, length_m, directed = network
    node = st.integers(0, n_nodes - 1)
    facilities, offset_m = data.draw(categories(n_nodes))
    extra = data.draw(st.tuples(node, node, QUARTER_METRES))
    more = (n_nodes, [*tail, extra[0]], [*head, extra[1]], [*length_m, extra[2]], directed)
    before = nearest_m(graph_of(network), facilities, offset_m=offset_m)
    assert (nearest_m(graph_of(more), facilities, offset_m=offset_m) <= before).all()


def test_a_street_worked_out_on_paper():
    # 0 --100-- 1 --50-- 2 --200-- 3, a shortcut 0 --120-- 2, and 4 on an island; a clinic's door is 10 m beyond node 3.
    graph = WalkGraph(5, [0, 1, 2, 0], [1, 2, 3, 2], [100.0, 50.0, 200.0, 120.0])
    found = nearest(graph, [[3], [0, 2], []], offset_m=[[10.0], [0.0, 0.0], []], limit_m=330.0)
    assert found.m[:, 0].tolist() == [330.0, 260.0, 210.0, 10.0, math.inf]
    assert found.m[:, 1].tolist() == [0.0, 50.0, 0.0, 200.0, math.inf]
    assert found.index[:, 1].tolist() == [0, 1, 1, 1, -1]
    assert np.isinf(found.m[:, 2]).all()
    assert (found.index[:, 2] == -1).all()


def test_one_way_edges_are_walked_from_node_to_facility():
    graph = WalkGraph(2, [0], [1], [3.0], directed=True)
    assert nearest_m(graph, [[1]]).tolist() == [[3.0], [0.0]]
    assert nearest_m(graph, [[0]]).tolist() == [[0.0], [math.inf]]


def test_a_limit_is_inclusive_to_the_last_bit():
    graph = WalkGraph(2, [0], [1], [300.1])
    assert nearest_m(graph, [[1]], limit_m=300.1)[0, 0] == 300.1
    assert np.isinf(nearest_m(graph, [[1]], limit_m=np.nextafter(300.1, 0))[0, 0])
    assert nearest_m(graph, [[1]], limit_m=0)[:, 0].tolist() == [math.inf, 0.0]


def test_an_offset_beyond_the_limit_reaches_not_even_its_own_node():
    assert np.isinf(nearest_m(WalkGraph(1, [], [], []), [[0]], offset_m=[[5.0]], limit_m=4.0)).all()


def test_a_tie_goes_to_the_lowest_index_also_across_edges_of_no_length():
    graph = WalkGraph(4, [0, 1, 2], [1, 2, 3], [0.0, 0.0, 0.0])
    assert nearest(graph, [[3, 0, 2]]).index[:, 0].tolist() == [0, 0, 0, 0]
    assert nearest(graph, [[1, 1]], offset_m=[[2.0, 2.0]]).index[:, 0].tolist() == [0, 0, 0, 0]


def knotted(n_levels):
    """A chain of triangles on which taking the newest entry of a bucket first would take 2 ** n_levels steps."""
    tail, head, length_m = [], [], []
    for level in range(n_levels):
        corner = 2 * level
        for a, b, metres in (
            (corner, corner + 1, 0.0),
            (corner + 1, corner + 2, 0.0),
            (corner, corner + 2, 2.0 ** (n_levels - level)),
        ):
            tail.append(a)
            head.append(b)
            length_m.append(metres)
    return 2 * n_levels + 1, tail, head, length_m


@pytest.mark.parametrize("turned", [False, True])
def test_a_graph_made_to_defeat_buckets_still_equals_brute_force(turned):
    n_nodes, tail, head, length_m = knotted(40)
    length_m = [metres + 2.0**45 if metres else metres for metres in length_m]
    if turned:
        tail, head = head, tail
    dist = walk_all(n_nodes, tail, head, length_m, directed=True)
    graph = WalkGraph(n_nodes, tail, head, length_m, directed=True)
    np.testing.assert_array_equal(nearest_m(graph, [[0], [n_nodes - 1]]), dist[:, [0, n_nodes - 1]])


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e12, 1e300])
def test_lengths_of_any_scale_are_walked(scale):
    rng = np.random.default_rng(7)
    tail, head = rng.integers(0, 40, (2, 90))
    length_m = rng.random(90) * scale
    dist = walk_all(40, tail, head, length_m, directed=False)
    np.testing.assert_array_equal(nearest_m(WalkGraph(40, tail, head, length_m), [[3]])[:, 0], dist[:, 3])


def test_a_huge_offset_is_only_a_number():
    found = nearest_m(WalkGraph(2, [0], [1], [1.0]), [[0, 1]], offset_m=[[1e300, 1e17]])
    assert found[:, 0].tolist() == [1e17, 1e17]


def test_penalties_of_a_thousand_kilometres_leave_the_streets_exact():
    rng = np.random.default_rng(5)
    tail, head = rng.integers(0, 300, (2, 700))
    length_m = np.where(rng.random(700) < 0.02, 1e9, rng.random(700) * 100)
    dist = walk_all(300, tail, head, length_m, directed=False)
    np.testing.assert_array_equal(nearest_m(WalkGraph(300, tail, head, length_m), [[3]])[:, 0], dist[:, 3])


@pytest.mark.parametrize(
    ("facilities", "options", "code"),
    [
        ([[2]], {}, "access.node"),
        ([[-1]], {}, "access.node"),
        ([[0.5]], {}, "access.shape"),
        ([[0]], {"offset_m": [[-1.0]]}, "access.offset"),
        ([[0]], {"offset_m": [[math.nan]]}, "access.offset"),
        ([[0]], {"offset_m": [[math.inf]]}, "access.offset"),
        ([[0]], {"offset_m": []}, "access.shape"),
        ([[0]], {"offset_m": [[1.0, 2.0]]}, "access.shape"),
        ([[0]], {"limit_m": -5.0}, "access.limit"),
        ([[0]], {"limit_m": math.nan}, "access.limit"),
    ],
)
def test_wrong_facilities_offsets_and_limits_are_refused(facilities, options, code):
    with pytest.raises(GraphError) as caught:
        nearest_m(WalkGraph(2, [0], [1], [1.0]), facilities, **options)
    assert caught.value.code == code
    assert caught.value.text.zh
    assert caught.value.text.en


def test_no_categories_give_no_columns():
    assert nearest_m(WalkGraph(3, [], [], []), []).shape == (3, 0)


def test_many_threads_may_ask_one_graph_at_once():
    rng = np.random.default_rng(3)
    tail, head = rng.integers(0, 2000, (2, 6000))
    graph = WalkGraph(2000, tail, head, rng.random(6000) * 100)
    questions = [[rng.integers(0, 2000, 5), rng.integers(0, 2000, 2)] for _ in range(24)]
    alone = [nearest(graph, question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: nearest(graph, question), questions))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.m, other.m)
        np.testing.assert_array_equal(one.index, other.index)
