"""The search for p-medians without capacities."""

from __future__ import annotations

import numpy as np

from ._lagrange import CLOSED, Near, near_lists
from ._search import LOOKED_AT_ONCE, Found, Search
from ._swap import improve, serve
from ._types import FloatArray, IntArray
from .clock import Clock


class MedianSearch(Search):
    """``cost: float64[sites, demand]`` finite; ``opened`` the sites to begin with, the first ``n_kept`` of them fixed."""

    def __init__(
        self, cost: FloatArray, opened: IntArray, n_kept: int, *, unit: float, seed: int, clock: Clock
    ) -> None:
        self.cost = cost
        found = Found(opened, float(cost[opened].min(axis=0).sum()), float(cost.min(axis=0).sum()))
        super().__init__(found, len(cost), n_kept, n_costs=cost.size, unit=unit, seed=seed, clock=clock)

    def exchange_from(self, opened: IntArray) -> float:
        candidates = np.flatnonzero(self.state != CLOSED)
        n_tries = max(1, LOOKED_AT_ONCE // self.cost.shape[1])
        served = serve(self.cost, opened)
        place, in_vain = 0, 0
        while in_vain < len(candidates) and not self.clock.is_over:
            place, in_vain = improve(self.cost, (opened, self.n_kept), served, candidates, (place, in_vain, n_tries))
        return float(served.cost.sum())

    def near(self) -> Near | None:
        return near_lists(self.cost, self.found.upper, self.clock)

    def multipliers(self) -> FloatArray:
        served = serve(self.cost, self.found.opened)
        return (served.cost + np.minimum(served.second, self.found.upper)) / 2
