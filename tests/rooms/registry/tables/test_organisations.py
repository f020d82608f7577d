"""A list of organisations and duties through the pages: places as people write them, faults with their line, changes, export, undo."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..town import LAYER
from .test_people import confirm, everything, preview, rows, table, work

if TYPE_CHECKING:
    from ..pages.conftest import Browser, Enter
    from ..town import Town

PAGE = "/console/import/organisations/"
HEAD = "单位名称,种类,单位电话,负责什么,负责哪一片,联系人,联系人电话"
LIST = [
    "示例甲物业,物业公司,0731-00000000,保洁,清河苑,张示例,13800000001",
    "示例甲物业,,,电梯维保,1栋,李示例,13800000002",
    "示例甲物业,,,秩序安保,,,",
    "示例乙居委会,居委会,,人民调解,整个社区,,",
    "示例丙药店,商户,,,,,",
]


@pytest.fixture
def staff(town: Town, enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    return enter("community_staff", town.community)


def send(staff: Browser, given: list[str]) -> str:
    return preview(staff, table(*given, head=HEAD), page=PAGE)


def duties() -> dict[tuple[str, str], tuple[object, str, str]]:
    """(organisation, duty) → place, whom to call, at which number."""
    from linli.platform.db import acting
    from linli.registry.commands.things import duty_phone_of
    from linli.registry.models import DutyRecord, OrganisationRecord

    on = dt.date(2024, 6, 1)
    with acting(LAYER):
        names = {row.organisation_id: row.name_zh for row in OrganisationRecord.objects.as_of(on)}
        found = DutyRecord.objects.as_of(on).select_related("duty")
        return {
            (names[row.duty.organisation_id], row.duty.code): (row.duty.place_id, row.contact, duty_phone_of(row))
            for row in found
            if row.duty.organisation_id in names
        }


def test_a_list_is_previewed_then_imported_with_every_duty_at_its_place(town: Town, staff: Browser) -> None:
    before = everything()
    where = send(staff, LIST)
    page = staff.get(where)
    assert "示例甲物业 · 电梯维保 · 1栋" in page
    assert "示例甲物业 · 秩序安保 · 整个社区" in page
    assert "13800000001" not in page
    assert everything() == before
    confirm(staff, where)
    told = duties()
    assert told["示例甲物业", "cleaning"] == (town.compound, "张示例", "13800000001")
    assert told["示例甲物业", "lifts"] == (town.tower, "李示例", "13800000002")
    assert told["示例甲物业", "security"] == (town.community, "", "")
    assert told["示例乙居委会", "mediation"][0] == town.community
    assert {row.phone for row in rows("OrganisationRecord", name_zh="示例甲物业")} == {"0731-00000000"}
    assert [row.kind for row in rows("OrganisationRecord", name_zh="示例丙药店")] == ["shop"]
    assert "和册子一样，没有要改的" in staff.get(send(staff, LIST))


def test_every_fault_names_its_line_and_nothing_is_imported(town: Town, staff: Browser) -> None:
    before = everything()
    given = [
        *LIST,
        "示例丁公司,,,绿化养护,,,",
        "示例甲物业,企业,,,,,",
        "示例甲物业,,,保洁,清河苑,王示例,",
        "示例甲物业,,,停车管理,月球,,",
        "示例丙药店,,,,,赵示例,",
        "示例丙药店,,,打扫卫生,,,12",
    ]
    page = staff.get(send(staff, given))
    faults = [(7, "B 种类"), (8, "B 种类"), (9, "D 负责什么"), (10, "E 负责哪一片"), (11, "D 负责什么"), (12, "D 负责什么"), (12, "G 联系人电话")]  # fmt: skip
    for line, column in faults:
        assert f'<td class="r">{line}</td><td class="i3">{column}</td>' in page
    assert f"有 {len(faults)} 处要改" in page
    assert "新单位要写明种类" in page
    assert "册子里没有“月球”" in page
    assert "清河苑" in page  # what would be right
    assert everything() == before


def test_what_changes_is_said_and_undoing_brings_it_back(town: Town, staff: Browser) -> None:
    confirm(staff, send(staff, LIST))
    changed = [
        "示例甲物业,企业,,保洁,清河苑,周示例,13800000009",
        "示例甲物业,,,电梯维保,1号楼,,",
        "示例丙药店,,,养老服务,,,",
    ]
    where = send(staff, changed)
    page = staff.get(where)
    assert "职责变化" in page
    assert "联系人 电话" in page
    assert "册子里有、名单上没有的职责 2 项：照旧" in page
    confirm(staff, where)
    assert duties()["示例甲物业", "cleaning"] == (town.compound, "周示例", "13800000009")
    assert duties()["示例甲物业", "lifts"] == (town.tower, "李示例", "13800000002")  # an empty cell says nothing
    assert [row.kind for row in rows("OrganisationRecord", name_zh="示例甲物业")] == ["company"]
    staff.client.post(where, {"decision": "undo"})
    assert "已撤销" in staff.get(work(where))
    assert duties()["示例甲物业", "cleaning"] == (town.compound, "张示例", "13800000001")
    assert ("示例丙药店", "elder_care") not in duties()
    assert [row.kind for row in rows("OrganisationRecord", name_zh="示例甲物业")] == ["property_company"]
    confirm(staff, send(staff, changed))  # what was undone can be done again
    assert ("示例丙药店", "elder_care") in duties()


def test_it_is_not_undone_under_a_duty_written_since(town: Town, staff: Browser) -> None:
    from linli.platform.db import acting
    from linli.registry import commands

    where = confirm(staff, send(staff, LIST))
    (shop,) = rows("OrganisationRecord", name_zh="示例丙药店")
    with acting(town.staff()):
        commands.assign_duty(
            shop.organisation_id, "elder_care", place_id=town.community, actor=town.staff(), on=dt.date(2024, 7, 1)
        )
    assert "后来登记的职责（1）" in staff.get(where)
    staff.client.post(where, {"decision": "undo"})
    assert "不能撤销" in staff.get(work(where))
    assert ("示例甲物业", "cleaning") in duties()


def test_what_is_registered_comes_out_as_a_list_that_can_be_sent_back(town: Town, staff: Browser) -> None:
    confirm(staff, send(staff, LIST))
    out = staff.client.get(f"{PAGE}current/?format=csv").content.decode("utf-8-sig")
    assert "示例甲物业" in out
    assert "清河苑1号楼" in out
    assert "13800000002" not in out  # masked, as on the screen
    head, *lines = out.strip().splitlines()
    where = preview(staff, table(*lines, head=head), page=PAGE)
    assert "和册子一样，没有要改的" in staff.get(where)


def test_a_demo_takes_made_up_people_to_call_only(town: Town, staff: Browser) -> None:
    columns = staff.client.post(PAGE, {"file": table(*LIST, head=HEAD), "on": "2024-06-01"})
    assert columns.status_code == 422
    assert "演示系统只收虚构的人" in columns.content.decode()
