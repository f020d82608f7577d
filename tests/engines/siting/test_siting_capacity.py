"""Capacities: brute force on small cases, published bests of the OR-Library, and what does not fit is named."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.siting import SitingError, p_median

LIBRARY = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[4] / "shared" / "data")) / "optimisation/pmedcap"
PATIENT = settings(max_examples=60, deadline=None, derandomize=True)


def cheapest(cost, weights, capacity, p, fixed):
    """Every set of sites and every assignment tried; inf where none fits."""
    best = np.inf
    n_demand, n_sites = cost.shape
    for opened in itertools.combinations(range(n_sites), p):
        if not set(fixed) <= set(opened):
            continue
        for sites in itertools.product(opened, repeat=n_demand):
            paid = cost[np.arange(n_demand), sites]
            load = np.bincount(sites, weights, n_sites)
            if np.isfinite(paid).all() and (load <= capacity).all():
                best = min(best, float((weights * paid).sum()))
    return best


@st.composite
def questions(draw):
    n_demand, n_sites = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    number = st.one_of(st.integers(0, 6).map(float), st.just(np.inf))
    cost = np.array(draw(st.lists(number, min_size=n_demand * n_sites, max_size=n_demand * n_sites)))
    weights = np.array(draw(st.lists(st.integers(0, 4), min_size=n_demand, max_size=n_demand)), float)
    capacity = draw(
        st.lists(st.one_of(st.integers(2, 9).map(float), st.just(np.inf)), min_size=n_sites, max_size=n_sites)
    )
    p = draw(st.integers(1, n_sites))
    fixed = draw(st.lists(st.integers(0, n_sites - 1), max_size=p, unique=True))
    return cost.reshape(n_demand, n_sites), weights, np.array(capacity), p, fixed


@PATIENT
@given(questions())
def test_the_cost_equals_brute_force_within_capacities_or_there_is_no_answer(question):
    cost, weights, capacity, p, fixed = question
    expected = cheapest(cost, weights, capacity, p, fixed)
    if not np.isfinite(expected):
        with pytest.raises(SitingError) as refused:
            p_median(cost, p, weights=weights, capacity=capacity, fixed=fixed)
        assert refused.value.data["rows"]
        assert refused.value.code != "siting.undecided"
        return
    found = p_median(cost, p, weights=weights, capacity=capacity, fixed=fixed)
    assert found.objective == pytest.approx(expected)
    assert found.proved
    assert found.bound <= found.objective
    assert set(found.assignment) <= set(found.open)
    assert set(fixed) <= set(found.open)
    assert (np.bincount(found.assignment, weights, len(capacity)) <= capacity).all()


@pytest.mark.parametrize("number", [1, 2, 4, 6])
def test_published_bests_are_reached_and_proved(number):
    """Costs there are whole distances, not weighed by demand."""
    if not LIBRARY.exists():
        pytest.skip("the OR-Library's cases are not here")
    values = np.array((LIBRARY / f"pmedcap{number}.txt").read_text().split(), float)
    best, n, p, holds = values[1], int(values[2]), int(values[3]), values[4]
    _, x, y, demand = values[5:].reshape(n, 4).T
    distance = np.floor(np.hypot(x[:, None] - x, y[:, None] - y))
    found = p_median(distance / demand[:, None], p, weights=demand, capacity=np.full(n, holds), time_limit_s=60)
    assert found.objective == pytest.approx(best)
    assert found.proved
    assert np.bincount(found.assignment, demand).max() <= holds


def test_ample_capacities_change_nothing_and_tight_ones_only_cost_more():
    rng = np.random.default_rng(7)
    demand, sites = rng.random((60, 2)), rng.random((15, 2))
    cost = np.rint(np.hypot(*(demand[:, None] - sites[None]).transpose(2, 0, 1)) * 1000)
    free = p_median(cost, 4)
    ample = p_median(cost, 4, capacity=np.full(15, 60.0))
    tight = p_median(cost, 4, capacity=np.full(15, 15.0))
    assert ample.objective == free.objective
    assert free.objective <= tight.bound + 1e-6
    assert np.bincount(tight.assignment).max() == 15


@pytest.mark.parametrize(
    ("weights", "capacity", "code"),
    [
        ([9.0, 1.0, 1.0], [5.0, 5.0], "siting.too_big"),
        ([4.0, 4.0, 4.0], [5.0, 5.0], "siting.too_small"),
        ([3.0, 3.0, 3.0], [5.0, 5.0], "siting.too_few"),
        ([1.0, 1.0, 1.0], [5.0, -1.0], "siting.capacity"),
        ([1.0, 1.0, 1.0], [5.0], "siting.shape"),
    ],
)
def test_what_does_not_fit_is_refused_and_named(weights, capacity, code):
    with pytest.raises(SitingError) as refused:
        p_median(np.ones((3, 2)), 2, weights=weights, capacity=capacity)
    assert refused.value.code == code
    assert str(refused.value)
