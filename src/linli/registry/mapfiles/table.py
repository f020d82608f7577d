"""A map file's objects as columns: ids, coordinates, tags, way nodes, members. What every OSM reader here fills.

Tags are numbers into one list of strings, so that a question such as "which ways have highway=steps" is a comparison of
whole columns. Order is the file's; ids may be negative (unsaved edits) and in any order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NODE, WAY, RELATION = 0, 1, 2
NOWHERE = np.iinfo(np.int64).min
"""The coordinate of a node that has none."""


class Strings:
    """Each different string of a file once, by number; bytes until somebody asks for the text."""

    def __init__(self) -> None:
        self._number: dict[bytes, int] = {}
        self._texts: list[str] = []

    def __len__(self) -> int:
        return len(self._number)

    def add_all(self, raw: Iterable[bytes]) -> Ints:
        """The numbers of these strings, new ones added."""
        numbers = self._number
        return np.array([numbers.setdefault(one, len(numbers)) for one in raw], dtype=np.int64)

    def number(self, text: str) -> int:
        """The number of this string, -1 where the file never uses it."""
        return self._number.get(text.encode(), -1)

    def texts(self) -> list[str]:
        """All strings as text, by number; bytes that are no UTF-8 are shown as U+FFFD."""
        if len(self._texts) < len(self._number):
            self._texts = [raw.decode("utf-8", "replace") for raw in self._number]
        return self._texts


@dataclass(frozen=True, slots=True)
class Tagged:
    """Objects of one type: ``ids: int64[n]``; tags of object i at ``start[i]:start[i+1]`` of ``key`` and ``value``."""

    ids: Ints
    start: Ints
    key: Ints
    value: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def some(self, rows: Ints) -> Tagged:
        """Only these objects, in this order."""
        at, start = rows_of(self.start, rows)
        return Tagged(self.ids[rows], start, self.key[at], self.value[at])

    def plus(self, other: Tagged) -> Tagged:
        """These objects and then the others."""
        start = np.concatenate((self.start, other.start[1:] + self.start[-1]))
        ids, key, value = (
            np.concatenate(pair) for pair in ((self.ids, other.ids), (self.key, other.key), (self.value, other.value))
        )
        return Tagged(ids, start, key, value)


@dataclass(frozen=True, slots=True)
class OsmTable:
    """One OSM file. ``x, y: int64[nodes]`` in 1e-7 degrees; way i's nodes at ``ref_start[i]:ref_start[i+1]`` of ``refs``;
    relation i's members at ``member_start[i]:...`` of ``member_type`` (NODE, WAY, RELATION), ``member_ref, member_role``.
    """

    strings: Strings
    nodes: Tagged
    x: Ints
    y: Ints
    ways: Tagged
    ref_start: Ints
    refs: Ints
    relations: Tagged
    member_start: Ints
    member_type: Ints
    member_ref: Ints
    member_role: Ints
    data_on: dt.date | None = None

    def tags(self, objects: Tagged) -> list[dict[str, str]]:
        """The tags of each object as text. For the few objects that are kept, never for all."""
        text = self.strings.texts()
        keys = [text[number] for number in objects.key.tolist()]
        values = [text[number] for number in objects.value.tolist()]
        bounds = objects.start.tolist()
        return [dict(zip(keys[a:b], values[a:b], strict=True)) for a, b in pairwise(bounds)]


def rows_of(start: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """Positions of all entries of the chosen rows of a ragged column, and each chosen row's new start (n + 1 numbers)."""
    sizes = start[chosen + 1] - start[chosen]
    new_start = np.concatenate(([0], np.cumsum(sizes)))
    shift = np.repeat(start[chosen] - new_start[:-1], sizes)
    return np.arange(new_start[-1]) + shift, new_start


@dataclass(slots=True)
class Finder:
    """Finds rows by id in a column of ids that may be unsorted or hold an id twice (the first one counts)."""

    ids: Ints
    order: Ints | None = field(init=False, default=None)
    _sorted: Ints = field(init=False)

    def __post_init__(self) -> None:
        if len(self.ids) > 1 and not bool((self.ids[1:] > self.ids[:-1]).all()):
            self.order = np.argsort(self.ids, kind="stable")
        self._sorted = self.ids if self.order is None else self.ids[self.order]

    def rows(self, wanted: Ints) -> Ints:
        """Row of each wanted id, -1 where the column does not hold it."""
        if not len(self._sorted):
            return np.full(len(wanted), -1, dtype=np.int64)
        at = np.searchsorted(self._sorted, wanted)
        at[at == len(self._sorted)] = 0
        found = self._sorted[at] == wanted
        rows = at if self.order is None else self.order[at]
        return np.where(found, rows, -1)

    def n_repeated(self) -> int:
        """How many rows repeat an earlier id."""
        return int((self._sorted[1:] == self._sorted[:-1]).sum())
