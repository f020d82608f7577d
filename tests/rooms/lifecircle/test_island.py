"""Life-service islands: what a plot holds, the convertible unit's day, where an island stands, and what cannot be told."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from linli.kernel.policyfile import find_policy
from linli.lifecircle import queries
from linli.lifecircle.bridges.island import day_of, lay_out, walks_to
from linli.lifecircle.queries.island import IslandAsk, plan_islands
from linli.lifecircle.rules.island import indoor_plot, modules_for, read_island
from linli.platform.db import acting
from tests.world import World

RULES = read_island(find_policy("service_island", "default"))
PAGE = "/console/lifecircle/island/"


def test_the_policy_bundles_what_the_source_names_and_five_functions() -> None:
    assert {one.id for one in RULES.modules if one.least} == {"parking", "charging", "locker"}
    assert len(RULES.convertible.functions) == 5
    unit = RULES.convertible
    for one in unit.functions:
        assert all(unit.first_hour <= start <= unit.last_hour - one.length_hours for start in one.starts)


def test_an_idle_room_counts_as_a_rectangle_no_larger_than_its_usable_area() -> None:
    width, depth = indoor_plot(RULES, 9000)
    assert width * depth <= 9000 * RULES.indoor_share
    assert width / depth == pytest.approx(RULES.indoor_ratio, abs=0.03)
    assert {one.id for one in modules_for(RULES, is_indoor=True)} == {"locker", "repair", "rest"}


def test_the_convertible_unit_has_one_function_at_a_time_with_time_to_change() -> None:
    day = day_of(RULES.convertible)
    assert day.is_best
    assert day.persons == sum(one.persons for one, _ in day.held)
    assert len(day.held) + len(day.left) == sum(one.sessions for one in RULES.convertible.functions)
    for (a, start), (b, then) in itertools.combinations(day.held, 2):
        gap = 0 if a.id == b.id else max(a.change_hours, b.change_hours)
        assert start + a.length_hours + gap <= then or then + b.length_hours + gap <= start


def test_the_policy_plot_is_packed_with_every_module_that_must_stand() -> None:
    day = day_of(RULES.convertible)
    plan = lay_out(
        (round(RULES.width_m * 10), round(RULES.depth_m * 10)), RULES.modules, 1200.0, unit=RULES.convertible, day=day
    )
    assert all(n >= one.least for one, n in zip(RULES.modules, plan.count[:-1], strict=True))
    assert plan.count[-1] == 1
    assert plan.used <= 1
    assert plan.served <= plan.bound <= plan.any_bound


def test_the_sample_is_given_the_place_with_least_walking(in_world: World) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        run = queries.find_run(planner, in_world.own)
        one = plan_islands(run, planner, IslandAsk(1, RULES.width_m, RULES.depth_m, 15))
        three = plan_islands(run, planner, IslandAsk(3, RULES.width_m, RULES.depth_m, 4))
    analysis = one.bench.analysis
    walk_m = walks_to(analysis.measured, analysis.group.id, [(s.lon, s.lat) for s in one.sites], max_leg_m=analysis.assumed.max_leg_m)  # fmt: skip
    persons, limit_m = analysis.residents.persons, 15 * analysis.group.speed_m_per_min
    costs = (np.where(walk_m <= limit_m, walk_m, 10 * limit_m) * persons[:, None]).sum(axis=0)
    assert one.is_best
    at = one.sites.index(one.islands[0].site)
    assert costs[at] == pytest.approx(costs.min(), rel=1e-6)
    assert one.reached == pytest.approx(persons[walk_m[:, at] <= limit_m].sum())
    near = 4 * analysis.group.speed_m_per_min
    chosen = [three.sites.index(island.site) for island in three.islands]
    assert three.reached == pytest.approx(persons[(walk_m[:, chosen] <= near).any(axis=1)].sum())
    assert three.reached == pytest.approx(max(persons[(walk_m[:, list(some)] <= near).any(axis=1)].sum() for some in itertools.combinations(range(len(one.sites)), 3)), rel=0.02)  # fmt: skip
    assert sum(island.persons for island in three.islands) == pytest.approx(persons[np.array(three.of_house) > 0].sum())


def test_the_page_plans_draws_and_says_what_does_not_fit(in_world: World) -> None:
    client = in_world.client("planner")
    page = client.get(PAGE).content.decode()
    assert page.count('<svg class="plan') == 2
    assert "可变功能亭" in page
    assert "来源的说法" in page
    small = client.get(f"{PAGE}?width=4&depth=4").content.decode()
    assert "放不下每个岛都要有的" in small or "闲置房" in small
    assert "没有人走得到" not in page
    wrong = client.get(f"{PAGE}?n=90&width=wide&depth=-3&within=nan").content.decode()
    assert wrong.count("不是") == 4
    rows = client.get(f"{PAGE}?n=2&format=csv").content.decode("utf-8-sig").strip().splitlines()
    assert rows[0].startswith("岛")
    assert len(rows) >= 4
    assert in_world.client("resident").get(PAGE).status_code == 403
