"""The search for covering sites: as for medians, where going without costs a group its weight and being covered nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._highs import LEAST_S, Program, finish
from ._cover import Covers, cover_greedily, exchange_covers, gains
from ._lagrange import CLOSED, FREE, OPEN, Near
from ._search import Found, Search
from ._types import FloatArray, IntArray
from .clock import Clock
from .result import PROVED_GAP

HIGHS_ENTRIES = 60_000
"""Coverings up to which HiGHS ends what is left: it is faster than the tree there and keeps its time limit; beyond, its first
linear program may take many times the limit (seen: 42 s for 3 s at 430,000)."""


class CoverSearch(Search):
    """``lists``: sparse ``[groups, sites]`` of ones; ``weight: float64[groups]``. Costs are the weights left uncovered."""

    def __init__(
        self, lists: Any, weight: FloatArray, kept: IntArray, p: int, *, unit: float, seed: int, clock: Clock
    ) -> None:
        self.lists, self.weight, self.seed = lists, weight, seed
        by_site = lists.tocsc()
        self.covers = Covers(by_site.indptr.astype(np.int64), by_site.indices.astype(np.int64), weight)
        opened, times = cover_greedily(self.covers, kept, p)
        upper = float(weight[times == 0].sum())
        lower = max(0.0, _free_bound(self.covers, times, kept, p))
        found = Found(opened, upper, min(upper, lower))
        super().__init__(found, lists.shape[1], len(kept), n_costs=lists.nnz, unit=unit, seed=seed, clock=clock)

    @property
    def objective(self) -> float:
        return float(self.weight.sum()) - self.found.upper

    def exchange_from(self, opened: IntArray) -> float:
        times = _times(self.covers, opened)
        closed = self.state == CLOSED
        while not self.clock.is_over and exchange_covers(self.covers, opened, self.n_kept, times, closed):
            pass
        return float(self.weight[times == 0].sum())

    def near(self) -> Near:
        order = self.lists.tocsr()
        return Near(order.indptr.astype(np.int64), order.indices.astype(np.int32), np.zeros(order.nnz), self.weight)

    def multipliers(self) -> FloatArray:
        return np.where(_times(self.covers, self.found.opened) == 1, self.weight, self.weight / 2)

    def finish(self, near: Near) -> bool:
        """HiGHS on the sites that are left, warm started, where they are few enough."""
        if len(near.site) > HIGHS_ENTRIES or self.clock.left_s < LEAST_S:
            return False
        sites = np.flatnonzero(self.state != CLOSED)
        by_site = self.lists[:, sites].tocsc()
        is_open = np.isin(sites, self.found.opened)
        # The best sites may hold one that is settled as closed; HiGHS then starts without them.
        start = np.concatenate((is_open, _times(self.covers, self.found.opened) > 0)).astype(np.float64)
        found = finish(
            _program(by_site, self.weight, self.state[sites] == OPEN, self.p),
            start=start if is_open.sum() == self.p else None,
            seed=self.seed,
            time_limit_s=self.clock.left_s,
            gap=PROVED_GAP / 10,
        )
        total = float(self.weight.sum())
        if found.x is not None:
            opened = sites[found.x[: len(sites)] > 0.5]
            kept = self.found.opened[: self.n_kept]
            if len(opened) == self.p:
                self.try_from(np.concatenate((kept, np.setdiff1d(opened, kept))))
        self.raise_bound(self.found.upper if found.is_infeasible else min(total + found.bound, self._settled_bound()))
        return True

    def _settled_bound(self) -> float:
        """Sites were closed because nothing better than the target holds them: no more is known without them."""
        return self.found.upper if (self.state == FREE).all() else max(self.target, self.found.lower)


def _times(covers: Covers, opened: IntArray) -> IntArray:
    """How often each group is covered."""
    times = np.zeros(len(covers.weight), np.int64)
    for site in opened:
        times[covers.group[covers.start[site] : covers.start[site + 1]]] += 1
    return times


def _free_bound(covers: Covers, times: IntArray, kept: IntArray, p: int) -> float:
    """What stays uncovered if the largest gains all added up, beside the greedy sites or beside the kept alone: no sites add more, for
    gains only shrink (Nemhauser, Wolsey & Fisher 1978, doi:10.1007/BF01588971)."""
    n_left, weight = p - len(kept), covers.weight
    of_kept = _times(covers, kept)
    left = 0.0
    for known in (times, of_kept):
        gain = np.sort(gains(covers, known))[::-1][:n_left].sum()
        left = max(left, weight[known == 0].sum() - gain)
    return float(left) - 1e-12 * float(weight.sum())


def _program(by_site: Any, weight: FloatArray, is_open: Any, p: int) -> Program:
    """Sites ``y`` binary, groups ``z`` in [0, 1]: ``z <= sum of y`` over coverers, ``sum of y = p``; minus the weight is minimised."""
    n_groups, n_sites = by_site.shape
    sizes = np.concatenate((np.diff(by_site.indptr) + 1, np.ones(n_groups, np.int64)))
    start = np.concatenate(([0], np.cumsum(sizes)))
    index, value = np.empty(start[-1], np.int64), np.full(start[-1], -1.0)
    is_count, is_group = np.zeros(start[-1], np.bool_), np.arange(start[-1]) >= start[n_sites]
    is_count[start[1 : n_sites + 1] - 1] = True
    index[is_count], value[is_count] = n_groups, 1.0
    index[is_group], value[is_group] = np.arange(n_groups), 1.0
    index[~is_count & ~is_group] = by_site.indices
    return Program(
        cost=np.concatenate((np.zeros(n_sites), -weight)),
        start=start.astype(np.int32),
        index=index.astype(np.int32),
        value=value,
        row_low=np.concatenate((np.full(n_groups, -np.inf), [p])),
        row_high=np.concatenate((np.zeros(n_groups), [p])),
        is_integer=np.arange(n_sites + n_groups) < n_sites,
        low=np.concatenate((is_open.astype(np.float64), np.zeros(n_groups))),
    )
