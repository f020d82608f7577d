"""The tree of places: what stands in what, codes, moves, ends, and who sees which part."""

from __future__ import annotations

import datetime as dt

import pytest
import shapely
from django.db import transaction
from shapely.geometry import Polygon

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.platform.actors import ANONYMOUS, Actor, Grant
from linli.platform.db import acting
from linli.registry import commands as do
from linli.registry import queries as ask
from linli.registry.models import Person, PersonRecord, Place, Tenure

from .town import LAYER, START, Town, home, person, worker

MARCH = dt.date(2024, 3, 1)
SQUARE = Polygon([(116.3, 40.0), (116.301, 40.0), (116.301, 40.001), (116.3, 40.001)])


def test_a_unit_knows_everything_that_holds_it(town: Town) -> None:
    with acting(town.staff()) as staff:
        holders = [record.name_zh for record in ask.holders_of(staff, town.unit["1-101"])]
    assert holders == [
        "示例省", "示例市", "示例区", "示例街道", "清河社区", "东网格", "清河苑", "1号楼", "101",
    ]  # fmt: skip


def test_a_building_that_changes_grid_takes_its_homes_along(town: Town) -> None:
    with acting(town.planner()) as planner:
        do.change_place(town.tower, {"parent_id": town.west}, actor=planner, on=MARCH)
        path = Place.objects.get(pk=town.unit["1-101"]).path
        assert town.west in path
        assert town.east not in path
        assert path[-3:] == [town.compound, town.tower, town.unit["1-101"]]
        assert ask.find_place(planner, town.tower, on=MARCH - dt.timedelta(days=1)).parent_id == town.east


def test_a_move_in_the_future_or_to_another_community_is_refused(town: Town) -> None:
    with acting(town.planner()) as planner:
        tomorrow = local_day(now()) + dt.timedelta(days=1)
        with pytest.raises(LinliError, match="future_move"):
            do.change_place(town.tower, {"parent_id": town.west}, actor=planner, on=tomorrow)
        with pytest.raises(NotFoundError), transaction.atomic():
            do.change_place(town.tower, {"parent_id": town.other}, actor=planner, on=MARCH)
        with pytest.raises(LinliError, match="wrong_parent"), transaction.atomic():
            do.change_place(town.tower, {"parent_id": town.house}, actor=planner, on=MARCH)
    with acting(LAYER), pytest.raises(LinliError, match="other_community"):
        do.change_place(town.tower, {"parent_id": town.other}, actor=LAYER, on=MARCH)


@pytest.mark.parametrize(
    ("kind", "parent", "details", "code"),
    [
        ("unit", "east", {}, "registry.wrong_parent"),
        ("grid", "tower", {}, "registry.wrong_parent"),
        ("unit", "tower", {"area_dm2": 0}, "registry.bad_area"),
        ("building", "east", {"levels_above": -1}, "registry.bad_floors"),
        ("building", "east", {"code": "430102"}, "registry.bad_division_code"),
        ("building", "east", {"name_zh": " "}, "registry.bad_name"),
        ("building", "east", {"shape": Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])}, "registry.bad_shape"),
        ("building", "east", {"shape": Polygon([(500, 0), (501, 1), (501, 0)])}, "registry.bad_shape"),
    ],
)
def test_a_place_that_cannot_be_is_refused(
    town: Town, kind: str, parent: str, details: dict[str, object], code: str
) -> None:
    with acting(town.planner()) as planner, pytest.raises(LinliError) as refused:
        do.register_place(
            kind,
            do.PlaceDetails(**{"name_zh": "x", **details}),
            parent_id=getattr(town, parent),
            actor=planner,
            on=START,
        )
    assert refused.value.code == code


def test_an_outline_is_kept_exactly_and_found_by_its_box(town: Town) -> None:
    with acting(town.planner()) as planner:
        record = do.change_place(town.house, {"shape": SQUARE}, actor=planner, on=MARCH)
        kept = ask.shape_of(ask.find_place(planner, town.house))
        assert kept is not None
        assert shapely.equals_exact(kept, SQUARE)
        assert (record.west, record.south, record.east, record.north) == SQUARE.bounds
        again = do.change_place(town.house, {"use": "mixed"}, actor=planner, on=dt.date(2024, 5, 1))
        assert again.west == record.west
        assert ask.shape_of(ask.find_place(planner, town.house, on=START)) is None


