"""A clerk imports 5,000 residents: 37 faults of eight kinds are told with file, line and what would be right, mended in the file, imported, undone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .conftest import SIZES, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

N_PEOPLE = int(os.environ.get("LINLI_PEOPLE", "5000"))
HEAD = ["姓名", "性别", "出生日期", "手机号", "小区", "楼栋", "单元", "室号", "与户主关系", "住户类型"]
WRONG = (
    (8, 2, "1968-02-30", "不是一个日期；写作 1958-03-09"),
    (6, 3, "1380000", "手机号"),
    (5, 1, "雌", "可以填：女、男"),
    (5, 5, "99号楼", "册子里没有“99"),
    (4, 8, "大伯", "可以填：户主"),
    (3, 0, "", "“姓名”必须填"),
    (3, 9, "拥有者", "可以填：业主"),
    (3, 2, "2999-01-01", "出生日期在今天之后"),
)
"""How many, in which column (from 0), what stands there, and what the clerk is told."""
N_FAULTS = 37


def good(building: str) -> list[list[str]]:
    """Two people a home, in new homes of one building."""
    rows = []
    for n in range(N_PEOPLE):
        name = f"示{'甲乙丙丁戊'[n % 5]}{'一二三四五六七'[n % 7]}{n % 97}"
        born = f"19{40 + n % 50}-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
        role = ["户主", "业主"] if n % 2 == 0 else ["配偶", "家属"]
        rows.append([name, "女男"[n % 2], born, f"1390000{n:04d}", "", building, "1", str(9000 + n // 2), *role])
    return rows


def spoil(rows: list[list[str]]) -> dict[tuple[int, str], str]:
    """Every so often a cell that is wrong: (line, letter of the column) → what is told of it."""
    told: dict[tuple[int, str], str] = {}
    step = N_PEOPLE // N_FAULTS
    for times, column, cell, said in WRONG:
        for _ in range(times):
            at = len(told) * step + 3
            rows[at][column] = cell
            told[at + 2, "ABCDEFGHIJ"[column]] = said
    return told


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("LINLI_SHOTS")
    if folder:
        for size, viewport in SIZES.items():
            page.set_viewport_size(viewport)
            page.screenshot(path=f"{folder}/{name}-{size}.png", full_page=size == "phone")
        page.set_viewport_size(SIZES["desk"])


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


def told_on(page: Page) -> list[list[str]]:
    script = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    found: list[list[str]] = page.locator("table.data tbody tr").evaluate_all(script)
    return found


def write(path: Path, rows: list[list[str]], encoding: str) -> Path:
    path.write_bytes("\r\n".join(",".join(row) for row in [HEAD, *rows]).encode(encoding))
    return path


def test_five_thousand_rows_with_thirty_seven_faults_mended(page: Page, tmp_path: Path) -> None:
    sign_in(page, "community_staff")
    page.goto("/console/places/?kind=building")
    building = next(name for name in page.locator("td a").all_inner_texts() if name.endswith(("幢", "栋", "号楼")))
    rows = good(building)
    expected = spoil(rows)
    assert len(expected) == N_FAULTS

    send(page, write(tmp_path / "名单.csv", rows, "gb18030"))
    comes(page, f"有 {N_FAULTS} 处要改，什么都没有导入")
    assert page.locator("h1").inner_text() == "名单.csv"
    shown = {(int(line), column.split()[0]): said for line, column, said in told_on(page)}
    assert shown.keys() == expected.keys()
    assert [at for at, said in expected.items() if said not in shown[at]] == []
    shoot(page, "3-faults")

    for line, letter in expected:
        rows[line - 2]["ABCDEFGHIJ".index(letter)] = good(building)[line - 2]["ABCDEFGHIJ".index(letter)]
    send(page, write(tmp_path / "名单改好.csv", rows, "utf-8"))
    comes(page, "确认后会这样改")
    shoot(page, "4-preview")
    page.click("text=确认导入")
    comes(page, "看册子")
    shoot(page, "5-done")
    counts = [int(text.replace(",", "")) for text in page.locator(".plate .n").all_inner_texts()]
    assert counts == [N_PEOPLE, 0, 0, N_PEOPLE // 2, N_PEOPLE // 2, N_PEOPLE], (
        "new, changed, same, homes, households, tenures"
    )

    page.click("text=撤销这次导入")
    page.click("button:has-text('撤销导入')")
    comes(page, "已撤销，册子恢复到导入之前")
