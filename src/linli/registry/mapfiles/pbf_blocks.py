"""One unpacked OSM PBF block (a ``PrimitiveBlock``) as columns: nodes, ways and relations with their tags.

Untagged nodes and way nodes never become Python objects: handing each to Python costs more than the whole read may take.

Source: https://wiki.openstreetmap.org/wiki/PBF_Format and ``osmformat.proto`` in OSM-binary (field numbers below).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .table import NOWHERE, Strings
from .wire import (
    LENGTH,
    VARINT,
    BrokenError,
    Bytes,
    Columns,
    Ints,
    columns,
    lists,
    running_sums,
    spans,
    unzigzag,
    walk,
)

_BOUND_E7 = {"x": 1_800_000_000, "y": 900_000_000}
_NODES, _DENSE, _WAYS, _RELATIONS = 1, 2, 3, 4


@dataclass(slots=True)
class Parts:
    """Columns of the blocks read so far, by name, joined at the end. Names ending in ``_size`` hold a count per object."""

    parts: dict[str, list[Ints]] = field(default_factory=dict)

    def add(self, name: str, part: Ints) -> None:
        self.parts.setdefault(name, []).append(part)

    def joined(self, name: str) -> Ints:
        parts = self.parts.get(name)
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def starts(self, name: str) -> Ints:
        return np.concatenate((np.zeros(1, np.int64), np.cumsum(self.joined(name))))


@dataclass(frozen=True, slots=True)
class _Block:
    data: Bytes
    known: Ints
    type_key: int
    multipolygon: int
    granularity: int
    lat_offset: int
    lon_offset: int


def read_block(block: bytes, strings: Strings, parts: Parts) -> None:
    """Decode one block and append its columns to ``parts``, its strings to ``strings``."""
    settings = {17: 100, 19: 0, 20: 0}
    table: list[bytes] = []
    groups: list[tuple[int, int]] = []
    for number, wire, first, stop in walk(block, 0, len(block)):
        if number == 1 and wire == LENGTH:
            begins, ends = spans(block, first, stop).get(1, ([], []))
            table += [block[a:b] for a, b in zip(begins, ends, strict=True)]
        elif number == 2 and wire == LENGTH:
            groups.append((first, stop))
        elif number in settings and wire == VARINT:
            settings[number] = first
    granularity, lat_offset, lon_offset = settings.values()
    if not 1 <= granularity <= 10**9 or max(abs(lat_offset), abs(lon_offset)) > 10**12:
        raise BrokenError("坐标精度不合法", "a granularity or offset of coordinates that cannot be")
    known = strings.add_all(table)
    type_key, multipolygon = strings.number("type"), strings.number("multipolygon")
    here = _Block(np.frombuffer(block, np.uint8), known, type_key, multipolygon, granularity, lat_offset, lon_offset)
    for first, stop in groups:
        _group(block, first, stop, here, parts)


def _group(block: bytes, first: int, stop: int, here: _Block, parts: Parts) -> None:
    messages = spans(block, first, stop)
    for kind, read in ((_NODES, _nodes), (_DENSE, _dense), (_WAYS, _ways), (_RELATIONS, _relations)):
        if kind in messages:
            begins, ends = (np.array(places, np.int64) for places in messages[kind])
            read(here, begins, ends, parts)


def _known(here: _Block, number: Ints) -> Ints:
    """String numbers of the block as string numbers of the file."""
    if len(number) and (int(number.min()) < 0 or int(number.max()) >= len(here.known)):
        raise BrokenError("标签指向不存在的字符串", "a tag or role points to a string that is not there")
    return here.known[number]


def _uneven() -> BrokenError:
    return BrokenError("成对的列表长度不一", "lists that belong together differ in length")


def _degrees_e7(here: _Block, raw: Ints, axis: str) -> Ints:
    """Units of the block's granularity to 1e-7 degrees; what lies outside the earth becomes NOWHERE."""
    offset = here.lat_offset if axis == "y" else here.lon_offset
    far = np.abs(raw) > 200_000_000_000 // here.granularity + 1
    e7 = (np.where(far, 0, raw) * here.granularity + offset) // 100
    return np.where(far | (np.abs(e7) > _BOUND_E7[axis]), NOWHERE, e7)


def _tags(here: _Block, found: dict[int, Columns], name: str, parts: Parts) -> None:
    keys, key_start = lists(here.data, found[2])
    values, value_start = lists(here.data, found[3])
    if not np.array_equal(key_start, value_start):
        raise _uneven()
    parts.add(f"{name}_size", np.diff(key_start))
    parts.add(f"{name}_key", _known(here, keys))
    parts.add(f"{name}_value", _known(here, values))


