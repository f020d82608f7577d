"""Messages to scores: read, count, look up, add. Compiled; some hundred thousand look-ups a millisecond and nothing is allocated per message."""

from __future__ import annotations

import numba
import numpy as np

from ._grams import count_grams, tokens_of
from ._types import CodeArray, FloatArray, IntArray, KeyArray, Room, SingleArray

_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def fill_table(keys: KeyArray, rows: SingleArray, table_keys: KeyArray, table_rows: SingleArray) -> None:
    """Place keys and their rows by open addressing; the table's length is a power of two, at least twice the keys."""
    bits = 0
    while (1 << bits) < len(table_keys):
        bits += 1
    for at in range(len(keys)):
        slot = np.int64((keys[at] * _SPREAD) >> np.uint64(64 - bits))
        while table_keys[slot] != 0:
            slot = (slot + 1) & (len(table_keys) - 1)
        table_keys[slot] = keys[at]
        table_rows[slot] = rows[at]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def score(  # noqa: PLR0917  compiled
    codes: CodeArray, begins: IntArray, fold: CodeArray, order: int, rooms: Room,
    table_keys: KeyArray, table_rows: SingleArray, value_of_times: FloatArray, value_of_first: FloatArray, constants: FloatArray,
) -> tuple[FloatArray, IntArray]:  # fmt: skip
    """``scores[texts, labels]`` and how many known n-grams each text has. ``table_rows[slot]`` is squared rarity, then a weight for each label."""
    tokens, run, slots, keys, times, first, where = rooms
    n_labels = len(constants)
    bits = 0
    while (1 << bits) < len(table_keys):
        bits += 1
    shift = np.uint64(64 - bits)
    mask = len(table_keys) - 1
    scores = np.zeros((len(begins) - 1, n_labels))
    n_known = np.zeros(len(begins) - 1, np.int64)
    total = np.zeros(n_labels + 1, np.float32)
    for text in range(len(begins) - 1):
        n_tokens = tokens_of(codes, begins[text], begins[text + 1], fold, tokens, run)
        n = count_grams(tokens, n_tokens, order, slots, keys, times, first, where)
        total[:] = 0
        for at in range(n):
            slot = np.int64((keys[at] * _SPREAD) >> shift)
            while table_keys[slot] != 0 and table_keys[slot] != keys[at]:
                slot = (slot + 1) & mask
            if table_keys[slot] == 0:
                continue
            n_known[text] += 1
            value = np.float32(
                value_of_times[min(times[at], len(value_of_times) - 1)]
                + value_of_first[min(first[at], len(value_of_first) - 1)]
            )
            total[0] += value * value * table_rows[slot, 0]
            for label in range(1, n_labels + 1):
                total[label] += value * table_rows[slot, label]
        length = np.sqrt(total[0]) if total[0] > 0 else 1.0
        for label in range(n_labels):
            scores[text, label] = total[label + 1] / length + constants[label]
    return scores, n_known
