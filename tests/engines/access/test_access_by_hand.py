"""Twelve nodes whose every answer can be added up on paper.

Two lanes of six houses, 100 m from house to house, 0 to 5 and 6 to 11, joined by a gate of 50 m at either end (0–6 and 5–11).
"""

import numpy as np
import pytest

from linli.engines.access import GraphError, WalkGraph, nearest, nearest_m, prepare, reach_sum
from linli.engines.siting import max_cover, p_median

LANES = [(i, i + 1, 100.0) for i in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10)]
WEST, EAST = (0, 6, 50.0), (5, 11, 50.0)


def lanes(*gates):
    tail, head, length_m = zip(*LANES, *gates, strict=True)
    return WalkGraph(12, tail, head, length_m)


def test_walks_are_the_sums_of_their_edges_and_the_lower_facility_wins_a_tie():
    found = nearest(lanes(WEST, EAST), [np.array([11, 6]), np.array([], np.int64)])
    there = [50, 150, 250, 250, 150, 50, 0, 100, 200, 200, 100, 0]
    assert found.m[:, 0].tolist() == there
    assert found.index[:, 0].tolist() == [1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0]
    assert np.isinf(found.m[:, 1]).all()
    assert (found.index[:, 1] == -1).all()
    assert prepare(lanes(WEST, EAST)).nearest_m([np.array([11, 6])])[:, 0].tolist() == there


def test_closing_the_east_gate_costs_the_whole_way_round():
    clinic = [np.array([11])]
    before, after = (nearest_m(lanes(*gates), clinic)[:, 0] for gates in ((WEST, EAST), (WEST,)))
    assert (before[5], after[5]) == (50, 500 + 50 + 500)
    assert (after - before).tolist() == [0, 200, 400, 600, 800, 1000, 0, 0, 0, 0, 0, 0]


def test_a_limit_reaches_those_exactly_at_it_and_reach_counts_oneself():
    assert np.isfinite(nearest_m(lanes(WEST, EAST), [np.array([11])], limit_m=150)[:, 0]).tolist() == [
        *(False, False, False, False, True, True),
        *(False, False, False, False, True, True),
    ]
    people = np.arange(12.0)[:, None]
    reached = reach_sum(lanes(WEST, EAST), people, limit_m=100)[:, 0]
    assert reached[0] == 0 + 1 + 6
    assert reached[3] == 2 + 3 + 4
    assert reached[11] == 11 + 10 + 5


def test_the_best_places_are_those_found_on_paper():
    walk_m = np.column_stack([nearest_m(lanes(WEST, EAST), [np.array([site])])[:, 0] for site in range(12)])
    one = p_median(walk_m, 1)
    assert (one.objective, one.proved) == (walk_m.sum(axis=0).min(), True)
    two = p_median(walk_m, 2, fixed=[2])
    others = [np.minimum(walk_m[:, 2], walk_m[:, site]).sum() for site in range(12)]
    assert two.objective == min(others)
    assert max_cover(walk_m <= 150, 2).objective == 8  # a corner, its neighbour, and the two across, at either end


@pytest.mark.parametrize("wrong", [np.nan, -1.0, np.inf])
def test_an_edge_without_a_length_is_named(wrong):
    with pytest.raises(GraphError) as refused:
        lanes(WEST, (5, 11, wrong))
    assert refused.value.data["edges"] == [11]


def test_a_facility_nowhere_is_named():
    with pytest.raises(GraphError) as refused:
        nearest_m(lanes(WEST), [np.array([3]), np.array([4, 12])])
    assert refused.value.data["positions"] == [1]
