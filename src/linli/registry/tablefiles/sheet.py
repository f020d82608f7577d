"""A table as it came: headings, rows of texts with the line they stand in, and what is to be said of the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from linli.kernel.errors import Fault, FaultList
from linli.kernel.text import Text

Cells = tuple[str, ...]
FORMULA = "\x00formula"
"""Stands for a cell that holds a formula: it is never computed here, and refused where its column is read."""
LOST_DIGITS = "\x00digits"
"""Stands for a number too long for a spreadsheet, which has lost its last digits."""
BROKEN = "\x00broken"
"""Stands for a cell that holds an error (#REF!, #N/A)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``lines[i]`` is the line (CSV) or row (XLSX) that ``rows[i]`` starts in, from 1. Rows are as wide as ``headings``."""

    file: str
    headings: Cells
    lines: Sequence[int]
    rows: Sequence[Cells]
    notes: tuple[Text, ...] = ()

    def samples(self, at: int, n: int = 3) -> list[str]:
        """The first few values of a column, for people who decide what it is."""
        return [row[at] for row in self.rows if row[at] and not row[at].startswith("\x00")][:n]


def letter(at: int) -> str:
    """The name a spreadsheet gives the column at 0-based ``at``: A … Z, AA …"""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def make_sheet(
    file: str, lines: Sequence[int], rows: Sequence[Sequence[str]], *, max_columns: int, faults: FaultList,
    notes: Sequence[Text] = (),
) -> Sheet:  # fmt: skip
    """The first row that is not empty gives the headings; empty rows below are left out. Faults: no heading, no row, headings
    twice, a cell beyond the last heading."""
    at = next((index for index, row in enumerate(rows) if any(row)), None)
    if at is None:
        faults.add("表是空的", "the table is empty", line=1)
        faults.raise_if_any()
    assert at is not None
    headings = tuple(rows[at])
    while headings and not headings[-1]:
        headings = headings[:-1]
    if len(headings) > max_columns:
        n = len(headings)
        faults.add(
            f"有 {n} 列，最多 {max_columns} 列", f"{n} columns, at most {max_columns}", line=lines[at]
        )  # fmt: skip
        faults.raise_if_any()
    _check_headings(headings, lines[at], faults)
    kept_lines, kept = [], []
    for line, row in zip(lines[at + 1 :], rows[at + 1 :], strict=True):
        if not any(row):
            continue
        if len(row) > len(headings) and any(row[len(headings) :]):
            over = next(index for index in range(len(headings), len(row)) if row[index])
            faults.add(
                f"这一格在最后一个表头（{letter(len(headings) - 1)} 列）之外；是不是多了一个分隔符",
                f"this cell lies beyond the last heading (column {letter(len(headings) - 1)}); is there a separator too many?",
                line=line, column=letter(over),
            )  # fmt: skip
            continue
        kept_lines.append(line)
        kept.append(tuple(value or "" for value, _ in zip_longest(row[: len(headings)], headings)))
    if not kept and not faults.faults:
        faults.add("只有表头，没有内容", "there are headings only, no rows", line=lines[at])
    return Sheet(file, headings, kept_lines, kept, tuple(notes))


def _check_headings(headings: Cells, line: int, faults: FaultList) -> None:
    seen: dict[str, int] = {}
    for index, heading in enumerate(headings):
        if heading.startswith("\x00"):
            faults.add(
                "表头不能是公式或错误值", "a heading cannot be a formula or an error", line=line, column=letter(index)
            )
        elif heading and heading in seen:
            faults.add(
                f"表头“{heading[:40]}”出现两次，先前在 {letter(seen[heading])} 列；请改名或删掉一列",
                f"the heading {heading[:40]!r} comes twice, first in column {letter(seen[heading])}; rename or remove one",
                line=line, column=letter(index),
            )  # fmt: skip
        seen.setdefault(heading, index)


def fault(file: str, zh: str, en: str, *, line: int | None = None, column: str | None = None) -> Fault:
    return Fault(Text(zh, en), file=file, line=line, column=column)
