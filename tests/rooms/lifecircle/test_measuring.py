"""Measuring a registered community: what is written, who sees which of it, and the pages made of it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.kernel.ids import uuid7
from linli.lifecircle import queries
from linli.lifecircle.commands import measure_coverage
from linli.lifecircle.models import BuildingAccess, BuildingResidents, CoverageFigures, CoverageRun
from linli.platform.actors import ANONYMOUS, System
from linli.platform.db import acting
from linli.registry import queries as registry
from tests.world import World

STANDARD = "changsha-10-15"
MACHINE = System("test")


def test_a_run_counts_the_registered_people_and_measures_every_building(in_world: World) -> None:
    with acting(MACHINE):
        run = queries.find_run(MACHINE, in_world.own, standard_id=STANDARD)
        counts = registry.count_by_building(MACHINE, in_world.own, on=run.as_of)
        rows = {row.place_id: row.persons for row in BuildingResidents.objects.filter(run=run)}
        assert run.basis == "residents"
        assert {c.building_id: c.n_persons for c in counts if c.n_persons} == {
            place: persons["everyone"] for place, persons in rows.items()
        }
        elders = sum(sum(c.by_age[4:7]) for c in counts)
        assert sum(persons["elder_60"] for persons in rows.values()) == elders
        n_access = BuildingAccess.objects.filter(run=run, group="everyone").count()
        assert n_access == len(queries.list_building_names(run, MACHINE))


def test_measuring_needs_its_permission_on_that_very_community(in_world: World) -> None:
    planner, staff = in_world.actor("planner"), in_world.actor("community_staff")
    with acting(planner):
        run = measure_coverage(in_world.own, STANDARD, actor=planner, now=now())
        assert run.community_id == in_world.own
        with pytest.raises(NotAllowedError):
            measure_coverage(in_world.other, STANDARD, actor=planner, now=now())
    with acting(staff), pytest.raises(NotAllowedError):
        measure_coverage(in_world.own, STANDARD, actor=staff, now=now())


def test_measuring_is_told_to_the_journal_without_words(in_world: World) -> None:
    from linli.journal.models import Fact

    planner = in_world.actor("planner")
    with acting(planner):
        run = measure_coverage(in_world.own, STANDARD, actor=planner, now=now())
    with acting(MACHINE):
        fact = Fact.objects.filter(name="lifecircle.coverage_measured", subject_id=run.pk).get()
        assert fact.community_id == in_world.own


def test_the_same_register_measured_twice_gives_the_same_figures(in_world: World) -> None:
    with acting(MACHINE):
        runs = [measure_coverage(in_world.own, STANDARD, actor=MACHINE, now=now()) for _ in range(2)]
        first, second = (CoverageFigures.objects.get(run=run).figures for run in runs)
    assert first == second


def test_an_unknown_standard_and_a_day_before_its_time_are_refused(in_world: World) -> None:
    with acting(MACHINE):
        with pytest.raises(LinliError, match="policy"):
            measure_coverage(in_world.own, "atlantis", actor=MACHINE, now=now())
        with pytest.raises(LinliError, match="in force"):
            measure_coverage(in_world.own, STANDARD, actor=MACHINE, now=now(), on=dt.date(2025, 12, 31))


def test_a_community_without_a_map_is_not_found(in_world: World) -> None:
    with acting(MACHINE), pytest.raises(NotFoundError):
        measure_coverage(uuid7(), STANDARD, actor=MACHINE, now=now())


def test_what_was_measured_cannot_be_rewritten(in_world: World) -> None:
    with acting(MACHINE):
        run = queries.find_run(MACHINE, in_world.own, standard_id=STANDARD)
        for model in (CoverageRun, BuildingAccess, CoverageFigures, BuildingResidents):
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.all().delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            CoverageRun.objects.filter(pk=run.pk).update(basis="estimated_residents")


def test_neighbours_see_minutes_and_shares_but_no_people(in_world: World) -> None:
    neighbour = in_world.actor("resident_2")
    with acting(neighbour):
        run = queries.find_run(neighbour, in_world.own, standard_id=STANDARD)
        walks = queries.list_buildings(run, neighbour, category="kindergarten", group="everyone")
        assert any(walk.minutes is not None for walk in walks)
        assert all(walk.n_persons is None for walk in walks)
        # Not only the query keeps them apart: without a filter the database itself shows nothing.
        assert not BuildingResidents.objects.filter(run=run).exists()
        assert not CoverageFigures.objects.filter(run=run).exists()
        assert queries.list_gaps(run, neighbour) == []
        with pytest.raises(NotFoundError):
            queries.figures_of(run, neighbour)
        told = queries.coverage_of(run, neighbour)
        for row in told.rows:
            assert row.n_beyond is None or row.n_beyond == 0 or row.n_beyond >= 10


def test_nobody_known_sees_the_public_half_only(in_world: World) -> None:
    page = Client().get("/open/lifecircle/")
    assert page.status_code == 200
    answer = Client().get(f"/api/v1/lifecircle/{in_world.own}/coverage")
    assert answer.status_code == 200
    assert "persons_within" not in answer.content.decode()
    assert Client().get(f"/api/v1/lifecircle/{in_world.own}/figures").status_code == 401
    with acting(ANONYMOUS):
        assert not CoverageFigures.objects.exists()


def test_buildings_come_as_geojson_with_minutes(in_world: World) -> None:
    answer = Client().get(f"/api/v1/lifecircle/{in_world.own}/buildings.geojson?category=kindergarten&group=elder_60")
    features = json.loads(answer.content)["features"]
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert {feature["geometry"]["type"] for feature in features} <= {"Polygon", "MultiPolygon"}
    assert all("n_persons" not in feature["properties"] for feature in features)
    slow = {f["id"]: f["properties"]["minutes"] for f in features}
    quick = Client().get(f"/api/v1/lifecircle/{in_world.own}/buildings.geojson?category=kindergarten")
    for feature in json.loads(quick.content)["features"]:
        assert feature["properties"]["minutes"] <= slow[feature["id"]]
    unknown = Client().get(f"/api/v1/lifecircle/{in_world.own}/buildings.geojson?category=spaceport")
    assert unknown.status_code == 404


def test_the_map_page_its_parts_and_its_files_answer(in_world: World) -> None:
    client = in_world.client("planner")
    page = client.get("/console/lifecircle/?category=canteen&group=elder_60").content.decode()
    assert "map-config" in page
    for part in ("twin", "numbers"):
        assert client.get(f"/console/lifecircle/?{part}=1&category=canteen").status_code == 200
    for kind in ("csv", "xlsx", "json"):
        assert client.get(f"/console/lifecircle/?category=canteen&format={kind}").status_code == 200
    with acting(MACHINE):
        run = queries.find_run(MACHINE, in_world.own)
        place_id, name = queries.list_building_names(run, MACHINE)[0]
    details = client.get(f"/console/lifecircle/buildings/{place_id}/?category=canteen")
    assert name.zh in details.content.decode()
    for data in ("ground", "buildings", "points"):
        answer = client.get(f"/open/lifecircle/{data}.geojson?show_gate=yes&show_vacant=yes")
        assert json.loads(answer.content)["type"] == "FeatureCollection"


def test_a_resident_sees_the_walks_from_their_own_door(in_world: World) -> None:
    page = in_world.client("resident").get("/around/").content.decode()
    assert "住处来自您的住户登记" in page
    stranger = Client().get("/around/").content.decode()
    assert "请选一幢楼" in stranger
    with acting(MACHINE):
        run = queries.find_run(MACHINE, in_world.own)
        place_id, name = queries.list_building_names(run, MACHINE)[0]
    chosen = Client().get(f"/around/?building={place_id}&group=wheelchair").content.decode()
    assert name.zh in chosen
    assert Client().get(f"/around/{place_id}/nearest.geojson").status_code == 200


def test_measuring_again_is_a_job_that_ends_on_the_map(in_world: World) -> None:
    from linli.platform.jobs import run_job
    from linli.platform.models import Job

    client = in_world.client("planner")
    answer = client.post("/console/lifecircle/measure/", {"standard": STANDARD})
    assert answer.status_code == 302
    job_id = answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1]
    run_job(job_id)  # type: ignore[arg-type]
    with acting(MACHINE):
        job = Job.objects.get(id=job_id)
        assert job.state == "done", job.error
        assert CoverageRun.objects.filter(pk=job.result["run_id"], community_id=in_world.own).exists()
    refused = client.post("/console/lifecircle/measure/", {"standard": "atlantis"})
    assert refused.status_code == 404


def test_a_run_says_what_could_open_and_what_the_community_leans_on(in_world: World) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        run = measure_coverage(in_world.own, STANDARD, actor=planner, now=now())
        proposals = queries.proposals_of(run, planner)
    # Gates of the sample that somebody walks through: blocking one is told with its detour, in minutes that are lost.
    assert proposals["gates"]
    assert all(loss["person_min"] < 0 or loss["persons_joined"] > 0 for loss in proposals["gates"])
    assert all(house["place_id"] for link in proposals["links"] for house in link["houses"])
    with acting(ANONYMOUS):
        assert queries.proposals_of(run, ANONYMOUS) == {}


def test_the_planners_page_tells_what_could_open(in_world: World) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        run = measure_coverage(in_world.own, STANDARD, actor=planner, now=now())
        n_links = len(queries.proposals_of(run, planner)["links"])
    page = in_world.client("planner").get(f"/console/lifecircle/?standard={STANDARD}").content.decode()
    assert 'id="leans"' in page
    assert page.count(">代价</b>") == n_links
