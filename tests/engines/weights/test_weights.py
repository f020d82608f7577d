"""Published examples to the printed digit, formulas by hand, and properties."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from linli.engines.weights import (
    WeightsError,
    aggregate_judgements,
    ahp,
    combine,
    critic_weights,
    cronbach_alpha,
    delphi_convergence,
    entropy_weights,
    rank_stability,
    sensitivity,
    topsis,
    weighted_sum,
)


def reciprocal(upper: list[list[float]]) -> np.ndarray:
    n = len(upper) + 1
    matrix = np.eye(n)
    for i, row in enumerate(upper):
        for j, value in enumerate(row, start=i + 1):
            matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


HOUSE = reciprocal(
    [
        [5, 3, 7, 6, 6, 1 / 3, 1 / 4], [1 / 3, 5, 3, 3, 1 / 5, 1 / 7], [6, 3, 4, 6, 1 / 5], [1 / 3, 1 / 4, 1 / 7, 1 / 8],
        [1 / 2, 1 / 5, 1 / 6], [1 / 5, 1 / 6], [1 / 2],
    ]
)  # fmt: skip
SCHOOL = reciprocal([[4, 3, 1, 3, 4], [7, 3, 1 / 5, 1], [1 / 5, 1 / 5, 1 / 6], [1, 1 / 3], [3]])


def test_saatys_house_has_the_printed_weights_and_ratio() -> None:
    """Saaty (1990), How to make a decision, EJOR 48, table 2."""
    found = ahp(HOUSE)
    assert found.weights.round(3).tolist() == [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    assert round(found.lambda_max, 3) == 9.669
    assert round(found.consistency_ratio, 3) == 0.169


def test_saatys_school_has_the_printed_weights() -> None:
    """Saaty (1980), The Analytic Hierarchy Process: learning, friends, school life, vocational training, college preparation, music."""
    found = ahp(SCHOOL)
    assert found.weights.round(2).tolist() == [0.32, 0.14, 0.03, 0.13, 0.24, 0.14]


@given(st.lists(st.floats(0.2, 5), min_size=3, max_size=9))
def test_a_consistent_matrix_gives_back_its_weights_and_nothing_to_look_at(weights: list[float]) -> None:
    share = np.array(weights) / sum(weights)
    found = ahp(share[:, None] / share[None, :])
    assert np.allclose(found.weights, share)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert ahp(share[:, None] / share[None, :], random_index="alonso_lamata").consistency_ratio == pytest.approx(
        0, abs=1e-9
    )


def test_the_judgement_that_was_spoilt_is_the_one_to_look_at_again() -> None:
    share = np.array([0.4, 0.3, 0.2, 0.1])
    matrix = share[:, None] / share[None, :]
    assert ahp(matrix).worst_pair is None
    matrix[1, 3], matrix[3, 1] = 1 / 9, 9
    assert ahp(matrix).worst_pair == (1, 3)


def test_matrices_that_are_none_are_refused_with_the_place() -> None:
    with pytest.raises(WeightsError, match=r"\(0, 1\) is 3, so \(1, 0\) must be 0.333333, got 0.5"):
        ahp(np.array([[1, 3], [0.5, 1]]))
    with pytest.raises(WeightsError, match="must be > 0"):
        ahp(np.array([[1, -3], [-1 / 3, 1]]))
    assert ahp(np.array([[1, 3], [1 / 3, 1]])).weights.tolist() == [0.75, 0.25]
    assert ahp(np.array([[1.0]])).consistency_ratio == 0


def test_a_group_is_the_geometric_mean_of_its_judges() -> None:
    both = aggregate_judgements([reciprocal([[2, 8], [2]]), reciprocal([[8, 2], [2]])])
    assert both[0].tolist() == pytest.approx([1, 4, 4])
    assert np.allclose(both * both.T, 1, atol=1e-12)
    assert np.allclose(aggregate_judgements([HOUSE, SCHOOL_8], voices=[1, 0]), HOUSE)


SCHOOL_8 = np.ones((8, 8))


def test_entropy_is_the_formula_and_zero_times_its_logarithm_is_zero() -> None:
    values = np.array([[3.0, 1.0, 5.0], [1.0, 1.0, 5.0], [0.0, 2.0, 5.0]])
    e1 = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25)) / np.log(3)
    e2 = -(2 * 0.25 * np.log(0.25) + 0.5 * np.log(0.5)) / np.log(3)
    found = entropy_weights(values)
    assert found.tolist() == pytest.approx([(1 - e1) / (2 - e1 - e2), (1 - e2) / (2 - e1 - e2), 0.0])


@given(hnp.arrays(float, st.tuples(st.integers(2, 8), st.integers(1, 5)), elements=st.floats(0.1, 100)))
def test_weights_from_data_sum_to_one_whatever_the_units_order_and_scale(values: np.ndarray) -> None:
    if (np.ptp(values, axis=0) < 1e-6).all():
        return
    for weigh in (entropy_weights, critic_weights):
        found = weigh(values)
        assert found.sum() == pytest.approx(1)
        assert (found >= 0).all()
        assert np.allclose(found, weigh(values[::-1]), atol=1e-9)
        assert np.allclose(found, weigh(values * 7), atol=1e-6)


def test_a_cost_column_is_turned_as_documented_and_bad_data_is_refused() -> None:
    values = np.array([[1.0, 9.0], [2.0, 5.0], [4.0, 3.0]])
    turned = values.copy()
    turned[:, 1] = 9 + 3 - values[:, 1]
    assert np.allclose(entropy_weights(values, benefit=np.array([True, False])), entropy_weights(turned))
    for bad in (values[:1], np.array([[1.0, np.nan], [2.0, 3.0]]), -values, np.ones((3, 2))):
        with pytest.raises(WeightsError):
            entropy_weights(bad)


def test_alpha_is_the_published_one_with_its_interval(data: Path) -> None:
    """pingouin's documentation of ``cronbach_alpha``: 0.5917188485995826, interval [0.195, 0.840]."""
    with (data / "mcdm" / "cronbach_alpha.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    items = sorted({row["Items"] for row in rows})
    answers = np.full((1 + max(int(row["Subj"]) for row in rows), len(items)), np.nan)
    for row in rows:
        answers[int(row["Subj"]), items.index(row["Items"])] = float(row["Scores"])
    found = cronbach_alpha(answers)
    assert found.alpha == pytest.approx(0.5917188485995826, abs=1e-15)
    assert (round(found.low, 3), round(found.high, 3)) == (0.195, 0.840)
    assert len(found.alpha_if_dropped) == len(items)
    with_gap = np.vstack([answers, [np.nan] * len(items)])
    assert cronbach_alpha(with_gap).alpha == found.alpha


def test_alpha_of_the_same_item_twice_is_one_and_without_spread_is_refused() -> None:
    one = np.array([[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]])
    assert cronbach_alpha(one).alpha == pytest.approx(1)
    with pytest.raises(WeightsError, match="no spread"):
        cronbach_alpha(np.ones((3, 2)))


def test_missing_values_hand_on_their_weight_and_topsis_puts_the_best_first() -> None:
    points = np.array([[80.0, 40.0], [np.nan, 60.0], [np.nan, np.nan]])
    scores = weighted_sum(points, np.array([3.0, 1.0]))
    assert scores[:2].tolist() == [70.0, 60.0]
    assert np.isnan(scores[2])
    closeness = topsis(
        np.array([[9.0, 1.0], [5.0, 5.0], [1.0, 9.0]]), np.array([0.5, 0.5]), benefit=np.array([True, False])
    )
    assert closeness[0] == 1
    assert closeness[2] == 0
    assert closeness[1] == pytest.approx(0.5)


@given(hnp.arrays(float, st.tuples(st.integers(2, 6), st.integers(2, 4)), elements=st.integers(0, 100).map(float)))
def test_sensitivity_is_what_weighing_anew_gives(points: np.ndarray) -> None:
    weights = np.arange(1.0, points.shape[1] + 1)
    found = sensitivity(points, weights)
    tried = [weighted_sum(points, weights)]
    for j in range(len(weights)):
        for factor in (0.9, 1.1):
            moved = weights / weights.sum()
            moved[j] *= factor
            tried.append(weighted_sum(points, moved))
    assert np.allclose(found.score_low, np.min(tried, axis=0))
    assert np.allclose(found.score_high, np.max(tried, axis=0))
    assert (found.rank_best <= found.rank).all()
    assert (found.rank <= found.rank_worst).all()
    assert sorted(found.rank.tolist()) == list(range(1, len(points) + 1))


def test_experts_who_agree_have_converged_and_a_clear_lead_keeps_its_rank() -> None:
    found = delphi_convergence(np.array([[10.0, 1.0], [10.2, 9.0], [9.9, 5.0], [10.1, 3.0]]))
    assert found.is_converged.tolist() == [True, False]
    assert delphi_convergence(np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 9.0]])).kendall_w == pytest.approx(1)
    stable = rank_stability(np.array([[90.0, 90.0], [50.0, 51.0], [51.0, 50.0]]), np.array([0.5, 0.5]), n_draws=200)
    assert stable[0] == 1
    assert stable[1] < 1


def test_judged_and_measured_weights_are_put_together() -> None:
    judged, measured = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])
    assert combine(judged, measured).tolist() == pytest.approx([0.1 / 0.28, 0.06 / 0.28, 0.12 / 0.28])
    assert combine(judged, measured, how="mean").tolist() == pytest.approx([0.35, 0.25, 0.4])
