"""A good division found by growing and mending: annealing over moves of one area at the edge of its unit."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np

from .problem import SLACK, Piece, reach
from .result import FloatArray, IntArray

N_STARTS = 6
STARTS_BEFORE_PROOF = 2
"""Where a proof follows, few starts are enough."""
STEPS_PER_AREA = 250
COOLEST = 0.01
"""Temperature at the end, in shares of the first."""


def seek(
    piece: Piece, k: int, low: float, high: float, *, seeds: Sequence[int], n_starts: int, seed: int, until: float
) -> tuple[IntArray | None, float]:
    """The best connected division into ``k`` found, or None, and how many people the nearest one lay outside of the bounds.

    The first start grows from ``seeds``, others from areas drawn far from each other. The same seed gives the same answer unless time runs out.
    """
    random = np.random.default_rng(seed)
    best: IntArray | None = None
    best_cost, nearest = math.inf, math.inf
    for start in range(n_starts):
        chosen = list(seeds) if start == 0 and len(seeds) == k else _far_apart(piece, k, random)
        walk = _Walk(piece, _grow(piece, chosen), k, low, high)
        found, outside = walk.anneal(random, until)
        nearest = min(nearest, outside)
        if found is not None:
            cost = cost_of(piece, found, k)
            if cost < best_cost - 1e-9:
                best, best_cost = found, cost
        if time.monotonic() > until:
            break
    return best, nearest


def middle_of(piece: Piece, members: Sequence[int]) -> int:
    """The area of a unit from which the person-metres are least; of equals the first."""
    inside = np.asarray(members)
    return int(inside[np.argmin(piece.cost[np.ix_(inside, inside)].sum(axis=0))])


def cost_of(piece: Piece, unit: IntArray, k: int) -> float:
    """The person-metres of a division, each unit from its middle."""
    total = 0.0
    for u in range(k):
        members = np.flatnonzero(unit == u).tolist()
        total += float(piece.cost[members, middle_of(piece, members)].sum())
    return total


def _far_apart(piece: Piece, k: int, random: np.random.Generator) -> list[int]:
    """Each further seed drawn with the square of the distance to those before (Arthur & Vassilvitskii 2007)."""
    chosen = [int(random.integers(piece.n))]
    while len(chosen) < k:
        away = np.min(piece.away_m[:, chosen], axis=1) ** 2
        away[chosen] = 0.0
        rest = np.setdiff1d(np.arange(piece.n), chosen)
        share = away[rest] / away[rest].sum() if away[rest].sum() > 0 else None
        chosen.append(int(random.choice(rest, p=share)))
    return chosen


def _grow(piece: Piece, seeds: Sequence[int]) -> IntArray:
    """From every seed outward, the unit with fewest people taking the nearest free neighbour."""
    unit = np.full(piece.n, -1, dtype=np.int64)
    total = np.zeros(len(seeds))
    edges: list[set[int]] = [set() for _ in seeds]
    for u, area in enumerate(seeds):
        unit[area], total[u] = u, piece.weight[area]
    for u, area in enumerate(seeds):
        edges[u] |= {one for one in piece.near[area] if unit[one] < 0}
    while (unit < 0).any():
        for u in np.argsort(total, kind="stable").tolist():
            edges[u] = {one for one in edges[u] if unit[one] < 0}
            if edges[u]:
                area = min(edges[u], key=lambda one: (piece.away_m[one, seeds[u]], one))
                unit[area], total[u] = u, total[u] + piece.weight[area]
                edges[u] |= {one for one in piece.near[area] if unit[one] < 0}
                break
    return unit


class _Walk:
    """One division on its way. Moves keep every unit connected and non-empty; bounds are a price until they hold."""

    def __init__(self, piece: Piece, unit: IntArray, k: int, low: float, high: float) -> None:
        self.piece, self.unit, self.k = piece, unit.tolist(), k
        self.people, self.cost = piece.weight.tolist(), piece.cost.tolist()
        self.low, self.high = low * (1 - SLACK), high * (1 + SLACK)
        self.members = [set(np.flatnonzero(unit == u).tolist()) for u in range(k)]
        self.total = [sum(self.people[one] for one in inside) for inside in self.members]
        self.centre = [middle_of(piece, sorted(inside)) for inside in self.members]
        self.now = self._cost()
        self.price = 4.0 * float(piece.away_m.mean())

    def anneal(self, random: np.random.Generator, until: float) -> tuple[IntArray | None, float]:
        """The cheapest division within bounds on the way, the first one included, and the least people outside of them."""
        n = self.piece.n
        n_steps = STEPS_PER_AREA * n
        warm = sum(map(sum, self.cost)) / n**2 or 1.0
        nearest = self._outside_all()
        best, best_cost = (self.unit.copy(), self.now) if nearest <= 0 else (None, math.inf)
        draws = random.integers(n, size=n_steps).tolist()
        luck = random.random((n_steps, 2)).tolist()
        for step, (area, (which, chance)) in enumerate(zip(draws, luck, strict=True)):
            if step % n == 0:
                self.centre = [middle_of(self.piece, sorted(inside)) for inside in self.members]
                self.now = self._cost()
                if time.monotonic() > until:
                    break
            if self._try(area, which, chance, warm * COOLEST ** (step / n_steps)):
                outside = self._outside_all()
                nearest = min(nearest, outside)
                if outside <= 0 and self.now < best_cost:
                    best, best_cost = self.unit.copy(), self.now
        return (None if best is None else np.array(best, dtype=np.int64)), nearest

    def _try(self, area: int, which: float, chance: float, heat: float) -> bool:
        """Move ``area`` to a neighbouring unit, if it is worth it; whether it was moved."""
        own = self.unit[area]
        others = sorted({self.unit[one] for one in self.piece.near[area]} - {own})
        if not others or len(self.members[own]) == 1:
            return False
        to = others[int(which * len(others))]
        people = self.people[area]
        change = self.cost[area][self.centre[to]] - self.cost[area][self.centre[own]]
        metres = change
        before = self._outside(self.total[own]) + self._outside(self.total[to])
        after = self._outside(self.total[own] - people) + self._outside(self.total[to] + people)
        change += self.price * (after - before)
        if change > 0 and chance >= math.exp(-change / heat):
            return False
        rest = self.members[own] - {area}
        if len(reach(next(iter(rest)), self.piece.near, rest)) < len(rest):
            return False
        self.members[own], self.unit[area] = rest, to
        self.members[to].add(area)
        self.total[own] -= people
        self.total[to] += people
        if self.centre[own] == area:
            self.centre[own] = middle_of(self.piece, sorted(rest))
            self.now = self._cost()
        else:
            self.now += metres
        return True

    def _outside(self, total: float) -> float:
        return max(0.0, self.low - total, total - self.high)

    def _outside_all(self) -> float:
        return sum(map(self._outside, self.total))

    def _cost(self) -> float:
        return float(sum(row[self.centre[u]] for row, u in zip(self.cost, self.unit, strict=True)))


def total_of(weight: FloatArray, unit: IntArray, k: int) -> FloatArray:
    return np.bincount(unit, weights=weight, minlength=k).astype(np.float64)
