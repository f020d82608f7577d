"""Chance with a name: every purpose draws from a stream of its own, so that a change in one leaves the others as they were.

Only ``Generator.random`` of PCG64 is used, seeded through SHA-256 and ``SeedSequence``; choices, shuffles and bell curves are made
from those doubles here. NumPy keeps both streams fixed between versions (NEP 19 keeps bit generators and ``SeedSequence`` stable,
not the distributions built on them), and nothing depends on Python's hash seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Item = TypeVar("Item")
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Draws:
    """A named stream of chance. ``Draws(seed, "people")`` and ``.child("names")`` give independent streams."""

    def __init__(self, seed: int, *path: str | int) -> None:
        self.seed = seed
        self.path = path
        words = "\x1f".join(map(str, (seed, *path))).encode()
        state = int.from_bytes(hashlib.sha256(words).digest()[:16], "big")
        self._generator = np.random.Generator(np.random.PCG64(state))
        self._ahead: list[float] = []

    def child(self, *path: str | int) -> Draws:
        """The stream of this name below this one; what was drawn here does not matter."""
        return Draws(self.seed, *self.path, *path)

    def many(self, n: int) -> Floats:
        """``n`` doubles in [0, 1)."""
        return self._generator.random(n)

    def one(self) -> float:
        """One double in [0, 1); drawn ahead in blocks, because asking one by one is slow."""
        if not self._ahead:
            self._ahead = self._generator.random(512).tolist()[::-1]
        return self._ahead.pop()

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.one()

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.one() * (high - low + 1))

    def happens(self, share: float) -> bool:
        return self.one() < share

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self.one() * len(items))]

    def weighted(self, items: Sequence[Item], weights: Sequence[float]) -> Item:
        target = self.one() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            target -= weight
            if target < 0:
                return item
        return items[-1]

    def choices(self, weights: Sequence[float] | Floats, n: int) -> Ints:
        """``n`` indices into ``weights``, each with the chance its weight gives it."""
        cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
        found: Ints = np.searchsorted(cumulative, self.many(n) * cumulative[-1], side="right").clip(
            0, len(cumulative) - 1
        )
        return found

    def order(self, n: int) -> Ints:
        """The numbers 0 … n-1 shuffled."""
        shuffled: Ints = np.argsort(self.many(n), kind="stable")
        return shuffled

    def bell(self, mean: float, spread: float) -> float:
        """Near a bell curve: the sum of four doubles, standard deviation ``spread``, never beyond 3.5 of it."""
        total = self.one() + self.one() + self.one() + self.one()
        return mean + (total - 2.0) * 1.7320508075688772 * spread


def apportion(shares: Sequence[float] | Floats, total: int) -> Ints:
    """Whole numbers in proportion to ``shares`` that add up to ``total`` (largest remainders, ties to the first)."""
    wanted = np.asarray(shares, dtype=np.float64)
    wanted = wanted / wanted.sum() * total
    counts: Ints = np.floor(wanted).astype(np.int64)
    left = total - int(counts.sum())
    counts[np.argsort(-(wanted - counts), kind="stable")[:left]] += 1
    return counts
