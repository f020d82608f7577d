"""Compiled search for good sites: greedy, then one site exchanged for another while that helps.

Owns the state of a set of open sites (who is nearest, how far the second is) and its exchanges: Teitz & Bart 1968
(doi:10.1287/opre.16.5.955) in the fast form of Whitaker 1983 (doi:10.1080/03155986.1983.11731889), which finds the best site to
close for a site to open in one pass over the demand (Resende & Werneck 2007, doi:10.1016/j.ejor.2006.02.038, tell the forms apart).
Costs come as ``float64[sites, demand]``, finite: what is not allowed costs more than any set of sites may.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ._types import FloatArray, IntArray

IMPROVES = 1e-11
"""The least share of the objective an exchange must save, so that rounding cannot make two exchanges undo each other for ever."""


class Served(NamedTuple):
    """Where everybody goes: per demand the slot of its nearest and second nearest open site and their costs."""

    slot: IntArray
    cost: FloatArray
    second_slot: IntArray
    second: FloatArray


@njit(cache=True, nogil=True)
def greedy(cost: FloatArray, fixed: IntArray, p: int) -> IntArray:
    """``p`` sites, the fixed first, then always the one that saves most; the lowest number at a tie.

    What a site saves only shrinks as others open, so a stale saving bounds the true one and few are computed anew (Minoux 1978,
    doi:10.1007/BFb0006528).
    """
    n_sites, n_demand = cost.shape
    opened = np.empty(p, np.int64)
    opened[: fixed.size] = fixed
    now = np.zeros(n_demand)
    for site in range(n_sites):
        for i in range(n_demand):
            now[i] = max(now[i], cost[site, i])
    for site in fixed:
        for i in range(n_demand):
            now[i] = min(now[i], cost[site, i])
    saving = np.full(n_sites, np.inf)
    known_at = np.full(n_sites, -1)
    saving[fixed] = -1.0
    for slot in range(fixed.size, p):
        while True:
            site = int(np.argmax(saving))
            if known_at[site] == slot:
                break
            total = 0.0
            for i in range(n_demand):
                total += max(0.0, now[i] - cost[site, i])
            saving[site] = total
            known_at[site] = slot
        opened[slot] = site
        saving[site] = -1.0
        for i in range(n_demand):
            now[i] = min(now[i], cost[site, i])
    return opened


@njit(cache=True, nogil=True)
def serve(cost: FloatArray, opened: IntArray) -> Served:
    """The state of a set of open sites. O(p · demand)."""
    n_demand = cost.shape[1]
    served = Served(
        np.zeros(n_demand, np.int64), np.full(n_demand, np.inf), np.zeros(n_demand, np.int64), np.full(n_demand, np.inf)
    )
    for slot in range(opened.size):
        for i in range(n_demand):
            c = cost[opened[slot], i]
            if c < served.cost[i]:
                served.second_slot[i] = served.slot[i]
                served.second[i] = served.cost[i]
                served.slot[i] = slot
                served.cost[i] = c
            elif c < served.second[i]:
                served.second_slot[i] = slot
                served.second[i] = c
    return served


@njit(cache=True, nogil=True)
def _look(cost: FloatArray, opened: IntArray, served: Served, i: int) -> None:
    """Find the nearest two of one demand anew."""
    served.cost[i] = np.inf
    served.second[i] = np.inf
    for slot in range(opened.size):
        c = cost[opened[slot], i]
        if c < served.cost[i]:
            served.second_slot[i] = served.slot[i]
            served.second[i] = served.cost[i]
            served.slot[i] = slot
            served.cost[i] = c
        elif c < served.second[i]:
            served.second_slot[i] = slot
            served.second[i] = c


@njit(cache=True, nogil=True)
def exchange(cost: FloatArray, opened: IntArray, served: Served, slot: int, site: int) -> None:
    """Open ``site`` in the place of the site at ``slot``."""
    opened[slot] = site
    for i in range(cost.shape[1]):
        c = cost[site, i]
        if served.slot[i] == slot:
            if c <= served.second[i]:
                served.cost[i] = c
            else:
                _look(cost, opened, served, i)
        elif c < served.cost[i]:
            served.second_slot[i] = served.slot[i]
            served.second[i] = served.cost[i]
            served.slot[i] = slot
            served.cost[i] = c
        elif served.second_slot[i] == slot:
            if c <= served.second[i]:
                served.second[i] = c
            else:
                _look(cost, opened, served, i)
        elif c < served.second[i]:
            served.second_slot[i] = slot
            served.second[i] = c


@njit(cache=True, nogil=True)
def _loss(served: Served, n_slots: int, n_kept: int) -> FloatArray:
    """What closing each slot costs where nothing opens; the kept ones cannot be closed."""
    loss = np.zeros(n_slots)
    for i in range(served.cost.size):
        loss[served.slot[i]] += served.second[i] - served.cost[i]
    loss[:n_kept] = np.inf
    return loss


@njit(cache=True, nogil=True)
def improve(
    cost: FloatArray, slots: tuple[IntArray, int], served: Served, candidates: IntArray, tries: tuple[int, int, int]
) -> tuple[int, int]:
    """Exchange while it helps, in place.

    ``slots``: the open sites, and how many of the first of them stay. ``tries``: the place among the candidates to go on from, how many
    in a row were tried in vain before, how many to try now. Returns the first two for the next time: when all have been tried in
    vain, nothing helps any more.
    """
    opened, n_kept = slots
    place, in_vain, n_tries = tries
    n_slots = opened.size
    is_open = np.zeros(cost.shape[0], np.bool_)
    is_open[opened] = True
    loss = _loss(served, n_slots, n_kept)
    spared = np.empty(n_slots)
    total = served.cost.sum()
    if n_kept == n_slots:
        return place, candidates.size
    for _ in range(n_tries):
        if in_vain >= candidates.size:
            break
        site = candidates[place % candidates.size]
        place = (place + 1) % candidates.size
        in_vain += 1
        if is_open[site]:
            continue
        spared[:] = 0.0
        gain = 0.0
        for i in range(np.uintp(cost.shape[1])):
            c = cost[site, i]
            if c < served.second[i]:
                nearest = served.cost[i]
                gain += max(0.0, nearest - c)
                spared[np.uintp(served.slot[i])] += served.second[i] - max(c, nearest)
        slot, best = -1, total * IMPROVES
        for k in range(n_kept, n_slots):
            profit = gain + spared[k] - loss[k]
            if profit > best:
                slot, best = k, profit
        if slot < 0:
            continue
        before = opened[slot]
        exchange(cost, opened, served, slot, site)
        after = served.cost.sum()
        if after >= total:
            exchange(cost, opened, served, slot, before)
            continue
        total = after
        is_open[before], is_open[site] = False, True
        loss = _loss(served, n_slots, n_kept)
        in_vain = 0
    return place, in_vain
