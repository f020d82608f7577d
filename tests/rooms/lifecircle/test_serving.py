"""Who reaches what is open, how many places there are for each person, coverage by area, and idle rooms chosen within what they hold."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from django.test import Client

from linli.kernel.clock import now
from linli.kernel.mapdata import MapFacility
from linli.kernel.policyfile import find_policy
from linli.lifecircle import queries
from linli.lifecircle.analysis.serving import effective, saturation
from linli.lifecircle.bridges.rooms import choose_rooms
from linli.lifecircle.commands import measure_coverage
from linli.lifecircle.models import CoverageFigures
from linli.lifecircle.queries.areas import list_areas
from linli.lifecircle.rules.filling import capacity_of, judge_room, read_filling
from linli.platform.actors import ANONYMOUS, System
from linli.platform.db import acting
from tests.world import World

from .made import degrees, house, made_map, metres, minutes, network, run

MACHINE = System("test")


def shop(ref: str, x_m: float, **more: object) -> MapFacility:
    lon, lat = degrees(x_m, 0)
    return MapFacility(ref, "shop", lon, lat, **more)  # type: ignore[arg-type]


def street(*facilities: MapFacility, item: object = None) -> object:
    """A street of 1,000 m with a house every 100 m, ten homes of 2.62 persons each."""
    nodes = [(n * 100.0, 0.0) for n in range(11)]
    houses = [house(f"h{n}", n * 100.0, 7, n_units=10) for n in range(11)]
    net = network(nodes, [(n, n + 1) for n in range(10)])
    return run(made_map(net, houses, facilities), item or metres("shop", 260))


def test_what_is_closed_in_the_evening_does_not_count_and_unknown_hours_do() -> None:
    analysis = street(
        shop("day", 0, opening_hours="Mo-Su 08:00-18:00"), shop("late", 500, opening_hours="Mo-Su 08:00-21:00"), shop("who", 1000)
    )  # fmt: skip
    told = effective(analysis, dt.time(19))  # type: ignore[arg-type]
    assert told["categories"] == [{"category": "shop", "n_closed": 1, "n_unknown": 1}]
    everyone = next(one for one in told["groups"] if one["id"] == "everyone")
    assert everyone["shares"] == [round(8 / 11, 4)]  # 300 to 1,000 m along; by day all eleven are within 260 m of one
    assert analysis.groups["everyone"].categories[0].share == 1.0  # type: ignore[attr-defined]


def test_places_are_shared_by_those_who_can_come_and_none_are_lost() -> None:
    analysis = street(shop("a", 0, capacity=60), shop("b", 300, capacity=30))
    (told,) = saturation(analysis)  # type: ignore[arg-type]
    # a serves h0 to h2, b serves h1 to h5: 60 / 78.6 and 30 / 131 places a person; h6 and on have none.
    a, b = 60 / (3 * 26.2), 30 / (5 * 26.2)
    by_house = np.array([a, a + b, a + b, b, b, b, 0, 0, 0, 0, 0])
    assert told["mean_per_1000"] == pytest.approx(1000 * by_house.mean(), abs=0.1)
    assert by_house.sum() * 26.2 == pytest.approx(90)  # every place is given to somebody, once
    assert told["persons_without"] == pytest.approx(5 * 26.2)
    assert told["n_unknown"] == 0


def test_a_category_without_any_capacity_tells_nothing_of_places() -> None:
    assert saturation(street(shop("a", 0), item=minutes("shop", 5))) == []  # type: ignore[arg-type]


def test_rooms_are_chosen_within_what_they_hold() -> None:
    """Two rooms by brute force: every pair, every way to send houses to them."""
    random = np.random.default_rng(3)
    for _ in range(6):
        walk = random.uniform(50, 900, (6, 4))
        asked = random.integers(1, 6, 6).astype(float)
        holds = random.integers(4, 12, 4).astype(float)
        found = choose_rooms(walk, 2, demand=np.arange(6), asked=asked, limit_m=600.0, capacity=holds.tolist())
        for room, houses in zip(found.room.tolist(), found.houses, strict=True):
            assert asked[houses].sum() <= holds[room] + 1e-9
            assert (walk[houses, room] <= 600).all()
        best = max(_most(walk, asked, holds, pair) for pair in [(a, b) for a in range(4) for b in range(a)])
        if found.is_best:
            assert sum(found.asked) == pytest.approx(best)


def _most(walk: np.ndarray, asked: np.ndarray, holds: np.ndarray, pair: tuple[int, int]) -> float:
    most = 0.0
    for choice in np.ndindex(*(3,) * len(asked)):
        to = np.array(choice)
        good = all(
            asked[to == n].sum() <= holds[room] and (walk[to == n, room] <= 600).all() for n, room in enumerate(pair)
        )
        if good:
            most = max(most, float(asked[to < 2].sum()))
    return most


def test_a_house_too_large_for_every_room_is_left_out_and_the_rest_is_served() -> None:
    found = choose_rooms(
        np.full((2, 1), 100.0), 1, demand=np.arange(2), asked=np.array([50.0, 5.0]), limit_m=600, capacity=[10]
    )
    assert [houses.tolist() for houses in found.houses] == [[1]]
    assert (
        choose_rooms(
            np.full((2, 1), 900.0), 1, demand=np.arange(2), asked=np.ones(2), limit_m=600, capacity=[None]
        ).room.size
        == 0
    )


def test_the_five_ways_follow_the_owner_and_the_size() -> None:
    filling = read_filling(find_policy("gap_filling", "default"))
    assert [way.id for way in filling.ways] == ["refit", "lease", "swap", "buy", "build"]

    def fitting(area_dm2: int, owner: str, n_public: int = 0) -> list[tuple[str, bool | None]]:
        judged = judge_room(filling, "service_complex", area_dm2=area_dm2, owner=owner, n_public_rooms=n_public)  # type: ignore[arg-type]
        return [(one.way.id, one.fits) for one in judged if one.fits is not False]

    assert fitting(60_000, "public") == [("refit", True)]
    assert fitting(60_000, "other") == [("lease", True), ("buy", True)]
    assert fitting(60_000, "other", 1) == [("lease", True), ("swap", True), ("buy", True)]
    assert fitting(40_000, "public") == [("build", True)]  # under 500 m²
    assert all(fits is None for _, fits in fitting(60_000, "unknown"))
    assert capacity_of(filling, "nursery", 9_000) == 10
    assert capacity_of(filling, "barber", 9_000) is None


def test_areas_gather_every_building_once_and_count_people_only_for_those_who_may(in_world: World) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        run_ = queries.find_run(planner, in_world.own)
        category = run_.categories[0]
        walks = queries.list_buildings(run_, planner, category=category, group="everyone")
        for by in ("grid", "compound", "cell", "age", "community"):
            areas = list_areas(run_, planner, category=category, group="everyone", by=by)  # type: ignore[arg-type]
            assert sum(one.n_buildings for one in areas) == len(walks)
            assert sum(one.persons or 0 for one in areas) == pytest.approx(sum(walk.n_persons or 0 for walk in walks))
        whole = list_areas(run_, planner, category=category, group="everyone", by="community")
        told = queries.coverage_of(run_, planner).row(category)
        assert whole[0].share == pytest.approx(told.share, abs=1e-4)
    with acting(ANONYMOUS):
        pass
    open_shapes = Client().get("/open/lifecircle/areas.geojson?by=cell")
    assert open_shapes.status_code == 200
    for feature in json.loads(open_shapes.content)["features"]:
        assert set(feature["properties"]) == {"id", "name", "minutes", "is_beyond", "height_m"}


def test_outside_an_area_says_nothing_of_people_that_public_minutes_do_not(in_world: World) -> None:
    """Everything told of an area to anybody is reckoned from the public minutes again, without the register."""
    neighbour = in_world.actor("resident_2")
    with acting(neighbour):
        run_ = queries.find_run(neighbour, in_world.own)
        category = run_.categories[0]
        areas = list_areas(run_, neighbour, category=category, group="everyone", by="cell")
        walks = queries.list_buildings(run_, neighbour, category=category, group="everyone")
    assert all(one.persons is None and one.beyond is None for one in areas)
    assert sum(one.n_within for one in areas) == sum(walk.is_joined and not walk.is_beyond for walk in walks)
    mean = sum((one.mean_min or 0) * one.n_buildings for one in areas) / len(walks)
    assert mean == pytest.approx(np.mean([walk.minutes for walk in walks if walk.minutes is not None]), rel=0.02)


def test_a_run_keeps_evening_and_places_and_the_pages_tell_them(in_world: World) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        run_ = measure_coverage(in_world.own, "changsha-10-15", actor=planner, now=now())
        figures = CoverageFigures.objects.get(run=run_).figures
        told = queries.serving_of(run_, planner, category="canteen", group="everyone")
    assert figures["effective"]["time"] == "19:00"
    assert told is not None
    assert told.n_closed > 0  # the sample's canteens close at half past six
    assert told.places
    assert told.mean_per_1000
    client = in_world.client("planner")
    page = client.get("/console/lifecircle/?standard=changsha-10-15&category=canteen").content.decode()
    assert "19:00 还开着的" in page
    assert "个位置" in page
    for by in ("grid", "compound", "cell", "age", "community"):
        assert client.get(f"/console/lifecircle/areas/?by={by}&category=canteen").status_code == 200
        assert client.get(f"/console/lifecircle/areas/?by={by}&format=csv").status_code == 200
    rooms = client.get("/console/lifecircle/places/?standard=changsha-10-15&category=nursery&n=2").content.decode()
    assert "五种办法" in rooms
    with acting(ANONYMOUS):
        assert queries.serving_of(run_, ANONYMOUS, category="canteen", group="everyone") is None


def test_a_pin_on_the_map_is_answered_and_a_wrong_one_refused(in_world: World) -> None:
    client = in_world.client("planner")
    with acting(MACHINE):
        run_ = queries.find_run(MACHINE, in_world.own)
        walk = queries.list_buildings(run_, MACHINE, category=run_.categories[0], group="everyone")[0]
    asked = f"/console/lifecircle/try.json?category={run_.categories[0]}&lon={walk.lon}&lat={walk.lat}"
    answer = json.loads(client.get(asked).content)
    assert answer["is_joined"]
    assert answer["houses"][str(walk.place_id)][0] <= (walk.minutes or 999) + 0.01
    far = json.loads(client.get("/console/lifecircle/try.json?lon=0&lat=0").content)
    assert far["is_joined"] is False
    for wrong in ("lon=here&lat=0", "lat=1", "lon=500&lat=0", "lon=nan&lat=0"):
        assert client.get(f"/console/lifecircle/try.json?{wrong}").status_code == 422
    assert in_world.client("resident").get(asked).status_code == 403
