"""Hot topics: the exact test against brute force, chance kept out, what is hot found, invariances, words."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.triage import TriageError, find_hot, find_hot_words
from linli.engines.triage.hot import _adjusted

BEFORE = 56


def cases(lately: int, before: int, cell: int = 0, days: int = 7) -> tuple[list[int], list[float]]:
    """So many in the window and, evenly, in the days before it."""
    ages = [0.5] * lately + [days + (n + 0.5) * BEFORE / max(before, 1) for n in range(before)]
    return [cell] * len(ages), ages


def brute(lately: int, before: int, days: int) -> float:
    share, n = days / (days + BEFORE), lately + before
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(lately, n + 1))


@given(st.integers(3, 25), st.integers(0, 30))
def test_the_chance_is_the_binomial_tail(lately: int, before: int) -> None:
    cell, ages = cases(lately, before)
    [hot] = find_hot(np.array(cell), np.array(ages), windows_days=[7], false_share=0.999999) or [None]
    expected = brute(lately, before, 7)
    if hot is None:
        assert expected > 0.999999
    else:
        assert hot.p == pytest.approx(expected, rel=1e-9)
        assert (hot.n, hot.n_before, hot.usual) == (lately, before, pytest.approx(before / 8))
        assert hot.times_at_least <= (hot.times or np.inf)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_q_is_benjamini_and_hochberg_by_its_definition(p: list[float]) -> None:
    q, n = _adjusted(np.array(p)), len(p)
    for share in (0.05, 0.1, 0.3):
        ranked = sorted(p)
        last = max((k for k in range(1, n + 1) if ranked[k - 1] * n / k <= share), default=0)
        rejected = sum(value <= (ranked[last - 1] if last else -1) for value in p)
        assert (q <= share).sum() == rejected


def test_where_nothing_changed_chance_is_named_no_oftener_than_stated() -> None:
    rng, runs, false_share = np.random.default_rng(5), 400, 0.1
    n_cells, n_wrong = 60, 0
    for _ in range(runs):
        counts = rng.poisson(rng.gamma(1.0, 8.0, n_cells))
        cell = np.repeat(np.arange(n_cells), counts)
        n_wrong += bool(find_hot(cell, rng.uniform(0, 70, len(cell)), false_share=false_share))
    assert n_wrong / runs <= false_share + 2 * np.sqrt(false_share * (1 - false_share) / runs)


def test_clusters_that_always_come_are_not_hot() -> None:
    """Each week some cells get a burst: over-dispersed as ever, so that a burst this week is nothing new."""
    rng, n_wrong, runs = np.random.default_rng(6), 0, 100
    for _ in range(runs):
        weekly = rng.poisson(rng.gamma(0.5, 6.0, (40, 10)))
        cell = np.repeat(np.arange(400) // 10, weekly.ravel())
        week = np.repeat(np.arange(400) % 10, weekly.ravel())
        n_wrong += len(find_hot(cell, week * 7 + rng.uniform(0, 7, len(cell)), windows_days=[7])) > 2
    assert n_wrong / runs < 0.1


def test_a_burst_is_found_and_told_by_how_much() -> None:
    rng = np.random.default_rng(7)
    cell = rng.integers(0, 30, 900)
    ages = rng.uniform(0, 70, 900)
    burst = np.full(20, 4)
    hot = find_hot(np.concatenate((cell, burst)), np.concatenate((ages, rng.uniform(0, 6, 20))))
    assert hot[0].cell == 4
    assert hot[0].n >= 20
    assert hot[0].times is not None
    assert 2 < hot[0].times_at_least < hot[0].times


@given(st.integers(3, 12), st.integers(0, 12), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_one_more_case_never_cools(lately: int, before: int, random: object) -> None:
    cell, ages = cases(lately, before)
    one = find_hot(np.array(cell), np.array(ages), windows_days=[7], false_share=0.999999)
    order = list(range(len(cell)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again = find_hot(np.array(cell)[order], np.array(ages)[order], windows_days=[7], false_share=0.999999)
    assert one == again
    more = find_hot(np.array([*cell, 0]), np.array([*ages, 0.5]), windows_days=[7], false_share=0.999999)
    if one:
        assert more[0].p <= one[0].p


def test_words_said_by_the_same_texts_are_one_topic() -> None:
    texts = ["二号楼电梯困人了", "电梯又困人，快来", "电梯困人二十分钟", "电梯困人没人管"]
    usual = ["路灯不亮", "电梯里太脏", "有人乱停车", "垃圾没有清"] * 6
    ages = [1.0, 2.0, 3.0, 4.0, *(10.0 + 2 * n for n in range(24))]
    found = find_hot_words([*texts, *usual], np.array(ages))
    assert [set(one.word) & set("困人") != set() for one in found] == [True]
    assert found[0].texts == (0, 1, 2, 3)
    assert find_hot_words([], np.array([])) == []


def test_wrong_questions_are_refused() -> None:
    for wrong in ({"windows_days": []}, {"windows_days": [90]}, {"false_share": 1.5}, {"least": 0}):
        with pytest.raises(TriageError):
            find_hot(np.array([0]), np.array([1.0]), **wrong)  # type: ignore[arg-type]
    with pytest.raises(TriageError):
        find_hot(np.array([0]), np.array([-1.0]))
    with pytest.raises(TriageError):
        find_hot_words(["路灯"], np.array([]))
