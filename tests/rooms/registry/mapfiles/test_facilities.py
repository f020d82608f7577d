"""Facilities: which category a place gets, and where one walks to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shapely

from linli.kernel.mapdata import MapData, MapFacility

from .drawn import LAT, LON, STEP, Drawing

Read = Callable[[Drawing], MapData]


def placed(read: Read, **tags: str) -> tuple[MapFacility, ...]:
    drawing = Drawing()
    drawing.node(0, 0, **tags)
    return read(drawing).facilities


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"amenity": "kindergarten"}, "kindergarten"),
        ({"amenity": "kindergarten", "name": "小太阳托育园"}, "nursery"),
        ({"amenity": "childcare"}, "nursery"),
        ({"amenity": "clinic"}, "health_station"),
        ({"amenity": "hospital", "name": "中关村社区卫生服务中心"}, "community_hospital"),
        ({"amenity": "hospital"}, "hospital"),
        ({"amenity": "restaurant"}, "restaurant"),
        ({"amenity": "restaurant", "name": "紫荆食堂"}, "canteen"),
        ({"amenity": "restaurant", "name": "紫荆园", "name__en": "Zijing Yuan Canteen"}, "canteen"),
        ({"amenity": "school", "name": "洁华幼儿园"}, "kindergarten"),
        ({"amenity": "community_centre"}, "culture_space"),
        ({"amenity": "community_centre", "name": "东园社区居委会"}, "service_centre"),
        ({"office": "government", "name": "清华园街道办事处"}, "service_centre"),
        ({"social_facility": "day_care", "social_facility__for": "senior"}, "elder_station"),
        ({"amenity": "social_facility", "name": "养老服务驿站"}, "elder_station"),
        ({"amenity": "social_facility", "social_facility": "nursing_home"}, "nursing_home"),
        ({"shop": "convenience"}, "convenience_store"),
        ({"shop": "greengrocer"}, "vegetable_shop"),
        ({"amenity": "marketplace"}, "vegetable_shop"),
        ({"shop": "hairdresser"}, "barber"),
        ({"shop": "jewelry"}, "shop"),
        ({"leisure": "park"}, "pocket_park"),
        ({"leisure": "pitch"}, "leisure_fitness"),
        ({"leisure": "fitness_centre"}, "gym"),
        ({"amenity": "charging_station"}, "ev_charging"),
        ({"amenity": "parcel_locker"}, "parcel_locker"),
        ({"highway": "bus_stop"}, "bus_stop"),
        ({"railway": "subway_entrance"}, "rail_station"),
        ({"building": "yes", "name": "邻里中心"}, "neighbourhood_centre"),
        ({"emergency": "assembly_point"}, "emergency_shelter"),
    ],
)
def test_tags_and_names_give_the_category(read: Read, tags: dict[str, str], category: str) -> None:
    assert [facility.category for facility in placed(read, **tags)] == [category]


@pytest.mark.parametrize(
    "tags",
    [
        {"amenity": "bench"},
        {"amenity": "parking", "access": "private"},
        {"amenity": "parking", "access": "no"},
        {"leisure": "garden"},
        {"shop": "vacant"},
        {"amenity": "toilets", "access": "customers"},
        {"place": "suburb", "name": "食堂路"},
        {"amenity": "cafe", "disused": "yes"},
    ],
)
def test_what_serves_nobody_is_no_facility(read: Read, tags: dict[str, str]) -> None:
    assert placed(read, **tags) == ()


def test_a_bus_stop_named_after_a_canteen_is_a_bus_stop(read: Read) -> None:
    assert [facility.category for facility in placed(read, highway="bus_stop", name="清华食堂站")] == ["bus_stop"]


def test_a_facility_keeps_its_names_hours_capacity_and_tags(read: Read) -> None:
    (facility,) = placed(
        read,
        amenity="kindergarten",
        name="洁华幼儿园",
        name__en="Jiehua",
        opening_hours="Mo-Fr 07:30-17:30",
        capacity="240",
    )
    assert (facility.name_zh, facility.name_en) == ("洁华幼儿园", "Jiehua")
    assert (facility.opening_hours, facility.capacity) == ("Mo-Fr 07:30-17:30", 240)
    assert facility.tags["amenity"] == "kindergarten"
    assert (facility.lon, facility.lat) == pytest.approx((LON, LAT))


def test_a_capacity_that_is_no_number_is_left_open_and_noted(read: Read) -> None:
    drawing = Drawing()
    node = drawing.node(0, 0, amenity="parking", capacity="a few")
    data = read(drawing)
    assert data.facilities[0].capacity is None
    assert [(note.code, note.ref) for note in data.notes] == [("capacity_unclear", f"n{node}")]


def test_one_walks_to_the_main_entrance_of_an_area_else_to_any_for_people(read: Read) -> None:
    drawing = Drawing()
    corners = [
        drawing.node(0, 0, entrance="yes"),
        drawing.node(10, 0),
        drawing.node(10, 10, entrance="main"),
        drawing.node(0, 10),
    ]
    drawing.way([*corners, corners[0]], amenity="school")
    far = [drawing.node(100, 0, entrance="garage"), drawing.node(110, 0), drawing.node(110, 10, entrance="yes")]
    drawing.way([*far, far[0]], amenity="library")
    school, library = read(drawing).facilities
    assert (school.lon, school.lat) == pytest.approx((LON + 10 * STEP, LAT + 10 * STEP))
    assert (library.lon, library.lat) == pytest.approx((LON + 110 * STEP, LAT + 10 * STEP))


def test_without_an_entrance_the_point_is_inside_even_a_crooked_area(read: Read) -> None:
    drawing = Drawing()
    shape = [(0, 0), (30, 0), (30, 2), (2, 2), (2, 30), (0, 30)]
    nodes = [drawing.node(*place) for place in shape]
    drawing.way([*nodes, nodes[0]], leisure="park")
    (park,) = read(drawing).facilities
    area = shapely.Polygon([(LON + x * STEP, LAT + y * STEP) for x, y in shape])
    assert area.contains(shapely.Point(park.lon, park.lat))


def test_a_relation_is_one_facility_and_its_lines_are_none(read: Read) -> None:
    drawing = Drawing()
    outer, inner = drawing.box(0, 0, 20, 20), drawing.box(5, 5, 5, 5)
    relation = drawing.relation([("way", outer, "outer"), ("way", inner, "inner")], type="multipolygon", leisure="park")
    assert [(one.ref, one.category) for one in read(drawing).facilities] == [(f"r{relation}", "pocket_park")]


def test_a_facility_whose_nodes_are_all_missing_is_left_out_and_noted(read: Read) -> None:
    drawing = Drawing()
    way = drawing.way([990001, 990002], amenity="school")
    data = read(drawing)
    assert data.facilities == ()
    assert ("facility_nowhere", f"w{way}") in {(note.code, note.ref) for note in data.notes}


def test_a_place_mapped_as_a_sign_and_as_a_house_counts_once_and_is_noted(read: Read) -> None:
    drawing = Drawing()
    sign = drawing.node(2, 2, amenity="restaurant", name="附中食堂")
    house = drawing.box(0, 0, 5, 5, building="yes", amenity="restaurant", name="附中食堂")
    branch = drawing.box(60, 0, 5, 5, building="yes", amenity="restaurant", name="附中食堂")
    data = read(drawing)
    assert [facility.ref for facility in data.facilities] == [f"n{sign}", f"w{branch}"]
    assert ("facility_twice", f"w{house}") in {(note.code, note.ref) for note in data.notes}
