"""The emergency station: every work of every module in order, crews by their hours, whether 48 hours suffice, and what cannot be."""

from __future__ import annotations

import itertools

import pytest

from linli.kernel.clock import local_day, now
from linli.kernel.policyfile import find_policy
from linli.lifecircle.bridges.station import schedule_works
from linli.lifecircle.queries.station import StationAsk, StationPlan, plan_station
from linli.lifecircle.rules.station import SLOTS_PER_H, cost_fen, hours_of, read_station, tasks_of
from linli.platform.db import acting
from tests.world import World

RULES = read_station(find_policy("emergency_station", "default"))
PAGE = "/console/lifecircle/station/"


def test_every_unit_has_its_works_after_what_they_wait_for() -> None:
    tasks = tasks_of(RULES, {"ward": 2, "store": 0})
    assert all(before < n for n, task in enumerate(tasks) for before in task.after)
    wards = [task for task in tasks if task.module and task.module.id == "ward"]
    assert [task.kind.id for task in wards] == ["pad", "set", "power", "fit"] * 2
    assert not any(task.module and task.module.id == "store" for task in tasks)
    assert tasks[-1].after == tuple(range(len(tasks) - 1))
    assert {kind for one in RULES.modules for kind in one.works} <= {kind.id for kind in RULES.module}


def test_a_crew_is_at_work_in_its_hours_alone() -> None:
    crane = next(one for one in RULES.crews if one.id == "crane")
    slots = hours_of(crane, 2, begin_hour=20)
    assert slots[: 2 * SLOTS_PER_H] == [2] * 4  # 20:00 to 22:00
    assert slots[4 : 4 + 8 * SLOTS_PER_H] == [0] * 16  # until six
    assert slots[20] == 2


def test_modules_and_time_at_work_are_paid() -> None:
    only = {one.id: 0 for one in RULES.modules} | {"plant": 1}
    tasks = tasks_of(RULES, only)
    modules, crews = cost_fen(RULES, tasks, only)
    assert modules == 8_800_000
    per_h = {one.id: one.fen_per_h for one in RULES.crews}
    hours = {"ground": 2 + 1.5, "crane": 1.5, "electric": 3, "water": 3, "fit": 2}
    assert crews == sum(per_h[crew] * h for crew, h in hours.items())


def _held(plan: StationPlan) -> None:
    assert plan.schedule is not None
    start = plan.schedule.start
    for n, task in enumerate(plan.tasks):
        assert all(start[before] + plan.tasks[before].kind.slots <= start[n] for before in task.after)
    for crew, kind in enumerate(plan.rules.crews):
        hours = hours_of(kind, plan.ask.crews.get(kind.id, kind.n), plan.ask.begin_hour)
        for slot in range(plan.schedule.end):
            busy = sum(start[n] <= slot < start[n] + task.kind.slots for n, task in enumerate(plan.tasks) if task.crew == crew)  # fmt: skip
            assert busy <= hours[slot]


def test_the_policy_station_stands_in_time_and_more_crews_are_never_slower(in_world: World) -> None:
    planner = in_world.actor("planner")
    ask = StationAsk({}, {}, RULES.width_m, RULES.depth_m, 8)
    with acting(planner):
        plan = plan_station(in_world.own, planner, ask, on=local_day(now()))
        nobody = plan_station(in_world.own, planner, StationAsk({}, {"crane": 0}, 30, 20, 8), on=local_day(now()))
        tight = plan_station(in_world.own, planner, StationAsk({}, {}, 8, 8, 8), on=local_day(now()))
    _held(plan)
    assert plan.is_in_time
    assert plan.plan is not None
    assert len(plan.plan.placed) == plan.n_units
    assert all(one.hours < plan.hours for one in plan.more if plan.hours)
    assert nobody.schedule is None
    assert [one.zh for one in nobody.no_time] == ["吊装班"]
    assert tight.plan is None
    double = schedule_works(RULES, plan.tasks, {one.id: one.n * 2 for one in RULES.crews}, 8)
    assert plan.schedule is not None
    assert double.end <= plan.schedule.end


@pytest.mark.parametrize("begin", [0, 8, 21])
def test_what_is_proved_is_never_undercut_by_another_begin_of_search(begin: int) -> None:
    tasks = tasks_of(RULES, {"ward": 1, "treatment": 1})
    found = schedule_works(RULES, tasks, {}, begin)
    quick = schedule_works(RULES, tasks, {}, begin, is_trial=True)
    assert found.bound <= quick.end
    assert quick.bound <= found.end
    assert all(b.work != a.work for a, b in itertools.pairwise(found.chain))


def test_the_page_answers_draws_and_says_what_cannot_be(in_world: World) -> None:
    client = in_world.client("planner")
    page = client.get(PAGE).content.decode()
    assert "小时立起来" in page
    assert page.count('<svg class="plan wide"') == 1
    assert '<svg class="plan lay"' in page
    assert "来源的说法" in page
    assert "没有人来做" in client.get(f"{PAGE}?c_crane=0").content.decode()
    assert "放不下" in client.get(f"{PAGE}?width=8&depth=8").content.decode()
    nothing = "&".join(f"m_{one.id}=0" for one in RULES.modules)
    assert "一个模块也没有" in client.get(f"{PAGE}?{nothing}").content.decode()
    slow = client.get(f"{PAGE}?m_ward=8&m_treatment=8&width=60&depth=40").content.decode()
    assert "小时立不起来" in slow
    wrong = client.get(f"{PAGE}?m_ward=99&c_fit=some&begin=24").content.decode()
    assert wrong.count("不是") == 3
    rows = client.get(f"{PAGE}?format=csv").content.decode("utf-8-sig").strip().splitlines()
    assert rows[0].startswith("工序")
    assert in_world.client("resident").get(PAGE).status_code == 403
