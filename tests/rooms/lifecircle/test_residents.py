"""Who is counted: told residents and their ages, estimates from floor area, and the people file with its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.kernel.errors import InputError, LinliError
from linli.kernel.policyfile import find_policy
from linli.lifecircle.analysis.people_file import PeopleRow, read_people
from linli.lifecircle.rules.residents import House, estimate_residents, told_residents
from linli.lifecircle.rules.standard import read_standard, read_walkers

from .made import (
    DAY,
    ELDER,
    EVERYONE,
    WHEELCHAIR,
    assumptions,
    degrees,
    facility,
    house,
    made_map,
    minutes,
    network,
    run,
)

STREET = network([(0, 0), (300, 0)], [(0, 1)])
BUILDINGS = (
    house("way/1", 50, 20, name_zh="枫林一号楼"),
    house("way/2", 100, 20, house_number="8", street="清溪路"),
    house("way/3", 150, 20, house_number="8", street="清溪路"),
)


def people(tmp_path: Path, text: str, encoding: str = "utf-8") -> tuple[PeopleRow, ...]:
    file = tmp_path / "people.csv"
    file.write_bytes(text.encode(encoding))
    return read_people(file, BUILDINGS, on=DAY)


def test_an_estimate_is_floor_area_over_the_policys_share_a_head() -> None:
    assumed = assumptions()
    found = estimate_residents([House("residential", 365.2, levels=5)], assumed)
    assert found.persons[0] == pytest.approx(365.2 * 5 / 36.52)
    assert (found.basis, found.n_assumed_levels) == ("estimated_residents", 0)
    assert found.low_total < found.total < found.high_total


@pytest.mark.parametrize(
    ("given", "persons"),
    [
        (House("residential", 365.2), 60.0),  # six storeys are assumed
        (House("residential", 365.2, height_m=9.1), 30.0),  # three by height
        (House("residential", 365.2, levels=2, n_units=10), 26.2),  # homes are known
        (House("residential", 19.0, levels=6), 0.0),  # a shed
        (House("commercial", 365.2, levels=2), 0.0),
    ],
)
def test_what_the_map_knows_goes_before_what_is_assumed(given: House, persons: float) -> None:
    anchor = House("residential", 100.0, levels=1)
    assert estimate_residents([given, anchor], assumptions()).persons[0] == pytest.approx(persons, abs=0.05)


def test_buildings_of_unknown_use_are_homes_only_where_no_home_is_marked() -> None:
    other = House("other", 365.2, levels=1)
    alone = estimate_residents([other], assumptions())
    beside = estimate_residents([other, House("residential", 100.0, levels=1)], assumptions())
    assert (alone.total, alone.unknown_as_homes) == (pytest.approx(10), True)
    assert (beside.persons[0], beside.n_unknown_use, beside.unknown_as_homes) == (0, 1, False)


def test_where_nobody_can_live_buildings_are_counted_and_it_is_said() -> None:
    found = estimate_residents([House("commercial", 500.0)], assumptions())
    assert (found.basis, found.total) == ("buildings", 1)


def test_a_group_by_age_is_counted_only_where_every_age_is_known() -> None:
    known = told_residents([{70: 2, 30: 3}, {61: 1}], [EVERYONE, ELDER, WHEELCHAIR])
    assert known.of_group(ELDER).tolist() == [2, 1]
    assert known.of_group(WHEELCHAIR).tolist() == [5, 1]
    some = told_residents([{70: 2, None: 3}], [ELDER])
    assert some.of_group(ELDER).tolist() == [5]
    assert not some.is_counted_by_age(ELDER)


def test_a_people_file_is_read_by_reference_name_address_or_place(tmp_path: Path) -> None:
    lon, lat = degrees(150, 20)
    rows = people(tmp_path, f"building,lon,lat,age,count\nway/1,,,70,2\n枫林一号楼,,,,\n,{lon},{lat},30,1.5\n")
    assert [row.building for row in rows] == [0, 0, None]
    assert [row.count for row in rows] == [2, 1, 1.5]
    assert [row.age for row in rows] == [70, None, 30]


def test_a_people_file_may_be_chinese_and_in_gb18030(tmp_path: Path) -> None:
    rows = people(tmp_path, "楼栋,出生年,人数\n枫林一号楼,1956,3\n", encoding="gb18030")
    assert (rows[0].building, rows[0].age, rows[0].count) == (0, 70, 3)


def test_every_fault_of_a_people_file_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = "building,age,birth_year,count\nway/9,,,\nway/1,abc,,\nway/1,,1700,\nway/1,,,-2\n清溪路8,,,\n,,,\nway/1,200,,x\n"
    with pytest.raises(InputError) as caught:
        people(tmp_path, text)
    told = [(fault.line, fault.column) for fault in caught.value.faults]
    assert told == [
        (2, "building"),
        (3, "age"),
        (4, "birth_year"),
        (5, "count"),
        (6, "building"),
        (8, "age"),
        (8, "count"),
    ]
    assert "2 幢" in caught.value.faults[4].message.zh


@pytest.mark.parametrize("text", ["", "age,count\n30,1\n", "building,building\na,b\n", "building\n"])
def test_a_people_file_that_says_nothing_of_homes_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as caught:
        people(tmp_path, text)
    assert caught.value.faults[0].line == 1


def test_people_by_coordinates_belong_to_the_building_there_or_stand_alone(tmp_path: Path) -> None:
    beside, far = degrees(158, 20), degrees(150, 90)
    rows = people(tmp_path, f"lon,lat,count\n{beside[0]},{beside[1]},4\n{far[0]},{far[1]},7\n{far[0]},{far[1]},1\n")
    found = run(made_map(STREET, BUILDINGS, [facility("f", "shop", 0, 0)]), minutes("shop", 5), people=rows)
    assert found.residents.persons.tolist() == [0, 0, 4, 8]
    assert [place.is_building for place in found.places] == [True, True, True, False]
    assert found.residents.basis == "residents"


def test_a_standard_naming_a_category_nobody_knows_is_refused_with_the_rest_of_its_faults(tmp_path: Path) -> None:
    from linli.kernel.policyfile import read_policy

    file = tmp_path / "bad.yaml"
    file.write_text(
        "kind: life_circle_standard\nid: bad\nversion: 1\ntitle: {zh: 坏, en: bad}\neffective_from: 2026-01-01\n"
        "designed_here: a test\nwalkers: default\nitems:\n  - {category: spaceport, limit_min: 5}\n"
        "  - {category: green_cover, limit_min: 5}\n  - {category: nursery, limit_min: 5}\n  - {category: nursery, limit_min: 6}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_standard(read_policy(file), find_policy("facility_categories", "cn-community"))
    assert [fault.feature for fault in caught.value.faults] == [f"items[{n}].category" for n in (0, 1, 3)]


def test_an_unknown_group_is_refused_with_those_there_are() -> None:
    walkers = read_walkers(find_policy("walkers", "default"))
    with pytest.raises(LinliError, match="elder_60"):
        walkers.group("ghosts")
    with pytest.raises(LinliError, match="walkers"):
        read_walkers(find_policy("estimate", "default"))
