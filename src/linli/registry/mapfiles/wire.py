"""Protobuf's wire format over numpy: many numbers, or the same fields of many messages, read at once.

Every step is checked against the end of its message, so a broken or hostile file ends in :class:`BrokenError`, never outside
its bytes and never in a loop without progress. No machine code is compiled: the first read is as quick as the tenth.

Source: https://protobuf.dev/programming-guides/encoding/ (varints, zigzag, wire types, packed lists).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
MAX_VARINT_BYTES = 10
_FIXED_BYTES = {FIXED64: 8, FIXED32: 4}
_SIZE_OF_WIRE = np.array([0, 8, 0, -1, -1, 4, -1, -1], np.int64)


class BrokenError(Exception):
    """Why the bytes are no such message, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def _past_end() -> BrokenError:
    return BrokenError("数字或消息越过了边界", "a number or message runs past its end")


Field = tuple[int, int, int, int]
"""One field of a message: its number, its wire type, then a number and 0, or where its bytes begin and end."""


def _varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 7 * MAX_VARINT_BYTES:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise _past_end()


def _one_field(data: bytes, at: int, end: int) -> tuple[Field, int]:
    """The field at ``at`` and the place after it."""
    key, at = _varint(data, at, end)
    wire = key & 7
    if wire == VARINT:
        value, at = _varint(data, at, end)
        return (key >> 3, wire, value - (1 << 64) if value >> 63 else value, 0), at
    size = _FIXED_BYTES.get(wire, -1)
    if wire == LENGTH:
        size, at = _varint(data, at, end)
    if size < 0:
        raise BrokenError(f"未知的字段类型 {wire}", f"unknown wire type {wire}")
    if size > end - at:
        raise _past_end()
    return (key >> 3, wire, at, at + size), at + size


def walk(data: bytes, at: int, end: int) -> list[Field]:
    """The fields of one small message, one after another."""
    out: list[Field] = []
    while at < end:
        field, at = _one_field(data, at, end)
        out.append(field)
    return out


def spans(data: bytes, at: int, end: int) -> dict[int, tuple[list[int], list[int]]]:
    """Where the length-delimited fields of a message begin and end, by field number, in their order.

    String tables and groups are read here, so this loop is the hottest Python of the whole read: about 0.15 µs a field.
    """
    out: dict[int, tuple[list[int], list[int]]] = {}
    last = -1
    first: list[int] = []
    stop: list[int] = []
    try:
        while at < end:
            key = data[at]
            if key != last:
                if key > 127 or key & 7 != LENGTH:
                    _, at = _one_field(data, at, end)
                    continue
                last = key
                first, stop = out.setdefault(key >> 3, ([], []))
            size = data[at + 1]
            at += 2
            if size > 127:
                more = data[at]
                size = size & 127 | more << 7
                at += 1
                if more > 127:
                    size, at = _varint(data, at - 2, end)
            first.append(at)
            at += size
            stop.append(at)
    except IndexError:
        raise _past_end() from None
    if at > end:
        raise _past_end()
    return out


def numbers(raw: Bytes) -> tuple[Ints, Ints]:
    """All varints in ``raw``, which must end with one, and the place of each one's last byte. About 20 ns each."""
    ends = np.flatnonzero(raw < 128)
    if not len(raw):
        return np.empty(0, np.int64), ends
    if not len(ends) or ends[-1] != len(raw) - 1:
        raise _past_end()
    starts = np.concatenate(([0], ends[:-1] + 1))
    size = ends - starts + 1
    longest = int(size.max())
    if longest > MAX_VARINT_BYTES:
        raise _past_end()
    value = (raw[starts] & 127).astype(np.int64)
    for k in range(1, longest):
        rows = np.flatnonzero(size > k)
        value[rows] |= (raw[starts[rows] + k] & 127).astype(np.int64) << (7 * k)
    return value, ends


