"""Who lives where and who holds a home, through the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..town import Town
    from .conftest import Browser, Enter


@pytest.fixture
def staff(town: Town, enter: Enter) -> Browser:
    return enter("community_staff", town.community)


def resident(town: Town, name: str) -> str:
    from ..town import person

    return str(person(town, name))


def test_a_household_moves_together_and_the_old_home_remembers(town: Town, staff: Browser) -> None:
    from ..town import home, person

    father, child = person(town, "张三"), person(town, "张小宝")
    home(town, "1-101", (father, "head"), (child, "child"))
    where = staff.done(f"/console/people/{father}/move/", who="household", unit_id="1号楼 102", on="2024-05-01")
    assert "搬家已记下。" in staff.get(where)
    now, before = staff.get(f"/console/places/{town.unit['1-102']}/"), f"/console/places/{town.unit['1-101']}/"
    assert "张三" in now
    assert "张小宝" in now
    assert "没有人住在这里。" in staff.get(before)
    assert "张小宝" in staff.get(f"{before}?on=2024-04-30")
    assert "1号楼 102" in staff.get(f"/console/people/{child}/")


def test_one_who_moves_into_a_lived_in_home_is_asked_into_which_household(town: Town, staff: Browser) -> None:
    from ..town import home, person

    head, flatmate = person(town, "李四"), person(town, "王五")
    household = home(town, "1-101", (head, "head"))
    url = f"/console/people/{flatmate}/move/"
    answer = staff.send(url, unit_id="1号楼 101", role="flatmate", on="2024-05-01")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "这套房已有人住：选住进哪一户，或自立一户" in page
    staff.done(url, unit_id="1号楼 101", into=str(household), role="flatmate", on="2024-05-01")
    page = staff.get(f"/console/people/{flatmate}/")
    assert "李四" in page
    assert "合住" in page


def test_somebody_moves_in_from_the_page_of_the_home(town: Town, staff: Browser) -> None:
    newcomer = resident(town, "赵六")
    unit = town.unit["2-101"]
    staff.done(f"/console/places/{unit}/move-in/", person_id="赵六", who="person", on="2024-05-01")
    assert "赵六" in staff.get(f"/console/places/{unit}/")
    staff.done(f"/console/people/{newcomer}/leave/", on="2024-06-01")
    assert "没有人住在这里。" in staff.get(f"/console/places/{unit}/")
    assert "没有登记住在哪里。" in staff.get(f"/console/people/{newcomer}/")


def test_a_move_names_a_home_or_out_of_here_never_both(town: Town, staff: Browser) -> None:
    from ..town import home, person

    head = person(town, "孙七")
    home(town, "1-101", (head, "head"))
    answer = staff.send(f"/console/people/{head}/move/", who="household", on="2024-05-01")
    assert "写明搬到哪套房，或勾选搬出本社区，二者选一" in answer.content.decode()
    staff.done(f"/console/people/{head}/move/", who="household", out="on", on="2024-05-01")
    assert "没有登记住在哪里。" in staff.get(f"/console/people/{head}/")


def test_tenure_is_set_corrected_and_ended(town: Town, staff: Browser) -> None:
    owner = resident(town, "周业主")
    at = f"/console/places/{town.unit['1-101']}/"
    staff.done(f"{at}tenure/new/", person_id="周业主", kind="owner", share="1", evidence="湘(2020)001", on="2020-06-01")
    assert "湘(2020)001" in staff.get(at)
    staff.done(f"{at}tenure/{owner}/correct/", kind="co_owner", share="1/2", because="产权证上是一半")
    assert "份额 1/2" in staff.get(at)
    staff.done(f"{at}tenure/{owner}/end/", on="2024-01-01")
    page = staff.get(at)
    assert "没有登记产权人。" in page
    assert "以前的产权和租住（1）" in page


def test_more_than_the_whole_home_is_refused_beside_the_share(town: Town, staff: Browser) -> None:
    resident(town, "甲业主")
    resident(town, "乙业主")
    at = f"/console/places/{town.unit['1-101']}/"
    staff.done(f"{at}tenure/new/", person_id="甲业主", kind="owner", share="2/3", on="2020-06-01")
    answer = staff.send(f"{at}tenure/new/", person_id="乙业主", kind="co_owner", share="1/2", on="2021-06-01")
    assert answer.status_code == 422
    assert '<a href="#id_share">2021-06-01 起各业主份额合计为 7/6，超过了整套房屋</a>' in answer.content.decode()
    assert "乙业主" not in staff.get(at)


def test_a_transfer_replaces_all_owners_at_once(town: Town, staff: Browser) -> None:
    for name in ("卖家", "买家甲", "买家乙"):
        resident(town, name)
    at = f"/console/places/{town.unit['1-101']}/"
    staff.done(f"{at}tenure/new/", person_id="卖家", kind="owner", share="1", on="2020-06-01")
    staff.done(
        f"{at}tenure/transfer/", owner_1="买家甲", share_1="1/2", owner_2="买家乙", share_2="1/2", on="2024-06-01"
    )
    page = staff.get(at)
    assert page.index("买家甲") < page.index("以前的产权和租住")
    assert "卖家" not in page.split("以前的产权和租住")[0].split('id="tenure"')[1]


def test_a_duty_is_given_and_ended(town: Town, staff: Browser) -> None:
    at = staff.done(
        "/console/organisations/new/", kind="property_company", name_zh="示例物业", on="2022-01-01"
    ).partition("?")[0]
    staff.done(f"{at}duties/new/", code="lifts", place_id="1号楼", contact="小钱", phone="13800000000", on="2022-02-01")
    page = staff.get(at)
    assert "电梯维保" in page
    assert "找 小钱" in page
    duty = page.split("/duties/")[2].split("/")[0]
    staff.done(f"{at}duties/{duty}/end/", on="2024-01-01")
    assert "没有登记责任。" in staff.get(at)


def test_a_number_is_shown_for_a_reason_only_and_the_look_is_a_fact(town: Town, enter: Enter, staff: Browser) -> None:
    from ..town import person

    who = person(town, "钱八", phone="13812345678")
    at = f"/console/people/{who}/"
    assert "13812345678" not in staff.get(at)
    assert staff.send(f"{at}phone/").status_code == 422
    assert "13812345678" in staff.send(f"{at}phone/", reason="visit").content.decode()
    assert "查看了完整电话" in staff.get(at)
    assert enter("grid_worker", town.east).status(f"{at}phone/") == 403
