"""From code points to n-grams: which stand in a text, how often, and where first. Compiled.

A token is an ideograph, or a whole word of letters of at least three (shorter ones are house and district letters). An n-gram of up to three tokens
is one number, 21 bits a token, so that ideographs never collide; words are hashed into the room Unicode leaves in 21 bits.
"""

from __future__ import annotations

import numba
import numpy as np

from ._types import CodeArray, IntArray, KeyArray, Room

MAX_TOKENS = 20_000
"""What is read of one text. A page has some 800 characters; whoever sends a book is understood by its beginning."""
MIN_WORD = 3
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_WORDS = 0x200000 - 0x110000


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def tokens_of(codes: CodeArray, begin: int, end: int, fold: CodeArray, tokens: KeyArray, run: IntArray) -> int:  # noqa: PLR0917  compiled
    """Fill ``tokens`` and ``run`` (the number of the unbroken stretch each stands in); how many there are, at most ``len(tokens)``."""
    n = 0
    n_run = 0
    broken = False
    letters = 0
    word = np.uint64(0)
    for at in range(begin, end + 1):
        code = np.uint32(0)
        if at < end:
            raw = codes[at]
            code = fold[raw] if raw < len(fold) else np.uint32(0)
        if code >> np.uint32(31):
            if letters == 0:
                word = np.uint64(0xCBF29CE484222325)
            word = (word ^ np.uint64(code)) * np.uint64(0x100000001B3)
            letters += 1
            continue
        if letters >= MIN_WORD:
            if broken:
                n_run += 1
                broken = False
            tokens[n] = np.uint64(0x110000) + (word >> np.uint64(20)) % np.uint64(_WORDS)
            run[n] = n_run
            n += 1
            if n == len(tokens):
                return n
        if letters > 0:
            broken = broken or n > 0
            letters = 0
        if code == 0:
            broken = broken or n > 0
            continue
        if broken:
            n_run += 1
            broken = False
        tokens[n] = np.uint64(code)
        run[n] = n_run
        n += 1
        if n == len(tokens):
            return n
    return n


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_grams(  # noqa: PLR0917  compiled
    tokens: KeyArray,
    n_tokens: int,
    order: int,
    slots: IntArray,
    keys: KeyArray,
    times: IntArray,
    first: IntArray,
    where: IntArray,
) -> int:
    """Fill the distinct n-grams of 1 to ``order`` tokens in order of appearance; how many. ``slots`` must be all -1 and is so again afterwards."""
    bits = 6
    while (1 << bits) < 2 * order * n_tokens:
        bits += 1
    shift = np.uint64(64 - bits)
    mask = (1 << bits) - 1
    n = 0
    for at in range(n_tokens):
        key = np.uint64(0)
        for length in range(min(order, n_tokens - at)):
            key |= tokens[at + length] << np.uint64(21 * length)
            slot = np.int64((key * _SPREAD) >> shift)
            while slots[slot] >= 0 and keys[slots[slot]] != key:
                slot = (slot + 1) & mask
            if slots[slot] < 0:
                slots[slot] = n
                keys[n] = key
                times[n] = 1
                first[n] = at
                where[n] = slot
                n += 1
            else:
                times[slots[slot]] += 1
    for at in range(n):
        slots[where[at]] = -1
    return n


def room(n_tokens: int, order: int) -> Room:
    """Working arrays for texts of up to ``n_tokens``: tokens, run, slots, keys, times, first, where."""
    n_grams = max(1, n_tokens * order)
    slots = np.full(max(64, 1 << int(np.ceil(np.log2(2 * n_grams)))), -1, np.int32)
    tokens, keys = np.zeros(max(1, n_tokens), np.uint64), np.zeros(n_grams, np.uint64)
    times, first, where = (np.zeros(n_grams, np.int32) for _ in range(3))
    return tokens, np.zeros(max(1, n_tokens), np.int32), slots, keys, times, first, where
