"""The search for p-medians with capacities: sites from the bound and from perturbation, demand placed and mended, HiGHS to finish."""

from __future__ import annotations

import numpy as np

from .._highs import LEAST_S, Finished, Program, finish
from ._knapsack import Room, climb_room, mend, place, recentre
from ._lagrange import BOUND, CLOSED, FREE, LOOKED_AT, OPEN, STEP, Climb, begin, choose, settle
from ._swap import serve
from ._types import BoolArray, FloatArray, IntArray
from .clock import Clock
from .result import PROVED_GAP

HIGHS_ENTRIES = 12_000
"""Pairs of site and demand up to which HiGHS ends what the bound leaves."""
MAX_STEPS = 800
ROUNDS = 2000
WORK = 300_000_000


class RoomSearch:
    """``room`` what is asked in whole units, ``size`` and ``capacity`` as they are; ``opened`` the sites to begin with, the first
    ``n_kept`` fixed; ``forbidden`` what a pair that is not allowed costs. ``slots`` tells the slot of each demand's site."""

    def __init__(
        self,
        room: Room,
        needs: tuple[FloatArray, FloatArray],
        opened: IntArray,
        n_kept: int,
        *,
        forbidden: float,
        clock: Clock,
    ) -> None:
        self.room, self.cost, (self.size, self.capacity) = room, room.cost, needs
        self.n_kept, self.p, self.forbidden, self.clock = n_kept, len(opened), forbidden, clock
        self.opened, self.slots = opened.copy(), place(self.cost, opened, *needs)
        self.overfull, self.upper = np.inf, np.inf
        self.lower = float(self.cost.min(axis=0).sum())
        self.unit = 0.0
        self.impossible = False
        self.state = np.zeros(len(self.cost), np.int8)
        self.state[opened[:n_kept]] = OPEN

    @property
    def is_feasible(self) -> bool:
        return self.overfull <= 1e-9 * float(self.size.sum()) and self.upper < self.forbidden

    @property
    def target(self) -> float:
        return self.upper - max(self.unit * (1 - 1e-6), PROVED_GAP / 2 * self.upper)

    @property
    def is_done(self) -> bool:
        return self.clock.is_over or (self.is_feasible and self.lower >= self.target)

    def try_from(self, opened: IntArray) -> None:
        """Place, mend and recentre from these sites, and keep what is better."""
        opened = opened.copy()
        closed = self.state == CLOSED
        slots = place(self.cost, opened, self.size, self.capacity)
        for _ in range(20):
            overfull, total = mend(self.cost, opened, self.size, self.capacity, slots)
            if (overfull, total) < (self.overfull, self.upper):
                self.opened, self.slots, self.overfull, self.upper = opened.copy(), slots.copy(), overfull, total
            needs = (self.size, self.capacity, slots)
            if self.clock.is_over or not recentre(self.cost, opened, self.n_kept, needs, closed):
                break

    def run(self, *, unit: float, seed: int) -> None:
        self.unit = unit
        random = np.random.default_rng(seed)
        self.try_from(self.opened)
        self._shake(random, 20)
        served = serve(self.cost, self.opened)
        memory = begin((served.cost + np.minimum(served.second, 2 * served.cost)) / 2, len(self.cost), step=1.5)
        self._climb(memory)
        self._shake(random, ROUNDS)
        if self.is_feasible and not self.is_done:
            settle(memory, self.state, self.p, self.target)
        if not self.is_done:
            self._finish(memory)
        if self.unit and self.is_feasible and self.lower >= self.target:
            self.lower = self.upper

    def _climb(self, memory: Climb) -> None:
        at_once = max(1, min(10, 4_000_000 // self.cost.size))
        work = 0.0
        for _ in range(0, MAX_STEPS, at_once):
            if self.is_done or work > WORK:
                return
            upper = self.target if self.is_feasible else max(2 * self.lower, 1.0)
            before = memory.told[LOOKED_AT]
            ended = climb_room(self.room, (self.state, self.p), memory, upper, (at_once, 20))
            work += 10 * (memory.told[LOOKED_AT] - before)
            if self.is_feasible:
                self.lower = max(self.lower, min(float(memory.told[BOUND]), self.upper))
            chosen = np.zeros(len(self.cost), np.bool_)
            choose(memory.worth, self.state, self.p, chosen)
            kept = self.opened[: self.n_kept]
            self.try_from(np.concatenate((kept, np.setdiff1d(np.flatnonzero(chosen), kept))).astype(np.int64))
            if self.is_feasible and settle(memory, self.state, self.p, self.target):
                memory.told[STEP] = max(memory.told[STEP], 0.05)
            if ended:
                return

    def _shake(self, random: np.random.Generator, n_rounds: int) -> None:
        n_slots = self.p - self.n_kept
        free = np.flatnonzero(self.state == FREE)
        for number in range(n_rounds if n_slots else 0):
            if self.is_done or number * 20 * self.cost.size > WORK:
                return
            opened = self.opened.copy()
            closed = np.setdiff1d(free, opened)
            n = min(1 + number % 4, n_slots, len(closed))
            slots = self.n_kept + random.choice(n_slots, n, replace=False)
            opened[slots] = random.choice(closed, n, replace=False)
            self.try_from(opened)

    def _pairs(self, memory: Climb) -> BoolArray:
        """Which pairs of site and demand may still be in something better: ``bool[sites, demand]``.

        A demand forced into a site costs its reduced cost beside what the site holds without it, and the site must be open.
        """
        allowed = np.repeat((self.state != CLOSED)[:, None], self.cost.shape[1], axis=1)
        allowed &= self.cost < (2 * self.upper if self.is_feasible else self.forbidden)
        allowed &= self.size[None] <= self.capacity[:, None]
        if self.is_feasible and np.isfinite(memory.told[BOUND]):
            worth = np.where(self.state == OPEN, -np.inf, memory.worth)
            n_left = self.p - int((self.state == OPEN).sum())
            free = np.sort(worth[self.state == FREE])
            last = free[min(n_left, len(free)) - 1] if n_left and len(free) else -np.inf
            opening = np.where(self.state == FREE, np.maximum(0.0, memory.worth - last), 0.0)
            forced = opening[:, None] + np.maximum(0.0, self.cost - memory.best[None])
            allowed &= memory.told[BOUND] + forced < self.target
        return allowed

    def _finish(self, memory: Climb) -> None:
        if (self.state != CLOSED).sum() > HIGHS_ENTRIES // 4 or self.clock.left_s < LEAST_S:
            return
        allowed = self._pairs(memory)
        if allowed.sum() > HIGHS_ENTRIES:
            return
        sites = np.flatnonzero(self.state != CLOSED)
        found = self._ask(sites, allowed[sites])
        if found.is_infeasible:
            self.impossible = not self.is_feasible
            self.lower = self.upper if self.is_feasible else self.lower
            return
        if self.is_feasible:
            self.lower = max(self.lower, min(self.target, found.bound, self.upper))

    def _ask(self, sites: IntArray, allowed: BoolArray) -> Finished:
        """The whole program over the pairs that are left; what it finds is taken over."""
        site, demand = np.nonzero(allowed)
        n_sites, n_demand, n_pairs = len(sites), len(self.size), len(site)
        # Rows: one per demand (served), per site (room), one for the count, one per pair (only open sites serve).
        from scipy.sparse import coo_array

        pair, y, x = np.arange(n_pairs), np.arange(n_sites), n_sites + np.arange(n_pairs)
        n_fixed = n_demand + n_sites
        holds = np.minimum(self.capacity[sites], self.size.sum())
        entries = (
            (np.ones(n_pairs), demand, x),
            (self.size[demand], n_demand + site, x),
            (-holds, n_demand + y, y),
            (np.ones(n_sites), np.full(n_sites, n_fixed), y),
            (np.ones(n_pairs), n_fixed + 1 + pair, x),
            (-np.ones(n_pairs), n_fixed + 1 + pair, site),
        )
        value, row, column = (np.concatenate(part) for part in zip(*entries, strict=True))
        shape = (n_fixed + 1 + n_pairs, n_sites + n_pairs)
        matrix = coo_array((value, (row, column)), shape=shape).tocsc()
        low = np.concatenate((np.ones(n_demand), np.full(n_sites, -np.inf), [self.p], np.full(n_pairs, -np.inf)))
        high = np.concatenate((np.ones(n_demand), np.zeros(n_sites), [self.p], np.zeros(n_pairs)))
        program = Program(
            cost=np.concatenate((np.zeros(n_sites), self.cost[sites[site], demand])),
            start=matrix.indptr,
            index=matrix.indices,
            value=matrix.data,
            row_low=low,
            row_high=high,
            is_integer=np.ones(n_sites + n_pairs, np.int64),
            low=np.concatenate((self.state[sites] == OPEN, np.zeros(n_pairs))).astype(np.float64),
        )
        found = finish(program, start=None, seed=0, time_limit_s=self.clock.left_s, gap=PROVED_GAP / 10)
        if found.x is not None:
            self._take(sites, site[found.x[n_sites:] > 0.5], demand[found.x[n_sites:] > 0.5], found.x[:n_sites] > 0.5)
        return found

    def _take(self, sites: IntArray, site: IntArray, demand: IntArray, is_open: BoolArray) -> None:
        kept = self.opened[: self.n_kept]
        opened = np.concatenate((kept, np.setdiff1d(sites[is_open], kept))).astype(np.int64)
        if len(opened) != self.p or len(demand) != len(self.size):
            return
        slot_of = np.zeros(len(self.cost), np.int64)
        slot_of[opened] = np.arange(self.p)
        slots = np.empty(len(self.size), np.int64)
        slots[demand] = slot_of[sites[site]]
        overfull, total = mend(self.cost, opened, self.size, self.capacity, slots)
        if (overfull, total) < (self.overfull, self.upper):
            self.opened, self.slots, self.overfull, self.upper = opened, slots, overfull, total
