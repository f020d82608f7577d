"""An assessor brings a quarter in by sheet and closes it; a red warning becomes a plan, a measure, and turns. In a real browser."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Locator, Page, expect

from linli.assessment.rules.period import Period
from linli.assessment.rules.system import find_system
from linli.kernel.clock import local_day, now

from .conftest import sign_in

PRESENT = Period.holding(local_day(now()), "quarter")
LAST = PRESENT.before()
DAY = LAST.last_day.isoformat()


def filled(page: Page) -> bytes:
    """The template as the assessor downloads it, filled in by hand: every indicator at the middle of its scale."""
    with page.expect_download() as got:
        page.get_by_role("link", name="下载模板").click()
    book = load_workbook(io.BytesIO(Path(got.value.path()).read_bytes()))
    middle = {one.measure: (one.zero_at + one.full_at) / 2 for one in find_system("micro-circulation").leaves}
    for row in book.worksheets[0].iter_rows(min_row=2):
        for cell, value in zip(row[3:], (middle[row[0].value], None, None, DAY, "全数统计", "街道报表"), strict=True):
            cell.value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_assessor_closes_a_quarter_and_everybody_can_read_it(context: BrowserContext, tmp_path: Path) -> None:
    page = context.new_page()
    sign_in(page, "assessor")
    page.goto(f"/console/assessment/?period={LAST.code}")
    page.get_by_role("link", name="用表导入").click()
    sheet = tmp_path / "sheet.xlsx"
    sheet.write_bytes(filled(page))
    page.set_input_files("#id_file", sheet)
    page.click("button.pri")
    expect(page.get_by_role("heading", name="会记下 18 个数")).to_be_visible()
    page.get_by_role("button", name="确认导入").click()
    expect(page.locator(".plate.tile")).to_contain_text("50.0")  # half of every scale, whatever the weights
    page.get_by_role("link", name="结这一期").click()
    page.get_by_role("button", name="结这一期").click()
    expect(said(page)).to_contain_text("不会再变")
    expect(page.get_by_role("link", name="用表导入")).to_have_count(0)
    page.goto(f"/open/assessment/?period={LAST.code}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("50.0 分")


def said(page: Page) -> Locator:
    """What the page says was done."""
    return page.locator("p[role=status]")


def typed(page: Page, measure: str, value: str) -> None:
    page.goto(f"/console/assessment/enter/?measure={measure}")
    page.fill("#id_value", value)
    page.fill("#id_evidence", "回访台账")
    page.click("button.pri")
    expect(said(page)).to_contain_text("已记下")


def test_a_red_warning_becomes_a_plan_a_measure_and_turns(context: BrowserContext, browser: Any, live: Any) -> None:
    staff = context.new_page()
    sign_in(staff, "community_staff")
    typed(staff, "feedback_rate", "20")
    staff.goto("/console/assessment/warnings/")
    staff.locator('[aria-label="整改方案"]').get_by_role("link", name="结果及时反馈率").click()
    expect(staff.get_by_text("之前要写好方案")).to_be_visible()
    staff.get_by_role("link", name="写方案").click()
    staff.fill("#id_aim", "反馈率到 60%")
    staff.get_by_label("办结必回访").check()
    staff.click("button.pri")
    staff.get_by_role("link", name="做完了").click()
    staff.fill("#id_evidence", "回访 42 户，有记录")
    staff.click("button.pri")
    expect(said(staff)).to_contain_text("等复测")
    plan_url = staff.url.partition("?")[0]
    typed(staff, "feedback_rate", "66")
    desk = browser.new_context(base_url=live.url, locale="zh-CN").new_page()
    sign_in(desk, "assessor")
    desk.goto(plan_url)
    desk.get_by_role("link", name="复测，决定闭环还是再来").click()
    expect(desk.locator(".plate.tile")).to_contain_text("66%")
    desk.fill("#id_learned", "回访管用")
    desk.get_by_label("闭环").check()
    desk.click("button.pri")
    expect(said(desk)).to_contain_text("已闭环")
    desk.goto("/console/assessment/warnings/")
    expect(desk.locator('[aria-label="整改方案"]')).to_contain_text("已闭环")
    desk.context.close()
