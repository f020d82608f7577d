"""Works and crews: equal to every schedule tried, no crew held twice, the chain explains the end, and what cannot be is refused."""

from __future__ import annotations

import importlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.scheduling import Schedule, ScheduleError, Work, schedule


def feasible(works: list[Work], capacity: np.ndarray, start: tuple[int, ...]) -> bool:
    used = np.zeros_like(capacity)
    for n, one in enumerate(works):
        if start[n] + one.length > capacity.shape[1]:
            return False
        if any(start[before] + works[before].length > start[n] for before in one.after):
            return False
        for crew, need in one.crews.items():
            used[crew, start[n] : start[n] + one.length] += need
    return bool((used <= capacity).all())


def best_end(works: list[Work], capacity: np.ndarray) -> int | None:
    ends = [
        max(s + one.length for s, one in zip(start, works, strict=True))
        for start in itertools.product(range(capacity.shape[1]), repeat=len(works))
        if feasible(works, capacity, start)
    ]
    return min(ends, default=None)


def hold(found: Schedule, works: list[Work], capacity: np.ndarray) -> None:
    assert feasible(works, capacity, found.start)
    assert found.end == max(s + one.length for s, one in zip(found.start, works, strict=True))
    assert found.path <= found.bound <= found.end
    assert found.chain[0].why in {"begin", "hours"}
    last = found.chain[-1].work
    assert found.start[last] + works[last].length == found.end
    for link in found.chain:
        if link.why in {"after", "crew"}:
            assert found.start[link.because] + works[link.because].length == found.start[link.work]
        if link.why == "crew":
            assert {link.crew} <= set(works[link.because].crews) & set(works[link.work].crews)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), n=st.integers(1, 4), n_crews=st.integers(1, 2), pause=st.booleans())
def test_no_schedule_ends_earlier(seed: int, n: int, n_crews: int, pause: bool) -> None:
    draw = np.random.default_rng(seed)
    works = [
        Work(
            int(draw.integers(1, 4)), tuple(b for b in range(at) if draw.random() < 0.3),
            {c: int(draw.integers(1, 3)) for c in range(n_crews) if draw.random() < 0.8},
        )
        for at in range(n)
    ]  # fmt: skip
    capacity = np.tile(draw.integers(1, 4, (n_crews, 1)), (1, 9))
    if pause:
        capacity[0, 3:5] = 0
    best = best_end(works, capacity)
    if best is None:
        with pytest.raises(ScheduleError, match="find no time"):
            schedule(works, capacity)
        return
    found = schedule(works, capacity)
    hold(found, works, capacity)
    assert found.proved
    assert found.end == best


def test_one_crane_sets_one_module_at_a_time_and_the_chain_says_so() -> None:
    works = [Work(1), *[Work(2, (0,), {0: 1}) for _ in range(3)], Work(1, (1, 2, 3))]
    found = schedule(works, np.ones((1, 20), dtype=int))
    assert (found.end, found.bound, found.path) == (8, 8, 4)
    assert [link.why for link in found.chain] == ["begin", "after", "crew", "crew", "after"]
    assert schedule(works, np.full((1, 20), 3)).end == 4


def test_a_crew_at_home_at_night_makes_the_work_wait_for_the_morning() -> None:
    capacity = np.ones((1, 12), dtype=int)
    capacity[0, 2:6] = 0
    found = schedule([Work(2, (), {0: 1}), Work(3, (0,), {0: 1})], capacity)
    assert found.start == (0, 6)
    assert [link.why for link in found.chain] == ["begin", "hours"]


def test_where_reasoning_does_not_suffice_the_program_proves(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = importlib.import_module("linli.engines.scheduling.schedule")
    asked = []
    program = engine._program
    monkeypatch.setattr(engine, "_program", lambda *args, **more: asked.append(more["low"]) or program(*args, **more))
    # Four works of two of the three people each cannot share them: people's time alone says 8 slots, one after another takes 12.
    works = [Work(3, (), {0: 2}) for _ in range(4)]
    capacity = np.full((1, 30), 3)
    found = schedule(works, capacity)
    hold(found, works, capacity)
    assert asked == [8]
    assert found.proved
    assert found.end == 12


def test_faults_rings_and_too_little_time_are_told() -> None:
    with pytest.raises(ScheduleError, match=r"length must be >= 1.*after must name.*crews must name") as bad:
        schedule([Work(0, (7,), {3: 1})], np.ones((1, 4), dtype=int))
    assert bad.value.code == "bad"
    with pytest.raises(ScheduleError, match=r"works \[0, 1\] wait") as ring:
        schedule([Work(1, (1,)), Work(1, (0,))], np.ones((1, 4), dtype=int))
    assert ring.value.code == "cycle"
    with pytest.raises(ScheduleError, match=r"works \[1\] find no time within 4") as late:
        schedule([Work(1), Work(2, (), {0: 2})], np.ones((1, 4), dtype=int))
    assert late.value.works == (1,)
