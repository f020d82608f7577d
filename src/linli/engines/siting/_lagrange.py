"""Compiled lower bounds for the p-median: assignments relaxed, multipliers climbed by subgradients.

Owns the lists of near sites and the climb (Narula, Ogbu & Samuelsson 1977, doi:10.1287/opre.25.4.709; Beasley 1993,
doi:10.1016/0377-2217(93)90182-L; directions deflected as in Camerini, Fratta & Maffioli 1975, doi:10.1007/BFb0120697). With multipliers ``λ``, a site is worth
``Σ min(0, cost - λ)`` and the bound is ``Σ λ`` plus the worths of the best ``p`` sites: it holds for any ``λ``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ._types import BoolArray, FloatArray, Int8Array, Int32Array, IntArray
from .clock import Clock

FREE, OPEN, CLOSED = 0, 1, -1
DEFLECTION = 0.9
LATELY = 0.05
"""How much the last choice weighs in how often a site was chosen lately."""
PROGRESS = 1e-5
LEAST_STEP = 1e-3
ROUNDING = 4 * np.finfo(np.float64).eps
MAX_ENTRIES = 16_000_000
BLOCK = 1_000_000
"""How many costs are sorted between two looks at the clock."""


class Near(NamedTuple):
    """Per demand ``i`` the sites that may serve it, nearest first: ``start[i]:start[i + 1]`` of ``site`` and ``cost``; at ``alone[i]`` it
    may go without (inf where it may not)."""

    start: IntArray
    site: Int32Array
    cost: FloatArray
    alone: FloatArray


class Climb(NamedTuple):
    """A climb's memory: best multipliers, where it stands, its direction, the worths at the best, how often each site was chosen
    lately; ``told``: best bound, step, steps without progress, list entries looked at."""

    best: FloatArray
    now: FloatArray
    direction: FloatArray
    worth: FloatArray
    often: FloatArray
    told: FloatArray


BOUND, STEP, IN_VAIN, LOOKED_AT = 0, 1, 2, 3


def near_lists(cost: FloatArray, most: float, clock: Clock) -> Near | None:
    """The lists of ``cost: float64[sites, demand]``, without what costs more than ``most``; None where the time is over.

    Beyond ``MAX_ENTRIES`` in all, the farthest sites are left out, and a demand goes without at their cost: the bound still holds.
    """
    n_sites, n_demand = cost.shape
    n_near = min(n_sites, max(32, MAX_ENTRIES // n_demand))
    alone = np.full(n_demand, np.inf)
    sizes, sites, costs = [np.zeros(1, np.int64)], [], []
    for first in range(0, n_demand, max(1, BLOCK // n_sites)):
        if clock.is_over:
            return None
        block = np.ascontiguousarray(cost[:, first : first + max(1, BLOCK // n_sites)].T)
        order = np.argsort(block, axis=1)
        ordered = np.take_along_axis(block, order, axis=1)
        if n_near < n_sites:
            alone[first : first + len(block)] = ordered[:, n_near]
        order, ordered = order[:, :n_near], ordered[:, :n_near]
        kept = ordered <= most
        sizes.append(kept.sum(axis=1))
        sites.append(order[kept].astype(np.int32))
        costs.append(ordered[kept])
    return Near(np.cumsum(np.concatenate(sizes)), np.concatenate(sites), np.concatenate(costs), alone)


def without(near: Near, closed: BoolArray) -> Near:
    """The same lists, closed sites taken out."""
    kept = ~closed[near.site]
    n_before = np.concatenate(([0], np.cumsum(kept)))
    return Near(n_before[near.start], near.site[kept], near.cost[kept], near.alone)


def settle(memory: Climb, state: Int8Array, p: int, upper: float) -> int:
    """Open and close free sites whose other choice could not cost less than ``upper``; how many were settled.

    The bound rises by at least the difference of worths when a site is forced in for the last chosen, or out for the first passed over.
    """
    n_left = p - int((state == OPEN).sum())
    free = np.flatnonzero(state == FREE)
    if not len(free):
        return 0
    if n_left <= 0 or n_left >= len(free):
        state[free] = CLOSED if n_left <= 0 else OPEN
        return len(free)
    order = free[np.argsort(memory.worth[free], kind="stable")]
    worth = memory.worth[order]
    bound = memory.told[BOUND]
    out = order[n_left:][bound + worth[n_left:] - worth[n_left - 1] >= upper]
    into = order[:n_left][bound - worth[:n_left] + worth[n_left] >= upper]
    state[out], state[into] = CLOSED, OPEN
    return len(out) + len(into)


def begin(multipliers: FloatArray, n_sites: int, *, step: float) -> Climb:
    n_demand = len(multipliers)
    told = np.array([-np.inf, step, 0.0, 0.0])
    return Climb(multipliers.copy(), multipliers.copy(), np.zeros(n_demand), np.zeros(n_sites), np.zeros(n_sites), told)


@njit(cache=True, nogil=True)
def choose(worth: FloatArray, state: Int8Array, p: int, chosen: BoolArray) -> float:
    """Mark the open sites and the best free ones, ``p`` in all, the lowest numbers at a tie; the worth of the last one taken."""
    n_left = p
    values = np.empty(worth.size)
    n_free = 0
    for site in range(worth.size):
        chosen[site] = state[site] == OPEN
        if state[site] == OPEN:
            n_left -= 1
        elif state[site] == FREE:
            values[n_free] = worth[site]
            n_free += 1
    if n_left <= 0 or n_free == 0:
        return -np.inf
    n_left = min(n_left, n_free)
    last = float(np.partition(values[:n_free], n_left - 1)[n_left - 1])
    for site in range(worth.size):
        if state[site] == FREE and worth[site] < last:
            chosen[site] = True
            n_left -= 1
    for site in range(worth.size):
        if n_left > 0 and state[site] == FREE and worth[site] == last:
            chosen[site] = True
            n_left -= 1
    return last


@njit(cache=True, nogil=True)
def _worths(near: Near, multipliers: FloatArray, worth: FloatArray) -> int:
    """What each site is worth; how many list entries were looked at."""
    worth[:] = 0.0
    looked_at = 0
    for i in range(multipliers.size):
        multiplier = multipliers[i]
        for k in range(np.uintp(near.start[i]), np.uintp(near.start[i + 1])):
            reduced = near.cost[k] - multiplier
            looked_at += 1
            if reduced >= 0.0:
                break
            worth[np.uintp(near.site[k])] += reduced
    return looked_at


@njit(cache=True, nogil=True)
def _turn(near: Near, chosen: BoolArray, memory: Climb) -> float:
    """Turn the direction towards who is served too little (up) or twice (down); its square."""
    square = 0.0
    for i in range(memory.now.size):
        slack = 1.0
        for k in range(np.uintp(near.start[i]), np.uintp(near.start[i + 1])):
            if near.cost[k] >= memory.now[i]:
                break
            if chosen[np.uintp(near.site[k])]:
                slack -= 1.0
        memory.direction[i] = slack + DEFLECTION * memory.direction[i]
        square += memory.direction[i] * memory.direction[i]
    return square


@njit(cache=True, nogil=True)
def _bound(worth: FloatArray, chosen: BoolArray, memory: Climb) -> float:
    """The bound at the multipliers where the climb stands, less what rounding can have added to it."""
    total = float(memory.now.sum())
    size = total
    for site in range(worth.size):
        memory.often[site] *= 1.0 - LATELY
        if chosen[site]:
            total += worth[site]
            size -= worth[site]
            memory.often[site] += LATELY
    return float(total - size * ROUNDING * memory.now.size**0.5)


@njit(cache=True, nogil=True)
def climb(near: Near, sites: tuple[Int8Array, int], memory: Climb, upper: float, effort: tuple[int, int]) -> bool:
    """Climb on; true where the bound reached ``upper`` or rises no more.

    ``sites``: the state of each and how many are to be open. ``effort``: how many steps, and how many in vain halve their length.
    """
    state, p = sites
    n_steps, patience = effort
    worth = np.empty(state.size)
    chosen = np.zeros(state.size, np.bool_)
    now, told = memory.now, memory.told
    for _ in range(n_steps):
        told[LOOKED_AT] += _worths(near, now, worth)
        choose(worth, state, p, chosen)
        total = _bound(worth, chosen, memory)
        told[IN_VAIN] += 1
        if total > told[BOUND]:
            if total > told[BOUND] + PROGRESS * (upper - told[BOUND]):
                told[IN_VAIN] = 0
            told[BOUND] = total
            memory.best[:] = now
            memory.worth[:] = worth
            if total >= upper:
                return True
        if told[IN_VAIN] >= patience:
            told[IN_VAIN] = 0
            told[STEP] *= 0.5
            now[:] = memory.best
            memory.direction[:] = 0.0
            if told[STEP] < LEAST_STEP:
                return True
            continue
        square = _turn(near, chosen, memory)
        if square == 0.0:
            return True
        step = told[STEP] * (upper - total) / square
        for i in range(now.size):
            now[i] = min(near.alone[i], max(0.0, now[i] + step * memory.direction[i]))
    return False