def test_a_place_in_use_does_not_end_and_an_empty_one_does(town: Town) -> None:
    zhou = person(town, "周末")
    household = home(town, "1-101", (zhou, "head"))
    with acting(town.planner()) as planner:
        with pytest.raises(LinliError, match="place_in_use"):
            do.end_place(town.tower, actor=planner, on=MARCH)
        with pytest.raises(LinliError, match="place_in_use"):
            do.end_place(town.unit["1-101"], actor=planner, on=MARCH)
        do.move_household(household, town.unit["1-102"], actor=LAYER, on=MARCH)
        do.end_place(town.unit["1-101"], actor=planner, on=MARCH)
        with pytest.raises(NotFoundError):
            ask.find_place(planner, town.unit["1-101"], on=MARCH)
        assert ask.find_place(planner, town.unit["1-101"], on=START).name_zh == "101"


def test_another_community_is_unseen_even_without_a_filter(town: Town) -> None:
    stranger_person = person(town, "外人", community=town.other)
    ours = person(town, "自己人")
    with acting(town.staff()) as staff:
        assert set(Person.objects.values_list("id", flat=True)) == {ours}
        assert not PersonRecord.objects.filter(person_id=stranger_person).exists()
        with pytest.raises(NotFoundError):
            ask.find_person(staff, stranger_person)
        with pytest.raises(NotFoundError):
            do.change_place(town.foreign_unit, {"floor": 2}, actor=staff, on=MARCH)
    with acting(town.stranger()):
        assert set(Person.objects.values_list("id", flat=True)) == {stranger_person}
    assert not Person.objects.exists()


def test_a_grid_worker_sees_only_the_grid(town: Town) -> None:
    inside, outside, homeless = person(town, "网内"), person(town, "网外"), person(town, "无房")
    home(town, "1-101", (inside, "head"))
    home(town, "2-101", (outside, "head"))
    with acting(town.grid_worker()) as grid_worker:
        assert [row.person_id for row in ask.list_people(grid_worker)] == [inside]
        units = ask.list_places(grid_worker, kind="unit")
        assert {row.place_id for row in units} == {town.unit["1-101"], town.unit["1-102"]}
        assert [one.name for one in ask.residents_of(grid_worker, town.tower)] == ["网内"]
        with pytest.raises(NotFoundError):
            ask.find_person(grid_worker, homeless)
        with pytest.raises(NotFoundError):
            ask.residents_of(grid_worker, town.unit["2-101"])
        assert ask.residents_of(grid_worker, town.house) == []
        assert [row.building_id for row in ask.count_by_building(grid_worker, town.community)] == [town.tower]
        with pytest.raises(NotAllowedError):
            do.change_person(inside, {"name": "x"}, actor=grid_worker, on=MARCH)
        with pytest.raises(NotFoundError):
            ask.owners_of(grid_worker, town.unit["2-101"])
        assert not ask.owners_of(grid_worker, town.unit["1-101"])


def test_a_resident_sees_themselves_their_household_and_their_home(town: Town) -> None:
    me, spouse, neighbour = person(town, "我"), person(town, "爱人"), person(town, "邻居")
    home(town, "1-101", (me, "head"), (spouse, "spouse"))
    home(town, "1-102", (neighbour, "head"))
    with acting(town.resident(me)) as resident:
        assert {row.person_id for row in ask.list_people(resident)} == {me, spouse}
        assert [row.place_id for row in ask.list_places(resident, kind="unit")] == [town.unit["1-101"]]
        assert {one.name for one in ask.residents_of(resident, town.unit["1-101"])} == {"我", "爱人"}
        assert {one.name for one in ask.residents_of(resident, town.tower)} == {"我", "爱人"}
        with pytest.raises(NotFoundError):
            ask.find_person(resident, neighbour)
        with pytest.raises(NotFoundError):
            ask.quality_by_building(resident, town.community)
        with pytest.raises(NotAllowedError):
            do.change_person(me, {"name": "新名字"}, actor=resident, on=MARCH)


def test_anybody_sees_the_street_map_of_public_communities_and_nobody_else(town: Town) -> None:
    secret = person(town, "某人")
    public = Actor(kind="anonymous", public_communities=frozenset([town.community]))
    with acting(public) as visitor:
        kinds = {row.place.kind for row in ask.list_places(visitor)}
        assert kinds == {"province", "city", "district", "street", "community", "grid", "compound", "building"}
        assert {row.community_id for row in ask.list_places(visitor)} == {None, town.community}
        assert not Tenure.objects.exists()
        assert not Person.objects.filter(pk=secret).exists()
    with acting(ANONYMOUS) as nobody:
        assert {row.place.kind for row in ask.list_places(nobody)} == {"province", "city", "district", "street"}


