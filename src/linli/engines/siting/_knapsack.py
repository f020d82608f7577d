"""Compiled lower bounds for p-medians with capacities: as without, but a site is worth what fits into it.

The best a site can hold at given multipliers is a knapsack (Ceselli & Righini 2005, doi:10.1002/net.20059, tell how good a bound that is): solved exactly in whole units by
dynamic programming where that is small, else with one demand split (Dantzig 1957, doi:10.1287/opre.5.2.266). Both hold for any multipliers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ._lagrange import (
    BOUND,
    DEFLECTION,
    IN_VAIN,
    LATELY,
    LEAST_STEP,
    LOOKED_AT,
    PROGRESS,
    ROUNDING,
    STEP,
    Climb,
    choose,
)
from ._types import BoolArray, FloatArray, Int8Array, IntArray

MAX_TABLE = 400_000
"""Cells of a knapsack's table beyond which one demand may be split instead."""
GRID = 2000


class Room(NamedTuple):
    """``cost: float64[sites, demand]``; in whole units, none larger than in truth, ``size: int64[demand]``; none smaller, ``holds:
    int64[sites]``."""

    cost: FloatArray
    size: IntArray
    holds: IntArray


def room(cost: FloatArray, size: FloatArray, capacity: FloatArray) -> Room:
    """Sizes and capacities in whole units: their own where they are whole and small, else ``GRID`` to the largest capacity, rounded so
    that whatever fits in truth fits."""
    most = np.minimum(capacity, size.sum())
    if (size == np.floor(size)).all() and most.max() <= 10 * GRID:
        return Room(cost, size.astype(np.int64), np.floor(most).astype(np.int64))
    per_unit = GRID / most.max()
    slack = 1e-12
    return Room(
        cost,
        np.floor(size * per_unit * (1 - slack)).astype(np.int64),
        np.floor(most * per_unit * (1 + slack)).astype(np.int64),
    )


@njit(cache=True, nogil=True)
def fill(room: Room, site: int, multipliers: FloatArray, taken: FloatArray) -> float:
    """What the site is worth; ``taken[i]`` gets the share of each demand it takes."""
    cost = room.cost[site]
    items = np.flatnonzero(cost < multipliers)
    value = multipliers[items] - cost[items]
    size = room.size[items]
    holds = room.holds[site]
    taken[:] = 0.0
    if size.sum() <= holds:
        taken[items] = 1.0
        return -float(value.sum())
    if items.size * (holds + 1) <= MAX_TABLE:
        return _fill_whole(items, value, size, holds, taken)
    total, left = 0.0, holds
    for k in np.argsort(-value / np.maximum(size, 1e-9)):
        share = min(1.0, left / size[k]) if size[k] > 0 else 1.0
        total += share * value[k]
        taken[items[k]] = share
        left -= min(left, size[k])
    return -total


@njit(cache=True, nogil=True)
def _fill_whole(items: IntArray, value: FloatArray, size: IntArray, holds: int, taken: FloatArray) -> float:
    best = np.zeros(holds + 1)
    kept = np.zeros((items.size, holds + 1), np.bool_)
    for k in range(items.size):
        for used in range(holds, size[k] - 1, -1):
            more = best[used - size[k]] + value[k]
            if more > best[used]:
                best[used] = more
                kept[k, used] = True
    used = holds
    for k in range(items.size - 1, -1, -1):
        if kept[k, used]:
            taken[items[k]] = 1.0
            used -= size[k]
    return -float(best[holds])


@njit(cache=True, nogil=True)
def climb_room(room: Room, sites: tuple[Int8Array, int], memory: Climb, upper: float, effort: tuple[int, int]) -> bool:
    """As :func:`linli.engines.siting._lagrange.climb`, with capacities."""
    state, p = sites
    n_steps, patience = effort
    n_sites, n_demand = room.cost.shape
    worth, taken = np.zeros(n_sites), np.empty(n_demand)
    chosen = np.zeros(n_sites, np.bool_)
    now, told = memory.now, memory.told
    for _ in range(n_steps):
        for site in range(n_sites):
            if state[site] >= 0:
                worth[site] = fill(room, site, now, taken)
        told[LOOKED_AT] += n_sites * n_demand
        choose(worth, state, p, chosen)
        slack = np.ones(n_demand)
        total, size = now.sum(), now.sum()
        for site in range(n_sites):
            memory.often[site] *= 1.0 - LATELY
            if chosen[site]:
                fill(room, site, now, taken)
                slack -= taken
                total += worth[site]
                size -= worth[site]
                memory.often[site] += LATELY
        total -= size * ROUNDING * n_demand
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
        memory.direction[:] = slack + DEFLECTION * memory.direction
        square = (memory.direction**2).sum()
        if square == 0.0:
            return True
        now[:] = np.maximum(0.0, now + told[STEP] * (upper - total) / square * memory.direction)
    return False


