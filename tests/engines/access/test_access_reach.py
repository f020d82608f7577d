"""What can be reached is summed over exactly the nodes within the limit."""

import numpy as np
import pytest
from access_reference import PATIENT, QUARTER_METRES, floyd, graph_of, networks
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.access import GraphError, WalkGraph, nearest_m, reach_sum


@PATIENT
@given(networks(), QUARTER_METRES, st.data())
def test_sums_equal_brute_force_with_the_limit_met_exactly(network, limit_m, data):
    n_nodes, tail, head, length_m, directed = network
    row = st.tuples(st.integers(-3, 9), st.integers(0, 2))
    weights = np.array(data.draw(st.lists(row, min_size=n_nodes, max_size=n_nodes)), dtype=float)
    within = floyd(n_nodes, tail, head, length_m, directed=directed) <= limit_m
    np.testing.assert_array_equal(
        reach_sum(graph_of(network), weights, limit_m=limit_m), within.astype(float) @ weights
    )


@PATIENT
@given(networks(), QUARTER_METRES, st.data())
def test_one_node_of_weight_is_reached_from_where_it_is_the_nearest_within_the_limit(network, limit_m, data):
    graph = graph_of(network)
    goal = data.draw(st.integers(0, graph.n_nodes - 1))
    weights = np.zeros((graph.n_nodes, 1))
    weights[goal] = 1.0
    reached = reach_sum(graph, weights, limit_m=limit_m) == 1.0
    np.testing.assert_array_equal(reached, np.isfinite(nearest_m(graph, [[goal]], limit_m=limit_m)))


def test_a_node_reaches_itself_whatever_the_limit():
    assert reach_sum(WalkGraph(2, [0], [1], [1.0]), np.array([[2.0], [3.0]]), limit_m=0).tolist() == [[2.0], [3.0]]


def test_without_a_limit_islands_are_summed():
    graph = WalkGraph(4, [0, 1], [1, 2], [1.0, 1.0])
    assert reach_sum(graph, np.ones((4, 1)), limit_m=np.inf)[:, 0].tolist() == [3.0, 3.0, 3.0, 1.0]


@pytest.mark.parametrize(
    ("weights", "limit_m", "code"),
    [
        (np.ones(2), 1.0, "access.shape"),
        (np.ones((3, 1)), 1.0, "access.shape"),
        (np.array([["a"], ["b"]]), 1.0, "access.shape"),
        (np.array([[1.0], [np.nan]]), 1.0, "access.weight"),
        (np.array([[np.inf], [1.0]]), 1.0, "access.weight"),
        (np.ones((2, 1)), -1.0, "access.limit"),
        (np.ones((2, 1)), np.nan, "access.limit"),
    ],
)
def test_wrong_weights_and_limits_are_refused(weights, limit_m, code):
    with pytest.raises(GraphError) as caught:
        reach_sum(WalkGraph(2, [0], [1], [1.0]), weights, limit_m=limit_m)
    assert caught.value.code == code
    assert caught.value.text.zh


def test_no_columns_give_no_columns():
    assert reach_sum(WalkGraph(2, [0], [1], [1.0]), np.ones((2, 0)), limit_m=1.0).shape == (2, 0)