def unzigzag(value: Ints) -> Ints:
    """0, 1, 2, 3 stand for 0, -1, 1, -2."""
    return ((value >> 1) & 0x7FFF_FFFF_FFFF_FFFF) ^ -(value & 1)


def _numbers_at(data: Bytes, at: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """The varint at each place of ``at`` and the place after it; all at once, byte by byte."""
    if (at >= stop).any():
        raise _past_end()
    byte = data[at]
    value, at = (byte & 127).astype(np.int64), at + 1
    live = np.flatnonzero(byte >= 128)
    for k in range(1, MAX_VARINT_BYTES + 1):
        if not len(live):
            return value, at
        here = at[live]
        if (here >= stop[live]).any():
            break
        byte = data[here]
        value[live] |= (byte & 127).astype(np.int64) << min(7 * k, 63)
        at[live] = here + 1
        live = live[byte >= 128]
    raise _past_end()


@dataclass(frozen=True, slots=True)
class Columns:
    """One field of many messages: ``first, stop: int64[messages]`` (the number itself in ``first``); stop is -1 where absent."""

    first: Ints
    stop: Ints


def columns(data: Bytes, first: Ints, stop: Ints, wanted: dict[int, int]) -> dict[int, Columns]:
    """The wanted fields (number → wire type) of the messages ``data[first[i]:stop[i]]``, read in step.

    A wanted field must not come twice in one message: no writer splits its lists, and a file that did would be misread.
    """
    out = {number: Columns(np.zeros_like(first), np.full_like(first, -1)) for number in wanted}
    at, rows = first.copy(), np.flatnonzero(first < stop)
    while len(rows):
        key, here = _numbers_at(data, at[rows], stop[rows])
        wire, number = key & 7, key >> 3
        if ((wire == VARINT) | (wire == LENGTH)).all():
            value, after = _numbers_at(data, here, stop[rows])
        else:
            value, after = np.zeros_like(here), here
            counted = np.flatnonzero((wire == VARINT) | (wire == LENGTH))
            value[counted], after[counted] = _numbers_at(data, here[counted], stop[rows[counted]])
        begin = np.where(wire == VARINT, value, after)
        size = np.where(wire == LENGTH, value, _SIZE_OF_WIRE[wire])
        if (_SIZE_OF_WIRE[wire] < 0).any():
            raise BrokenError("未知的字段类型", "unknown wire type")
        if ((size < 0) | (size > stop[rows] - after)).any():
            raise _past_end()
        after = after + size
        for field, kind in wanted.items():
            hit = np.flatnonzero((number == field) & (wire == kind))
            target = out[field]
            if (target.stop[rows[hit]] >= 0).any():
                raise BrokenError("同一列表分成了两段", "a list is split in two")
            target.first[rows[hit]], target.stop[rows[hit]] = begin[hit], after[hit]
        at[rows] = after
        rows = rows[after < stop[rows]]
    return out


def lists(data: Bytes, where: Columns) -> tuple[Ints, Ints]:
    """The packed lists at ``where`` as one column of varints, and the start of each message's share (messages + 1)."""
    sizes = np.where(where.stop < 0, 0, where.stop - where.first)
    ends = np.cumsum(sizes)
    if len(sizes) == 1:
        raw = data[where.first[0] : where.first[0] + sizes[0]]
    else:
        raw = data[np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(where.first - (ends - sizes), sizes)]
    # A list that ends within a number would swallow the next list's first byte: its own last byte must end a number.
    last = ends[sizes > 0] - 1
    if (raw[last] >= 128).any():
        raise _past_end()
    value, number_ends = numbers(raw)
    return value, np.concatenate(([0], np.searchsorted(number_ends, ends, side="left")))


def running_sums(value: Ints, start: Ints) -> Ints:
    """Each share of a ragged column summed up from its own beginning: how delta-coded lists are read."""
    total = np.concatenate(([0], np.cumsum(value)))
    out: Ints = total[1:] - np.repeat(total[start[:-1]], np.diff(start))
    return out
