"""Which column of a file is which of ours: suggested by headings, checked when people have chosen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from linli.kernel.errors import FaultList

from .layout import Layout, folded

Chosen = dict[str, int]
"""Column id of the layout → 0-based column of the file."""


def suggest(headings: Sequence[str], layout: Layout) -> Chosen:
    """By the headings' words, first match in the order of the layout; a column of a file is taken once."""
    plain = [folded(heading) for heading in headings]
    chosen: Chosen = {}
    for column in layout.columns:
        at = next((i for i, word in enumerate(plain) if word in column.headings and i not in chosen.values()), None)
        if at is not None:
            chosen[column.id] = at
    return chosen


def missing(chosen: Mapping[str, int], layout: Layout) -> list[str]:
    """Required columns that nothing was chosen for."""
    return [column.id for column in layout.columns if column.is_required and column.id not in chosen]


def check(chosen: Mapping[str, int], layout: Layout, headings: Sequence[str], faults: FaultList) -> None:
    """Every required column chosen, each of the file's columns for one thing only, and there at all."""
    for id in missing(chosen, layout):
        title = layout.column(id).title
        faults.add(
            f"没有“{title.zh}”这一列；表头可以写：{'、'.join(sorted(layout.column(id).headings)[:6])}",
            f"there is no column {title.en!r}; its heading may be: {', '.join(sorted(layout.column(id).headings)[:6])}",
            line=1,
        )  # fmt: skip
    for id, at in chosen.items():
        if not 0 <= at < len(headings):
            title = layout.column(id).title
            faults.add(
                f"“{title.zh}”指的列不在文件里", f"the column chosen for {title.en!r} is not in the file", line=1
            )


def headings_digest(headings: Sequence[str]) -> bytes:
    """One digest for a set of headings in their order: what a mapping is remembered by."""
    plain = json.dumps([folded(heading) for heading in headings], ensure_ascii=False)
    return hashlib.sha256(plain.encode()).digest()
