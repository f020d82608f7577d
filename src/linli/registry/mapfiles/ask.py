"""Questions to whole columns of tagged objects: who has this tag, whom does this rule fit, what are their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

from .mapping import OsmMapping, Pairs, Rule
from .table import Bools, Ints, OsmTable, Tagged

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
Found = TypeVar("Found")


def split_name(name: str) -> tuple[str, str]:
    """A plain name as (Chinese, other): Chinese if it has a Chinese character."""
    return (name, "") if _CHINESE.search(name) else ("", name)


class Asker:
    """Asks one type of object of one table. Columns are made once and kept."""

    def __init__(self, table: OsmTable, objects: Tagged) -> None:
        self._table = table
        self._objects = objects
        self._columns: dict[str, Ints] = {}

    def values(self, key: str) -> Ints:
        """String number of each object's value under ``key``, -1 where it has none."""
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = self._table.values(self._objects, key)
        return column

    def holds(self, key: str, values: Iterable[str] | None) -> Bools:
        """True where the object has ``key`` with one of ``values`` (any value if None)."""
        column = self.values(key)
        if values is None:
            return column >= 0
        wanted = [number for number in map(self._table.strings.number, values) if number >= 0]
        return np.isin(column, wanted) if wanted else np.zeros(len(column), dtype=bool)

    def any_of(self, pairs: Pairs) -> Bools:
        out = np.zeros(len(self._objects), dtype=bool)
        for key, values in pairs:
            out |= self.holds(key, values)
        return out

    def fits(self, rule: Rule) -> Bools:
        """True where the rule's tags fit. Rules with words in names are asked object by object (``Rule.fits``)."""
        out = ~self.any_of(rule.unless)
        for key, values in rule.need:
            out &= self.holds(key, values)
        return out

    def first_fit(self, rules: Sequence[Rule]) -> Ints:
        """For each object the place of the first rule that fits it, -1 where none does."""
        out = np.full(len(self._objects), -1, dtype=np.int64)
        for place, rule in enumerate(rules):
            out[(out < 0) & self.fits(rule)] = place
        return out

    def names(self, rows: Ints, mapping: OsmMapping) -> list[tuple[str, str]]:
        """(Chinese, other) name of each row."""
        zh = self._first(mapping.names_zh, rows)
        en = self._first(mapping.names_en, rows)
        plain = self.values("name")[rows].tolist()
        return [self._pair(*one) for one in zip(zh, en, plain, strict=True)]

    def _first(self, keys: Sequence[str], rows: Ints) -> list[int]:
        out = np.full(len(rows), -1, dtype=np.int64)
        for key in keys:
            out = np.where(out < 0, self.values(key)[rows], out)
        return out.tolist()

    def _pair(self, zh: int, en: int, plain: int) -> tuple[str, str]:
        if zh < 0 and en < 0 and plain < 0:
            return "", ""
        text = self._table.strings.text
        plain_zh, plain_en = split_name(text(plain)) if plain >= 0 else ("", "")
        return (text(zh) if zh >= 0 else plain_zh), (text(en) if en >= 0 else plain_en)
