"""The search: people, homes, facilities and numbers as people write them; only what one may see, and the words in no address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..town import Town
    from .conftest import Browser, Enter


def look(browser: Browser, text: str) -> str:
    """Type and send, as without scripts; the page one is led to, without the field the words stand in."""
    answer = browser.client.post("/console/find/", {"q": text})
    assert answer.status_code == 302, answer.content.decode()[:500]
    page = browser.get(answer.headers["Location"])
    return re.sub(r"</?mark>", "", page.split('<main id="main"')[1])


def people_found(page: str) -> int:
    found = re.search(r'<h2 id="people">[^<]*<span class="i3 sm">(\d+)', page)
    return int(found[1]) if found else 0


WRITINGS = (
    "秀英",
    "王秀英",
    "wangxiuying",
    "WangXiu",
    "wang xiuying",
    "xiuying",
    "wxy",
    "xy",
    "Ｗang",
    "王 5678",
    "5678",
    "wxy 5678",
)


@pytest.mark.parametrize("written", WRITINGS)
def test_a_person_is_found_by_any_part_of_the_name_by_sound_and_by_the_end_of_the_number(
    town: Town, enter: Enter, written: str
) -> None:
    from ..town import person

    person(town, "王秀英", phone="13812345678")
    person(town, "李大明", phone="13812340000")
    page = look(enter("community_staff", town.community), written)
    assert "王秀英" in page
    assert "李大明" not in page
    assert people_found(page) == 1


def test_surnames_are_found_by_their_own_reading_and_by_the_common_one(town: Town, enter: Enter) -> None:
    from ..town import person

    for name in ("单小明", "曾国安", "仇英", "解珍"):
        person(town, name)
    staff = enter("community_staff", town.community)
    for written, name in (
        ("shanxiaoming", "单小明"), ("danxiao", "单小明"), ("zengga", ""), ("zenggu", "曾国安"), ("cgu", ""),
        ("zga", "曾国安"), ("qiu", "仇英"), ("xiezhen", "解珍"),
    ):  # fmt: skip
        page = look(staff, written)
        assert (name in page) if name else ("没有找到" in page or "音近" in page or people_found(page) == 0), written


def test_who_writes_as_it_sounds_is_told_what_sounds_alike(town: Town, enter: Enter) -> None:
    """n and l, f and h, front and back nasals, and other characters of the same sound."""
    from ..town import person

    person(town, "刘英")
    person(town, "黄丽")
    staff = enter("community_staff", town.community)
    for written, name in (("niuyin", "刘英"), ("fangni", "黄丽"), ("流应", "刘英"), ("刘应", "刘英")):
        page = look(staff, written)
        assert name in page, written
        assert "听起来相近" in page
    assert "听起来相近" not in look(staff, "刘英")


def test_a_whole_number_is_found_whole_and_a_middle_part_never(town: Town, enter: Enter) -> None:
    from ..town import person

    person(town, "吴小雨", phone="13812345678")
    staff = enter("community_staff", town.community)
    assert "吴小雨" in look(staff, "138 1234 5678")
    for part in ("1381234", "1234", "12345678", "678"):
        assert "吴小雨" not in look(staff, part), part


def test_homes_are_found_as_people_write_them_and_so_is_who_lives_there(town: Town, enter: Enter) -> None:
    from ..town import home, person

    home(town, "1-101", (person(town, "东边人"), "head"))
    home(town, "2-101", (person(town, "西边人"), "head"))
    staff = enter("community_staff", town.community)
    for written in ("1-101", "1号楼101", "一栋101室", "1号楼 101", "清河苑1-101"):
        page = look(staff, written)
        assert f"/console/places/{town.unit['1-101']}/" in page, written
        assert f"/console/places/{town.unit['2-101']}/" not in page, written
    page = look(staff, "1-101")
    assert "东边人" in page
    assert "西边人" not in page
    both = look(staff, "101")
    assert people_found(both) == 2
    assert people_found(look(staff, "西 101")) == 1
    assert people_found(look(staff, "9-101")) == 0


def test_places_are_found_by_name_code_and_what_holds_them(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    for written in ("1号楼", "1幢", "一栋", "qinghe 1号楼"):
        assert f"/console/places/{town.tower}/" in look(staff, written), written
    assert f"/console/places/{town.community}/" in look(staff, "990102001001")
    assert f"/console/places/{town.compound}/" in look(staff, "qhy")
    page = look(staff, "2号楼 101")
    assert str(town.unit["2-101"]) in page
    assert str(town.unit["1-101"]) not in page


def test_devices_are_found_by_their_number(town: Town, enter: Enter) -> None:
    manager = enter("property_manager", town.community)
    where = manager.done(
        "/console/devices/new/", serial="WM-2024-0007", kind="water_meter", place_id="1号楼", on="2024-01-01"
    )
    for written in ("WM-2024", "wm", "0007"):
        page = look(manager, written)
        assert where.partition("?")[0] in page
        assert "水表" in page


def test_what_is_not_yours_is_neither_found_nor_counted_nor_suggested(town: Town, enter: Enter) -> None:
    from ..town import home, person

    east, west = person(town, "东边人"), person(town, "西边人", phone="13812345678")
    home(town, "1-101", (east, "head"))
    home(town, "2-101", (west, "head"))
    worker = enter("grid_worker", town.east)
    for written in ("边人", "bianren", "br", "101", "biangren"):
        page = look(worker, written)
        assert "东边人" in page, written
        assert "西边人" not in page
        assert people_found(page) == 1
    for written in ("13812345678", "5678", "西边人", "xibianren", "2-101"):
        page = look(worker, written)
        assert f"/console/people/{west}/" not in page
        assert people_found(page) == 0, written
        assert str(west) not in worker.client.post("/console/find/suggest/", {"q": written}).content.decode()
    assert worker.status(f"/console/people/{west}/") == 404
    assert str(town.foreign_unit) not in look(enter("community_staff", town.community), "101")


def test_the_address_of_a_search_tells_nothing_and_is_nobody_elses(town: Town, enter: Enter) -> None:
    staff, colleague = (
        enter("community_staff", town.community, name="she"),
        enter("community_staff", town.community, name="he"),
    )
    answer = staff.client.post("/console/find/", {"q": "王秀英"})
    where = answer.headers["Location"]
    assert re.fullmatch(r"/console/find/[0-9a-f-]{36}/", where)
    assert "王秀英" in staff.get(where)
    assert colleague.status(where) == 404
    assert where not in colleague.get("/console/find/")
    assert staff.client.post("/console/find/", {"q": " 王秀英 "}).headers["Location"] == where  # the same search, once


def test_the_table_of_searches_holds_no_words(town: Town, enter: Enter) -> None:
    from django.db import connection

    from linli.platform.actors import System
    from linli.platform.db import acting

    look(enter("community_staff", town.community), "王秀英")
    with acting(System("tests")), connection.cursor() as cursor:
        cursor.execute("SELECT s::text, position(convert_to('王秀英', 'UTF8') in words) FROM platform_search s")
        rows = cursor.fetchall()
    assert rows
    for row, at in rows:
        assert at == 0
        assert "王秀英" not in row


def test_searches_are_saved_listed_and_erased(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    for number in range(12):
        look(staff, f"找{number}")
    page = staff.get("/console/find/")
    assert "找11" in page
    assert "找1<" not in page  # the oldest went
    where = staff.client.post("/console/find/", {"q": "找11"}).headers["Location"]
    staff.client.post(where, {"save": "1"})
    assert "存下的查找" in staff.get("/console/find/")
    staff.client.post("/console/find/", {"erase": "1"})
    page = staff.get("/console/find/")
    assert "找11" not in page
    assert staff.status(where) == 404


def test_suggestions_come_while_one_types_and_nothing_of_them_is_kept(town: Town, enter: Enter) -> None:
    from ..town import person

    found = person(town, "王秀英")
    staff = enter("community_staff", town.community)
    part = staff.client.post("/console/find/suggest/", {"q": "wangx"}).content.decode()
    assert f"/console/people/{found}/" in part
    assert "<mark>王秀</mark>英" in part
    assert "<html" not in part
    assert "最近找过" not in staff.get("/console/find/")


def test_long_groups_are_turned_page_by_page(town: Town, enter: Enter) -> None:
    from ..town import person

    for number in range(60):
        person(town, f"赵{chr(0x4E00 + number)}")
    staff = enter("community_staff", town.community)
    where = staff.client.post("/console/find/", {"q": "赵"}).headers["Location"]
    first, second = staff.get(f"{where}?kind=people"), staff.get(f"{where}?kind=people&page=2")
    shown = [set(re.findall(r"/console/people/([0-9a-f-]{36})/", page)) for page in (first, second)]
    assert [len(ids) for ids in shown] == [50, 10]
    assert not shown[0] & shown[1]
    assert staff.get(f"{where}?kind=people&page=9999999999999")
    assert staff.get(f"{where}?kind=nothing&page=-1")


def test_a_changed_name_is_found_from_its_day_and_a_corrected_one_no_longer(town: Town, enter: Enter) -> None:
    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.registry import commands as do
    from linli.registry.models import PersonRecord

    from ..town import LAYER, person

    who = person(town, "张错字")
    staff = enter("community_staff", town.community)
    with acting(LAYER):
        record = PersonRecord.objects.believed().get(person_id=who)
        do.correct_person(record.pk, {"name": "张对字"}, actor=System("tests"), because="slip of the pen")
    assert people_found(look(staff, "zhangduizi")) == 1
    assert people_found(look(staff, "错字")) == 0


def test_nothing_found_says_what_to_try(town: Town, enter: Enter) -> None:
    staff = enter("community_staff", town.community)
    assert "换个写法试试" in look(staff, "没有这个")
    for strange in ("\x00", "%%%", "'; --", "a" * 5000, "≈wan", "王" * 90, "-" * 90, "1-" * 40, "😀"):
        assert staff.client.post("/console/find/", {"q": strange}, follow=True).status_code == 200, strange


def test_words_follow_the_register_and_are_built_anew_when_they_do_not(town: Town, enter: Enter) -> None:
    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.platform.models import SearchWord
    from linli.platform.search.index import rebuild
    from linli.registry.invariants import findable
    from linli.registry.models import PersonRecord

    from ..town import person

    record = person(town, "王秀英", phone="13812345678")
    with acting(System("tests")):
        assert list(findable()) == []
        key = PersonRecord.objects.get(person_id=record).pk
        before = set(SearchWord.objects.values_list("record_id", "token", "weight"))
        SearchWord.objects.filter(record_id=key).delete()
        assert [finding.code for finding in findable()] == ["registry.not_findable"]
        SearchWord.objects.create(
            record_id=town.tower, token="nobody", kind="people", community_id=town.community, weight=0
        )
        assert {finding.code for finding in findable()} == {"registry.not_findable", "registry.words_of_nothing"}
        rebuild()
        assert set(SearchWord.objects.values_list("record_id", "token", "weight")) == before
        assert list(findable()) == []
