"""Registering, changing, correcting and ending through the pages, as a person at the counter does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..town import Town
    from .conftest import Enter


def test_the_story_of_a_resident_is_told_by_the_history(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    where = staff.done(
        "/console/people/new/", name="林晓", sex="female", born_on="1958-03-01", on="2024-01-01", is_made_up="on"
    )
    at, _, told = where.partition("?")
    assert told == "done=registered"
    assert "已登记。" in staff.get(where)

    staff.done(f"{at}change/", name="林小", on="2025-06-01")
    page = staff.get(at)
    assert "<h1>林小</h1>" in page
    assert "2024-01-01 – 2025-06-01" in page

    record = page.split("/records/")[1].split("/")[0]
    staff.done(f"{at}records/{record}/correct/", name="林曉", because="身份证上是繁体")
    page = staff.get(at)
    assert "身份证上是繁体" in page
    assert "已划掉" in page
    assert "<h1>林曉</h1>" in page
    for fact in ("登记了一个人", "人的情况变了", "更正了人的记录"):
        assert page.count(fact) == 1


def test_what_was_not_touched_stays_as_the_record_of_that_day_has_it(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    at = staff.done("/console/people/new/", name="甲", on="2020-01-01", is_made_up="on").partition("?")[0]
    staff.done(f"{at}change/", name="乙", on="2024-01-01")
    staff.done(f"{at}change/", sex="male", on="2022-01-01")
    assert "<h1>甲</h1>" in staff.get(f"{at}?on=2023-01-01")
    assert "<h1>乙</h1>" in staff.get(at)


def test_a_second_click_has_one_effect(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    sent = staff.form("/console/people/new/") | {"name": "双击", "on": "2024-01-01", "is_made_up": "on"}
    first = staff.client.post("/console/people/new/", sent)
    second = staff.client.post("/console/people/new/", sent)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert staff.get("/console/people/?q=双击").count("双击</a>") == 1


def test_a_refused_form_keeps_what_was_typed_and_links_its_errors(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    answer = staff.send(
        "/console/people/new/", name="林晓", phone="1380000", born_on="2024-13-01", on="2024-01-01", is_made_up="on"
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="林晓"' in page
    assert 'value="1380000"' in page
    assert '<a href="#id_born_on">看不懂日期“2024-13-01”，要写成 2026-03-01</a>' in page
    answer = staff.send("/console/people/new/", name="林晓", phone="1380000", on="2024-01-01", is_made_up="on")
    page = answer.content.decode()
    sentence = "电话应是手机号、带区号的固话或五位短号，收到 7 个数字"
    assert f'<a href="#id_phone">{sentence}</a>' in page
    assert page.count(sentence) == 2  # in the summary and beside the field
    assert "林晓" not in staff.get("/console/people/")


def test_a_demo_asks_to_confirm_that_a_person_is_made_up(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    answer = staff.send("/console/people/new/", name="林晓", on="2024-01-01")
    assert answer.status_code == 422
    assert "演示系统只收虚构的人" in answer.content.decode()


def test_a_home_is_registered_in_the_building_of_that_name(town: Town, enter: Enter) -> None:
    planner = enter("planner", town.community)
    where = planner.done(
        "/console/places/new/?kind=unit", name_zh="201", parent_id="2号楼", floor="2", area_dm2="89.60", on="2024-01-01"
    )
    page = planner.get(where)
    assert "89.60 ㎡" in page
    assert f"/console/places/{town.house}/" in page


def test_a_name_of_two_homes_asks_which(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    answer = staff.send("/console/spaces/new/", name_zh="库房", place_id="101", area_dm2="20", on="2024-01-01")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“101”有 2 个，在下面选一个" in page
    assert "1号楼 101" in page
    assert "2号楼 101" in page
    where = staff.done(
        "/console/spaces/new/", name_zh="库房", place_id="101", place_id_for="101", place_id_id=str(town.unit["2-101"]),
        area_dm2="20", on="2024-01-01",
    )  # fmt: skip
    assert f"/console/places/{town.unit['2-101']}/" in staff.get(where)
    where = staff.done("/console/spaces/new/", name_zh="阁楼", place_id="1号楼 101", area_dm2="9.5", on="2024-01-01")
    assert f"/console/places/{town.unit['1-101']}/" in staff.get(where)


def test_a_facility_takes_the_place_of_the_building_or_the_typed_degrees(town: Town, enter: Enter) -> None:
    planner = enter("planner", town.community)
    refused = planner.send(
        "/console/facilities/new/", category="elder_station", name_zh="食堂", place_id="1号楼", on="2024-01-01"
    )
    assert "这处地方在册子里没有位置，请填经纬度" in refused.content.decode()
    planner.done(f"/console/places/{town.tower}/change/", lon="112.9345678", lat="28.1912345", on="2024-01-01")
    where = planner.done(
        "/console/facilities/new/", category="elder_station", name_zh="食堂", place_id="1号楼", on="2024-01-01"
    )
    assert "112.93457, 28.19123" in planner.get(where)
    at = where.partition("?")[0]
    planner.done(f"{at}change/", lon="112.9", lat="28.2", on="2024-02-01")
    assert "112.90000, 28.20000" in planner.get(at)


def test_a_place_in_use_does_not_end_and_the_page_says_why(town: Town, enter: Enter) -> None:
    planner = enter("planner", town.community)
    answer = planner.send(f"/console/places/{town.tower}/end/", on="2024-01-01")
    assert answer.status_code == 422
    assert "这处地方还有 2 项在用" in answer.content.decode()


def test_an_ended_thing_is_still_seen_on_a_day_it_was(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    at = staff.done("/console/organisations/new/", kind="shop", name_zh="小店", on="2022-01-01").partition("?")[0]
    assert "done=ended" in staff.done(f"{at}end/", on="2024-01-01")
    assert staff.status(at) == 404
    assert "小店" in staff.get(f"{at}?on=2023-12-31")
    page = staff.get(f"{at}?on=2023-12-31")
    record = page.split("/records/")[1].split("/")[0]
    staff.done(f"{at}records/{record}/correct/?on=2022-01-01", name_zh="小店铺", because="招牌如此")
    assert "小店铺" in staff.get(f"{at}?on=2023-12-31")


@pytest.mark.parametrize("path", ["people", "facilities", "organisations", "spaces"])
def test_a_grid_worker_opens_no_writing_page(town: Town, enter: Enter, path: str) -> None:
    assert enter("grid_worker", town.east).status(f"/console/{path}/new/") == 403


def test_another_community_s_things_are_absent(town: Town, enter: Enter) -> None:
    staff, stranger = enter("community_staff", town.community), enter("community_staff", town.other)
    at = staff.done("/console/people/new/", name="林晓", on="2024-01-01", is_made_up="on").partition("?")[0]
    assert stranger.status(at) == 404
    assert stranger.status(f"{at}change/") == 404
    assert stranger.client.post(f"{at}change/", {"name": "改名", "on": "2024-02-01"}).status_code == 404


def test_the_three_acts_are_told_apart_in_one_sentence_each(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    at = staff.done("/console/organisations/new/", kind="shop", name_zh="小店", on="2022-01-01").partition("?")[0]
    page = staff.get(f"{at}change/")
    assert "之前的照旧留着，只改那天以后" in page
    for act in ("情况变了", "当初记错了", "不再有了"):
        assert act in page
    assert "划掉的和原因都留着" in staff.get(f"{at}records/{page.split('/records/')[1].split('/')[0]}/correct/")
