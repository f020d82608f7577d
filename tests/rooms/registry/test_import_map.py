"""Importing a map: dry run, differences, all or nothing, twice is nothing, killed midway is nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from linli.journal.models import Fact
from linli.kernel.errors import InputError, LinliError, NotAllowedError, NotFoundError
from linli.kernel.mapdata import GroundShape, MapBuilding, MapData, MapFacility, MapGate, MapNote, WalkNetwork
from linli.platform.db import acting
from linli.platform.testkit import TestDatabases, using_database
from linli.registry import commands as do
from linli.registry import mapstore
from linli.registry import queries as ask
from linli.registry.mapfiles import load_mapping, read_map
from linli.registry.models import FacilityRecord, MapEdition, Place, PlaceRecord

from .town import LAYER, START, Town, home, person

MARCH, APRIL, MAY = dt.date(2024, 3, 1), dt.date(2024, 4, 1), dt.date(2024, 5, 1)
STEP = 0.001


def square(x: int, y: int, *, size: float = STEP * 0.6) -> Polygon:
    west, south = 116.30 + x * STEP, 40.00 + y * STEP
    return box(west, south, west + size, south + size)


def network() -> WalkNetwork:
    def ints(*values: int) -> np.ndarray:
        return np.array(values, np.int64)

    return WalkNetwork(
        lon=np.array([116.30, 116.31, 116.31]),
        lat=np.array([40.00, 40.00, 40.01]),
        node_ref=ints(1, 2, 3),
        tail=ints(0, 1),
        head=ints(1, 2),
        length_m=np.array([854.0, 1110.0]),
        kind=np.array([0, 3], np.uint8),
        locked=np.array([False, True]),
        way_ref=ints(7, 8),
    )


def town_map(**changes: object) -> MapData:
    """Two houses in a walled compound, one outside, and two facilities, one of them in a house."""
    inside = square(1, 1).centroid
    whole = MapData(
        source="quarter.osm",
        network=network(),
        buildings=(
            MapBuilding("way/1", square(1, 1), "residential", levels=6, name_zh="甲楼"),
            MapBuilding("way/2", square(2, 1), "residential", house_number="2", street="清河路"),
            MapBuilding("way/3", square(5, 5), "commercial", levels=2, height_m=7.5),
        ),
        facilities=(
            MapFacility("node/1", "canteen", inside.x, inside.y, name_zh="食堂"),
            MapFacility("node/2", "pocket_park", 116.309, 40.009, name_zh="公园"),
        ),
        gates=(MapGate("node/9", 116.3005, 40.0, "locked", "北门"),),
        ground=(
            GroundShape("way/100", "compound", box(116.3005, 40.0005, 116.3035, 40.0025), name_zh="墙内小区"),
            GroundShape("way/101", "water", square(8, 8)),
        ),
        notes=(MapNote("map.mended", "way/3", "补上了缺口", "closed a gap"),),
        attribution="© OpenStreetMap contributors",
    )
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


def counts(done: do.MapImport) -> tuple[int, ...]:
    n = done.diff.counts()
    return n["added"], n["changed"], n["ended"], n["unchanged"], n["kept"]


def test_a_dry_run_tells_and_an_import_does_it(town: Town) -> None:
    with acting(town.planner()) as planner:
        told = do.import_map(town_map(), community_id=town.community, actor=planner, on=MARCH, dry_run=True)
        assert counts(told) == (6, 0, 0, 0, 0)
        assert not PlaceRecord.objects.filter(source_ref="way/1").exists()
        stages: list[tuple[str, float]] = []
        done = do.import_map(
            town_map(), community_id=town.community, actor=planner, on=MARCH, progress=lambda *at: stages.append(at)
        )
        assert done.diff == told.diff
        assert next(stage for stage, _ in stages) == "check"
        assert [share for _, share in stages] == sorted(share for _, share in stages)
        rows = {row.source_ref: row for row in ask.list_places(planner, community_id=town.community, on=MARCH)}
        assert rows["way/2"].name_zh == "清河路2号"
        assert rows["way/1"].compound_id == rows["way/100"].place_id
        assert rows["way/3"].compound_id is None
        assert rows["way/3"].height_dm == 75
        assert rows["way/1"].place.path[-3:] == [town.community, rows["way/100"].place_id, rows["way/1"].place_id]
        facilities = {row.source_ref: row for row in ask.list_facilities(planner, community_id=town.community)}
        assert facilities["node/1"].place_id == rows["way/1"].place_id
        assert facilities["node/2"].place_id is None
        fact = Fact.objects.get(name="registry.map_imported")
    assert (fact.payload["n_added"], fact.payload["sha256"]) == (6, done.sha256)


def test_the_same_map_again_changes_nothing(town: Town) -> None:
    with acting(town.planner()) as planner:
        do.import_map(town_map(), community_id=town.community, actor=planner, on=MARCH)
        before = PlaceRecord.objects.count(), FacilityRecord.objects.count(), Fact.objects.count()
        mixed = dataclasses.replace(town_map(), buildings=tuple(reversed(town_map().buildings)), source="elsewhere.osm")
        again = do.import_map(mixed, community_id=town.community, actor=planner, on=APRIL)
        assert counts(again) == (0, 0, 0, 6, 0)
        assert again.diff.is_empty
        assert (PlaceRecord.objects.count(), FacilityRecord.objects.count(), Fact.objects.count()) == before
        assert MapEdition.objects.believed().filter(community_id=town.community).count() == 1


def test_a_later_map_changes_ends_and_leaves_the_past_as_it_was(town: Town) -> None:
    first, second, third = town_map().buildings
    later = town_map(
        buildings=(dataclasses.replace(first, levels=7), dataclasses.replace(second, outline=square(2, 2))),
        facilities=town_map().facilities[1:],
    )
    with acting(town.planner()) as planner:
        do.import_map(town_map(), community_id=town.community, actor=planner, on=MARCH)
        done = do.import_map(later, community_id=town.community, actor=planner, on=APRIL)
        assert counts(done) == (0, 2, 2, 2, 0)
        told = {item.ref: dict(item.fields) for item in done.diff.of("changed")}
        assert told["way/1"] == {"levels_above": (6, 7)}
        assert set(told["way/2"]) == {"shape"}
        names = {day: _refs(town, planner, day) for day in (MARCH, APRIL)}
        assert names[MARCH] == {"way/1", "way/2", "way/3", "node/1", "node/2"}
        assert names[APRIL] == {"way/1", "way/2", "node/2"}
        old = ask.community_map(planner, town.community, on=MARCH)
        assert [one.levels for one in old.buildings if one.ref == "way/1"] == [6]
        assert third.ref in {one.ref for one in old.buildings}


def _refs(town: Town, actor: object, day: dt.date) -> set[str]:
    held = ask.community_map(actor, town.community, on=day)  # type: ignore[arg-type]
    return {one.ref for one in (*held.buildings, *held.facilities)}


def test_where_the_map_is_silent_what_is_registered_stands(town: Town) -> None:
    with acting(town.planner()) as planner:
        do.import_map(town_map(), community_id=town.community, actor=planner, on=MARCH)
        tower = PlaceRecord.objects.get(source_ref="way/2").place_id
        do.change_place(tower, {"levels_above": 18, "built_year": 1998}, actor=planner, on=APRIL)
        again = do.import_map(town_map(), community_id=town.community, actor=planner, on=MAY)
        assert again.diff.is_empty
        assert ask.find_place(planner, tower, on=MAY).levels_above == 18


def test_a_house_lived_in_is_kept_when_the_map_loses_it(town: Town) -> None:
    somebody = person(town, "住户")
    with acting(town.planner()) as planner:
        do.import_map(town_map(), community_id=town.community, actor=planner, on=MARCH)
        tower = PlaceRecord.objects.get(source_ref="way/1").place_id
        unit = do.register_place("unit", do.PlaceDetails("101"), parent_id=tower, actor=planner, on=MARCH).place_id
    town.unit["new"] = unit
    home(town, "new", (somebody, "head"), on=MARCH)
    with acting(town.planner()) as planner:
        without = town_map(buildings=town_map().buildings[1:])
        done = do.import_map(without, community_id=town.community, actor=planner, on=APRIL)
        assert [item.ref for item in done.diff.of("kept")] == ["way/1"]
        assert ask.find_place(planner, tower, on=MAY).name_zh == "甲楼"


def test_houses_of_another_source_and_those_registered_by_hand_are_left_alone(town: Town) -> None:
    other = town_map(buildings=(MapBuilding("way/77", square(3, 3), "residential"),), facilities=(), ground=())
    with acting(town.planner()) as planner:
        do.import_map(town_map(), community_id=town.community, actor=planner, on=MARCH)
        made_up = dataclasses.replace(other, buildings=(MapBuilding("syn/b1", square(4, 4), "residential"),))
        done = do.import_map(made_up, community_id=town.community, actor=planner, on=APRIL)
        assert counts(done)[:3] == (1, 0, 0)
        assert ask.find_place(planner, town.tower, on=APRIL).name_zh == "1号楼"


def test_all_faults_are_told_together_and_nothing_is_imported(town: Town) -> None:
    wrong = town_map(
        buildings=(
            MapBuilding("way/1", square(1, 1), "residential", name_zh="好楼"),
            MapBuilding("way/1", square(2, 2), "residential"),
            MapBuilding("way/5", Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "residential"),
            MapBuilding("", square(3, 3), "residential"),
        ),
        facilities=(
            MapFacility("node/1", "no_such_thing", 116.3, 40.0),
            MapFacility("node/2", "pocket_park", 400.0, 40.0),
        ),
    )
    with acting(town.planner()) as planner:
        with pytest.raises(InputError) as refused:
            do.import_map(wrong, community_id=town.community, actor=planner, on=MARCH)
        assert sorted(str(fault.feature) for fault in refused.value.faults) == [
            "",
            "node/1",
            "node/2",
            "way/1",
            "way/5",
        ]
        assert all(fault.file == "quarter.osm" for fault in refused.value.faults)
        assert not PlaceRecord.objects.filter(source_ref="way/1").exists()


def test_importing_into_the_past_of_an_import_is_refused(town: Town) -> None:
    with acting(town.planner()) as planner:
        do.import_map(town_map(), community_id=town.community, actor=planner, on=APRIL)
        with pytest.raises(LinliError, match="import_into_past"):
            do.import_map(town_map(), community_id=town.community, actor=planner, on=MARCH)


def test_only_who_may_imports_and_only_into_their_own_community(town: Town) -> None:
    with acting(town.grid_worker()) as grid_worker, pytest.raises(NotAllowedError):
        do.import_map(town_map(), community_id=town.community, actor=grid_worker, on=MARCH)
    with acting(town.planner()) as planner, pytest.raises(NotFoundError):
        do.import_map(town_map(), community_id=town.other, actor=planner, on=MARCH)


def test_a_building_goes_to_the_grid_that_holds_it(town: Town) -> None:
    with acting(LAYER):
        do.change_place(town.east, {"shape": box(116.3, 40.0, 116.304, 40.004)}, actor=LAYER, on=START)
        do.import_map(town_map(), community_id=town.community, actor=LAYER, on=MARCH)
        parents = {row.source_ref: row.parent_id for row in PlaceRecord.objects.filter(source_ref__startswith="way/")}
        assert parents["way/1"] == town.east
        assert parents["way/3"] == town.community
        assert town.east in Place.objects.get(pk=PlaceRecord.objects.get(source_ref="way/1").place_id).path


def test_network_gates_ground_and_notes_come_back_as_they_went_in(town: Town) -> None:
    with acting(town.planner()) as planner:
        do.import_map(town_map(), community_id=town.community, actor=planner, on=MARCH)
        held = ask.community_map(planner, town.community)
    for name in ("lon", "lat", "tail", "head", "length_m", "kind", "locked", "node_ref", "way_ref"):
        got, want = getattr(held.network, name), getattr(network(), name)
        assert got.dtype == want.dtype
        assert np.array_equal(got, want)
    assert held.gates == town_map().gates
    assert held.notes == town_map().notes
    assert [one.kind for one in held.ground] == ["compound", "water"]
    assert shapely.equals(held.ground[1].shape, square(8, 8))


def test_bytes_that_would_run_code_are_not_read() -> None:
    import io

    raw = io.BytesIO()
    np.savez(raw, lon=np.array([object()], dtype=object))
    with pytest.raises(ValueError, match="pickle"):
        mapstore.read_network(raw.getvalue())


CHILD = """
import datetime as dt, os, signal, sys
import django
django.setup()
from uuid import UUID
from linli.platform.actors import System
from linli.platform.db import acting
from linli.registry import commands as do
from tests.rooms.registry.test_import_map import town_map
def die(stage, share):
    if share >= 0.85:
        print("killed at", stage, share, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
with acting(System("tests.import")) as actor:
    do.import_map(town_map(), community_id=UUID(sys.argv[1]), actor=actor, on=dt.date(2024, 3, 1), progress=die)
"""


def test_killed_midway_nothing_is_half_imported(databases: TestDatabases, town_template: str) -> None:
    root = Path(__file__).resolve().parents[3]
    with databases.copy(town_template, "town_killed") as name, using_database(name):
        town = Town.read()
        environment = os.environ | {"PYTHONPATH": str(root), "LINLI_DATABASE": name}
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(town.community)],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert child.returncode == -signal.SIGKILL, child.stderr
        assert "killed at write" in child.stdout
        with acting(LAYER):
            assert not PlaceRecord.objects.exclude(source_ref="").exists()
            assert not FacilityRecord.objects.exists()
            assert not Fact.objects.filter(name="registry.map_imported").exists()
            done = do.import_map(town_map(), community_id=town.community, actor=LAYER, on=MARCH)
        assert counts(done) == (6, 0, 0, 0, 0)


@pytest.mark.parametrize("file", ["tsinghua.osm"])
def test_a_real_quarter_is_imported_whole_and_again_without_a_change(town: Town, data: Path, file: str) -> None:
    path = data / "osm" / file
    if not path.exists():
        pytest.skip(f"no {path}")
    quarter = read_map(path, mapping=load_mapping())
    with acting(town.planner()) as planner:
        done = do.import_map(quarter, community_id=town.community, actor=planner, on=MARCH)
        assert done.diff.counts()["added"] >= len(quarter.buildings) + len(quarter.facilities)
        held = ask.community_map(planner, town.community)
        assert {one.ref for one in held.buildings} == {one.ref for one in quarter.buildings}
        assert held.network.n_edges == quarter.network.n_edges
        again = do.import_map(quarter, community_id=town.community, actor=planner, on=APRIL)
        assert again.diff.is_empty
        fewer = dataclasses.replace(quarter, buildings=quarter.buildings[:-10])
        later = do.import_map(fewer, community_id=town.community, actor=planner, on=APRIL)
        assert 0 < later.diff.counts()["ended"] <= 10