@njit(cache=True, nogil=True)
def place(cost: FloatArray, opened: IntArray, size: FloatArray, capacity: FloatArray) -> IntArray:
    """The slot of each demand: whoever loses most by not getting its nearest first; where nothing has room, the site least overfull."""
    n_demand = cost.shape[1]
    near = np.empty((opened.size, n_demand))
    for slot in range(opened.size):
        near[slot] = cost[opened[slot]]
    regret = np.zeros(n_demand)
    for i in range(n_demand):
        ordered = np.sort(near[:, i])
        regret[i] = ordered[min(1, opened.size - 1)] - ordered[0]
    left = capacity[opened]
    slots = np.zeros(n_demand, np.int64)
    for i in np.argsort(-regret):
        best, found = 0, False
        for slot in range(opened.size):
            if left[slot] >= size[i] and (not found or near[slot, i] < near[best, i]):
                best, found = slot, True
        if not found:
            best = int(np.argmax(left))
        slots[i] = best
        left[best] -= size[i]
    return slots


@njit(cache=True, nogil=True)
def mend(
    cost: FloatArray, opened: IntArray, size: FloatArray, capacity: FloatArray, slots: IntArray
) -> tuple[float, float]:
    """Move and swap demands while less is overfull, or as much at less cost; in place. What is overfull, and the cost."""
    n_demand = cost.shape[1]
    left = capacity[opened]
    for i in range(n_demand):
        left[slots[i]] -= size[i]
    for _ in range(MAX_PASSES):
        changed = False
        for i in range(n_demand):
            for slot in range(opened.size):
                a = slots[i]
                over = _over(left[a] + size[i]) + _over(left[slot] - size[i]) - _over(left[a]) - _over(left[slot])
                gain = cost[opened[a], i] - cost[opened[slot], i]
                if slot != a and _is_better(over, gain, cost[opened[a], i]):
                    left[a] += size[i]
                    left[slot] -= size[i]
                    slots[i] = slot
                    changed = True
        for i in range(n_demand if n_demand <= MAX_SWAPPED else 0):
            for k in range(i):
                a, b = slots[i], slots[k]
                if a == b:
                    continue
                more = size[i] - size[k]
                over = _over(left[a] + more) + _over(left[b] - more) - _over(left[a]) - _over(left[b])
                paid = cost[opened[a], i] + cost[opened[b], k]
                if _is_better(over, paid - cost[opened[b], i] - cost[opened[a], k], paid):
                    left[a] += more
                    left[b] -= more
                    slots[i], slots[k] = b, a
                    changed = True
        if not changed:
            break
    overfull, total = 0.0, 0.0
    for slot in range(opened.size):
        overfull += _over(left[slot])
    for i in range(n_demand):
        total += cost[opened[slots[i]], i]
    return overfull, total


MAX_PASSES = 50
MAX_SWAPPED = 800


@njit(cache=True, nogil=True, inline="always")
def _over(left: float) -> float:
    return max(0.0, -left)


@njit(cache=True, nogil=True, inline="always")
def _is_better(over: float, gain: float, paid: float) -> bool:
    return over < -1e-12 or (over <= 1e-12 and gain > 1e-11 * paid)


@njit(cache=True, nogil=True)
def recentre(
    cost: FloatArray, opened: IntArray, n_kept: int, needs: tuple[FloatArray, FloatArray, IntArray], closed: BoolArray
) -> bool:
    """Give every group of demand the site that serves it cheapest and holds it; true where any moved."""
    size, capacity, slots = needs
    is_open = closed.copy()
    is_open[opened] = True
    moved = False
    for slot in range(n_kept, opened.size):
        members = np.flatnonzero(slots == slot)
        needed = size[members].sum()
        best, site_best = cost[opened[slot]][members].sum(), opened[slot]
        least = best * (1 - 1e-11)
        for site in range(cost.shape[0]):
            if not is_open[site] and capacity[site] >= needed:
                total = cost[site][members].sum()
                if total < least:
                    least, site_best = total, site
        if site_best != opened[slot]:
            is_open[opened[slot]], is_open[site_best] = False, True
            opened[slot] = site_best
            moved = True
    return moved
