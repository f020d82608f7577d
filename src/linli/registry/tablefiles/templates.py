"""Empty tables to fill in: headings, three example rows and, in XLSX, an explanation of every column. In either language."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from linli.kernel.text import Text

from .layout import Column, Layout

GUIDE = Text("怎么填", "How to fill it in")
REQUIRED = Text("必填", "required")
TAKES = Text("可以填：{words}", "Right are: {words}")


def csv_template(layout: Layout, language: str) -> bytes:
    """UTF-8 with its mark, so that Excel reads it right."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(column.title.in_(language) for column in layout.columns)
    writer.writerows(_examples(layout, language))
    return ("\ufeff" + out.getvalue()).encode()


def xlsx_template(layout: Layout, language: str) -> bytes:
    """All cells are text, so that no digit of a number is lost."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = layout.title.in_(language)[:31]
    sheet.append([column.title.in_(language) for column in layout.columns])
    for row in _examples(layout, language):
        sheet.append(row)
    for number, column in enumerate(layout.columns, start=1):
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = max(12, 2 * len(column.title.zh) + 4)
        for line in range(2, 1002):
            sheet.cell(line, number).number_format = "@"
    sheet.freeze_panes = "A2"
    guide = book.create_sheet(GUIDE.in_(language))
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 24, 90
    for column in layout.columns:
        guide.append([column.title.in_(language), _explained(column, language)])
    for (cell,) in guide.iter_rows(min_col=2, max_col=2):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _examples(layout: Layout, language: str) -> list[list[str]]:
    n = max(len(column.examples) for column in layout.columns)
    return [[_example(column, at, language) for column in layout.columns] for at in range(n)]


def _example(column: Column, at: int, language: str) -> str:
    raw = column.examples[at] if at < len(column.examples) else ""
    from .layout import folded

    code = column.words.get(folded(raw)) if raw and column.words else None
    return column.said[code].in_(language) if code else raw


def _explained(column: Column, language: str) -> str:
    parts = [REQUIRED.in_(language)] if column.is_required else []
    parts += [column.help.in_(language)] if column.help else []
    if column.said:
        comma = "、" if language.startswith("zh") else ", "
        parts.append(TAKES.fill(words=comma.join(text.in_(language) for text in column.said.values())).in_(language))
    return ("；" if language.startswith("zh") else "; ").join(parts)
