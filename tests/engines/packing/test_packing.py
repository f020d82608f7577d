"""Modules in rows: equal to every layout in rows tried, nothing on top of another, never above what areas allow, refused with reasons."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.packing import Module, PackingError, Plan, pack

MODULES = st.builds(
    Module, width_dm=st.integers(1, 5), depth_dm=st.integers(1, 4), serves=st.integers(1, 9).map(float), asked=st.integers(0, 30).map(float),
    most=st.integers(1, 3), may_turn=st.booleans(),
)  # fmt: skip


def served(modules: list[Module], count: tuple[int, ...]) -> float:
    return sum(min(one.asked, one.serves * n) for one, n in zip(modules, count, strict=True))


def best_in_rows(width: int, depth: int, modules: list[Module]) -> float:
    """Every multiset of units dealt to rows: by trying all counts, and for each whether rows can hold them."""
    turns = [[(m.width_dm, m.depth_dm)] + ([(m.depth_dm, m.width_dm)] if m.may_turn else []) for m in modules]

    def fits(units: list[int], rows: list[tuple[int, int]]) -> bool:
        if sum(deep for _, deep in rows) > depth:
            return False
        if not units:
            return True
        for w, d in turns[units[0]]:
            for at, (free, deep) in enumerate(rows):
                if w <= free and fits(units[1:], [*rows[:at], (free - w, max(deep, d)), *rows[at + 1 :]]):
                    return True
            if w <= width and fits(units[1:], [*rows, (width - w, d)]):
                return True
        return False

    best = 0.0
    for count in itertools.product(*(range(m.most + 1) for m in modules)):
        if served(modules, count) > best and fits([n for n, k in enumerate(count) for _ in range(k)], []):
            best = served(modules, count)
    return best


def hold(plan: Plan, width: int, depth: int, modules: list[Module]) -> None:
    for one in plan.placed:
        module = modules[one.module]
        assert (one.width_dm, one.depth_dm) == (module.width_dm, module.depth_dm) or (
            module.may_turn and (one.depth_dm, one.width_dm) == (module.width_dm, module.depth_dm)
        )
        assert 0 <= one.x_dm <= width - one.width_dm
        assert 0 <= one.y_dm <= depth - one.depth_dm
    for a, b in itertools.combinations(plan.placed, 2):
        apart = a.x_dm + a.width_dm <= b.x_dm or b.x_dm + b.width_dm <= a.x_dm or a.y_dm + a.depth_dm <= b.y_dm or b.y_dm + b.depth_dm <= a.y_dm  # fmt: skip
        assert apart
    assert all(module.least <= n <= module.most for module, n in zip(modules, plan.count, strict=True))
    assert plan.served == pytest.approx(served(modules, plan.count))
    assert plan.used == pytest.approx(sum(one.width_dm * one.depth_dm for one in plan.placed) / (width * depth))
    assert plan.served <= plan.bound + 1e-9 <= plan.any_bound + 2e-9


@settings(max_examples=25, deadline=None)
@given(width=st.integers(2, 8), depth=st.integers(2, 7), modules=st.lists(MODULES, min_size=1, max_size=3))
def test_no_layout_in_rows_serves_more(width: int, depth: int, modules: list[Module]) -> None:
    plan = pack(width, depth, modules)
    hold(plan, width, depth, modules)
    assert plan.proved
    assert plan.served == pytest.approx(best_in_rows(width, depth, modules))


def test_what_must_stand_stands_though_something_else_serves_more() -> None:
    modules = [Module(4, 4, serves=1, asked=9, least=1, most=1), Module(2, 2, serves=5, asked=99)]
    plan = pack(4, 6, modules)
    hold(plan, 4, 6, modules)
    assert plan.count == (1, 2)
    assert pack(4, 6, modules[1:]).count == (6,)


def test_nothing_stands_for_nobody_and_of_equal_layouts_the_smaller_is_taken() -> None:
    assert pack(10, 10, [Module(2, 2, serves=5, asked=0)]).placed == ()
    assert pack(10, 10, [Module(2, 2, serves=5, asked=5)]).count == (1,)
    assert pack(3, 3, [Module(4, 4, serves=5, asked=5)]).any_bound == 0


def test_what_no_layout_in_rows_can_do_another_might_and_is_told_as_such() -> None:
    # Five 1 x 4 sticks that may not turn in 5 x 4: all fit. Pinwheel: four 2 x 3 in 5 x 5 round a hole need turning, and are not in rows.
    pinwheel = [Module(2, 3, serves=1, asked=4, most=4)]
    plan = pack(5, 5, pinwheel)
    assert plan.proved
    assert plan.any_bound == 4
    assert plan.served == 3
    assert pack(5, 4, [Module(1, 4, serves=1, asked=9, may_turn=False)]).served == 5


def test_faults_are_told_together() -> None:
    with pytest.raises(
        PackingError, match=r"plot must be.*module 0: must be.*serves must be > 0.*least and most"
    ) as bad:
        pack(0, 4, [Module(0, 1, serves=0, asked=1, least=2, most=1)])
    assert bad.value.code == "bad"
    with pytest.raises(PackingError, match="must hold at least one"):
        pack(1, 1, [])
    with pytest.raises(PackingError, match=r"modules \[0\] must stand") as large:
        pack(3, 3, [Module(4, 1, serves=1, asked=1, least=1)])
    assert large.value.code == "no_room"
    with pytest.raises(PackingError, match="fit no layout"):
        pack(3, 3, [Module(2, 2, serves=1, asked=1, least=2, most=2)])
