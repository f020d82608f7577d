"""On real streets the engine equals scipy's Dijkstra."""

import numpy as np
import pytest
from access_reference import amsterdam, wuhan
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from linli.engines.access import WalkGraph, islands, nearest, nearest_m, reach_sum

CITIES = pytest.mark.parametrize("city", [wuhan, amsterdam])


def matrix(n_nodes, tail, head, length_m):
    """Scipy adds parallel edges and drops zeros: keep the shortest, and give a zero the smallest length there is."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((length_m, high, low))
    low, high, metres = low[order], high[order], np.maximum(length_m[order], 1e-300)
    first = np.append(True, (np.diff(low) != 0) | (np.diff(high) != 0)) & (low != high)
    low, high, metres = low[first], high[first], metres[first]
    both = np.concatenate((low, high)), np.concatenate((high, low))
    return csr_array((np.concatenate((metres, metres)), both), shape=(n_nodes, n_nodes))


@CITIES
def test_nearest_facilities_equal_scipy(city):
    n_nodes, tail, head, length_m = city()
    graph, weights = WalkGraph(n_nodes, tail, head, length_m), matrix(n_nodes, tail, head, length_m)
    rng = np.random.default_rng(20)
    facilities = [rng.choice(n_nodes, n, replace=False) for n in (1, 12, 300)]
    found = nearest(graph, facilities)
    for category, nodes in enumerate(facilities):
        expected = dijkstra(weights, indices=nodes, min_only=True)
        np.testing.assert_allclose(found.m[:, category], expected, rtol=0, atol=1e-6)
        within = nearest_m(graph, [nodes], limit_m=1000)[:, 0]
        np.testing.assert_allclose(within, np.where(expected <= 1000, expected, np.inf), rtol=0, atol=1e-6)
        reached = np.isfinite(expected)
        assert (found.index[reached, category] >= 0).all()
        assert (found.index[~reached, category] == -1).all()


@CITIES
def test_the_facility_named_is_at_the_distance_given(city):
    n_nodes, tail, head, length_m = city()
    graph, weights = WalkGraph(n_nodes, tail, head, length_m), matrix(n_nodes, tail, head, length_m)
    rng = np.random.default_rng(21)
    nodes, offset_m = rng.choice(n_nodes, 5, replace=False), rng.random(5) * 90
    found = nearest(graph, [nodes], offset_m=[offset_m])
    each = dijkstra(weights, indices=nodes) + offset_m[:, None]
    np.testing.assert_allclose(found.m[:, 0], each.min(axis=0), rtol=0, atol=1e-6)
    reached = np.flatnonzero(np.isfinite(found.m[:, 0]))
    named = each[found.index[reached, 0], reached]
    np.testing.assert_allclose(named, found.m[reached, 0], rtol=0, atol=1e-6)


@CITIES
def test_reach_equals_scipy_from_a_few_nodes(city):
    n_nodes, tail, head, length_m = city()
    graph, weights = WalkGraph(n_nodes, tail, head, length_m), matrix(n_nodes, tail, head, length_m)
    rng = np.random.default_rng(22)
    people = np.zeros((n_nodes, 2))
    homes = rng.choice(n_nodes, 1500, replace=False)
    people[homes] = rng.integers(1, 200, (1500, 2))
    asked = rng.choice(n_nodes, 25, replace=False)
    found = reach_sum(graph, people, limit_m=800)
    expected = (dijkstra(weights, indices=asked) <= 800) @ people
    np.testing.assert_array_equal(found[asked], expected)


@CITIES
def test_islands_equal_scipy(city):
    n_nodes, tail, head, length_m = city()
    n_islands, expected = connected_components(matrix(n_nodes, tail, head, length_m), directed=False)
    found = islands(WalkGraph(n_nodes, tail, head, length_m))
    assert len(found.sizes) == n_islands
    assert len(np.unique(found.component * n_islands + expected)) == n_islands