def test_territory_is_registered_by_those_who_hold_it(town: Town) -> None:
    path = Place.objects.filter(pk=town.street)
    admin = Actor(kind="person", account_id=None, grants=(Grant("admin", town.street, frozenset([town.community])),))
    details = do.PlaceDetails(name_zh="新社区", code="990102001003")
    with acting(admin):
        assert path.exists()
        record = do.register_place("community", details, parent_id=town.street, actor=admin, on=MARCH, synthetic=True)
        assert record.community_id == record.place_id
        district = Place.objects.get(pk=town.street).path[-2]
        with pytest.raises(NotAllowedError):
            do.register_place("street", do.PlaceDetails(name_zh="别处"), parent_id=district, actor=admin, on=MARCH)
    with acting(town.staff()) as staff, pytest.raises(NotAllowedError):
        do.register_place("community", details, parent_id=town.street, actor=staff, on=MARCH)


@pytest.mark.parametrize(
    ("kind", "code", "parent"),
    [
        ("community", "990102001", "street"),
        ("community", "990102002001", "street"),
        ("community", "990102001000", "street"),
    ],
)
def test_a_division_code_that_does_not_fit_its_place_is_refused(town: Town, kind: str, code: str, parent: str) -> None:
    with acting(LAYER), pytest.raises(LinliError, match="bad_division_code"):
        do.register_place(
            kind, do.PlaceDetails(name_zh="某社区", code=code), parent_id=getattr(town, parent), actor=LAYER, on=START
        )


def test_counts_by_age_and_by_building_are_of_the_day(town: Town) -> None:
    baby = person(town, "婴儿", born_on=dt.date(2023, 6, 1), on=dt.date(2023, 6, 1))
    elder = person(town, "老人", born_on=dt.date(1940, 3, 1))
    home(town, "1-101", (elder, "head"), on=START)
    with acting(town.staff()) as staff:
        household = ask.household_of(staff, elder)[0].household_id
        do.join_household(household, baby, "grandchild", actor=staff, on=dt.date(2023, 6, 1))
        tower = next(
            row for row in ask.count_by_building(staff, town.community, on=MARCH) if row.building_id == town.tower
        )
        assert (tower.n_units, tower.n_households, tower.n_persons) == (2, 1, 2)
        assert tower.by_age == (1, 0, 0, 0, 0, 0, 1, 0)
        before = ask.count_totals(staff, town.community, on=dt.date(2020, 2, 29))
        assert before.by_age == (0, 0, 0, 0, 0, 1, 0, 0), "79 on the day before the birthday"
        totals = ask.count_totals(staff, town.community, on=MARCH)
    assert totals.n_persons == 2
    assert totals.n_places["unit"] == 3


def test_quality_names_the_gaps_of_each_building_worst_first(town: Town) -> None:
    full = person(town, "齐全", born_on=dt.date(1980, 1, 1), phone="13800000001")
    bare = person(town, "缺失")
    home(town, "1-101", (full, "head"))
    home(town, "2-101", (bare, "head"))
    day = dt.date(2020, 6, 1)
    with acting(town.staff()) as staff:
        rows = {row.building_id: row for row in ask.quality_by_building(staff, town.community, on=day)}
        order = [row.building_id for row in ask.quality_by_building(staff, town.community, on=day)]
    assert (rows[town.house].no_phone, rows[town.house].no_birth, rows[town.house].no_household) == (1, 1, 0)
    assert (rows[town.tower].no_phone, rows[town.tower].no_household, rows[town.tower].stale) == (0, 1, 0)
    assert order == [town.house, town.tower]
    assert 0 <= rows[town.house].score < rows[town.tower].score < 1


def test_a_property_manager_of_one_building_changes_devices_there_only(town: Town) -> None:
    manager = worker("property_manager", town.tower, town.community, whole=False)
    with acting(manager):
        there = do.DeviceDetails(kind="smoke_alarm", place_id=town.tower, serial="S-1")
        device = do.register_device(there, community_id=town.community, actor=manager, on=START, synthetic=True)
        do.change_device(device.device_id, {"status": "faulty"}, actor=manager, on=MARCH)
        elsewhere = do.DeviceDetails(kind="smoke_alarm", place_id=town.house, serial="S-2")
        with pytest.raises(NotAllowedError):
            do.register_device(elsewhere, community_id=town.community, actor=manager, on=START)
        assert [row.serial for row in ask.list_devices(manager)] == ["S-1"]
