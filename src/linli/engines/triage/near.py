"""Was this said before? Cases alike in words, near in place and time, found among a million in milliseconds.

A text is kept as 64 bytes: the low byte of the least hash of its n-grams (one and two tokens) under 64 hash functions. The share of equal bytes estimates
how much of the two texts' n-grams is common (MinHash: Broder 1997, doi:10.1109/SEQUEN.1997.666900; b-bit: Li & König 2010, doi:10.1145/1772690.1772759),
with a standard error of at most 0.063. All cases within the window of time and the radius are compared: nothing is missed by an index's luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from ._rows import read_grams
from ._types import FloatArray, IntArray, KeyArray
from .errors import LENGTHS, RANGE, TriageError

N_BYTES = 64
_ORDER = 2
Signatures = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Near:
    """``number`` counts cases as they were added, from 0. ``distance_m`` is nan where a place is not known. ``similarity`` is 0 to 1."""

    number: int
    similarity: float
    distance_m: float
    apart_s: float


class NearIndex:
    """Grows by :meth:`add`. 88 bytes a case. Not for several threads at once while it grows."""

    def __init__(self) -> None:
        self.n = 0
        self._signatures: Signatures = np.zeros((1024, N_BYTES), np.uint8)
        self._x_y_at: FloatArray = np.zeros((1024, 3))

    def add(self, texts: Sequence[str], x_m: FloatArray, y_m: FloatArray, at_s: FloatArray) -> None:
        """Cases with their place in metres (nan: not known; any plane the caller keeps to) and their time in seconds."""
        columns = np.column_stack([np.asarray(values, np.float64) for values in (x_m, y_m, at_s)])
        if len(columns) != len(texts):
            raise TriageError(LENGTHS, names="texts, x_m, y_m, at_s", got=f"{len(texts)}, {len(columns)}")
        if not np.isfinite(columns[:, 2]).all():
            raise TriageError(RANGE, name="at_s", expected="finite", got="nan or inf")
        needed = self.n + len(texts)
        if needed > len(self._x_y_at):
            more = max(needed, 2 * len(self._x_y_at)) - len(self._x_y_at)
            self._signatures = np.concatenate((self._signatures, np.zeros((more, N_BYTES), np.uint8)))
            self._x_y_at = np.concatenate((self._x_y_at, np.zeros((more, 3))))
        self._signatures[self.n : needed] = signatures(texts)
        self._x_y_at[self.n : needed] = columns
        self.n = needed

    def find(
        self,
        text: str,
        x_m: float,
        y_m: float,
        at_s: float,
        *,
        radius_m: float = 300.0,
        window_s: float = 30 * 86400.0,
        least: float = 0.3,
        most: int = 5,
    ) -> list[Near]:
        """Up to ``most`` cases at least ``least`` alike, within ``radius_m`` and ``window_s`` before or after; the likest first, of equals the latest added.

        A case whose place is not known, or any if the question's is not, is judged by words and time alone. A text without n-grams is like none.
        """
        own = signatures([text])[0]
        if not read_grams([text], 1).keys.size:
            return []
        share, distance_m = _compare(
            self._signatures[: self.n], self._x_y_at[: self.n], own, x_m, y_m, at_s, radius_m, window_s
        )
        found = np.flatnonzero(share >= least)
        found = found[np.lexsort((-found, -share[found]))][:most]
        return [
            Near(int(i), float(share[i]), float(distance_m[i]), float(abs(self._x_y_at[i, 2] - at_s))) for i in found
        ]


def signatures(texts: Sequence[str]) -> Signatures:
    """``[texts, 64]``; all zero for a text of nothing."""
    grams = read_grams(texts, _ORDER)
    return _sign(grams.starts, grams.keys)  # type: ignore[no-any-return]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sign(starts: IntArray, keys: KeyArray) -> Signatures:
    out = np.zeros((len(starts) - 1, N_BYTES), np.uint8)
    least = np.zeros(N_BYTES, np.uint64)
    for text in range(len(out)):
        least[:] = np.uint64(0xFFFFFFFFFFFFFFFF)
        for at in range(starts[text], starts[text + 1]):
            h = keys[at] * np.uint64(0x9E3779B97F4A7C15)
            for which in range(N_BYTES):
                # splitmix64 from one n-gram on: 64 hash functions by one addition each
                h += np.uint64(0x9E3779B97F4A7C15)
                z = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                least[which] = min(least[which], z ^ (z >> np.uint64(31)))
        if starts[text + 1] > starts[text]:
            for which in range(N_BYTES):
                out[text, which] = np.uint8(least[which] & np.uint64(0xFF))
    return out


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _compare(  # noqa: PLR0917  compiled
    signed: Signatures,
    x_y_at: FloatArray,
    own: Signatures,
    x_m: float,
    y_m: float,
    at_s: float,
    radius_m: float,
    window_s: float,
) -> tuple[FloatArray, FloatArray]:
    share, distance_m = np.full(len(signed), -1.0), np.full(len(signed), np.nan)
    by_chance = 1 / 256
    for case in range(len(signed)):
        if abs(x_y_at[case, 2] - at_s) > window_s:
            continue
        distance_m[case] = np.hypot(x_y_at[case, 0] - x_m, x_y_at[case, 1] - y_m)
        if distance_m[case] > radius_m:
            continue
        equal = 0
        for which in range(N_BYTES):
            equal += signed[case, which] == own[which]
        share[case] = max(0.0, (equal / N_BYTES - by_chance) / (1 - by_chance))
    return share, distance_m
