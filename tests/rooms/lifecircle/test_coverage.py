"""Shares, bands, the index and the target: what counts as within, for whom, and what is left open."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lifecircle.rules.coverage import (
    Walks,
    band_of,
    is_within,
    measure_category,
    measure_circle,
    weighted_quantile,
)
from linli.lifecircle.rules.standard import Group

from .made import ELDER, EVERYONE, metres, minutes, standard

INF, NAN = float("inf"), float("nan")


def made(walk_min: list[list[float]], *, joined: list[bool] | None = None, edge_m: float = 1e6) -> Walks:
    array = np.array(walk_min, dtype=np.float64)
    on = np.array(joined if joined is not None else [True] * len(array))
    array[~on] = NAN
    return Walks(array * 60, array, np.zeros(array.shape, dtype=np.int64), on, np.full(len(array), edge_m))


def measure(walks: Walks, persons: list[float], *, limit: float = 15, n_facilities: int = 1, **more: object):  # type: ignore[no-untyped-def]
    item = minutes("shop", limit, **more)
    return measure_category(
        walks, 0, item=item, group=EVERYONE, persons=np.array(persons, dtype=float), n_facilities=n_facilities
    )


def test_a_walk_exactly_at_the_limit_is_within() -> None:
    found = measure(made([[15.0], [15.001]]), [10, 10])
    assert found.share == 0.5
    assert found.persons_beyond == 10


def test_the_share_is_of_people_not_of_buildings() -> None:
    found = measure(made([[1], [30]]), [90, 10])
    assert found.share == pytest.approx(0.9)
    assert (found.n_houses_within, found.n_houses) == (1, 2)


def test_unjoined_houses_are_outside_the_share_and_open_its_range() -> None:
    found = measure(made([[1], [30], [0]], joined=[True, True, False]), [50, 30, 20])
    assert found.share == pytest.approx(50 / 80)
    assert (found.share_low, found.share_high) == (pytest.approx(0.5), pytest.approx(0.7))
    assert found.persons_unjoined == 20


def test_a_house_that_needs_an_unknown_gate_lowers_the_low_end_only() -> None:
    walks, shut = made([[5], [5]]), made([[5], [25]])
    item = minutes("shop", 15)
    found = measure_category(
        walks, 0, item=item, group=EVERYONE, persons=np.array([60.0, 40.0]), n_facilities=1, shut=shut
    )
    assert (found.share, found.share_low, found.share_high) == (1.0, pytest.approx(0.6), 1.0)
    assert found.persons_gates == pytest.approx(40)


def test_people_near_the_edge_of_the_map_are_told_of_and_still_counted_beyond() -> None:
    found = measure(made([[20]], edge_m=100), [10])
    assert (found.persons_edge, found.persons_beyond, found.share_high) == (10, 10, 0.0)
    assert measure(made([[20]], edge_m=5000), [10]).persons_edge == 0


def test_no_facility_on_the_map_is_not_the_same_as_far() -> None:
    absent = measure(made([[INF]]), [10], n_facilities=0)
    far = measure(made([[90]]), [10])
    assert (absent.is_found, far.is_found) == (False, True)
    assert absent.persons_no_way == 10


def test_where_nobody_lives_there_is_no_share_rather_than_zero() -> None:
    found = measure(made([[1]]), [0])
    assert (found.share, found.median_min, found.meets_target) == (None, None, None)


def test_a_limit_in_metres_is_held_against_metres_whatever_the_pace() -> None:
    walks = Walks(
        np.array([[790.0], [810.0]]),
        np.array([[40.0], [1.0]]),
        np.zeros((2, 1), np.int64),
        np.ones(2, bool),
        np.full(2, 1e6),
    )
    assert is_within(walks, 0, metres("clinic", 800)).tolist() == [True, False]
    assert metres("clinic", 800).limit_minutes(ELDER) == pytest.approx(16)


def test_a_target_is_met_from_exactly_its_share() -> None:
    assert measure(made([[1], [99]]), [9, 1], target_share=0.9).meets_target is True
    assert measure(made([[1], [99]]), [8.9, 1.1], target_share=0.9).meets_target is False


def test_the_strict_index_counts_those_with_everything_and_the_mean_index_what_they_have() -> None:
    items = (minutes("shop", 15), minutes("school", 15))
    walks = made([[1, 1], [1, 99]])
    strict = measure_circle(walks, standard(*items, target=0.9), persons=np.array([30.0, 70.0]), found=[True, True])
    mean = measure_circle(
        walks, standard(*items, index="mean_of_items", target=0.6), persons=np.array([30.0, 70.0]), found=[True, True]
    )
    assert (strict.index, strict.meets_target) == (pytest.approx(0.3), False)
    assert (mean.index, mean.meets_target) == (pytest.approx(0.65), True)
    assert mean.persons_by_n_within == (0, 70, 30)


def test_the_share_of_what_is_found_leaves_out_what_the_map_does_not_hold() -> None:
    items = (minutes("shop", 15), minutes("school", 15))
    found = measure_circle(made([[1, INF]]), standard(*items), persons=np.array([10.0]), found=[True, False])
    assert (found.every_item, found.every_found_item) == (0.0, 1.0)


def test_bands_close_above_and_unknown_is_none_of_them() -> None:
    assert band_of(np.array([0, 5, 5.1, 10, 15, 15.1, INF, NAN])).tolist() == [0, 0, 1, 1, 2, 3, 3, -1]


walk = st.one_of(st.floats(0, 60), st.just(INF))


@given(st.lists(st.tuples(walk, st.booleans(), st.floats(0, 500)), min_size=1, max_size=30), st.floats(1, 40))
def test_counts_add_up_and_the_share_lies_in_its_range(rows: list[tuple[float, bool, float]], limit: float) -> None:
    walks = made([[m] for m, _, _ in rows], joined=[j for _, j, _ in rows])
    persons = [p for _, _, p in rows]
    found = measure(walks, persons, limit=limit)
    assert found.persons_within + found.persons_beyond + found.persons_unjoined == pytest.approx(sum(persons), abs=1e-6)
    assert sum(found.band_persons) == pytest.approx(found.persons_within + found.persons_beyond, abs=1e-6)
    assert found.persons_no_way <= found.persons_beyond + 1e-6
    if found.share is not None:
        assert found.share_low is not None
        assert found.share_high is not None
        assert found.share_low - 1e-9 <= found.share <= found.share_high + 1e-9
    wider = measure(walks, persons, limit=limit + 5)
    assert wider.persons_within >= found.persons_within


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 9)), min_size=1, max_size=20), st.floats(0.01, 1))
def test_a_weighted_quantile_is_that_of_everybody_written_out(rows: list[tuple[float, int]], share: float) -> None:
    values, weights = np.array([v for v, _ in rows]), np.array([float(w) for _, w in rows])
    everyone = np.repeat(values, weights.astype(int))
    got = weighted_quantile(values, weights, share)
    if not len(everyone):
        assert got is None
    else:
        assert got == np.sort(everyone)[max(0, int(np.ceil(share * len(everyone) - 1e-9)) - 1)]


def test_ages_close_below_and_open_above() -> None:
    child = Group("child", ELDER.title, 54, from_age=3, to_age=12)
    assert [child.holds_age(age) for age in (2, 3, 11, 12)] == [False, True, True, False]
