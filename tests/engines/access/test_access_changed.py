"""Local searches after a change equal a search of the whole changed graph, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.access import Changed, GraphError, Link, WalkGraph, lowered, nearest_m, raised

SEEDS = st.integers(0, 2**32 - 1)


def random_graph(seed: int) -> tuple[np.random.Generator, WalkGraph, list[np.ndarray]]:
    """A graph with islands, loops, parallel edges and lengths of 0, so that ties abound."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 40))
    n_edges = int(draw.integers(1, 3 * n))
    tail, head = draw.integers(0, n, (2, n_edges))
    length = draw.integers(0, 6, n_edges) * (1.0 if draw.random() < 0.5 else 0.1)
    facilities = [draw.integers(0, n, int(draw.integers(0, 4))) for _ in range(3)]
    return draw, WalkGraph(n, tail, head, length), facilities


def applied(m: np.ndarray, change: Changed) -> np.ndarray:
    after = m.copy()
    after[change.node, change.category] = change.m
    return after


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_new_link_lowers_exactly_what_a_whole_search_lowers(seed: int) -> None:
    draw, graph, facilities = random_graph(seed)
    m = nearest_m(graph, facilities)
    links = []
    for _ in range(4):
        ends = draw.integers(0, graph.n_nodes, (2, int(draw.integers(1, 4))))
        links.append(Link(*ends, draw.integers(0, 5, ends.shape[1]) * 0.1))
    for link, change in zip(links, lowered(graph, m, links), strict=True):
        parts = (graph.tail, link.tail), (graph.head, link.head), (graph.length_m, link.length_m)
        whole = nearest_m(WalkGraph(graph.n_nodes, *(np.concatenate(part) for part in parts)), facilities)
        np.testing.assert_array_equal(applied(m, change), whole)
        assert (change.m < m[change.node, change.category]).all()


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_closed_node_raises_exactly_what_a_whole_search_raises(seed: int) -> None:
    draw, graph, facilities = random_graph(seed)
    m = nearest_m(graph, facilities)
    closures = [draw.integers(0, graph.n_nodes, int(draw.integers(1, 4))) for _ in range(4)]
    for closed, change in zip(closures, raised(graph, m, facilities, closures), strict=True):
        open_edge = ~np.isin(graph.tail, closed) & ~np.isin(graph.head, closed)
        left = WalkGraph(graph.n_nodes, graph.tail[open_edge], graph.head[open_edge], graph.length_m[open_edge])
        whole = nearest_m(left, [own[~np.isin(own, closed)] for own in facilities])
        whole[closed] = np.inf
        np.testing.assert_array_equal(applied(m, change), whole)
        assert (change.m > m[change.node, change.category]).all()


def test_a_link_to_where_nothing_was_reached_joins_it() -> None:
    graph = WalkGraph(4, [0, 2], [1, 3], [10.0, 5.0])
    m = nearest_m(graph, [np.array([0])])
    (change,) = lowered(graph, m, [Link([1], [2], [1.0])])
    assert dict(zip(change.node.tolist(), change.m.tolist(), strict=True)) == {2: 11.0, 3: 16.0}


def test_no_links_and_no_closures_change_nothing() -> None:
    graph = WalkGraph(2, [0], [1], [1.0])
    m = nearest_m(graph, [np.array([0])])
    assert lowered(graph, m, []) == []
    assert raised(graph, m, [np.array([0])], []) == []


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda g, m: lowered(g, m, [Link([0], [9], [1.0])]), "links[0].head"),
        (lambda g, m: lowered(g, m, [Link([0], [1], [-1.0])]), ">= 0"),
        (lambda g, m: lowered(g, m, [Link([0], [1], [np.nan])]), "finite"),
        (lambda g, m: lowered(g, m[:1], []), "distances >= 0"),
        (lambda g, m: lowered(g, m * np.nan, []), "distances >= 0"),
        (lambda g, m: raised(g, m, [], []), "one array per category"),
        (lambda g, m: raised(g, m, [np.array([0])], [np.array([5])]), "closures[0]"),
        (lambda g, m: raised(WalkGraph(2, [0], [1], [1.0], directed=True), m, [np.array([0])], []), "undirected"),
    ],
)
def test_wrong_changes_are_refused_by_name(call: object, named: str) -> None:
    graph = WalkGraph(2, [0], [1], [1.0])
    m = nearest_m(graph, [np.array([0])])
    with pytest.raises(GraphError, match=named.replace("[", r"\[").replace("]", r"\]")):
        call(graph, m)  # type: ignore[operator]
