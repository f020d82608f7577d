"""Units between two bounds: equal to every division tried, connected, the same whatever the order, and refused with reasons."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.districting import DistrictingError, Districts, counts_that_fit, split
from linli.engines.siting import warm


def lattice(wide: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    xy = np.array([(x * 100.0, y * 100.0) for y in range(high) for x in range(wide)])
    pairs = [(y * wide + x, y * wide + x + 1) for y in range(high) for x in range(wide - 1)]
    pairs += [(y * wide + x, (y + 1) * wide + x) for y in range(high - 1) for x in range(wide)]
    return xy, np.array(pairs).reshape(-1, 2)


def hangs_together(members: list[int], pairs: np.ndarray) -> bool:
    left, edge = set(members[1:]), [members[0]]
    while edge:
        at = edge.pop()
        near = {int(b if a == at else a) for a, b in pairs.tolist() if at in (a, b)} & left
        left -= near
        edge += near
    return not left


def cost(weight: np.ndarray, xy: np.ndarray, groups: list[list[int]]) -> float:
    away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    people = np.maximum(weight, 1.0)
    return sum(min(float((people[g] * away[g, c]).sum()) for c in g) for g in map(np.array, groups))


def best_of_all(weight: np.ndarray, xy: np.ndarray, pairs: np.ndarray, low: float, high: float, k: int) -> float | None:
    best = None
    for names in itertools.product(range(k), repeat=len(weight)):
        if list(dict.fromkeys(names)) != list(range(k)):
            continue
        groups = [[n for n, name in enumerate(names) if name == u] for u in range(k)]
        if all(low <= weight[g].sum() <= high and hangs_together(g, pairs) for g in groups):
            found = cost(weight, xy, groups)
            best = found if best is None else min(best, found)
    return best


def hold(found: Districts, weight: np.ndarray, xy: np.ndarray, pairs: np.ndarray, low: float, high: float) -> None:
    groups = [np.flatnonzero(found.unit == u).tolist() for u in range(found.n_units)]
    assert all(group and hangs_together(group, pairs) for group in groups)
    assert all(found.unit[centre] == u for u, centre in enumerate(found.centre.tolist()))
    assert [weight[group].sum() for group in groups] == pytest.approx(found.weight.tolist())
    assert all(low - 1e-6 <= total <= high + 1e-6 for total in found.weight)
    assert found.objective == pytest.approx(cost(weight, xy, groups))
    assert found.bound <= found.objective * (1 + 1e-9)


def asked(
    weight: np.ndarray, xy: np.ndarray, pairs: np.ndarray, low: float, high: float, k: int
) -> Districts | DistrictingError:
    try:
        return split(weight, xy, pairs, low=low, high=high, n_units=k)
    except DistrictingError as refused:
        return refused


@settings(max_examples=40)
@given(st.data())
def test_the_division_equals_the_best_of_all_there_are(data: st.DataObject) -> None:
    wide, tall = data.draw(st.sampled_from([(2, 2), (3, 2), (4, 2), (5, 1), (3, 3)]))
    xy, pairs = lattice(wide, tall)
    xy = xy + np.array(data.draw(st.lists(st.integers(-30, 30), min_size=len(xy) * 2, max_size=len(xy) * 2))).reshape(-1, 2)  # fmt: skip
    drop = data.draw(st.sets(st.integers(0, len(pairs) - 1), max_size=2))
    pairs = np.array([pair for n, pair in enumerate(pairs.tolist()) if n not in drop]).reshape(-1, 2)
    weight = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(xy), max_size=len(xy))), dtype=float)
    k = data.draw(st.integers(2, 3 if len(xy) < 9 else 2))
    low, high = sorted((data.draw(st.integers(3, 20)), data.draw(st.integers(8, 30))))
    whole = hangs_together(list(range(len(xy))), pairs)
    found = asked(weight, xy, pairs, low, high, k)
    if isinstance(found, DistrictingError):
        # What is refused is so for every division, but for areas in several pieces: how many units each gets is laid down before.
        assert found.code in ("too_heavy", "no_count", "n_units", "impossible")
        assert (not whole and found.code == "impossible") or best_of_all(weight, xy, pairs, low, high, k) is None
        return
    hold(found, weight, xy, pairs, low, high)
    if whole:
        assert found.proved
        assert found.objective == pytest.approx(best_of_all(weight, xy, pairs, low, high, k))


def test_a_row_of_six_is_cut_in_the_middle() -> None:
    xy, pairs = lattice(6, 1)
    found = split(np.full(6, 1500.0), xy, pairs, low=3000, high=5000, n_units=2)
    assert found.unit.tolist() == [0, 0, 0, 1, 1, 1]
    assert (found.centre.tolist(), found.objective, found.proved) == ([1, 4], 2 * 2 * 1500 * 100.0, True)


def test_a_unit_never_leaps_over_what_divides() -> None:
    """Two banks of a river, 40 m apart, joined by one bridge at the far end: the near pairs stay apart."""
    xy = np.array([(x * 100.0, y * 40.0) for y in range(2) for x in range(4)])
    banks = [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (3, 7)]
    found = split(np.full(8, 1000.0), xy, banks, low=4000, high=4000)
    assert found.unit.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    free = split(np.full(8, 1000.0), xy, [*banks, (0, 4), (1, 5), (2, 6)], low=4000, high=4000)
    assert free.objective < found.objective
    assert found.proved
    assert free.proved


def test_a_large_division_is_connected_within_bounds_and_its_bound_is_told() -> None:
    warm()  # what the bound is reckoned with is compiled, so that its time is not spent on that
    xy, pairs = lattice(9, 5)
    weight = np.random.default_rng(4).integers(20, 400, 45).astype(float)
    found = split(weight, xy, pairs, low=3000, high=5000, time_limit_s=20)
    hold(found, weight, xy, pairs, 3000, 5000)
    assert found.bound > 0
    assert found.gap < 0.15


def test_the_order_of_areas_changes_nothing() -> None:
    xy, pairs = lattice(4, 3)
    weight = np.arange(1.0, 13.0) ** 1.1
    order = np.random.default_rng(1).permutation(12)
    back = np.argsort(order)
    one = split(weight, xy, pairs, low=15, high=60)
    two = split(weight[order], xy[order], back[pairs], low=15, high=60)
    assert one.proved
    assert two.objective == pytest.approx(one.objective)


def test_islands_are_divided_each_by_itself() -> None:
    xy, pairs = lattice(4, 1)
    both = np.concatenate((xy, xy + 5000))
    found = split(np.full(8, 1000.0), both, np.concatenate((pairs, pairs + 4)), low=2000, high=4000)
    assert found.n_units == 2
    assert found.unit.tolist() == [0] * 4 + [1] * 4
    assert (
        split(np.full(8, 1000.0), both, np.concatenate((pairs, pairs + 4)), low=2000, high=4000, n_units=4).n_units == 4
    )


def test_what_cannot_be_is_named() -> None:
    xy, pairs = lattice(4, 1)

    def refusal(weight: list[float], **more: float) -> DistrictingError:
        with pytest.raises(DistrictingError) as refused:
            split(weight, xy, pairs, **{"low": 3000, "high": 5000, **more})  # type: ignore[arg-type]
        return refused.value

    assert (refusal([6000, 1, 1, 1]).code, refusal([6000, 1, 1, 1]).areas) == ("too_heavy", (0,))
    five = refusal([1400, 1400, 1400, 1300])
    assert (five.code, five.areas, five.weight) == ("no_count", (0, 1, 2, 3), 5500)  # one unit is too many, two too few
    assert refusal([1500] * 4, n_units=3).allowed == (2, 2)
    # 2,900 | 4,000 100 2,900: the ends cannot be cut off, and the middle leaves one end too small
    assert refusal([2900, 4000, 100, 2900], high=5000).code == "impossible"
    for weight in ([float("nan"), 1, 1, 1], [-1, 1, 1, 1], [1, 1, 1]):
        assert refusal(weight).code == "bad"
    assert "0 < low <= high" in str(refusal([1] * 4, low=5, high=3))


def test_how_many_units_fit() -> None:
    assert list(counts_that_fit(9000, 3000, 5000)) == [2, 3]
    assert list(counts_that_fit(5500, 3000, 5000)) == []
    assert list(counts_that_fit(3000, 3000, 5000)) == [1]
