"""CSV as offices save it: UTF-8 with or without its mark, GB18030 (what Excel in China writes), UTF-16 with its mark; commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from linli.kernel.errors import FaultList
from linli.kernel.text import Text

from .layout import Limits
from .sheet import Sheet, make_sheet

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATORS = (",", "\t", ";", "，")
_AS_TEXT = re.compile(r'="([^"]*)"')
"""How some software writes digits that a spreadsheet shall not touch: ="0123"."""
GUARDED = "=+-@＝＋－＠"
"""A value of ours that starts so was written behind an apostrophe (``platform.kit.tables.export.harmless``)."""


def read_csv(path: Path, *, file: str, limits: Limits, faults: FaultList, only_rows: int | None = None) -> Sheet:
    """The whole table, or its headings and the first ``only_rows`` rows. Faults are added to ``faults``; raises where no table can be made."""
    raw = path.read_bytes()
    text, note = _decode(raw, faults)
    _check_zero(text, faults)
    faults.raise_if_any()
    separator = _separator(text)
    lines, rows = _rows(text, separator, limits=limits, faults=faults, only_rows=only_rows)
    return make_sheet(file, lines, rows, max_columns=limits.columns, faults=faults, notes=note)


def _decode(raw: bytes, faults: FaultList) -> tuple[str, list[Text]]:
    for mark, codec in MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(codec), []
            except UnicodeDecodeError as error:
                _wrong_bytes(raw, error, codec, faults)
                faults.raise_if_any()
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError as error:
        first = error
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        _wrong_bytes(raw, first, "UTF-8", faults)
        faults.raise_if_any()
        raise AssertionError from None  # a fault was just added
    if not _reads_chinese(text):
        _wrong_bytes(raw, first, "UTF-8", faults)
        faults.raise_if_any()
    told = Text(
        "文件不是 UTF-8，按 GB18030（Excel 中文版“CSV”的编码）读",
        "the file is not UTF-8; it is read as GB18030, as Excel in Chinese saves CSV",
    )
    return text, [told]


def _reads_chinese(text: str) -> bool:
    """Nearly any bytes pass as GB18030; real text of it has no private or unassigned characters and next to no rare ones."""
    others = [character for character in text if not character.isascii()]
    if any("\ue000" <= one <= "\uf8ff" or (ord(one) < 0xA0) for one in others):
        return False
    common = sum(
        "\u4e00" <= one <= "\u9fff" or "\u3000" <= one <= "\u303f" or "\uff00" <= one <= "\uffef" for one in others
    )
    return common >= 0.8 * len(others)


def _wrong_bytes(raw: bytes, error: UnicodeDecodeError, codec: str, faults: FaultList) -> None:
    line = raw.count(b"\n", 0, error.start) + 1
    faults.add(
        f"第 {error.start + 1} 个字节（0x{raw[error.start]:02X}）既不是 UTF-8 也不是 GB18030 文字；请在 Excel 里另存为“CSV UTF-8”或 .xlsx",
        f"byte {error.start + 1} (0x{raw[error.start]:02X}) is text neither in {codec} nor in GB18030; save as CSV UTF-8 or .xlsx",
        line=line,
    )  # fmt: skip


def _check_zero(text: str, faults: FaultList) -> None:
    at = text.find("\x00")
    if at >= 0:
        faults.add(
            "有零字符（U+0000），这不是文本表格", "there is a zero character (U+0000); this is no text table",
            line=text.count("\n", 0, at) + 1,
        )  # fmt: skip


def _separator(text: str) -> str:
    """The one that the first line that is not blank has most of; a comma where it has none."""
    first = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda one: (first.count(one), -SEPARATORS.index(one)))


def _rows(
    text: str, separator: str, *, limits: Limits, faults: FaultList, only_rows: int | None
) -> tuple[list[int], list[list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    csv.field_size_limit(max(limits.cell_characters * 8, 131_072))
    lines: list[int] = []
    rows: list[list[str]] = []
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            faults.add(
                f"这一行的引号或分隔符不对（{error}）；有引号的格子要成对",
                f"quotes or separators of this line are wrong ({error}); quotes come in pairs", line=line,
            )  # fmt: skip
            break
        lines.append(line)
        rows.append([_bare(value) for value in row])
        if only_rows is not None and len(rows) > only_rows:
            break
        if len(rows) > limits.rows + 1:
            faults.add(
                f"超过 {limits.rows} 行，请分成几个文件", f"more than {limits.rows} rows; split the file", line=line
            )
            break
        if len(row) > limits.columns * 100:
            faults.add(
                f"有 {len(row)} 列，最多 {limits.columns} 列", f"{len(row)} columns, at most {limits.columns}", line=line
            )  # fmt: skip
            break
    return lines, rows


def _bare(value: str) -> str:
    """Without outer blanks, without the guard against formulas."""
    value = value.strip()
    if value.startswith("'") and value[1:2] and value[1] in GUARDED:
        return value[1:]
    unquoted = _AS_TEXT.fullmatch(value)
    return unquoted[1].strip() if unquoted else value
