"""A list of residents through the pages: columns, faults, preview, likely-same people, import, the same list again, undo."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from ..town import LAYER, home, person

if TYPE_CHECKING:
    from ..pages.conftest import Browser, Enter
    from ..town import Town

PAGE = "/console/import/people/"
ON = "2024-06-01"
HEAD = "姓名,性别,出生日期,手机号,房号,与户主关系,住户类型,份额"
FAMILY = [
    "陈示例,女,1958-03-09,13800000001,1-101,户主,业主,1/2",
    "周示例,男,1956/11/20,13800000002,1-101,配偶,共有人,50%",
    "林示例,女,1985年7月1日,,1-301,户主,租户,",
]


def table(*lines: str, head: str = HEAD, name: str = "名单.csv", encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\r\n".join([head, *lines]).encode(encoding))


def kept() -> list[Path]:
    from linli.platform.home import current_home

    folder = current_home().attachments / "imports"
    return sorted(folder.iterdir()) if folder.exists() else []


@pytest.fixture
def staff(town: Town, enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "home"))
    return enter("community_staff", town.community)


def work(where: str) -> str:
    """What the worker does with the newest job of an import, and what follows its commit."""
    from linli.platform.db import acting
    from linli.platform.jobs import run_job
    from linli.registry.models import TableImport

    with acting(LAYER):
        job = TableImport.objects.get(pk=UUID(where.rstrip("/").rsplit("/", 1)[1])).job_id
    with TestCase.captureOnCommitCallbacks(execute=True):
        run_job(job)
    return where


def preview(staff: Browser, sent: SimpleUploadedFile, *, page: str = PAGE, **more: Any) -> str:
    columns = staff.done(page, file=sent, on=ON, is_made_up="on", **more)
    return work(staff.done(columns))


def confirm(staff: Browser, where: str) -> str:
    answer = staff.client.post(where, {"decision": "confirm"})
    assert answer.status_code == 302
    return work(where)


def rows(kind: str, **which: Any) -> list[Any]:
    from linli.platform.db import acting
    from linli.registry import models

    with acting(LAYER):
        return list(getattr(models, kind).objects.as_of(dt.date(2024, 6, 1)).filter(**which))


def everything() -> dict[str, int]:
    """Rows in every table of the registry and of the journal: equal before and after where nothing was done."""
    from django.apps import apps

    from linli.platform.db import acting

    with acting(LAYER):
        models = [*apps.get_app_config("registry").get_models(), *apps.get_app_config("journal").get_models()]
        return {
            model.__name__: model._base_manager.count()
            for model in models
            if model.__name__ not in ("TableImport", "TableColumns")
        }


def test_a_list_is_previewed_then_imported_with_homes_households_and_tenure(town: Town, staff: Browser) -> None:
    before = everything()
    where = preview(staff, table(*FAMILY))
    page = staff.get(where)
    assert "确认后会这样改" in page
    assert everything() == before
    confirm(staff, where)
    assert "已导入清河社区" in staff.get(where)
    assert kept() == []
    (chen,) = rows("PersonRecord", name="陈示例")
    assert (chen.sex, chen.born_on) == ("female", dt.date(1958, 3, 9))
    assert [row.unit_id for row in rows("Residence")][:1] == [town.unit["1-101"]]
    assert {(row.kind, row.share_num, row.share_den) for row in rows("TenureRecord")} == {
        ("owner", 1, 2),
        ("co_owner", 1, 2),
        ("tenant", 0, 1),
    }
    assert {row.role for row in rows("Membership")} == {"head", "spouse"}
    assert rows("PlaceRecord", name_zh="301", parent_id=town.tower)[0].floor == 3
    after = everything()
    assert after["Fact"] == before["Fact"] + 1


def test_a_demo_takes_no_list_that_may_hold_real_people(staff: Browser) -> None:
    answer = staff.send(PAGE, file=table(*FAMILY), on=ON)
    assert answer.status_code == 422
    assert "演示系统只收虚构的人：请勾选确认" in answer.content.decode()
    assert kept() == []


def test_the_same_list_again_has_nothing_to_change(staff: Browser) -> None:
    confirm(staff, preview(staff, table(*FAMILY)))
    assert "和册子一样，没有要改的" in staff.get(preview(staff, table(*FAMILY, encoding="gb18030")))


def test_every_fault_is_told_with_line_and_column_and_nothing_is_imported(staff: Browser) -> None:
    before = everything()
    bad = [
        FAMILY[0],
        "王示例,中性,1958-13-09,1380000,9-101,户主,业主,3/2",
        ",女,1990-01-01,,1-102,户主,,",
        "孙示例,男,2990-01-01,,1-102,户主,,1/2",
    ]
    where = preview(staff, table(*bad))
    page = staff.get(where)
    for line, column, words in [
        ("3", "B 性别", "“中性”不认识；可以填：女、男"),
        ("3", "C 出生日期", "不是一个日期"),
        ("3", "D 手机号", "收到 7 个数字"),
        ("3", "H 份额", "大于 0 不超过 1"),
        ("4", "A 姓名", "“姓名”必须填"),
        ("5", "C 出生日期", "今天之后"),
        ("5", "H 份额", "只有业主和共有人有份额"),
    ]:
        assert f'<td class="r">{line}</td><td class="i3">{column}</td>' in page, (line, column)
        assert words in page
    assert "1380000<" not in page
    assert [path.suffix for path in kept()] == [".found"]  # the list itself is gone, what is wrong with it is not
    csv = staff.client.get(f"{where}faults.csv").content.decode("utf-8-sig")
    assert csv.splitlines()[0] == "文件,行,列,问题"
    assert all(line.startswith("名单.csv,") for line in csv.splitlines()[1:])
    assert len(csv.splitlines()) == 8
    assert everything() == before
    assert staff.client.post(where, {"decision": "confirm"}).status_code == 404


def test_a_home_the_register_does_not_know_is_told_with_those_it_has(staff: Browser) -> None:
    page = staff.get(preview(staff, table("钱示例,女,1990-01-01,,7-101,户主,,")))
    assert "册子里没有“7-101”的楼；有：1号楼、2号楼" in page


def test_who_may_be_one_is_asked_and_the_answer_kept(town: Town, staff: Browser) -> None:
    known = person(town, "赵示例", born_on=dt.date(1970, 5, 5))
    where = preview(staff, table("赵示例,男,1970-05-05,13800000009,1-102,户主,,"))
    page = staff.get(where)
    assert "姓名和出生日期相同，没有别的可以核对" in page
    assert "就是册子里的 赵示例（1970-05-05）" in page
    staff.client.post(where, {"decision": "answer", "q2": "new"})
    work(where)
    confirm(staff, where)
    assert len(rows("PersonRecord", name="赵示例")) == 2
    again = preview(staff, table("赵示例,男,1970-05-05,13800000009,1-102,户主,,"))
    assert "和册子一样" in staff.get(again)
    assert known in {row.person_id for row in rows("PersonRecord", name="赵示例")}


def test_a_person_of_the_register_is_changed_not_doubled(town: Town, staff: Browser) -> None:
    known = person(town, "吴示例", born_on=dt.date(1970, 5, 5), phone="13800000008")
    home(town, "1-102", (known, "head"))
    confirm(staff, preview(staff, table("吴示例,男,1970-05-05,13800000008,1-102,户主,业主,")))
    (row,) = rows("PersonRecord", name="吴示例")
    assert (row.person_id, row.sex, row.valid_from) == (known, "male", dt.date(2024, 6, 1))
    assert len(rows("Membership", person_id=known)) == 1


def test_undoing_restores_what_was_and_is_refused_once_something_rests_on_it(town: Town, staff: Browser) -> None:
    known = person(town, "吴示例", born_on=dt.date(1970, 5, 5), phone="13800000008")
    home(town, "1-102", (known, "head"))
    where = confirm(staff, preview(staff, table(*FAMILY, "吴示例,男,1970-05-05,13800000008,1-102,户主,业主,")))
    staff.client.post(where, {"decision": "undo"})
    work(where)
    assert "已撤销，册子恢复到导入之前" in staff.get(where)
    assert [(row.name, row.sex) for row in rows("PersonRecord")] == [("吴示例", "")]
    assert rows("TenureRecord") == []
    assert rows("PlaceRecord", name_zh="301") == []

    second = confirm(staff, preview(staff, table(*FAMILY)))
    (chen,) = rows("PersonRecord", name="陈示例")
    from linli.platform.db import acting
    from linli.registry import commands as do

    with acting(LAYER):
        do.change_person(chen.person_id, {"name": "陈示例二"}, actor=LAYER, on=dt.date(2024, 7, 1))
    page = staff.get(second)
    assert "不能撤销" in page
    assert "人的记录又有变动（1）" in page
    staff.client.post(second, {"decision": "undo"})
    work(second)
    assert "没有撤销" in staff.get(second)
    assert len(rows("PersonRecord")) == 4


def test_what_changed_since_the_preview_is_not_imported_unseen(town: Town, staff: Browser) -> None:
    where = preview(staff, table(*FAMILY))
    confirm(staff, preview(staff, table(*FAMILY)))
    work_after = staff.client.post(where, {"decision": "confirm"})
    assert work_after.status_code == 302
    work(where)
    assert "和您看过的不一样了" in staff.get(where)


def test_columns_are_remembered_for_the_same_headings(staff: Browser) -> None:
    head = HEAD.replace("姓名", "谁")
    columns = staff.done(PAGE, file=table(*FAMILY, head=head), on=ON, is_made_up="on")
    answer = staff.send(columns)
    assert answer.status_code == 422
    work(staff.done(columns, name="0"))
    again = staff.done(PAGE, file=table(*FAMILY, head=head), on=ON, is_made_up="on")
    assert "已按上次同样表头的选法填好" in staff.get(again)
    assert staff.form(again)["name"] == "0"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_can_be_filled_in_and_sent(staff: Browser, kind: str) -> None:
    empty = staff.client.get(f"{PAGE}template/?format={kind}").content
    if kind == "csv":
        filled = empty + "\r\n".join([",陈示例,女,1958-03-09,,,,,1-101,,,,是,,户主,业主,"]).encode()
    else:
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(empty))
        book.worksheets[0].append(
            [
                None,
                "陈示例",
                "女",
                dt.date(1958, 3, 9),
                None,
                None,
                None,
                None,
                "1-101",
                None,
                None,
                None,
                "是",
                None,
                "户主",
                "业主",
            ]
        )
        out = io.BytesIO()
        book.save(out)
        filled = out.getvalue()
    confirm(staff, preview(staff, SimpleUploadedFile(f"名单.{kind}", filled)))
    assert [row.name for row in rows("PersonRecord")] == ["陈示例"]


def test_another_community_s_import_is_absent_and_a_grid_worker_imports_nothing(
    town: Town, staff: Browser, enter: Enter
) -> None:
    where = preview(staff, table(*FAMILY))
    stranger = enter("community_staff", town.other)
    assert stranger.status(where) == 404
    assert stranger.client.post(where, {"decision": "confirm"}).status_code == 404
    assert enter("grid_worker", town.east).status(PAGE) == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_and_sent_back_changes_nothing_and_runs_no_formula(
    town: Town, staff: Browser, kind: str
) -> None:
    odd = person(town, "=HYPERLINK(1)", born_on=dt.date(1970, 5, 5), phone="13800000008")
    home(town, "1-102", (odd, "head"))
    confirm(staff, preview(staff, table(*FAMILY)))
    sent = staff.client.get(f"{PAGE}current/?format={kind}").content
    if kind == "csv":
        text = sent.decode("utf-8-sig")
        assert "'=HYPERLINK(1)" in text
        assert "138****0001" in text
        assert "13800000001" not in text
    where = work(
        staff.done(staff.done(PAGE, file=SimpleUploadedFile(f"现在.{kind}", sent), on="2024-07-01", is_made_up="on"))
    )
    page = staff.get(where)
    assert "和册子一样，没有要改的" in page, page[page.find("<main") :][:3000]
