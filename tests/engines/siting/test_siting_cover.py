"""Covers equal brute force on small cases, and HiGHS agrees on real points; whatever is refused is named."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from linli.engines.siting import SitingError, max_cover

COVERING = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[4] / "shared" / "data")) / "optimisation/covering"
PATIENT = settings(max_examples=150, deadline=None, derandomize=True)


def most(within, weights, p, fixed):
    sets = (c for c in itertools.combinations(range(within.shape[1]), p) if set(fixed) <= set(c))
    return max(float(weights[within[:, list(c)].any(axis=1)].sum()) for c in sets)


@st.composite
def questions(draw):
    n_demand, n_sites = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    flags = draw(st.lists(st.booleans(), min_size=n_demand * n_sites, max_size=n_demand * n_sites))
    weights = np.array(draw(st.lists(st.integers(0, 4), min_size=n_demand, max_size=n_demand)), float)
    p = draw(st.integers(0, n_sites))
    fixed = draw(st.lists(st.integers(0, n_sites - 1), max_size=p, unique=True))
    return np.array(flags).reshape(n_demand, n_sites), weights, p, fixed


@PATIENT
@given(questions(), st.booleans())
def test_the_weight_covered_equals_brute_force_and_is_proved(question, sparse):
    within, weights, p, fixed = question
    found = max_cover(csr_array(within) if sparse else within, p, weights=weights, fixed=fixed)
    assert found.objective == most(within, weights, p, fixed)
    assert found.objective <= found.bound
    assert found.proved
    assert len(found.open) == p
    assert (np.diff(found.open) > 0).all()
    assert set(fixed) <= set(found.open)
    for demand, site in enumerate(found.assignment):
        coverers = [s for s in found.open if within[demand, s]]
        assert site == (coverers[0] if coverers else -1)


@pytest.mark.parametrize(("p", "expected"), [(5, 3777.0), (20, 9670.0)])
def test_real_points_are_covered_and_proved(p, expected):
    """The service distance of 200 m is ours; HiGHS alone, cold, gives the same two numbers."""
    if not COVERING.exists():
        pytest.skip("the points are not here")
    x, y, weights = np.loadtxt(COVERING / "SJC324.txt", skiprows=1).T
    within = np.hypot(x[:, None] - x, y[:, None] - y) <= 200
    found = max_cover(within, p, weights=weights, time_limit_s=60)
    assert found.objective == expected
    assert found.bound == pytest.approx(expected)
    assert found.proved


def test_many_sites_are_bounded_without_highs_and_more_time_never_gives_less():
    rng = np.random.default_rng(5)
    demand, sites = rng.random((2000, 2)), rng.random((400, 2))
    within = np.hypot(*(demand[:, None] - sites[None]).transpose(2, 0, 1)) < 0.2
    hasty, patient = (max_cover(within, 8, time_limit_s=limit) for limit in (0, 3))
    assert hasty.objective <= patient.objective <= patient.bound <= hasty.bound
    assert patient.gap < 0.03


def test_a_csr_array_is_not_changed_and_its_stored_zeros_cover_nothing():
    within = csr_array((np.array([True, False, True]), np.array([1, 0, 0]), np.array([0, 2, 3])), shape=(2, 2))
    found = max_cover(within, 1)
    assert found.assignment.tolist() == [-1, 0]
    assert within.nnz == 3
    assert within.indices.tolist() == [1, 0, 0]


def test_nothing_to_cover_and_nothing_to_open_have_plain_answers():
    nothing = max_cover(np.zeros((0, 3), bool), 2, fixed=[2])
    assert nothing.open.tolist() == [0, 2]
    assert nothing.proved
    none_open = max_cover(np.ones((2, 3), bool), 0)
    assert (none_open.objective, none_open.assignment.tolist(), none_open.proved) == (0.0, [-1, -1], True)
    assert max_cover(np.zeros((3, 2), bool), 1).objective == 0.0


@pytest.mark.parametrize(
    ("within", "p", "more", "code"),
    [
        (np.ones((2, 2), bool), 3, {}, "siting.p"),
        (np.ones((2, 2), bool), 1, {"fixed": [0, 1]}, "siting.p"),
        (np.ones((2, 2), bool), 2, {"fixed": [0, 0]}, "siting.fixed"),
        (np.ones((2, 2), bool), 1, {"weights": [1, -1]}, "siting.weight"),
        (np.ones((2, 2), bool), 1, {"weights": [1e308, 1e308]}, "siting.too_large"),
        (np.full((2, 2), np.nan), 1, {}, "siting.shape"),
        (np.full((2, 2), 0.5), 1, {}, "siting.shape"),
        (np.ones(2, bool), 1, {}, "siting.shape"),
    ],
)
def test_what_makes_no_sense_is_refused(within, p, more, code):
    with pytest.raises(SitingError) as refused:
        max_cover(within, p, **more)
    assert refused.value.code == code
    assert str(refused.value)
