"""P-medians equal brute force on small cases and published optima on the OR-Library's; whatever is refused is named."""

import itertools
import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.siting import SitingError, p_median

PMED = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[4] / "shared" / "data")) / "optimisation" / "pmed"
PATIENT = settings(max_examples=150, deadline=None, derandomize=True)


def plane(n_demand, n_sites, *, seed):
    rng = np.random.default_rng(seed)
    demand, sites = rng.random((n_demand, 2)), rng.random((n_sites, 2))
    return np.hypot(*(demand[:, None] - sites[None]).transpose(2, 0, 1)) * 1000, rng.integers(0, 50, n_demand)


def cheapest(cost, weights, p, fixed):
    """Every set of sites tried; inf where none serves all."""
    best = np.inf
    for opened in itertools.combinations(range(cost.shape[1]), p):
        if set(fixed) <= set(opened):
            nearest = cost[:, opened].min(axis=1)
            if np.isfinite(nearest).all():
                best = min(best, float((weights * nearest).sum()))
    return best


@st.composite
def questions(draw):
    n_demand, n_sites = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    number = st.one_of(st.integers(0, 6).map(float), st.just(np.inf), st.floats(0, 9, width=16))
    cost = np.array(draw(st.lists(number, min_size=n_demand * n_sites, max_size=n_demand * n_sites)))
    weights = np.array(draw(st.lists(st.integers(0, 4), min_size=n_demand, max_size=n_demand)), float)
    p = draw(st.integers(1, n_sites))
    fixed = draw(st.lists(st.integers(0, n_sites - 1), max_size=p, unique=True))
    return cost.reshape(n_demand, n_sites), weights, p, fixed


@PATIENT
@given(questions())
def test_the_cost_equals_brute_force_and_is_proved_or_there_is_no_answer(question):
    cost, weights, p, fixed = question
    expected = cheapest(cost, weights, p, fixed)
    if not np.isfinite(expected):
        with pytest.raises(SitingError) as refused:
            p_median(cost, p, weights=weights, fixed=fixed)
        assert refused.value.code in {"siting.no_site", "siting.too_few"}
        assert refused.value.data["rows"]
        return
    found = p_median(cost, p, weights=weights, fixed=fixed)
    assert found.objective == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert found.proved
    assert found.lower_bound == found.bound <= found.objective
    assert len(set(found.open)) == p == len(found.open)
    assert (np.diff(found.open) > 0).all()
    assert set(fixed) <= set(found.open)
    np.testing.assert_array_equal(found.assignment, found.open[cost[:, found.open].argmin(axis=1)])


@pytest.mark.parametrize("name", ["pmed1", "pmed5", "pmed7", "pmed13", "pmed15"])
def test_published_optima_are_reached_and_proved(name):
    if not PMED.exists():
        pytest.skip("the OR-Library's matrices are not here")
    case = np.load(PMED / f"{name}.npz")
    found = p_median(case["distance"], int(case["p"]), time_limit_s=60)
    assert found.objective == case["optimum"]
    assert found.bound == case["optimum"]
    assert found.proved


def test_the_same_seed_gives_the_same_sites_and_scaling_changes_none():
    cost, weights = plane(120, 40, seed=1)
    first = p_median(cost, 7, weights=weights, seed=3)
    again = p_median(cost, 7, weights=weights, seed=3)
    np.testing.assert_array_equal(first.open, again.open)
    larger = p_median(cost * 2.0**900, 7, weights=weights, seed=3)
    np.testing.assert_array_equal(first.open, larger.open)
    assert larger.objective == first.objective * 2.0**900


def test_more_sites_never_cost_more_and_the_bound_never_lies():
    cost, weights = plane(150, 30, seed=2)
    costs = [p_median(cost, p, weights=weights).objective for p in range(1, 31, 4)]
    assert costs == sorted(costs, reverse=True)
    hasty = p_median(cost, 5, weights=weights, time_limit_s=0)
    assert hasty.bound <= costs[1] <= hasty.objective
    assert not hasty.proved
    assert 0 < hasty.gap < 1


