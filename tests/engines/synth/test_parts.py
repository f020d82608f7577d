"""The parts by themselves: chance, shares, grids, people inside an imported map."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.synth import Neighbourhood, SynthPolicy, people_for_map
from linli.engines.synth.digest import digest
from linli.engines.synth.draws import Draws, apportion
from linli.engines.synth.grids import INSIDE_COST, divide
from linli.kernel.errors import LinliError
from linli.kernel.mapdata import MapBuilding, MapData, WalkNetwork

from .test_people import check_people

DAY = dt.date(2026, 11, 20)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda s: sum(s) > 1e-3), st.integers(0, 100_000))
def test_apportioning_keeps_the_total_and_stays_within_one(shares: list[float], total: int) -> None:
    counts = apportion(shares, total)
    assert counts.sum() == total
    assert np.abs(counts - np.asarray(shares) / sum(shares) * total).max() <= 1 + 1e-6


def test_streams_of_other_names_are_independent_of_what_was_drawn() -> None:
    one, other = Draws(7, "a"), Draws(7, "a")
    other.many(100)
    assert one.child("b").many(5).tolist() == other.child("b").many(5).tolist()
    assert Draws(7, "a", "b").many(5).tolist() == one.child("b").many(5).tolist()
    assert Draws(7, "ab").one() != Draws(7, "a", "b").one()
    assert Draws(8, "a").one() != Draws(7, "a").one()


def test_draws_have_the_chances_asked_for() -> None:
    draws = Draws(3, "chances")
    counts = np.bincount(draws.choices([1, 0, 3], 40_000), minlength=3) / 40_000
    assert counts == pytest.approx([0.25, 0, 0.75], abs=0.01)
    bells = np.asarray([draws.bell(5, 2) for _ in range(20_000)])
    assert bells.mean() == pytest.approx(5, abs=0.05)
    assert bells.std() == pytest.approx(2, abs=0.05)
    assert sorted(draws.order(9)) == list(range(9))
    assert {draws.whole(2, 4) for _ in range(200)} == {2, 3, 4}
    weighed = [draws.weighted("xyz", [0, 2, 1]) for _ in range(9000)]
    assert weighed.count("x") == 0
    assert weighed.count("y") / 9000 == pytest.approx(2 / 3, abs=0.02)


def cost_of(households: list[int], compounds: list[int], cuts: tuple[int, ...], low: int, high: int) -> float:
    """What the dynamic programme minimises, written down plainly."""
    total, bounds = 0.0, (0, *cuts, len(households))
    for start, end in itertools.pairwise(bounds):
        off = abs(sum(households[start:end]) - (low + high) / 2) / ((high - low) / 2)
        total += off * off + (100 * (off - 1) if off > 1 else 0)
    return total + sum(INSIDE_COST for cut in cuts if compounds[cut - 1] == compounds[cut])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 260), st.integers(0, 2)), min_size=1, max_size=9))
def test_grids_are_the_best_division_there_is(rows: list[tuple[int, int]]) -> None:
    households, compounds = [row[0] for row in rows], sorted(row[1] for row in rows)
    numbers = divide(households, compounds, 300, 500)
    assert sorted(set(numbers)) == list(range(max(numbers) + 1))
    assert numbers == sorted(numbers)
    cuts = tuple(k for k in range(1, len(rows)) if numbers[k] != numbers[k - 1])
    every = itertools.chain.from_iterable(itertools.combinations(range(1, len(rows)), n) for n in range(len(rows)))
    best = min(cost_of(households, compounds, other, 300, 500) for other in every)
    assert cost_of(households, compounds, cuts, 300, 500) == pytest.approx(best)


def box(x_m: float, width_m: float, depth_m: float) -> shapely.Polygon:
    """A rectangle near (116.3 E, 40 N)."""
    east, north = 1 / 85_394.0, 1 / 111_035.0
    x0 = 116.3 + x_m * east
    return shapely.box(x0, 40.0, x0 + width_m * east, 40.0 + depth_m * north)


def a_map(*buildings: MapBuilding) -> MapData:
    none, no = np.zeros(0), np.zeros(0, np.int64)
    network = WalkNetwork(none, none, no, no, no, none, no.astype(np.uint8), no.astype(np.bool_), no)
    return MapData("test", network, buildings)


def test_people_fill_the_residential_buildings_of_an_imported_map_and_no_others(policy: SynthPolicy) -> None:
    outlines = [box(100 * k, 60, 12) for k in range(30)]
    uses = ["residential" if k % 3 else "education" for k in range(30)]
    imported = a_map(
        *(MapBuilding(f"way/{k}", o, use, levels=6) for k, (o, use) in enumerate(zip(outlines, uses, strict=True)))
    )
    people = people_for_map(imported, seed=5, policy=policy, on=DAY)
    check_people(people)
    lived = people.residents_by_building(DAY, 30)
    assert all((count > 0) == (use == "residential") for count, use in zip(lived, uses, strict=True))
    homes = np.bincount(people.units.building, minlength=30)
    assert homes[1] == 720 // 85 * 6 == 48
    households = np.unique(people.household_of(DAY))[1:]
    assert len(households) == pytest.approx(len(people.units) * 0.94, rel=0.011)
    assert people.units.area_dm2[people.units.building == 1].sum() / 100 == pytest.approx(720 * 6 * 0.97, rel=0.01)
    assert digest(people) == digest(people_for_map(imported, seed=5, policy=policy, on=DAY))
    assert digest(people) != digest(people_for_map(imported, seed=6, policy=policy, on=DAY))


def test_homes_follow_the_map_where_it_says_more(policy: SynthPolicy) -> None:
    outline = box(0, 60, 12)
    said = [
        MapBuilding("way/1", outline, "residential", levels=10, n_units=40, house_number="甲7"),
        MapBuilding("way/2", box(100, 60, 12), "residential", height_m=30.5),
        MapBuilding("way/3", box(200, 60, 12), "residential"),
        MapBuilding("way/4", box(300, 5, 5), "residential", levels=2),
    ]
    people = people_for_map(a_map(*said), seed=1, policy=policy, on=DAY)
    assert np.bincount(people.units.building, minlength=4).tolist() == [40, 80, 48, 0]
    assert people.units.floor[people.units.building == 1].max() == 10
    assert people.units.label[0] == "甲7幢1单元101"
    assert people.units.label[-1] == "图上第3幢4单元602"


def test_a_single_small_house_gets_a_household_or_stands_empty(policy: SynthPolicy) -> None:
    people = people_for_map(
        a_map(MapBuilding("way/1", box(0, 10, 9), "residential", levels=1)), seed=3, policy=policy, on=DAY
    )
    check_people(people)
    assert len(people.units) == 1


def test_a_map_without_homes_is_refused(policy: SynthPolicy) -> None:
    with pytest.raises(LinliError, match="no residential building"):
        people_for_map(a_map(MapBuilding("way/1", box(0, 60, 12), "office", levels=3)), seed=1, policy=policy, on=DAY)


def test_people_live_in_a_real_quarter(policy: SynthPolicy, data: Path) -> None:
    """The OSM export of a Beijing quarter: 179 residential buildings, many without a number of floors."""
    from linli.registry.mapfiles.mapping import load_mapping
    from linli.registry.mapfiles.reading import read_map

    quarter = read_map(data / "osm" / "tsinghua.osm", mapping=load_mapping("default"))
    people = people_for_map(quarter, seed=1, policy=policy, on=DAY)
    check_people(people)
    residential = {k for k, building in enumerate(quarter.buildings) if building.use == "residential"}
    assert set(people.units.building.tolist()) <= residential
    assert len(people.residents(DAY)) > 10_000


def test_a_generated_map_can_be_peopled_anew(community: Neighbourhood, policy: SynthPolicy) -> None:
    people = people_for_map(community.map, seed=9, policy=policy, on=community.on)
    check_people(people)
    assert len(people.units) == (community.population.units.use == 0).sum()
