"""A map file's objects as columns: ids, coordinates, tags, way nodes, members. What every OSM reader here fills.

Tags are numbers into one list of strings, so that a question such as "which ways have highway=steps" is a comparison of
whole columns. Order is the file's; ids may be negative (unsaved edits) and in any order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

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
        self._raw: list[bytes] = []
        self._text: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._raw)

    def add_all(self, raw: Iterable[bytes]) -> Ints:
        """The numbers of these strings, new ones added."""
        numbers = self._number
        out = np.array([numbers.setdefault(one, len(numbers)) for one in raw], dtype=np.int64)
        if len(numbers) > len(self._raw):
            self._raw = list(numbers)
        return out

    def number(self, text: str) -> int:
        """The number of this string, -1 where the file never uses it."""
        return self._number.get(text.encode(), -1)

    def text(self, number: int) -> str:
        """The string as text; bytes that are no UTF-8 are shown as U+FFFD."""
        found = self._text.get(number)
        if found is None:
            found = self._text[number] = self._raw[number].decode("utf-8", "replace")
        return found


@dataclass(frozen=True, slots=True)
class Tagged:
    """Objects of one type: ``ids: int64[n]``; tags of object i at ``start[i]:start[i+1]`` of ``key`` and ``value``."""

    ids: Ints
    start: Ints
    key: Ints
    value: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def owner(self) -> Ints:
        """Which object each tag belongs to: ``int64[tags]``."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.start))


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

    def values(self, objects: Tagged, key: str) -> Ints:
        """For each object the number of the string it has under ``key``, -1 where it has none."""
        out = np.full(len(objects), -1, dtype=np.int64)
        number = self.strings.number(key)
        if number >= 0:
            here = np.flatnonzero(objects.key == number)
            out[np.searchsorted(objects.start, here, side="right") - 1] = objects.value[here]
        return out

    def has_any_key(self, objects: Tagged, keys: Iterable[str]) -> Bools:
        """True for objects with at least one of the keys."""
        wanted = np.zeros(len(self.strings) + 1, dtype=bool)
        for key in keys:
            wanted[self.strings.number(key)] = True
        wanted[-1] = False
        out = np.zeros(len(objects), dtype=bool)
        here = np.flatnonzero(wanted[objects.key])
        out[np.searchsorted(objects.start, here, side="right") - 1] = True
        return out

    def tags(self, objects: Tagged, row: int) -> dict[str, str]:
        """The tags of one object as text. For the few objects that are kept, never for all."""
        text = self.strings.text
        first, stop = int(objects.start[row]), int(objects.start[row + 1])
        keys, values = objects.key[first:stop].tolist(), objects.value[first:stop].tolist()
        return {text(key): text(value) for key, value in zip(keys, values, strict=True)}


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
