"""The graph refuses what cannot be walked, says where it is wrong, and knows its islands."""

import numpy as np
import pytest
from access_reference import PATIENT, floyd, graph_of, networks
from hypothesis import given

from linli.engines.access import GraphError, WalkGraph, islands, nearest_m
from linli.kernel.errors import LinliError


def test_a_wrong_length_is_refused_with_its_edges():
    with pytest.raises(GraphError) as caught:
        WalkGraph(3, [0, 1, 0, 2], [1, 2, 2, 0], [1.0, -2.0, np.nan, np.inf])
    assert caught.value.code == "access.length"
    assert caught.value.data["edges"] == [1, 2, 3]
    assert "-2.0" in caught.value.text.en
    assert "第 [1, 2, 3] 条" in caught.value.text.zh
    assert isinstance(caught.value, LinliError)


def test_all_wrong_edges_are_counted_and_the_first_named():
    with pytest.raises(GraphError) as caught:
        WalkGraph(2, np.zeros(100, int), np.ones(100, int), np.full(100, -1.0))
    assert caught.value.data["n_edges"] == 100
    assert caught.value.data["edges"] == list(range(20))


@pytest.mark.parametrize(("tail", "head", "name"), [([0, 3], [1, 1], "tail"), ([0, 1], [1, -1], "head")])
def test_an_unknown_node_is_refused_with_its_edge(tail, head, name):
    with pytest.raises(GraphError) as caught:
        WalkGraph(3, tail, head, [1.0, 1.0])
    assert caught.value.code == "access.node"
    assert caught.value.data["name"] == name
    assert caught.value.data["positions"] == [1]


@pytest.mark.parametrize(
    ("n_nodes", "tail", "head", "length_m"),
    [
        (-1, [], [], []),
        (1.5, [], [], []),
        (True, [], [], []),
        (2, [0], [1], [1.0, 2.0]),
        (2, [0, 1], [1], [1.0, 1.0]),
        (2, [[0]], [[1]], [[1.0]]),
        (2, [0.0], [1.0], [1.0]),
        (2, [0], [1], [1j]),
        (2, [0], [1], ["far"]),
    ],
)
def test_arrays_of_the_wrong_shape_are_refused(n_nodes, tail, head, length_m):
    with pytest.raises(GraphError) as caught:
        WalkGraph(n_nodes, tail, head, length_m)
    assert caught.value.code == "access.shape"


def test_a_graph_does_not_change_with_the_arrays_it_was_made_from():
    tail, head, length_m = np.array([0]), np.array([1]), np.array([5.0])
    graph = WalkGraph(2, tail, head, length_m)
    tail[0], length_m[0] = 1, 7.0
    assert nearest_m(graph, [[0]])[1, 0] == 5.0
    assert graph.length_m[0] == 5.0
    with pytest.raises(ValueError, match="read-only"):
        graph.length_m[0] = 1.0


@pytest.mark.parametrize("directed", [False, True])
def test_graphs_without_edges_or_nodes_are_graphs(directed):
    alone = WalkGraph(1, [], [], [], directed=directed)
    assert nearest_m(alone, [[0], []]).tolist() == [[0.0, np.inf]]
    nothing = WalkGraph(0, [], [], [], directed=directed)
    assert nearest_m(nothing, [[]]).shape == (0, 1)
    assert islands(nothing).main == -1


@PATIENT
@given(networks())
def test_nodes_share_an_island_exactly_where_one_can_be_reached_from_the_other(network):
    n_nodes, tail, head, length_m, _ = network
    together = np.isfinite(floyd(n_nodes, tail, head, length_m, directed=False))
    found = islands(graph_of(network))
    assert ((found.component[:, None] == found.component) == together).all()
    assert found.sizes.sum() == n_nodes
    assert found.sizes[found.component].tolist() == together.sum(axis=1).tolist()


def test_islands_are_numbered_by_their_lowest_node_and_the_largest_is_the_main_one():
    found = islands(WalkGraph(6, [5, 1, 4], [3, 4, 2], [1.0, 1.0, 0.0]))
    assert found.component.tolist() == [0, 1, 1, 2, 1, 2]
    assert found.sizes.tolist() == [1, 3, 2]
    assert found.main == 1
