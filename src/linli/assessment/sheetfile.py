"""The sheet values travel in: a template with one row for each indicator of a system, and what is read back from it.

Owns the columns and the words for what is wrong with a row. Reading the file safely is the table files'.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from linli.kernel.errors import FaultList, LinliError
from linli.kernel.text import Text
from linli.registry.tablefiles.layout import load_layout
from linli.registry.tablefiles.reading import read_table
from linli.registry.tablefiles.sheet import Sheet, letter

from .rules.entries import QUALITIES, Entry, check_entry
from .rules.period import Period
from .rules.system import System

COLUMNS = (
    ("measure", Text("编号", "Code")),
    ("title", Text("指标", "Indicator")),
    ("unit", Text("单位", "Unit")),
    ("value", Text("数值", "Value")),
    ("numerator", Text("分子", "Numerator")),
    ("denominator", Text("分母", "Denominator")),
    ("as_of", Text("数据日期", "As of")),
    ("quality", Text("质量", "Quality")),
    ("evidence", Text("依据", "Rests on")),
)
NEEDED = ("measure", "value", "as_of", "quality", "evidence")
GUIDE = Text("怎么填", "How to fill it in")
WIDTHS = {"measure": 24, "title": 34, "unit": 10, "evidence": 48}


def template(system: System, period: Period, language: str) -> bytes:
    """An XLSX with a row for each indicator; those with a live number are grey and may be left empty."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"{period.code} {system.id}"[:31]
    sheet.append([text.in_(language) for _, text in COLUMNS])
    grey = PatternFill("solid", fgColor="FFEDEFEC")
    for one in _measures(system):
        sheet.append([one.measure, one.title.in_(language), one.unit.in_(language), None, None, None, None, None, None])
        if one.live:
            for cell in sheet[sheet.max_row]:
                cell.fill = grey
    for number, (key, _) in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = WIDTHS.get(key, 14)
    sheet.freeze_panes = "D2"
    guide = book.create_sheet(GUIDE.in_(language))
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 22, 90
    for row in _guide(period):
        guide.append([one.in_(language) for one in row])
    for (cell,) in guide.iter_rows(min_col=2, max_col=2):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _measures(system: System) -> list[Any]:
    """Each measure once, in the order of the tree."""
    return list({one.measure: one for one in reversed(system.leaves)}.values())[::-1]


def _guide(period: Period) -> Sequence[tuple[Text, Text]]:
    first, last = f"{period.first_day}", f"{period.last_day}"
    qualities = Text("、".join(one.zh for one in QUALITIES.values()), ", ".join(one.en for one in QUALITIES.values()))
    return (
        (Text("编号、指标、单位", "Code, indicator, unit"), Text("已填好，不要改；不填的行整行空着", "Filled in; leave them. Leave a row empty where you have nothing")),
        (Text("数值", "Value"), Text("按单位填；百分数填 87.5，不填 0.875", "In the unit; 87.5 for 87.5 %, not 0.875")),
        (Text("分子、分母", "Numerator, denominator"), Text("能数出来的都填；要一起填，并和数值对得上", "Where it was counted; both or neither, and they must give the value")),
        (Text("数据日期", "As of"), Text(f"{first} 到 {last} 之间的一天，如 {last}", f"A day from {first} to {last}, such as {last}")),
        (Text("质量", "Quality"), Text(f"可以填：{qualities.zh}", f"Right are: {qualities.en}")),
        (Text("依据", "Rests on"), Text("哪张表、谁报的、怎么数的；不写人名", "Which table, who told it, how it was counted; no names of people")),
        (Text("灰色的行", "Grey rows"), Text("系统能自己取数；填了就以填的为准", "Have a live number; what is filled in goes before it")),
    )  # fmt: skip


