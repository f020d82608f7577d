"""A clerk imports 5,000 residents in a browser: 37 faults are told, mended in the file, and the list goes in. Run by ``make chaos``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.journeys.conftest import SIZES, browser, context, page, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["browser", "context", "page"]
N_PEOPLE, N_FAULTS = int(os.environ.get("LINLI_PEOPLE", "5000")), 37
HEAD = "姓名,性别,出生日期,手机号,小区,楼栋,单元,室号,与户主关系,住户类型"


def lines(building: str, *, spoilt: bool) -> str:
    """Two people a home, in new homes of one building; 37 birth dates that are none."""
    rows = [HEAD]
    for n in range(N_PEOPLE):
        born = f"19{40 + n % 50}-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
        if spoilt and n % (N_PEOPLE // N_FAULTS) == 3 and n // (N_PEOPLE // N_FAULTS) < N_FAULTS:
            born = "1968-02-30"
        role = "户主,业主" if n % 2 == 0 else "配偶,家属"
        rows.append(
            f"示{'甲乙丙丁戊'[n % 5]}{'一二三四五六七'[n % 7]}{n % 97},{'女男'[n % 2]},{born},1390000{n:04d},,{building},1,{9000 + n // 2},{role}"
        )
    return "\r\n".join(rows)


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("LINLI_SHOTS")
    if folder:
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            page.screenshot(path=f"{folder}/{name}-{size}.png", full_page=size == "phone")


def send(page: Page, path: Path) -> None:
    page.goto("/console/import/people/")
    page.set_input_files("#id_file", str(path))
    page.fill("#id_on", "2026-06-01")
    page.check("#id_is_made_up")
    shoot(page, "1-file")
    page.click("main button.pri")
    page.wait_for_url("**/columns/")
    shoot(page, "2-columns")
    page.click("main button.pri")


def comes(page: Page, words: str) -> None:
    """The page follows the work by itself; nobody presses reload."""
    page.get_by_text(words).first.wait_for(timeout=240_000)


def test_five_thousand_rows_with_thirty_seven_faults_mended(page: Page, tmp_path: Path) -> None:
    sign_in(page, "community_staff")
    page.goto("/console/places/?kind=building")
    building = next(name for name in page.locator("td a").all_inner_texts() if name.endswith(("幢", "栋", "号楼")))
    bad, mended = tmp_path / "名单.csv", tmp_path / "名单改好.csv"
    bad.write_text(lines(building, spoilt=True), encoding="gb18030")
    mended.write_text(lines(building, spoilt=False), encoding="utf-8")

    send(page, bad)
    comes(page, f"有 {N_FAULTS} 处要改，什么都没有导入")
    assert page.locator("table.data tbody tr").count() == N_FAULTS
    shoot(page, "3-faults")

    send(page, mended)
    comes(page, "确认后会这样改")
    shoot(page, "4-preview")
    page.click("text=确认导入")
    comes(page, "看册子")
    shoot(page, "5-done")
    assert page.locator(".plate .n").first.inner_text().replace(",", "") == str(N_PEOPLE)
