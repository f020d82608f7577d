"""Workbooks as Excel, WPS and others write them come out as their own reader has them; what must not be in one is refused."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from linli.registry.tablefiles.sheet import BROKEN, FORMULA
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
