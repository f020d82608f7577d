"""XLSX read row by row: parts and their unpacked sizes checked first, entities refused, formulas never computed."""

from __future__ import annotations

import datetime as dt
import logging
import lzma
import math
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from linli.kernel.errors import FaultList
from linli.kernel.text import Text

from .csvfile import GUARDED
from .layout import Limits
from .sheet import BROKEN, FORMULA, LOST_DIGITS, Sheet, make_sheet
from .xlsxparts import Row, Workbook

MAX_PARTS = 2000  # a workbook of a ledger has some twenty; designed here
EXACT_BELOW = 10**15
"""A spreadsheet keeps 15 digits of a number (ECMA-376 stores IEEE doubles; Excel's specification gives 15 significant digits)."""
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError,
    EOFError, OSError, ValueError,
)  # fmt: skip
"""What zipfile and the unpackers under it raise on damaged archives."""
GUIDES = ("怎么填", "How to fill it in")
"""The sheet of our own templates that explains the columns: not read, and not worth a word."""
_log = logging.getLogger("linli.tablefiles")


def read_xlsx(path: Path, *, file: str, limits: Limits, faults: FaultList, only_rows: int | None = None) -> Sheet:
    """The first sheet that holds anything. Faults are added to ``faults``; raises where no table can be made."""
    _check_parts(path, limits, faults)
    faults.raise_if_any()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
            lines, rows, notes = _read(path, limits=limits, faults=faults, only_rows=only_rows)
    except Exception as error:  # the foreign reader's ways to fail on a damaged workbook cannot be listed
        _log.info("a workbook could not be read: %s", type(error).__name__)
        faults.add(
            f"工作簿损坏，读不出来（{type(error).__name__}）；请在 Excel 或 WPS 里打开后另存一份",
            f"the workbook is damaged ({type(error).__name__}); open it in Excel or WPS and save it anew",
            line=faults_line(error),
        )  # fmt: skip
        faults.raise_if_any()
        raise
    return make_sheet(file, lines, rows, max_columns=limits.columns, faults=faults, notes=notes)


def faults_line(error: Exception) -> int:
    """A damaged workbook has no row to point at; where the reader names a line of a part it is told, else the first."""
    position = getattr(error, "position", None)
    return int(position[0]) if isinstance(position, tuple) and position else int(getattr(error, "lineno", 1))


def _check_parts(path: Path, limits: Limits, faults: FaultList) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            for part in parts:
                _check_part(part, limits, faults)
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or unpacked > limits.unpacked_bytes:
                faults.add(
                    f"解开后有 {len(parts)} 个部分、{unpacked} 字节，最多 {MAX_PARTS} 个、{limits.unpacked_bytes} 字节",
                    f"unpacked it has {len(parts)} parts and {unpacked} bytes, at most {MAX_PARTS} and {limits.unpacked_bytes}",
                    line=1,
                )  # fmt: skip
            if not faults.faults and "[Content_Types].xml" not in archive.namelist():
                faults.add("这个压缩包里没有工作簿", "this archive holds no workbook", line=1)
            for part in parts if not faults.faults else ():
                if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.open(part).read(2048):
                    faults.add(
                        f"{part.filename} 含有文档类型声明，工作簿里不该有",
                        f"{part.filename} declares a document type, which no workbook needs", line=1,
                    )  # fmt: skip
    except _DAMAGE as error:
        name = type(error).__name__
        faults.add(
            f"不是完整的 .xlsx 文件（{name}）；旧的 .xls 请另存为 .xlsx，没有传完的请重传",
            f"not a whole .xlsx file ({name}); save an old .xls as .xlsx, send a cut one again",
            line=1,
        )


def _check_part(part: zipfile.ZipInfo, limits: Limits, faults: FaultList) -> None:
    if part.flag_bits & 1:
        faults.add("工作簿有密码，请去掉密码另存", "the workbook has a password; save it without", line=1)
    if part.file_size > max(1_000_000, part.compress_size * limits.unpacked_times):
        faults.add(
            f"{part.filename[:60]} 从 {part.compress_size} 字节展开成 {part.file_size} 字节，超过 {limits.unpacked_times} 倍，像压缩炸弹",
            f"{part.filename[:60]} unpacks from {part.compress_size} to {part.file_size} bytes, over {limits.unpacked_times} times: a bomb",
            line=1,
        )  # fmt: skip


def _read(
    path: Path, *, limits: Limits, faults: FaultList, only_rows: int | None
) -> tuple[list[int], list[list[str]], list[Text]]:
    book = Workbook(path)
    try:
        filled: list[str] = []
        found: tuple[list[int], list[list[str]]] = ([], [])
        for part in [one for one in book.parts if one.title not in GUIDES][:50]:
            lines, rows = _rows(book.rows(part), limits=limits, faults=faults, only_rows=only_rows if not filled else 1)
            if rows:
                found = found if filled else (lines, rows)
                filled.append(part.title)
            faults.raise_if_any()
    finally:
        book.close()
    notes = []
    if len(filled) > 1:
        others_zh, others = "、".join(filled[1:6]), ", ".join(filled[1:6])
        notes = [
            Text(
                f"只读第一张有内容的表“{filled[0]}”；没有读：{others_zh}",
                f"only the first sheet with content, {filled[0]!r}, is read; not read: {others}",
            )
        ]
    return *found, notes


def _rows(
    coming: Iterable[Row], *, limits: Limits, faults: FaultList, only_rows: int | None
) -> tuple[list[int], list[list[str]]]:
    lines: list[int] = []
    rows: list[list[str]] = []
    for number, cells in coming:
        said = {at: plain for at, value in cells.items() if (plain := _plain(value))}
        if not said:
            continue
        width = max(said) + 1
        if width > limits.columns:
            faults.add(
                f"有 {width} 列，最多 {limits.columns} 列", f"{width} columns, at most {limits.columns}", line=number
            )
            break
        lines.append(number)
        rows.append([said.get(at, "") for at in range(width)])
        if only_rows is not None and len(rows) > only_rows:
            break
        if len(rows) > limits.rows + 1:
            faults.add(
                f"超过 {limits.rows} 行，请分成几个文件", f"more than {limits.rows} rows; split the file", line=number
            )
            break
    return lines, rows


def _plain(value: Any) -> str:
    """The cell as it is meant: whole numbers without ".0", days as ISO 8601, text without outer blanks."""
    if value is FORMULA or value is BROKEN:
        return str(value)
    if isinstance(value, str):
        bare = value.replace("\x00", "").strip()
        return bare[1:] if bare[:1] == "'" and bare[1:2] and bare[1] in GUARDED else bare
    return _number(value) if isinstance(value, int | float) and not isinstance(value, bool) else _other(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return BROKEN
    if abs(value) >= EXACT_BELOW:
        return LOST_DIGITS
    return str(int(value)) if value == int(value) else repr(value)


def _other(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