def test_any_number_type_any_order_in_memory_and_arrays_that_may_not_be_written_are_taken():
    cost, weights = plane(60, 20, seed=3)
    cost = np.rint(cost)
    expected = p_median(cost, 4, weights=weights)
    frozen = np.asfortranarray(cost.astype(np.float32))
    frozen.flags.writeable = False
    for other in (cost.astype(np.int32), frozen, np.repeat(cost, 2, axis=1)[:, ::2]):
        found = p_median(other, 4, weights=weights.astype(np.int8))
        np.testing.assert_array_equal(found.open, expected.open)
        np.testing.assert_array_equal(found.assignment, expected.assignment)


def test_ties_go_to_the_lowest_site():
    found = p_median(np.ones((3, 5)), 2)
    assert found.open.tolist() == [0, 1]
    assert found.assignment.tolist() == [0, 0, 0]


def test_nothing_to_serve_opens_the_fixed_and_the_lowest_sites():
    found = p_median(np.empty((0, 4)), 2, fixed=[3])
    assert found.open.tolist() == [0, 3]
    assert (found.objective, found.bound, found.gap, found.proved) == (0.0, 0.0, 0.0, True)
    assert found.assignment.dtype == found.open.dtype == np.int64


def test_one_site_no_weight_and_huge_costs_have_plain_answers():
    assert p_median([[3.0], [4.0]], 1).objective == 7.0
    assert p_median([[3.0, 1.0]], 1, weights=[0.0]).proved
    large = p_median([[1.0, 1e300], [1e300, 1.0], [2.0, 1e300]], 2)
    assert (large.objective, large.proved) == (4.0, True)
    assert p_median([[1e300, 2e300]], 1).objective == 1e300


@pytest.mark.parametrize(
    ("cost", "p", "more", "code", "named"),
    [
        ([[1.0, np.nan], [1.0, 2.0], [-1.0, 1.0]], 1, {}, "siting.cost", {"rows": [0, 2]}),
        ([[1.0, 2.0], [np.inf, np.inf]], 1, {}, "siting.no_site", {"rows": [1]}),
        ([[1.0, np.inf], [np.inf, 1.0]], 1, {}, "siting.too_few", {"rows": [1]}),
        ([[1.0, 2.0]], 3, {}, "siting.p", {"high": 2}),
        ([[1.0, 2.0]], 0, {}, "siting.p", {"low": 1}),
        ([[1.0, 2.0]], 1, {"fixed": [0, 1]}, "siting.p", {"low": 2}),
        ([[1.0, 2.0]], 2, {"fixed": [1, 1]}, "siting.fixed", {"positions": [1]}),
        ([[1.0, 2.0]], 2, {"fixed": [0, 2, -1]}, "siting.fixed", {"positions": [1, 2]}),
        ([[1.0], [2.0]], 1, {"weights": [1.0, np.nan]}, "siting.weight", {"positions": [1]}),
        ([[1.0], [2.0]], 1, {"weights": [1.0]}, "siting.shape", {"name": "weights"}),
        ([1.0, 2.0], 1, {}, "siting.shape", {"name": "cost"}),
        ([["a"]], 1, {}, "siting.shape", {"name": "cost"}),
        ([[1.0]], 1, {"time_limit_s": -1}, "siting.time_limit", {"got": "-1"}),
        ([[1.0]], 1, {"time_limit_s": float("nan")}, "siting.time_limit", {}),
        ([[1.0]], 1, {"seed": -1}, "siting.seed", {}),
        ([[1e308], [1e308]], 1, {}, "siting.too_large", {"rows": [0, 1]}),
    ],
)
def test_what_makes_no_sense_is_refused_and_named(cost, p, more, code, named):
    with pytest.raises(SitingError) as refused:
        p_median(np.array(cost), p, **more)
    assert refused.value.code == code
    assert named.items() <= refused.value.data.items()
    assert str(refused.value)


def test_a_time_limit_is_kept():
    cost, weights = plane(3000, 300, seed=4)
    begun = time.monotonic()
    found = p_median(cost, 15, weights=weights, time_limit_s=0.3)
    assert time.monotonic() - begun < 5, "the limit was not looked at"
    assert found.bound <= found.objective
