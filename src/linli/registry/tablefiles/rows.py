"""A sheet and the columns chosen for it, read into rows of values; every fault is collected with its line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from linli.kernel.errors import FaultList

from . import columns
from .layout import Layout
from .sheet import Sheet, letter
from .values import WrongError, value_of

MASKED = re.compile(r"\*{2,}")
"""A private value with stars in it is one of our own exports come back: it says nothing."""

REPEATING = ("choice", "flag", "day", "share")
"""Kinds of columns in which the same few cells come again and again: each is read once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``values`` by column id, only what is filled in."""

    line: int
    values: Mapping[str, Any]

    def get(self, id: str) -> Any:
        return self.values.get(id)


def read_rows(
    sheet: Sheet, chosen: Mapping[str, int], layout: Layout, faults: FaultList, *, tell: Callable[[float], None] | None = None
) -> list[Row]:  # fmt: skip
    """All rows that could be read; those with a fault are left out and told. The template's own example rows are left out in silence."""
    columns.check(chosen, layout, sheet.headings, faults)
    if faults.faults and columns.missing(chosen, layout):
        return []
    read = [
        (layout.column(id), at, where(sheet, at), dict[str, Any]())
        for id, at in chosen.items()
        if 0 <= at < len(sheet.headings)
    ]
    examples = _examples(layout)
    most, rows = layout.limits.cell_characters, []
    for number, (line, cells) in enumerate(zip(sheet.lines, sheet.rows, strict=True)):
        values: dict[str, Any] = {}
        told = len(faults.faults) + faults.n_dropped
        for column, at, place, known in read:
            cell = cells[at]
            if cell in known:
                values[column.id] = known[cell]
                continue
            if not cell or (column.is_private and MASKED.search(cell)):
                if column.is_required:
                    faults.add(
                        f"“{column.title.zh}”必须填", f"{column.title.en} must be filled in", line=line, column=place
                    )
                continue
            try:
                value = values[column.id] = value_of(cell, column, most_characters=most)
            except WrongError as wrong:
                faults.add(wrong.zh, wrong.en, line=line, column=place)
                continue
            if column.kind in REPEATING:
                known[cell] = value
        if len(faults.faults) + faults.n_dropped == told and values and _first_words(values, layout) not in examples:
            rows.append(Row(line, values))
        if tell and number % 2000 == 0:
            tell(number / len(sheet.rows))
    return rows


def where(sheet: Sheet, at: int) -> str:
    """A column as people find it: its letter and heading."""
    return f"{letter(at)} {sheet.headings[at][:40]}".strip()


def _examples(layout: Layout) -> frozenset[str]:
    """The names in the template's example rows, which begin with 示例 or Sample and are nobody's."""
    named = next((column for column in layout.columns if column.is_required), None)
    return frozenset(named.examples) if named else frozenset()


def _first_words(values: Mapping[str, Any], layout: Layout) -> Any:
    named = next((column for column in layout.columns if column.is_required), None)
    return values.get(named.id) if named else None
