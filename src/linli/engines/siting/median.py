"""Where to open so that everybody's way together is shortest (the p-median problem)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ._capacitated import RoomSearch
from ._knapsack import room
from ._medians import MedianSearch
from ._swap import greedy
from ._types import BoolArray, FloatArray, IntArray
from .clock import Clock
from .cover import max_cover
from .problem import (
    NO_SITE,
    TOO_BIG,
    TOO_FEW,
    TOO_LARGE,
    TOO_SMALL,
    UNDECIDED,
    SitingError,
    capacity_array,
    check_counts,
    cost_matrix,
    fixed_array,
    rows,
    weight_array,
)
from .result import MedianSiting

HUGE, TINY = 1e100, 1e-100
"""Weighted costs outside are scaled by a power of two, which changes no digit."""
INTEGER_SLACK = 1e-9


class Weighed(NamedTuple):
    """``cost: float64[sites, demand]`` times weights times ``scale``, what is not allowed at ``forbidden``; ``unit`` all costs are
    multiples of (0: none is known)."""

    cost: FloatArray
    scale: float
    unit: float
    forbidden: float


def p_median(
    cost: npt.ArrayLike,
    p: int,
    *,
    weights: npt.ArrayLike | None = None,
    fixed: Sequence[int] = (),
    capacity: npt.ArrayLike | None = None,
    seed: int = 0,
    time_limit_s: float = 10,
) -> MedianSiting:
    """The ``p`` sites from which all demand is served at least cost (Hakimi 1964, doi:10.1287/opre.12.3.450).

    ``cost[demand, sites]`` >= 0, inf where a demand may not go; ``weights: float64[demand]`` finite and >= 0 (1 where None). ``p`` counts
    the ``fixed`` sites, which stay open. ``objective`` is the sum over demand of weight times the cost of its nearest open site (the
    lowest number at a tie), ``bound`` (``lower_bound``) what no ``p`` sites can cost less than. Every demand must be served, one without
    weight too.

    With ``capacity: float64[sites]`` (inf: no limit) a demand takes as much room as its weight, all of it at one site, and ``assignment`` says
    which. To count costs unweighed, as the OR-Library's capacitated medians do, give ``cost / weights[:, None]``.

    Up to a million costs the search goes on until its sites are proved or ``time_limit_s`` is over; larger ones end by themselves after
    some seconds. The same ``seed`` gives the same sites unless the limit cuts the search short. Faults, and questions without an
    answer, raise :class:`SitingError` naming demand rows.
    """
    costs = cost_matrix(cost)
    n_demand, n_sites = costs.shape
    weight = weight_array(weights, n_demand)
    kept = fixed_array(fixed, n_sites)
    check_counts(p, low=min(1, n_demand), n_fixed=len(kept), n_sites=n_sites, seed=seed, time_limit_s=time_limit_s)
    clock = Clock(time_limit_s)
    if not n_demand:
        return answer(costs, weight, _padded(kept, int(p), n_sites), np.empty(0, np.int64), 0.0)
    lonely = np.flatnonzero(~np.isfinite(costs.min(axis=1)))
    if len(lonely):
        raise SitingError(NO_SITE, **rows(lonely))
    if capacity is not None:
        return _with_room(costs, (weight, capacity_array(capacity, n_sites)), (kept, int(p)), int(seed), clock)
    weighed = weigh(costs, weight)
    opened = _opened_first(costs, weighed, kept, int(p), clock)
    upper = weighed.cost[opened].min(axis=0).sum()
    # Whoever paid more than everybody pays now would not be better off: such costs need no telling apart, and no digits.
    np.minimum(weighed.cost, 2 * upper, out=weighed.cost)
    search = MedianSearch(weighed.cost, opened, len(kept), unit=weighed.unit, seed=int(seed), clock=clock)
    found = search.run()
    opened = np.sort(found.opened)
    nearest = opened[np.argmin(costs[:, opened], axis=1)]
    return answer(costs, weight, opened, nearest, found.lower / weighed.scale)


def _with_room(
    costs: FloatArray, needs: tuple[FloatArray, FloatArray], wanted: tuple[IntArray, int], seed: int, clock: Clock
) -> MedianSiting:
    """The answer where sites hold only so much. ``needs``: weights and capacities; ``wanted``: the kept sites and ``p``."""
    (weight, capacity), (kept, p) = needs, wanted
    fitting = np.where(weight[:, None] <= capacity[None], costs, np.inf)
    too_big = np.flatnonzero(~np.isfinite(fitting.min(axis=1)))
    if len(too_big):
        raise SitingError(TOO_BIG, **rows(too_big))
    rest = np.sort(np.delete(capacity, kept))[::-1][: p - len(kept)]
    available = float(capacity[kept].sum() + rest.sum())
    if weight.sum() > available * (1 + 1e-12):
        by_size = np.argsort(weight, kind="stable")
        left = np.sort(by_size[np.cumsum(weight[by_size]) > available])
        raise SitingError(TOO_SMALL, needed=float(weight.sum()), available=available, p=p, **rows(left))
    weighed = weigh(fitting, weight)
    opened = _opened_first(fitting, weighed, kept, p, clock)
    whole = room(weighed.cost, weight, capacity)
    search = RoomSearch(whole, (weight, capacity), opened, len(kept), forbidden=weighed.forbidden, clock=clock)
    search.run(unit=weighed.unit, seed=seed)
    assignment = search.opened[search.slots]
    paid = weighed.cost[assignment, np.arange(len(weight))]
    if not search.is_feasible or paid.max() >= weighed.forbidden:
        load = np.bincount(assignment, weights=weight, minlength=len(capacity))
        left = np.flatnonzero((load > capacity)[assignment] | (paid >= weighed.forbidden))
        if search.impossible:
            raise SitingError(TOO_FEW, p=p, **rows(left))
        raise SitingError(UNDECIDED, time_limit_s=clock.limit_s, **rows(left))
    return answer(costs, weight, np.sort(search.opened), assignment, search.lower / weighed.scale)


def answer(costs: FloatArray, weight: FloatArray, opened: IntArray, assignment: IntArray, lower: float) -> MedianSiting:
    """The result, its objective summed from the costs as they were given."""
    paid = costs[np.arange(len(weight)), assignment]
    objective = float((weight * paid).sum())
    return MedianSiting(opened, assignment, objective, min(lower, objective))


def weigh(costs: FloatArray, weight: FloatArray) -> Weighed:
    """The costs as searches want them: weighed, by site, finite, of middling size."""
    allowed = np.isfinite(costs)
    most = np.where(allowed, costs, 0.0).max(axis=1) if not allowed.all() else costs.max(axis=1)
    with np.errstate(over="ignore"):
        each = most * weight
        if not np.isfinite(each.sum()):
            raise SitingError(TOO_LARGE, **rows(np.flatnonzero(each >= each.max() / len(each))))
    largest = float(each.max())
    scale = 1.0 if TINY <= largest <= HUGE or largest == 0 else 2.0 ** -int(np.frexp(largest)[1])
    by_site = np.ascontiguousarray(costs.T)
    with np.errstate(invalid="ignore"):
        by_site = by_site * (weight * scale) if scale <= 1 else by_site * scale * weight
    forbidden = 2 * float((each * scale).sum()) + 1
    if not allowed.all():
        by_site[~allowed.T] = forbidden
    return Weighed(by_site, scale, _unit(by_site, allowed) if scale == 1.0 else 0.0, forbidden)


def _unit(by_site: FloatArray, allowed: BoolArray) -> float:
    """1 where all costs are whole but for rounding (of a cost divided by the weight, say); they are then made whole."""
    whole = np.rint(by_site)
    if (np.abs(by_site - whole) > INTEGER_SLACK)[allowed.T].any() or by_site.max() > 2**50:
        return 0.0
    by_site[:] = whole
    return 1.0


def _padded(kept: IntArray, p: int, n_sites: int) -> IntArray:
    """The kept sites and the lowest others, ``p`` in all, sorted."""
    rest = np.setdiff1d(np.arange(n_sites), kept)[: p - len(kept)]
    return np.sort(np.concatenate((kept, rest))).astype(np.int64)


def _opened_first(costs: FloatArray, weighed: Weighed, kept: IntArray, p: int, clock: Clock) -> IntArray:
    """Sites that serve everybody, the kept ones first. Where greedy and exchanges leave somebody out, covering decides whether any do."""
    opened = greedy(weighed.cost, kept, p)
    if weighed.cost[opened].min(axis=0).max() < weighed.forbidden:
        return opened
    covering = max_cover(np.isfinite(costs), p, fixed=kept.tolist(), time_limit_s=clock.left_s)
    left = np.flatnonzero(covering.assignment < 0)
    if not len(left):
        return np.concatenate((kept, np.setdiff1d(covering.open, kept)))
    if covering.bound < len(costs) - 0.5:
        raise SitingError(TOO_FEW, p=p, **rows(left))
    raise SitingError(UNDECIDED, time_limit_s=clock.limit_s, **rows(left))
