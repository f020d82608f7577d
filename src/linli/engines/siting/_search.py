"""The search for sites: sites and bound improve each other until they meet.

Owns the order of steps: greedy and exchanges; the climb of the bound, from whose chosen sites exchanges start again; sites settled by the bound; perturbed
exchanges (variable neighbourhood search, Hansen & Mladenović 1997, doi:10.1016/S0966-8349(98)00030-8); and a best-first tree for what is left.
The number of steps depends on the instance alone, so that the clock can only cut short, never change, what is found.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from ._lagrange import BOUND, CLOSED, FREE, LOOKED_AT, OPEN, STEP, Climb, Near, begin, climb, settle, without
from ._types import FloatArray, Int8Array, IntArray
from .clock import Clock
from .result import PROVED_GAP

LOOKED_AT_ONCE = 8_000_000
"""How many costs are looked at between two looks at the clock: some ten milliseconds."""
SMALL = 1_000_000
"""Costs up to which the search goes on until it has proved its sites or the time is over; beyond, it ends at ``WORK`` costs looked at, two to
three seconds on one core, because the last tenth of a per cent takes hours there."""
WORK = 250_000_000
SHAKE_WORK = 80_000_000
MAX_ROUNDS = 300
NODE_STEPS = 60
MAX_WAITING_BYTES = 2**28


@dataclass(slots=True)
class Found:
    """The best sites so far, the fixed ones in the first slots; what they cost; what no sites can cost less than."""

    opened: IntArray
    upper: float
    lower: float


class Search(ABC):
    """A search among ``n_sites`` sites for ``p``. ``n_costs``: how many costs a look at everything looks at; ``unit``: all costs
    are multiples of it (0: no such unit is known)."""

    def __init__(
        self, found: Found, n_sites: int, n_kept: int, *, n_costs: int, unit: float, seed: int, clock: Clock
    ) -> None:
        self.found, self.n_sites, self.p, self.n_kept = found, n_sites, len(found.opened), n_kept
        self.n_costs, self.unit, self.clock = n_costs, unit, clock
        self.random = np.random.default_rng(seed)
        self.state: Int8Array = np.zeros(n_sites, np.int8)
        self.state[found.opened[:n_kept]] = OPEN
        self.work = 0
        self._tried: set[bytes] = set()

    @abstractmethod
    def exchange_from(self, opened: IntArray) -> float:
        """Exchange sites of ``opened`` in place while that helps, the kept ones and closed ones aside; what they cost."""

    @abstractmethod
    def near(self) -> Near | None:
        """The lists of near sites; None where the time is over."""

    @abstractmethod
    def multipliers(self) -> FloatArray:
        """Where the climb begins."""

    @property
    def objective(self) -> float:
        """What the caller will call the objective; the proof is measured by it."""
        return self.found.upper

    @property
    def target(self) -> float:
        """A bound this high proves the sites found: nothing better lies between."""
        return self.found.upper - max(self.unit * (1 - 1e-6), PROVED_GAP / 2 * self.objective)

    @property
    def is_proved(self) -> bool:
        return self.found.lower >= self.target

    @property
    def is_over(self) -> bool:
        return self.clock.is_over or (self.n_costs > SMALL and self.work > WORK)

    def run(self) -> Found:
        """Search until the sites are proved, the time is over or nothing more is worth trying."""
        self.try_from(self.found.opened.copy())
        near = None if self.is_proved or self.clock.is_over else self.near()
        if near is not None and not self.is_proved:
            memory = begin(self.multipliers(), self.n_sites, step=1.5)
            near, done = self.root(near, memory, n_steps=300)
            if not done:
                self.shake()
                near, done = self.root(near, memory, n_steps=1200)
            if not done and not self.finish(near):
                self.tree(near, memory)
        if self.is_proved:
            self.found.lower = self.found.upper if self.unit else self.found.lower
        return self.found

    def finish(self, near: Near) -> bool:
        """Another way to end than the tree; true where it did."""
        return False

    def try_from(self, opened: IntArray) -> None:
        """Exchange from these sites on, and keep what is better than the best."""
        key = np.sort(opened).tobytes()
        if key in self._tried:
            return
        self._tried.add(key)
        total = self.exchange_from(opened)
        if total < self.found.upper:
            self.found.opened, self.found.upper = opened.copy(), total

    def raise_bound(self, lower: float) -> None:
        self.found.lower = max(self.found.lower, min(lower, self.found.upper))

    def climb_some(self, near: Near, state: Int8Array, memory: Climb, n_steps: int, patience: int) -> bool:
        """Up to ``n_steps`` steps, few enough at a time for the clock; true where the climb ended."""
        at_once = max(1, min(n_steps, LOOKED_AT_ONCE // max(1, len(near.site))))
        ended = False
        while n_steps > 0 and not ended and not self.is_over:
            before = memory.told[LOOKED_AT]
            ended = climb(near, (state, self.p), memory, self.target, (at_once, patience))
            self.work += int(memory.told[LOOKED_AT] - before)
            n_steps -= at_once
        return ended

    def root(self, near: Near, memory: Climb, *, n_steps: int) -> tuple[Near, bool]:
        """Climb, exchange from the sites the climb chooses, drop what is settled; true where nothing is left to do."""
        for _ in range(n_steps // 25):
            ended = self.climb_some(near, self.state, memory, 25, 20)
            self.raise_bound(float(memory.told[BOUND]))
            if not self.is_proved:
                self.try_from(self._chosen(memory))
            if self.is_proved or self.is_over:
                return near, True
            if settle(memory, self.state, self.p, self.target):
                near = without(near, self.state == CLOSED)
            if not (self.state == FREE).any():
                self._leaf(self.state)
                self.raise_bound(self.found.upper)
                return near, True
            if ended:
                break
        return near, False

    def _chosen(self, memory: Climb) -> IntArray:
        """The ``p`` sites the bound rests on, the kept ones first."""
        kept = self.found.opened[: self.n_kept]
        worth = np.where(self.state == CLOSED, np.inf, memory.worth)
        worth[self.state == OPEN] = -np.inf
        worth[kept] = np.inf
        rest = np.argsort(worth, kind="stable")[: self.p - self.n_kept]
        return np.concatenate((kept, rest)).astype(np.int64)

    def shake(self) -> None:
        """Exchange a few sites blindly and improve, a few more after every round in vain."""
        candidates = np.flatnonzero(self.state == FREE)
        n_slots = self.p - self.n_kept
        work = 4 * max(1, len(candidates)) * max(1, self.n_costs // self.n_sites)
        n_shaken = 1
        for _ in range(min(MAX_ROUNDS, max(8, SHAKE_WORK // work))):
            if self.is_over or self.is_proved:
                return
            opened, before = self.found.opened.copy(), self.found.upper
            closed = np.setdiff1d(candidates, opened)
            n = min(n_shaken, len(closed), n_slots)
            slots = self.n_kept + self.random.choice(n_slots, n, replace=False)
            opened[slots] = self.random.choice(closed, n, replace=False)
            self.try_from(opened)
            self.work += work
            n_shaken = 1 if self.found.upper < before else n_shaken % max(1, min(n_slots, 12)) + 1

    def _leaf(self, state: Int8Array) -> None:
        opened = np.flatnonzero(state == OPEN)
        if len(opened) == self.p:
            kept = self.found.opened[: self.n_kept]
            self.try_from(np.concatenate((kept, np.setdiff1d(opened, kept))))

    def tree(self, near: Near, memory: Climb) -> None:
        """Branch on the site the climb was least sure of, the lowest bound first."""
        most = MAX_WAITING_BYTES // (self.n_sites + memory.best.nbytes)
        waiting = [(float(memory.told[BOUND]), 0, self.state.copy(), memory.best.copy())]
        number = 0
        while waiting and waiting[0][0] < self.target and not self.is_over and len(waiting) < most:
            bound, _, state, multipliers = waiting[0]
            self.raise_bound(bound)
            bound, site, multipliers = self._node(near, bound, state, multipliers)
            if self.is_over:
                break
            heapq.heappop(waiting)
            for choice in (OPEN, CLOSED) if site >= 0 and bound < self.target else ():
                child = state.copy()
                child[site] = choice
                number += 1
                heapq.heappush(waiting, (bound, number, child, multipliers))
        self.raise_bound(waiting[0][0] if waiting else self.found.upper)

    def _node(
        self, near: Near, bound: float, state: Int8Array, multipliers: FloatArray
    ) -> tuple[float, int, FloatArray]:
        """Climb in one node, settling in ``state`` what can be: its bound, the site to branch on (-1: none is left), multipliers."""
        own = begin(multipliers, self.n_sites, step=0.5)
        while not self.is_over:
            self.climb_some(near, state, own, NODE_STEPS, 6)
            own.told[STEP] = max(own.told[STEP], 0.1)
            if own.told[BOUND] >= self.target or not settle(own, state, self.p, self.target):
                break
        bound = max(bound, float(own.told[BOUND]))
        free = np.flatnonzero(state == FREE)
        if not len(free):
            self._leaf(state)
            return bound, -1, own.best
        return bound, int(free[np.argmin(np.abs(own.often[free] - 0.5))]), own.best
