"""Workbooks as Excel, WPS and others write them come out as their own reader has them; what must not be in one is refused."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from linli.kernel.errors import FaultList
from linli.registry.tablefiles import load_layout, read_table
from linli.registry.tablefiles.kept import cells_of
from linli.registry.tablefiles.layout import Limits
from linli.registry.tablefiles.sheet import BROKEN, FORMULA, Sheet
from linli.registry.tablefiles.xlsxparts import BadPartError, Workbook

DAY = dt.datetime(1958, 3, 9)  # noqa: DTZ001  # a day of a spreadsheet has no zone


def rewritten(path: Path, part: str, change: tuple[str, str]) -> Path:
    """The workbook with one of its parts changed by hand."""
    out = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            raw = old.read(name).decode()
            new.writestr(name, re.sub(change[0], change[1], raw, count=1) if name == part else raw)
    return out


def read(path: Path) -> list[tuple[int, dict[int, object]]]:
    book = Workbook(path)
    try:
        return [row for part in book.parts for row in book.rows(part)]
    finally:
        book.close()


def made(tmp_path: Path) -> Path:
    book = Book()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "生日", "数", "真"])
    sheet["A3"] = CellRichText("王", TextBlock(InlineFont(b=True), "秀英"))
    sheet["B3"] = dt.date(1958, 3, 9)
    sheet["C3"], sheet["D3"], sheet["F3"] = 1.5, True, "=1+1"
    sheet["C4"] = "#N/A"
    sheet["A5"] = " <&>\n\"'"
    path = tmp_path / "a.xlsx"
    book.save(path)
    return path


def test_texts_days_numbers_formulas_and_gaps(tmp_path: Path) -> None:
    rows = read(made(tmp_path))
    assert rows == [
        (1, {0: "姓名", 1: "生日", 2: "数", 3: "真"}),
        (3, {0: "王秀英", 1: DAY, 2: 1.5, 3: True, 5: FORMULA}),
        (4, {2: BROKEN}),
        (5, {0: " <&>\n\"'"}),
    ]


def test_inline_texts_are_read_like_shared_ones(tmp_path: Path) -> None:
    book = Book(write_only=True)
    sheet = book.create_sheet("居民")
    sheet.append(["姓名", None, 7])
    path = tmp_path / "inline.xlsx"
    book.save(path)
    assert read(path) == [(1, {0: "姓名", 2: 7})]


def test_readings_above_characters_are_no_part_of_a_name(tmp_path: Path) -> None:
    path = rewritten(
        made(tmp_path), "xl/sharedStrings.xml", ("<si><t>姓名</t></si>", "<si><t>姓名</t><rPh sb='0' eb='2'><t>xing</t></rPh></si>")
    )  # fmt: skip
    assert read(path)[0][1][0] == "姓名"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/worksheets/sheet1.xml", ("^", "<!-- " + "x" * 4000 + " --><!DOCTYPE a [<!ENTITY e 'b'>]>")),
        ("xl/worksheets/sheet1.xml", ('<row r="5"', '<row r="2"')),
        ("xl/worksheets/sheet1.xml", ('<c r="A1"', '<c r="XFE1"')),
    ],
)
def test_entities_rows_out_of_order_and_columns_beyond_the_last_are_refused(
    tmp_path: Path, part: str, change: tuple[str, str]
) -> None:
    with pytest.raises(BadPartError):
        read(rewritten(made(tmp_path), part, change))


def sheet_of(path: Path, *rows: list[str]) -> None:
    book = Book()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)


def test_cells_kept_beside_a_workbook_are_those_of_its_bytes_and_limits_only(tmp_path: Path) -> None:
    """The second reading is spared; another file, other limits or a damaged note are not taken for it."""
    path, limits = tmp_path / "名单.xlsx", load_layout("people").limits
    sheet_of(path, ["姓名", "房号"], ["示例甲", "1-101"], ["=1+1", "x"])

    def table(limits: Limits = limits) -> Sheet:
        return read_table(path, file="名单.xlsx", limits=limits, faults=FaultList(file="名单.xlsx", limit=10))

    first, again, kept = table(), table(), cells_of(path)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert (again.headings, list(map(tuple, again.rows)), list(again.lines)) == (
        first.headings,
        list(first.rows),
        list(first.lines),
    )
    assert again.rows[1][0] == FORMULA
    kept.write_text(kept.read_text().replace("1-101", "9-999"))
    assert table().rows[0][1] == "9-999", "the control: what is kept is what is read"
    assert table(replace(limits, rows=limits.rows - 1)).rows[0][1] == "1-101"
    sheet_of(path, ["姓名", "房号"], ["示例乙", "2-202"])
    assert tuple(table().rows[0]) == ("示例乙", "2-202")
    kept.write_text("{")
    assert tuple(table().rows[0]) == ("示例乙", "2-202")
