"""Scenarios of a community: begun, filled, measured, compared, chosen; who may do which of it; and what others hear of a choice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from linli.journal.models import Fact
from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.lifecircle import commands, queries
from linli.lifecircle.bench import bench_of
from linli.lifecircle.commands import Wish
from linli.lifecircle.models import CoverageRun, Scenario, ScenarioResult
from linli.lifecircle.offers import Offers
from linli.lifecircle.queries import scenarios
from linli.platform.actors import System
from linli.platform.db import acting
from tests.world import World

STANDARD = "changsha-10-15"
MACHINE = System("test")


@pytest.fixture
def run(in_world: World) -> CoverageRun:
    with acting(MACHINE):
        return queries.find_run(MACHINE, in_world.own, standard_id=STANDARD)


@pytest.fixture
def begun(in_world: World, run: CoverageRun) -> Iterator[Scenario]:
    planner = in_world.actor("planner")
    with acting(planner):
        yield commands.begin_scenario(run.pk, "开一处食堂", note="二村老人多", actor=planner, now=now())


def put(world: World, scenario: Scenario, kind: str, n: int = 0, **more: object) -> None:
    """Add the n-th thing on offer of a kind."""
    planner = world.actor("planner")
    offer = Offers(scenario.run, planner).of(kind)[n]  # type: ignore[arg-type]
    wish = Wish(
        kind, lon=offer.lon, lat=offer.lat, to_lon=offer.to_lon, to_lat=offer.to_lat, facility_id=offer.facility_id,  # type: ignore[arg-type]
        place_id=offer.place_id, space_id=offer.space_id, name=offer.name, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    commands.add_change(scenario.pk, wish, actor=planner)


def test_a_bench_gives_the_very_figures_of_the_run_it_repeats(in_world: World, run: CoverageRun) -> None:
    with acting(MACHINE):
        told = queries.coverage_of(run, MACHINE, group="elder_60")
        again = bench_of(run).analysis.groups["elder_60"]
    assert [row.share for row in told.rows] == [
        None if c.share is None else round(c.share, 4) for c in again.categories
    ]
    assert [row.n_beyond for row in told.rows] == [round(c.persons_beyond) for c in again.categories]


def test_closing_a_gate_of_the_sample_sends_people_the_long_way(in_world: World, begun: Scenario) -> None:
    """The gate most people walk through is blocked: they go round, and the detour is told in people and minutes, house by house."""
    planner = in_world.actor("planner")
    with acting(planner):
        worst = queries.proposals_of(begun.run, planner).get("gates") or []
        offers = Offers(begun.run, planner).of("block_gate")
        gate = next(offer for offer in offers if offer.key == f"gate:{worst[0]['ref']}") if worst else offers[0]
        commands.add_change(begun.pk, Wish("block_gate", lon=gate.lon, lat=gate.lat, name=gate.name), actor=planner)
        result = commands.measure_scenario(begun.pk, actor=planner, now=now())
    everyone = result.figures["groups"][0]
    assert everyone["farther"] > 0 or everyone["cut_off"] > 0
    assert everyone["nearer"] == 0
    assert everyone["person_min"] < 0 or everyone["cut_off"] > 0
    assert everyone["houses_farther"]
    if worst and not everyone["cut_off"]:
        assert everyone["person_min"] == pytest.approx(
            worst[0]["person_min"], rel=0.05
        )  # what the run foretold of this gate


def test_a_new_canteen_is_measured_compared_and_chosen(in_world: World, begun: Scenario) -> None:
    planner, officer = in_world.actor("planner"), in_world.actor("street_officer")
    with acting(planner):
        put(in_world, begun, "open_facility", category="canteen", capacity=60, filling="refit", cost_fen=30_000_000)
        result = commands.measure_scenario(begun.pk, actor=planner, now=now())
        again = commands.measure_scenario(begun.pk, actor=planner, now=now())
        assert again.pk == result.pk  # the same changes are not measured twice
        with pytest.raises(NotAllowedError):
            commands.choose_scenario(begun.pk, because="试", actor=planner, now=now())
    canteen = next(one for one in result.figures["groups"][0]["categories"] if one["category"] == "canteen")
    assert canteen["n_after"] == canteen["n_before"] + 1
    assert canteen["share_after"] >= canteen["share_before"]
    assert canteen["lost"] == 0
    with acting(officer):
        with pytest.raises(LinliError, match="sentence why"):
            commands.choose_scenario(begun.pk, because=" ", actor=officer, now=now())
        chosen = commands.choose_scenario(begun.pk, because="居民议事会同意", actor=officer, now=now())
        with pytest.raises(LinliError, match="decided"):
            commands.choose_scenario(begun.pk, because="再来", actor=officer, now=now())
    with acting(MACHINE):
        fact = Fact.objects.get(name="lifecircle.scenario_chosen", subject_id=chosen.pk)
        done = Fact.objects.get(name="lifecircle.change_chosen", subject_id=chosen.pk)
    assert done.causation_id == fact.id
    assert done.payload["category"] == "canteen"
    assert done.payload["capacity"] == 60
    assert done.payload["filling"] == "refit"
    assert fact.payload["cost_fen"] == 30_000_000
    with acting(planner), pytest.raises(LinliError, match="decided"):
        put(in_world, begun, "block_gate")


def test_a_change_makes_the_measuring_old_and_the_choice_wait(in_world: World, begun: Scenario) -> None:
    planner, officer = in_world.actor("planner"), in_world.actor("street_officer")
    with acting(planner):
        with pytest.raises(LinliError, match="no change yet"):
            commands.measure_scenario(begun.pk, actor=planner, now=now())
        put(in_world, begun, "open_facility", category="nursery")
        commands.measure_scenario(begun.pk, actor=planner, now=now())
        put(in_world, begun, "close_facility")
        told = scenarios.result_of(begun)
        assert told is not None
        assert not told.is_current
    with acting(officer), pytest.raises(LinliError, match="measure first"):
        commands.choose_scenario(begun.pk, because="快", actor=officer, now=now())
    with acting(planner):
        change = scenarios.changes_of(begun)[1]
        commands.remove_change(begun.pk, change.pk, actor=planner)
        told = scenarios.result_of(begun)
        assert told is not None
        assert told.is_current
        with pytest.raises(NotFoundError):
            commands.remove_change(begun.pk, change.pk, actor=planner)


def test_what_cannot_be_done_is_refused_and_leaves_nothing(in_world: World, begun: Scenario) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        for wish, words in (
            (Wish("open_facility", lon=0.0, lat=0.0, category="canteen"), "outside the community's map"),
            (Wish("open_facility", lon=0.0, lat=0.0, category="spaceport"), "asks for no facility"),
            (Wish("close_facility", facility_id=UUID(int=1)), "no open facility"),
        ):
            with pytest.raises(LinliError, match=words):
                commands.add_change(begun.pk, wish, actor=planner)
        assert scenarios.changes_of(begun) == []


def test_others_neither_see_nor_change_a_scenario(in_world: World, begun: Scenario) -> None:
    staff, resident, elsewhere = (
        in_world.actor("community_staff"),
        in_world.actor("resident"),
        in_world.actor("community_staff_2"),
    )
    with acting(staff):
        assert scenarios.find_scenario(staff, begun.pk).pk == begun.pk
        with pytest.raises(NotAllowedError):
            commands.measure_scenario(begun.pk, actor=staff, now=now())
    for actor in (resident, elsewhere):
        with acting(actor), pytest.raises(NotFoundError):
            scenarios.find_scenario(actor, begun.pk)
    with acting(elsewhere):
        assert not Scenario.objects.filter(pk=begun.pk).exists()  # the database itself shows it to nobody elsewhere


def test_results_are_never_rewritten(in_world: World, begun: Scenario) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        put(in_world, begun, "open_facility", category="nursery")
        result = commands.measure_scenario(begun.pk, actor=planner, now=now())
    with acting(MACHINE), pytest.raises(DatabaseError), transaction.atomic():
        ScenarioResult.objects.filter(pk=result.pk).update(changes_sha256="0" * 64)


def test_a_planner_walks_from_the_map_to_a_report(in_world: World, run: CoverageRun) -> None:
    client = in_world.client("planner")
    begun = client.post(f"/console/lifecircle/scenarios/new/?standard={STANDARD}", {"title": "两处一起", "note": ""})
    url = begun.headers["Location"].split("?")[0]
    form = client.get(f"{url}change/?kind=open_facility&category=canteen").content.decode()
    assert "闲置" in form
    with acting(MACHINE):
        place = Offers(run, in_world.actor("planner")).of("open_facility")[0]
    wrong = client.post(f"{url}change/?kind=open_facility", {"category": "canteen", "where": "nowhere"})
    assert wrong.status_code == 422
    added = client.post(
        f"{url}change/?kind=open_facility", {"category": "canteen", "where": place.key, "cost_yuan": "300000"}
    )
    assert added.status_code == 302
    dragged = f"{url}change/?kind=open_facility&lon={place.lon}&lat={place.lat}"
    assert client.post(dragged, {"category": "nursery", "where": "dragged"}).status_code == 302
    assert client.post(f"{url}measure/", {}).status_code == 302
    page = client.get(url).content.decode()
    assert "300,000" in page or "300000" in page
    assert client.get(f"{url}?group=elder_60&format=csv").status_code == 200
    for data in ("buildings", "points"):
        answer = json.loads(client.get(f"{url}{data}.geojson?category=canteen").content)
        assert answer["features"]
    before = json.loads(client.get(f"{url}buildings.geojson?category=canteen&view=before").content)["features"]
    after = json.loads(client.get(f"{url}buildings.geojson?category=canteen").content)["features"]
    assert all(b["properties"]["minutes"] >= a["properties"]["minutes"] for b, a in zip(before, after, strict=True))
    assert "两处一起" in client.get("/console/lifecircle/compare/").content.decode()
    assert "两处一起" in client.get("/console/lifecircle/scenarios/").content.decode()
    paper = client.get(f"{url}report.pdf", headers={"host": "127.0.0.1"})
    assert paper.content.startswith(b"%PDF")
    assert in_world.client("resident").get(url).status_code in (403, 404)
    assert in_world.client("community_staff_2").get(url).status_code == 404
