"""Ways that could open, and what closing one costs: twelve nodes reckoned by hand, and the map of nobody's making."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import shapely

from linli.kernel.mapdata import GroundShape, MapData
from linli.lifecircle.analysis import Analysis
from linli.lifecircle.analysis import summary as summary_module
from linli.lifecircle.analysis.files import proposals_geojson
from linli.lifecircle.analysis.links import cost_of_closing, propose_links
from linli.lifecircle.analysis.people_file import PeopleRow
from linli.lifecircle.analysis.proposals import propose
from linli.lifecircle.analysis.summary import summarise

from .made import facility, gate, house, made_map, minutes, network, run, shape, wall

SHOP, CLINIC = minutes("shop", 5), minutes("clinic", 10)
NODES = [(x, 0) for x in range(0, 600, 100)] + [(x, 40) for x in range(0, 600, 100)]
"""Two lanes of six nodes, 40 m apart: 0-5 below, 6-11 above; joined at the left end only."""
LANES = [(n, n + 1) for n in range(5)] + [(n, n + 1) for n in range(6, 11)] + [(0, 6)]
FAR_LANE_END = 500.0


def two_lanes(**more: object) -> MapData:
    """A house at the right end of the upper lane, 10 m above it; the shop at the right end of the lower one, 5 m below it."""
    return made_map(
        network(NODES, LANES),
        [house("h", 500, 50), house("left", 0, 50)],
        [facility("s", "shop", 500, -5), facility("c", "clinic", 0, -5)],
        **more,  # type: ignore[arg-type]
    )


def people(*counts: float) -> list[PeopleRow]:
    return [
        PeopleRow(line=n + 2, building=n, lon=None, lat=None, age=None, count=count) for n, count in enumerate(counts)
    ]  # type: ignore[arg-type]


def lived_in(data: MapData, *counts: float) -> Analysis:
    return run(data, SHOP, CLINIC, people=people(*counts))


def test_the_gap_between_two_lanes_is_worth_what_arithmetic_says() -> None:
    analysis = lived_in(two_lanes(), 100, 7)
    (link,) = propose_links(analysis, 1)
    effect = link.effects["everyone"]
    # From the house: 10 m to the lane, then 500 + 40 + 500 m round the left end, 5 m to the shop; 60 m a minute.
    before, after = (10 + 500 + 40 + 500 + 5) / 60, (10 + 40 + 5) / 60
    assert link.kind == "end"
    assert abs(link.length_m - 40) < 0.01
    assert abs(effect.person_min - 100 * (before - after)) < 0.1
    assert abs(effect.most_min - (before - after)) < 0.01
    assert (effect.persons, effect.persons_within.tolist()) == (100, [100, 0])
    assert analysis.places[int(effect.house[0])].ref == "h"
    assert link.beside.persons == 100
    assert link.passers == 0


def test_a_proposal_equals_measuring_the_map_with_the_way_in_it() -> None:
    analysis = lived_in(two_lanes(), 100, 7)
    (link,) = propose_links(analysis, 1)
    built = replace(two_lanes(), network=network(NODES, [*LANES, (5, 11)]))
    after = lived_in(built, 100, 7).shown.walks.walk_min
    saved = (analysis.shown.walks.walk_min - after) * np.array([[100], [7]])
    assert abs(link.effects["everyone"].person_min - saved.sum()) < 1e-6


def test_no_short_path_goes_through_a_building_or_water() -> None:
    ditch = GroundShape("d", "water", shape(shapely.LineString([(50, 20), (700, 20)])))
    assert propose_links(lived_in(two_lanes(ground=[ditch]), 100, 7), 3) == ()
    row = two_lanes()
    long_house = replace(house("row", 300, 20), outline=shape(shapely.box(50, 15, 560, 25)), use="shed")
    assert propose_links(lived_in(replace(row, buildings=(*row.buildings, long_house)), 100, 7), 3) == ()


def test_a_path_through_a_wall_is_an_opening_and_says_whose_wall_it_is() -> None:
    garden = GroundShape("g", "compound", shape(shapely.box(-50, 30, 560, 100)), name_zh="花园小区")
    analysis = lived_in(two_lanes(ground=[garden]), 100, 50)
    (link,) = propose_links(analysis, 1)
    assert (link.kind, link.beside.compound, link.beside.persons) == ("wall", "花园小区", 150)
    (again,) = propose_links(lived_in(two_lanes(ground=[wall((50, 20), (700, 20))]), 100, 7), 1)
    assert again.kind == "wall"


def test_a_locked_gate_is_proposed_and_strangers_are_counted_as_passing() -> None:
    data = two_lanes(gates=[gate(500, 20, "locked")])
    nodes = [*NODES, (500, 20)]
    shut = network(nodes, [*LANES, (5, 12), (12, 11)], locked=[len(LANES), len(LANES) + 1])
    beside = house("beside", 520, 20)
    analysis = lived_in(replace(data, network=shut, buildings=(*data.buildings, beside)), 100, 7, 30)
    first = propose_links(analysis, 3)[0]
    assert first.kind == "gate"
    assert first.effects["everyone"].persons == 100  # those beside it start on the lower lane already
    assert first.beside.persons == 130
    words = summarise(analysis, propose(analysis, n_links=1))["proposals"]["links"][0]
    assert "Nobody walks further" in words["loses"]["en"]


def test_a_long_closed_road_is_no_gap_to_open() -> None:
    nodes = [*NODES, (600, 0), (600, 200), (600, 400), (500, 400)]
    edges = [(5, 12), (12, 13), (13, 14), (14, 15), (15, 11)]
    first = len(LANES)
    ditch = GroundShape("d", "water", shape(shapely.LineString([(50, 20), (590, 20)])))
    net = network(nodes, [*LANES, *edges], locked=range(first, first + len(edges)))
    assert propose_links(lived_in(replace(two_lanes(ground=[ditch]), network=net), 100, 7), 3) == ()
    short = network(nodes, [*LANES, (5, 12), (12, 11)], locked=[first, first + 1])
    (way,) = propose_links(lived_in(replace(two_lanes(ground=[ditch]), network=short), 100, 7), 3)
    assert way.kind == "way"


def test_steps_get_a_ramp_for_those_who_cannot_climb_them() -> None:
    stairs = network(NODES, [*LANES, (5, 11)], kinds={len(LANES): "steps"})
    analysis = run(replace(two_lanes(), network=stairs), SHOP, CLINIC, people=people(100, 7), group="wheelchair")
    (link,) = propose_links(analysis, 1)
    assert link.kind == "ramp"
    assert link.effects["wheelchair"].persons == 100
    # Who climbs steps is spared only what they cost more than level ground: 40 m, once, on the way to the shop.
    assert abs(link.effects["everyone"].person_min - 100 * 40 / 60) < 0.01


def test_blocking_a_gate_shows_the_detour() -> None:
    nodes = [*NODES, (500, 20)]
    joined = network(nodes, [*LANES, (5, 12), (12, 11)])
    analysis = lived_in(replace(two_lanes(gates=[gate(500, 20, "unknown")]), network=joined), 100, 7)
    (lost,), facilities = cost_of_closing(analysis)
    assert lost.effect.persons == 100
    # At 60 m a minute: once round the left end instead of straight through, to the shop; the clinic was never this way.
    assert abs(lost.effect.person_min + 100 * (500 + 40 + 500 - 40) / 60) < 0.1
    assert lost.effect.persons_within.tolist() == [-100, 0]
    # The only shop: closing it leaves both houses without one, and no minutes are claimed for that.
    shop = next(loss for loss in facilities if loss.thing.ref == "s")
    assert (shop.effect.persons_joined, shop.effect.person_min) == (107, 0)


def test_two_ways_that_serve_the_same_walks_are_one_proposal() -> None:
    third = [*NODES, (530, 40), (530, 0)]
    net = network(third, [*LANES, (11, 12), (5, 13)])
    analysis = lived_in(replace(two_lanes(), network=net), 100, 7)
    assert len(propose_links(analysis, 5)) == 1


def test_the_files_say_what_the_schema_says() -> None:
    analysis = lived_in(two_lanes(gates=[gate(0, 0, "open")]), 100, 7)
    proposals = propose(analysis, n_links=2)
    schema = json.loads(Path(summary_module.__file__).with_name("summary.schema.json").read_text())
    jsonschema.validate(summarise(analysis, proposals), schema)
    features = proposals_geojson(analysis, proposals)["features"]
    assert next((f["properties"]["proposal"], f["geometry"]["type"]) for f in features) == ("link", "LineString")
    assert {f["properties"]["proposal"] for f in features} == {"link", "closing_gate", "closing_facility"}


def test_a_map_without_any_facility_has_nothing_to_open() -> None:
    analysis = lived_in(replace(two_lanes(), facilities=()), 100, 7)
    assert propose_links(analysis, 3) == ()
    assert cost_of_closing(analysis) == ((), ())