def _nodes(here: _Block, first: Ints, stop: Ints, parts: Parts) -> None:
    """Single ``Node`` messages: id 1, keys 2, vals 3, lat 8, lon 9."""
    found = columns(here.data, first, stop, {1: VARINT, 2: LENGTH, 3: LENGTH, 8: VARINT, 9: VARINT})
    parts.add("node", unzigzag(found[1].first))
    parts.add("y", _degrees_e7(here, unzigzag(found[8].first), "y"))
    parts.add("x", _degrees_e7(here, unzigzag(found[9].first), "x"))
    _tags(here, found, "node", parts)


def _dense(here: _Block, first: Ints, stop: Ints, parts: Parts) -> None:
    """``DenseNodes``: id 1, lat 8, lon 9 as differences, keys_vals 10 as ``(key value)* 0`` for each node."""
    found = columns(here.data, first, stop, {1: LENGTH, 8: LENGTH, 9: LENGTH, 10: LENGTH})
    ids, start = lists(here.data, found[1])
    lats, lat_start = lists(here.data, found[8])
    lons, lon_start = lists(here.data, found[9])
    if not (np.array_equal(start, lat_start) and np.array_equal(start, lon_start)):
        raise _uneven()
    parts.add("node", running_sums(unzigzag(ids), start))
    parts.add("y", _degrees_e7(here, running_sums(unzigzag(lats), start), "y"))
    parts.add("x", _degrees_e7(here, running_sums(unzigzag(lons), start), "x"))
    _dense_tags(here, found[10], np.diff(start), parts)


def _dense_tags(here: _Block, where: Columns, n_nodes: Ints, parts: Parts) -> None:
    """The lists ``(key value)* 0``; one may only be left out whole, where no node of its message has tags."""
    flat, start = lists(here.data, where)
    ends = np.flatnonzero(flat == 0)
    listed = np.diff(start) > 0
    closed = np.diff(np.searchsorted(ends, start))
    if (closed[listed] != n_nodes[listed]).any() or (flat[start[1:][listed] - 1] != 0).any():
        raise _uneven()
    size = np.zeros(int(n_nodes.sum()), np.int64)
    size[np.repeat(listed, n_nodes)] = np.diff(ends, prepend=-1) - 1
    if (size % 2).any():
        raise _uneven()
    pairs = _known(here, flat[flat != 0]).reshape(-1, 2)
    parts.add("node_size", size // 2)
    parts.add("node_key", pairs[:, 0])
    parts.add("node_value", pairs[:, 1])


def _ways(here: _Block, first: Ints, stop: Ints, parts: Parts) -> None:
    """``Way``: id 1, keys 2, vals 3, refs 8 as differences."""
    found = columns(here.data, first, stop, {1: VARINT, 2: LENGTH, 3: LENGTH, 8: LENGTH})
    refs, start = lists(here.data, found[8])
    parts.add("way", found[1].first)
    parts.add("ref_size", np.diff(start))
    parts.add("ref", running_sums(unzigzag(refs), start))
    _tags(here, found, "way", parts)


def _relations(here: _Block, first: Ints, stop: Ints, parts: Parts) -> None:
    """``Relation``: id 1, keys 2, vals 3, roles_sid 8, memids 9 as differences, types 10. Only multipolygons are kept.

    The others (bus routes, turn restrictions) mean nothing to a map on foot, and routes have by far the longest lists.
    """
    found = columns(here.data, first, stop, {1: VARINT, 2: LENGTH, 3: LENGTH, 8: LENGTH, 9: LENGTH, 10: LENGTH})
    keys, key_start = lists(here.data, found[2])
    values, _ = lists(here.data, found[3])
    if len(keys) != len(values):
        raise _uneven()
    is_area = (_known(here, keys) == here.type_key) & (_known(here, values) == here.multipolygon)
    kept = np.unique(np.searchsorted(key_start, np.flatnonzero(is_area), side="right") - 1)
    chosen = {number: Columns(one.first[kept], one.stop[kept]) for number, one in found.items()}
    members, start = lists(here.data, chosen[9])
    roles, role_start = lists(here.data, chosen[8])
    types, type_start = lists(here.data, chosen[10])
    if not (np.array_equal(start, role_start) and np.array_equal(start, type_start)):
        raise _uneven()
    parts.add("rel", chosen[1].first)
    parts.add("member_size", np.diff(start))
    parts.add("member", running_sums(unzigzag(members), start))
    parts.add("role", _known(here, roles))
    parts.add("type", types)
    _tags(here, chosen, "rel", parts)
