"""Texts as rows of a sparse matrix over a vocabulary of n-grams. For training; reading a message for an answer is ``_score``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np

from ._fold import as_codes, fold_table
from ._grams import MAX_TOKENS, count_grams, room, tokens_of
from ._types import CodeArray, FloatArray, IntArray, KeyArray, Room, SingleArray


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of texts: those of text ``i`` are ``[starts[i]:starts[i + 1]]``."""

    starts: IntArray
    keys: KeyArray
    times: IntArray
    first: IntArray


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix by rows, each of length one."""

    starts: IntArray
    columns: IntArray
    values: SingleArray


def read_grams(texts: Sequence[str], order: int) -> Grams:
    codes, begins = as_codes(texts)
    most = int(min(MAX_TOKENS, np.diff(begins).max(initial=0)))
    per_text = np.minimum(np.diff(begins), MAX_TOKENS) * order
    at_most = np.concatenate(([0], np.cumsum(per_text)))
    keys = np.zeros(at_most[-1], np.uint64)
    times, first = np.zeros(at_most[-1], np.int32), np.zeros(at_most[-1], np.int32)
    n = _read(codes, begins, fold_table(), order, room(most, order), at_most, keys, times, first)
    take = np.repeat(at_most[:-1] - np.concatenate(([0], np.cumsum(n)[:-1])), n) + np.arange(n.sum())
    return Grams(np.concatenate(([0], np.cumsum(n))), keys[take], times[take], first[take])


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _read(  # noqa: PLR0917  compiled
    codes: CodeArray, begins: IntArray, fold: CodeArray, order: int, rooms: Room, at_most: IntArray,
    keys: KeyArray, times: IntArray, first: IntArray,
) -> IntArray:  # fmt: skip
    tokens, run, slots, own_keys, own_times, own_first, where = rooms
    n = np.zeros(len(begins) - 1, np.int64)
    for text in range(len(n)):
        n_tokens = tokens_of(codes, begins[text], begins[text + 1], fold, tokens, run)
        n[text] = count_grams(tokens, n_tokens, order, slots, own_keys, own_times, own_first, where)
        begin = at_most[text]
        keys[begin : begin + n[text]] = own_keys[: n[text]]
        times[begin : begin + n[text]] = own_times[: n[text]]
        first[begin : begin + n[text]] = own_first[: n[text]]
    return n


def choose_vocabulary(grams: Grams, n_least: int) -> tuple[KeyArray, FloatArray]:
    """The n-grams standing in at least ``n_least`` texts, ascending, and their rarity ln((1 + n) / (1 + df)) + 1 (as scikit-learn smooths it)."""
    vocabulary, df = np.unique(grams.keys, return_counts=True)
    kept = df >= n_least
    n_texts = len(grams.starts) - 1
    return vocabulary[kept], np.log((1 + n_texts) / (1 + df[kept])) + 1


def as_rows(grams: Grams, vocabulary: KeyArray, rarity: FloatArray, weight_of_first: FloatArray) -> Rows:
    """A gram's value: (1 + ln times + ``weight_of_first[position]``) · rarity; then each row is brought to length one."""
    at = np.minimum(np.searchsorted(vocabulary, grams.keys), max(0, len(vocabulary) - 1))
    known = vocabulary[at] == grams.keys if len(vocabulary) else np.zeros(len(at), np.bool_)
    first = np.minimum(grams.first, len(weight_of_first) - 1)
    values = ((1 + np.log(grams.times) + weight_of_first[first]) * rarity[at])[known]
    text = np.repeat(np.arange(len(grams.starts) - 1), np.diff(grams.starts))[known]
    squares = np.bincount(text, values**2, minlength=len(grams.starts) - 1)
    values /= np.sqrt(squares[text])
    starts = np.concatenate(([0], np.cumsum(np.bincount(text, minlength=len(grams.starts) - 1))))
    return Rows(starts, at[known].astype(np.int32), values.astype(np.float32))
