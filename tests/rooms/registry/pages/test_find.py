"""The search: what one may see, by name, by whole phone number, by code, by serial."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..town import Town
    from .conftest import Enter


def test_people_are_found_by_name_and_by_a_whole_number_only(town: Town, enter: Enter) -> None:
    from ..town import person

    person(town, "吴小雨", phone="13812345678")
    staff = enter("community_staff", town.community)
    assert "吴小雨" in staff.get("/console/find/?q=小雨")
    assert "吴小雨" in staff.get("/console/find/?q=138 1234 5678")
    assert "吴小雨" not in staff.get("/console/find/?q=1381234")


def test_places_are_found_by_name_code_and_what_holds_them(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    assert f"/console/places/{town.tower}/" in staff.get("/console/find/?q=1号楼")
    assert f"/console/places/{town.community}/" in staff.get("/console/find/?q=990102001001")
    page = staff.get("/console/find/?q=2号楼 101")
    assert str(town.unit["2-101"]) in page
    assert str(town.unit["1-101"]) not in page


def test_devices_are_found_by_their_number(town: Town, enter: Enter) -> None:
    manager = enter("property_manager", town.community)
    where = manager.done(
        "/console/devices/new/", serial="WM-2024-0007", kind="water_meter", place_id="1号楼", on="2024-01-01"
    )
    page = manager.get("/console/find/?q=WM-2024")
    assert where.partition("?")[0] in page
    assert "水表" in page


def test_what_is_not_yours_is_not_found(town: Town, enter: Enter) -> None:
    from ..town import home, person

    east, west = person(town, "东边人"), person(town, "西边人", phone="13812345678")
    home(town, "1-101", (east, "head"))
    home(town, "2-101", (west, "head"))
    worker = enter("grid_worker", town.east)
    assert "东边人" in worker.get("/console/find/?q=边人")
    assert "西边人" not in worker.get("/console/find/?q=边人")
    assert f"/console/people/{west}/" not in worker.get("/console/find/?q=13812345678")
    assert worker.status(f"/console/people/{west}/") == 404
    assert str(town.foreign_unit) not in enter("community_staff", town.community).get("/console/find/?q=101")


def test_nothing_found_says_what_to_try(town: Town, enter: Enter) -> None:
    assert "换个写法试试" in enter("community_staff", town.community).get("/console/find/?q=没有这个")