def read_entries(path: Path, *, file: str, system: System, period: Period, today: dt.date) -> list[tuple[int, Entry]]:
    """The rows that hold a value, each with its line. :class:`InputError` with every fault, its line and column."""
    limits = load_layout("facilities").limits
    faults = FaultList(file=file, limit=limits.faults_told)
    sheet = read_table(path, file=file, limits=limits, faults=faults)
    at = _columns(sheet, faults)
    faults.raise_if_any()
    found: list[tuple[int, Entry]] = []
    seen: dict[str, int] = {}
    for line, row in zip(sheet.lines, sheet.rows, strict=True):
        if not row[at["value"]]:
            continue
        entry = _entry(row, at, line, system, faults)
        if entry is None:
            continue
        if entry.measure in seen:
            faults.add(f"{entry.measure} 在第 {seen[entry.measure]} 行已经有了", f"{entry.measure} stands in row {seen[entry.measure]} already", line=line, column=letter(at["measure"]))  # fmt: skip
        seen[entry.measure] = line
        try:
            check_entry(entry, system.of_measure(entry.measure), period, today=today)
        except LinliError as error:
            faults.add(error.text.zh, error.text.en, line=line, feature=entry.measure)
        found.append((line, entry))
    if not found and not faults.faults:
        faults.add("没有一行填了数值", "no row has a value", line=1)
    faults.raise_if_any()
    return found


def _columns(sheet: Sheet, faults: FaultList) -> dict[str, int]:
    """Where each column stands, by either language."""
    at: dict[str, int] = {}
    for n, heading in enumerate(sheet.headings):
        for key, text in COLUMNS:
            if heading.strip().casefold() in (text.zh, text.en.casefold(), key):
                at.setdefault(key, n)
    for key, text in COLUMNS:
        if key in NEEDED and key not in at:
            faults.add(f"缺少“{text.zh}”一列；请用这里下载的模板", f"column {text.en!r} is missing; use the template offered here", line=1)  # fmt: skip
    return at


def _entry(row: Sequence[str], at: Mapping[str, int], line: int, system: System, faults: FaultList) -> Entry | None:
    def cell(key: str) -> str:
        return row[at[key]].strip() if key in at else ""

    def wrong(key: str, zh: str, en: str) -> None:
        faults.add(zh, en, line=line, column=letter(at[key]))

    n_before = len(faults.faults) + faults.n_dropped
    measure = cell("measure")
    if measure not in {one.measure for one in system.leaves}:
        wrong("measure", f"“{measure}”不是这个体系的指标编号", f"{measure!r} is no indicator of this system")
    numbers: dict[str, float | None] = {}
    for key in ("value", "numerator", "denominator"):
        words = cell(key)
        try:
            numbers[key] = float(words.replace(",", "").removesuffix("%")) if words else None
        except ValueError:
            shown = "公式" if words.startswith("\x00") else words
            wrong(
                key,
                f"“{shown}”不是数；公式请先粘贴成数值",
                f"{words.strip(chr(0))!r} is no number; paste formulas as values",
            )
    day = None
    try:
        day = dt.date.fromisoformat(cell("as_of").replace("/", "-")[:10])
    except ValueError:
        wrong(
            "as_of", f"“{cell('as_of')}”不是日期，请写成 2026-09-30", f"{cell('as_of')!r} is no date; write 2026-09-30"
        )
    quality = _quality(cell("quality"))
    if not quality:
        words = "、".join(one.zh for one in QUALITIES.values())
        wrong("quality", f"质量“{cell('quality')}”不认识；可以填：{words}", f"quality {cell('quality')!r} is not known; right are {', '.join(one.en for one in QUALITIES.values())}")  # fmt: skip
    if len(faults.faults) + faults.n_dropped > n_before or day is None or numbers["value"] is None:
        return None
    return Entry(
        measure, numbers["value"], day, quality, cell("evidence"), numbers["numerator"], numbers["denominator"]
    )


def _quality(words: str) -> str:
    plain = words.casefold()
    for code, text in QUALITIES.items():
        if plain in (code, text.zh, text.en.casefold()):
            return code
    return ""
