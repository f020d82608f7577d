"""Compiled search for covering sites: greedy, then exchanges; and the bound that comes for nothing.

The same exchange as for medians (Whitaker 1983,
doi:10.1080/03155986.1983.11731889), where a group counts for its only coverer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ._types import BoolArray, FloatArray, IntArray


class Covers(NamedTuple):
    """Site ``s`` covers the groups ``group[start[s]:start[s + 1]]``; ``weight: float64[groups]``."""

    start: IntArray
    group: IntArray
    weight: FloatArray


@njit(cache=True, nogil=True)
def gains(covers: Covers, times: IntArray) -> FloatArray:
    """What each site would add to groups covered ``times``."""
    start, group, weight = covers
    gain = np.zeros(start.size - 1)
    for site in range(gain.size):
        for k in range(start[site], start[site + 1]):
            if times[group[k]] == 0:
                gain[site] += weight[group[k]]
    return gain


@njit(cache=True, nogil=True)
def cover_greedily(covers: Covers, fixed: IntArray, p: int) -> tuple[IntArray, IntArray]:
    """``p`` sites, the fixed first, then always the one that adds most (the lowest number at a tie); how often each group is covered."""
    start, group, weight = covers
    opened = np.empty(p, np.int64)
    opened[: fixed.size] = fixed
    times = np.zeros(weight.size, np.int64)
    for site in fixed:
        for k in range(start[site], start[site + 1]):
            times[group[k]] += 1
    gain = gains(covers, times)
    gain[fixed] = -1.0
    known_at = np.full(gain.size, fixed.size)
    for slot in range(fixed.size, p):
        while True:
            site = np.argmax(gain)
            if known_at[site] == slot:
                break
            gain[site] = 0.0
            for k in range(start[site], start[site + 1]):
                if times[group[k]] == 0:
                    gain[site] += weight[group[k]]
            known_at[site] = slot
        opened[slot] = site
        gain[site] = -1.0
        for k in range(start[site], start[site + 1]):
            times[group[k]] += 1
    return opened, times


@njit(cache=True, nogil=True)
def _recount(covers: Covers, opened: IntArray, times: IntArray, slot_of: IntArray, loss: FloatArray) -> None:
    """Which slot alone covers a group that is covered once, and what closing each slot would lose."""
    loss[:] = 0.0
    for slot in range(opened.size):
        for k in range(covers.start[opened[slot]], covers.start[opened[slot] + 1]):
            group = covers.group[k]
            slot_of[group] = slot
            if times[group] == 1:
                loss[slot] += covers.weight[group]


@njit(cache=True, nogil=True)
def exchange_covers(covers: Covers, opened: IntArray, n_kept: int, times: IntArray, closed: BoolArray) -> bool:
    """One round of exchanges over all sites, in place; true where any gained. The first ``n_kept`` slots stay, and none of ``closed`` is
    opened."""
    start, group, weight = covers
    least = 1e-12 * weight.sum()  # less would be rounding
    n_slots = opened.size
    slot_of = np.full(weight.size, -1)  # of groups covered once: by which slot
    is_open = np.zeros(start.size - 1, np.bool_)
    loss, spared = np.zeros(n_slots), np.zeros(n_slots)
    is_open[opened] = True
    _recount(covers, opened, times, slot_of, loss)
    any_gained = False
    for site in range(start.size - 1):
        if is_open[site] or closed[site]:
            continue
        spared[:] = 0.0
        gain = 0.0
        for k in range(start[site], start[site + 1]):
            if times[group[k]] == 0:
                gain += weight[group[k]]
            elif times[group[k]] == 1:
                spared[slot_of[group[k]]] += weight[group[k]]
        slot, best = -1, least
        for candidate in range(n_kept, n_slots):
            profit = gain + spared[candidate] - loss[candidate]
            if profit > best:
                slot, best = candidate, profit
        if slot < 0:
            continue
        any_gained = True
        times[group[start[opened[slot]] : start[opened[slot] + 1]]] -= 1
        times[group[start[site] : start[site + 1]]] += 1
        is_open[opened[slot]], is_open[site] = False, True
        opened[slot] = site
        _recount(covers, opened, times, slot_of, loss)
    return any_gained
