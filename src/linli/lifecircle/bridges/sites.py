"""Where a facility would bring most people within a limit: houses as places to open one, and :func:`linli.engines.siting.max_cover`.

Owns which house reaches which place on foot. What exists stays and keeps serving: only houses beyond the limit are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from linli.engines.access import nearest_m
from linli.engines.siting import max_cover

from ..rules.coverage import ROUNDING_MIN, Floats
from .field import Field, Ints

AT_ONCE = 64
"""Houses searched from together: what bounds the memory of one step to nodes × 64 numbers."""
TIME_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """``site: int64[n]`` houses to open in, most people first, each counted with those before it; ``reached[n]`` the houses it brings
    within the limit; ``covered`` persons, ``bound`` what no choice of as many can pass."""

    site: Ints
    reached: tuple[Ints, ...]
    covered: float
    bound: float


def choose_sites(
    field: Field, demand: Ints, sites: Ints, n: int, *, persons: Floats, limit_m: float, plain: bool, seed: int = 0
) -> SiteChoice:
    """At most ``n`` of ``sites`` (houses) that bring most persons of ``demand`` (houses) within ``limit_m``, weighed metres or, if ``plain``,
    level ones. Fewer where more would reach nobody. ``persons: float64[houses]``.
    """
    within = reach(field, demand, sites, limit_m=limit_m, plain=plain)
    n = min(n, len(sites))
    if not n or not within.nnz:
        return SiteChoice(np.zeros(0, dtype=np.int64), (), 0.0, 0.0)
    weight = persons[demand]
    found = max_cover(within, n, weights=weight, seed=seed, time_limit_s=TIME_LIMIT_S)
    columns = within.tocsc()
    left = np.ones(len(demand), dtype=bool)
    chosen, reached = [], []
    waiting = set(found.open.tolist())
    while waiting:
        gains = {site: columns.indices[columns.indptr[site] : columns.indptr[site + 1]] for site in waiting}
        best = max(sorted(waiting), key=lambda site: float((weight * left)[gains[site]].sum()))
        rows = gains[best][left[gains[best]]]
        if not weight[rows].sum() > 0:
            break
        chosen.append(int(sites[best]))
        reached.append(demand[np.sort(rows)])
        left[rows] = False
        waiting.remove(best)
    return SiteChoice(np.array(chosen, dtype=np.int64), tuple(reached), float(found.objective), float(found.bound))


def reach(field: Field, demand: Ints, sites: Ints, *, limit_m: float, plain: bool) -> sparse.csr_array:
    """``bool[demand, sites]``, sparse: which site a house reaches within the limit (inclusive)."""
    graph = field.level if plain else field.graph
    starts = [field.start_node[field.start_house == house] for house in demand.tolist()]
    is_door = np.isin(field.start_house, sites)
    door_site = np.searchsorted(sites, field.start_house[is_door])
    door_node = field.start_node[is_door]
    rows, columns = [], []
    for begin in range(0, len(demand), AT_ONCE):
        metres = nearest_m(graph, starts[begin : begin + AT_ONCE], limit_m=limit_m + ROUNDING_MIN)
        door, row = np.nonzero(np.isfinite(metres[door_node]))
        rows.append(row + begin)
        columns.append(door_site[door])
    shape = (len(demand), len(sites))
    if not rows:
        return sparse.csr_array(shape, dtype=bool)
    row, column = np.concatenate(rows), np.concatenate(columns)
    pairs = np.unique(row * max(1, len(sites)) + column)
    found = (pairs // max(1, len(sites)), pairs % max(1, len(sites)))
    return sparse.csr_array((np.ones(len(pairs), dtype=bool), found), shape=shape)
