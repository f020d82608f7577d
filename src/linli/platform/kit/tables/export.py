"""The rows of a table as a file. CSV opens right in Excel (byte order mark); no cell is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from .cells import heading, plain, raw
from .spec import TableSpec

# A spreadsheet takes these as the start of a formula or a command (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_XLSX_CELL = 32_767


def harmless(value: Any) -> Any:
    """Words that a spreadsheet would run get an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def as_csv(spec: TableSpec, rows: Sequence[Any], language: str) -> HttpResponse:
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(harmless(heading(column, language)) for column in spec.columns)
    writer.writerows((harmless(plain(column, row, language)) for column in spec.columns) for row in rows)
    return _named(HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8"), spec, "csv")


def as_xlsx(spec: TableSpec, rows: Sequence[Any], language: str) -> HttpResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(spec.key[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_xlsx_cell(sheet, heading(column, language)) for column in spec.columns])
    for row in rows:
        sheet.append([_xlsx_cell(sheet, plain(column, row, language)) for column in spec.columns])
    out = io.BytesIO()
    book.save(out)
    return _named(HttpResponse(out.getvalue(), content_type=XLSX_TYPE), spec, "xlsx")


def _xlsx_cell(sheet: Any, value: Any) -> WriteOnlyCell:
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, float(value) if isinstance(value, Decimal) else value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_XLSX_CELL])
    cell.data_type = "s"  # openpyxl would make a formula of what starts with "="
    return cell


def texts_as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows of texts, headings first, as UTF-8 CSV with its mark."""
    out = io.StringIO()
    out.write("\ufeff")
    csv.writer(out).writerows([harmless(value) for value in row] for row in rows)
    return out.getvalue().encode()


def texts_as_xlsx(rows: Iterable[Sequence[str]], title: str) -> bytes:
    """Rows of texts, headings first, as a workbook whose cells are all text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(spec: TableSpec, rows: Sequence[Any]) -> JsonResponse:
    columns = [{"key": one.key, "kind": one.kind, "label": one.label.as_mapping()} for one in spec.columns]
    body = {
        "table": spec.key,
        "columns": columns,
        "rows": [{column.key: raw(column, row) for column in spec.columns} for row in rows],
    }
    return JsonResponse(body, encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False})


def _named(response: HttpResponse, spec: TableSpec, kind: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{spec.key}.{kind}"'
    return response
