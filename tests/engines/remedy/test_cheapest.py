"""The cheapest sets against trying every one of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.remedy import cheapest_sets


def brute(cost, lifts, short, excludes, forbidden):  # type: ignore[no-untyped-def]
    """Every subset in turn: the cheapest (then smallest) that is enough and holds none of ``forbidden`` whole."""
    best = None
    for size in range(len(cost) + 1):
        for chosen in itertools.combinations(range(len(cost)), size):
            if any(a in chosen and b in chosen for a, b in excludes) or any(set(f) <= set(chosen) for f in forbidden):
                continue
            if (lifts[list(chosen)].sum(axis=0) >= np.array(short) - 1e-9).all():
                key = (sum(cost[n] for n in chosen), size)
                best = min(best, key) if best else key
    return best


@settings(max_examples=60)
@given(st.integers(1, 7), st.integers(1, 3), st.randoms(use_true_random=False))
def test_the_two_cheapest_sets_are_those_found_by_trying_all(n: int, m: int, chance) -> None:  # type: ignore[no-untyped-def]
    cost = [chance.randrange(0, 9) * 1000 for _ in range(n)]
    lifts = np.array([[chance.randrange(-2, 9) for _ in range(m)] for _ in range(n)], dtype=float)
    short = [chance.randrange(1, 12) for _ in range(m)]
    excludes = [(0, n - 1)] if n > 2 and chance.random() < 0.3 else []
    found = cheapest_sets(cost, lifts, short, excludes=excludes)
    forbidden: list[tuple[int, ...]] = []
    for remedy in found:
        assert (remedy.cost, len(remedy.chosen)) == brute(cost, lifts, short, excludes, forbidden)
        assert all(have >= want - 1e-6 for have, want in zip(remedy.reached, short, strict=True))
        forbidden.append(remedy.chosen)
    if len(found) < 2:
        assert brute(cost, lifts, short, excludes, forbidden) is None


def test_what_cannot_be_reached_has_no_set_and_bad_numbers_are_refused() -> None:
    assert cheapest_sets([5], np.array([[1.0]]), [2.0]) == ()
    with pytest.raises(ValueError, match="short > 0"):
        cheapest_sets([5], np.array([[1.0]]), [0.0])
