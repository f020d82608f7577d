"""Governance units: areas kept whole, nothing crossed that divides, and what cannot be met said by name."""

from __future__ import annotations

import json
from collections import defaultdict

import numpy as np
import pytest
import shapely

from linli.lifecircle import queries
from linli.lifecircle.bridges.units import gather, split_parts, touching
from linli.lifecircle.queries.areas import keys_of
from linli.lifecircle.queries.units import UnitAsk, plan_units
from linli.platform.db import acting
from tests.world import World

PAGE = "/console/lifecircle/units/"


def test_only_an_area_too_large_is_taken_apart() -> None:
    grid = ["a", "a", "a", "b", "", "b"]
    compound = ["x", "y", "y", "z", "", "z"]
    house = [str(n) for n in range(6)]
    persons = np.array([40.0, 50.0, 60.0, 30.0, 5.0, 20.0])
    parts = gather([grid, compound, house], persons, np.arange(12.0).reshape(6, 2), most=100)
    assert parts.of_house.tolist() == [0, 1, 2, 3, 4, 3]  # a: 150 → x and y; y: 110 → two houses; b stays
    assert [level for level, _ in parts.key] == [1, 2, 2, 0, 0]
    assert parts.persons.tolist() == [40, 50, 60, 50, 5]
    assert parts.xy_m[3].tolist() == pytest.approx([(6 * 30 + 10 * 20) / 50, (7 * 30 + 11 * 20) / 50])


def test_areas_on_two_banks_do_not_touch() -> None:
    xy = np.array([[0, 0], [100, 0], [200, 5], [0, 100], [100, 105], [200, 100.0]])
    parts = gather([list("abcdef")], np.full(6, 10.0), xy, most=100)
    free = touching(parts, xy, [], most_m=150).tolist()
    assert [0, 3] in free
    river = shapely.LineString([(-50, 50), (150, 50)])
    banks = touching(parts, xy, [river], most_m=150).tolist()
    assert [0, 3] not in banks
    assert [2, 5] in banks  # past the end of the river
    assert touching(parts, xy, [], most_m=50).tolist() == []
    three = gather([list("abc")], np.full(3, 10.0), xy[:3] * [[1, 0]], most=100)
    assert touching(three, xy[:3] * [[1, 0]], [], most_m=150).tolist() == [[0, 1], [1, 2]]
    assert split_parts(parts, np.array(banks), least=20, most=40, n_units=2).n_units == 2


def test_the_sample_is_divided_with_grids_whole_and_everybody_in_one_unit(in_world: World) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        run = queries.find_run(planner, in_world.own)
        total = plan_units(run, planner, UnitAsk(1, 1_000_000, divides="none", n_units=1)).persons
        ask = UnitAsk(round(total * 0.3), round(total * 0.7), divides="none", n_units=2)
        plan = plan_units(run, planner, ask)
        finer = plan_units(run, planner, UnitAsk(ask.least, ask.most, "building", "none", n_units=2))
        alone = plan_units(run, planner, UnitAsk(3000, 5000, divides="none"))
        banks = plan_units(run, planner, UnitAsk(ask.least, ask.most))
        grids = keys_of(run, planner, "grid")
        many = plan_units(run, planner, UnitAsk(ask.least, ask.most, divides="none", n_units=9))
    assert plan.refusal is None
    assert len(plan.units) == 2
    assert all(ask.least <= unit.persons <= ask.most for unit in plan.units)
    assert sum(unit.persons for unit in plan.units) == pytest.approx(total)
    units_of, persons_of = defaultdict(set), defaultdict(float)
    persons = plan.bench.analysis.residents.persons
    for place_id, unit, lived in zip(plan.bench.place_ids, plan.of_house, persons, strict=True):
        key = grids.get(place_id, ("", None))[0] or place_id
        units_of[key].add(unit)
        persons_of[key] += lived
    assert all(len(units_of[key]) == 1 for key in units_of if persons_of[key] <= ask.most)
    assert plan.n_cut["grid"] == sum(len(units_of[key]) > 1 for key, _ in set(grids.values()))
    assert len(plan.taken_apart) == sum(persons_of[key] > ask.most for key in units_of)
    assert set(plan.of_house) == {1, 2}
    assert finer.refusal is None
    assert sum(unit.mean_m * unit.persons for unit in finer.units) <= 1.1 * sum(unit.mean_m * unit.persons for unit in plan.units)  # fmt: skip
    assert alone.refusal is not None
    assert f"{round(total)} 人，不到 3000" in alone.refusal.words.zh
    assert banks.refusal is not None  # the sample's river cuts a compound of fewer people off
    assert banks.refusal.is_cut_off
    assert "又和别处隔开" in banks.refusal.words.zh
    assert many.refusal is not None
    assert "9" in many.refusal.words.zh


def test_the_page_draws_tables_exports_and_says_what_cannot_be(in_world: World) -> None:
    client = in_world.client("planner")
    refused = client.get(PAGE).content.decode()
    assert "这样分不了" in refused
    assert "放宽到" in refused
    cut_off = client.get(f"{PAGE}?least=361&most=842&kept=compound").content.decode()
    assert "又和别处隔开" in cut_off
    assert "divides=none" in cut_off
    assert '<svg class="plan"' not in refused
    page = client.get(f"{PAGE}?least=300&most=900&kept=compound").content.decode()
    assert "人分成" in page
    assert page.count('<path class="round') >= 2
    rows = client.get(f"{PAGE}?least=300&most=900&kept=compound&format=csv").content.decode("utf-8-sig")
    assert rows.count("\n") >= 3
    shapes = json.loads(client.get("/console/lifecircle/units.geojson?least=300&most=900").content)
    assert {one["properties"]["unit"] for one in shapes["features"]} >= {1, 2}
    wrong = client.get(f"{PAGE}?least=many&most=-4&n=0&kept=planet").content.decode()
    assert "没有用" in wrong
    assert "已对调" in client.get(f"{PAGE}?least=900&most=300").content.decode()
    assert in_world.client("resident").get(PAGE).status_code == 403
    assert in_world.client("resident").get("/console/lifecircle/units.geojson").status_code == 403
