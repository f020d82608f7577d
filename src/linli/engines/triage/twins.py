"""Messages that stand in two sets in two versions: whole and shortened, with and without stop words. Who tests on a twin of what he trained on measures memory.

Two messages are twins where nearly all pairs of neighbouring tokens of the shorter stand in the longer. Pairs are taken within unbroken stretches, so that a
message cut into words with stop words left out is still found in its whole form.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np

from ._fold import as_codes, fold_table
from ._grams import MAX_TOKENS, tokens_of
from ._types import CodeArray, FloatArray, IntArray, KeyArray

CONTAINED = 0.85
"""Of the development messages, true twins share 0.95 or more and all others less than 0.8, with a dozen between."""
_LEAST_PAIRS = 4
_COMMON = 400


def find_twins(texts: Sequence[str], others: Sequence[str], *, contained: float = CONTAINED) -> IntArray:
    """For each text the number of its best twin among ``others``, or -1. Pairs standing in more than 400 of ``others`` only count, they do not lead."""
    starts, keys = _pairs(texts)
    other_starts, other_keys = _pairs(others)
    owner = np.repeat(np.arange(len(others)), np.diff(other_starts))
    order = np.argsort(other_keys, kind="stable")
    found, share = _best(starts, keys, other_starts, other_keys[order], owner[order])
    return np.where(share >= contained, found, -1)


def _pairs(texts: Sequence[str]) -> tuple[IntArray, KeyArray]:
    codes, begins = as_codes(texts)
    per_text = np.minimum(np.diff(begins), MAX_TOKENS)
    most = int(per_text.max(initial=1))
    keys = np.zeros(int(per_text.sum()), np.uint64)
    n = _read_pairs(codes, begins, fold_table(), np.zeros(most, np.uint64), np.zeros(most, np.int32), keys)
    return np.concatenate(([0], np.cumsum(n))), keys[: n.sum()]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _read_pairs(  # noqa: PLR0917  compiled
    codes: CodeArray, begins: IntArray, fold: CodeArray, tokens: KeyArray, run: IntArray, keys: KeyArray
) -> IntArray:
    n = np.zeros(len(begins) - 1, np.int64)
    at = 0
    for text in range(len(n)):
        n_tokens = tokens_of(codes, begins[text], begins[text + 1], fold, tokens, run)
        begin = at
        for place in range(n_tokens - 1):
            if run[place] == run[place + 1]:
                keys[at] = tokens[place] | (tokens[place + 1] << np.uint64(21))
                at += 1
        own = np.unique(keys[begin:at])
        keys[begin : begin + len(own)] = own
        n[text] = len(own)
        at = begin + len(own)
    return n


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _best(
    starts: IntArray, keys: KeyArray, other_starts: IntArray, sorted_keys: KeyArray, owner: IntArray
) -> tuple[IntArray, FloatArray]:
    n_texts, n_others = len(starts) - 1, len(other_starts) - 1
    found, share = np.full(n_texts, -1), np.zeros(n_texts)
    shared = np.zeros(n_others, np.int64)
    met = np.zeros(n_others, np.int64)
    for text in range(n_texts):
        own = keys[starts[text] : starts[text + 1]]
        if len(own) < _LEAST_PAIRS:
            continue
        begin, end = np.searchsorted(sorted_keys, own), np.searchsorted(sorted_keys, own, side="right")
        n_met = 0
        for at in range(len(own)):
            if end[at] - begin[at] > _COMMON:
                continue
            for place in range(begin[at], end[at]):
                other = owner[place]
                if shared[other] == 0:
                    met[n_met] = other
                    n_met += 1
                shared[other] += 1
        for at in range(len(own)):
            if end[at] - begin[at] <= _COMMON:
                continue
            for place in range(begin[at], end[at]):
                if shared[owner[place]] > 0:
                    shared[owner[place]] += 1
        for at in range(n_met):
            other = met[at]
            size = min(len(own), other_starts[other + 1] - other_starts[other])
            if size >= _LEAST_PAIRS and shared[other] / size > share[text]:
                share[text], found[text] = shared[other] / size, other
            shared[other] = 0
    return found, share
