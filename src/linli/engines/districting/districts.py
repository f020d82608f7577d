"""The division of all areas: piece by piece, searched, and proved where a piece is small."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..siting import p_median
from ._exact import prove
from ._search import N_STARTS, STARTS_BEFORE_PROOF, cost_of, middle_of, seek, total_of
from .problem import DistrictingError, Piece, check, counts_of, pieces_of
from .result import Districts, FloatArray, IntArray

MEDIAN_S = 2.0
"""Seconds for the bound of a piece that is too large for a proof."""
EXACT_MOST = 40
"""Areas of a piece up to which a proof is tried: beyond, HiGHS was seen to have no better bound in ten seconds than the median."""


def split(
    weight: npt.ArrayLike,
    xy_m: npt.ArrayLike,
    neighbours: npt.ArrayLike,
    *,
    low: float,
    high: float,
    n_units: int | None = None,
    seed: int = 0,
    time_limit_s: float = 10.0,
) -> Districts:
    """Areas put together into connected units of ``low`` to ``high`` people, both inclusive, with the least person-metres to the units' middles.

    ``weight: float64[areas]`` people; ``xy_m: float64[areas, 2]`` the middle of each in flat metres; ``neighbours: int64[pairs, 2]`` which touch.
    Areas are kept whole and units never leap a gap. Each connected piece is divided into the number of units whose mean is nearest to the middle of
    the bounds, or ``n_units`` together. :class:`DistrictingError` names what cannot be met: areas too heavy, pieces no number of units fits, a number out of
    what can be, no connected division at all (``impossible``: proved) or none found (``not_found``). An area without people counts as one
    person in the distance, so that it lies with its surroundings.
    """
    people = np.asarray(weight, dtype=np.float64)
    xy, pairs = np.asarray(xy_m, dtype=np.float64), np.asarray(neighbours, dtype=np.int64)
    pairs = pairs.reshape(-1, 2) if pairs.size == 0 else pairs
    check(people, xy, pairs, low, high)
    pieces = pieces_of(people, xy, pairs)
    counts = counts_of(pieces, low, high, n_units)
    until = time.monotonic() + time_limit_s
    unit = np.zeros(len(people), dtype=np.int64)
    centres: list[int] = []
    objective = bound = 0.0
    for left, (piece, k) in enumerate(zip(pieces, counts, strict=True)):
        share = time.monotonic() + max(0.0, until - time.monotonic()) / (len(pieces) - left)
        own, lower = _divide(piece, k, low, high, seed=seed, until=share)
        middles = [middle_of(piece, np.flatnonzero(own == u).tolist()) for u in range(k)]
        order = np.argsort(middles)
        rank = np.empty(k, dtype=np.int64)
        rank[order] = np.arange(k)
        unit[piece.at] = rank[own] + len(centres)
        centres += [int(piece.at[middles[u]]) for u in order]
        cost = cost_of(piece, own, k)
        objective += cost
        bound += min(lower, cost)
    return Districts(
        unit, np.array(centres, dtype=np.int64), total_of(people, unit, len(centres)), objective, bound
    )  # fmt: skip


def _divide(piece: Piece, k: int, low: float, high: float, *, seed: int, until: float) -> tuple[IntArray, float]:
    """Units by position in the piece, and what no division can go below."""
    if k == 1:
        unit = np.zeros(piece.n, dtype=np.int64)
        return unit, cost_of(piece, unit, 1)
    is_small = piece.n <= EXACT_MOST
    # A small piece gets its bound from the proof; the median would only be compiled for it.
    seeds, bound = ((), 0.0) if is_small else _median(piece, k, until=until)
    half = time.monotonic() + max(0.0, until - time.monotonic()) / 2
    n_starts = STARTS_BEFORE_PROOF if is_small else N_STARTS
    found, nearest = seek(piece, k, low, high, seeds=seeds, n_starts=n_starts, seed=seed, until=half)
    if is_small:
        middles = [middle_of(piece, np.flatnonzero(found == u).tolist()) for u in range(k)] if found is not None else []
        answer = prove(piece, k, low, high, start=found, middles=middles, until=until, seed=seed)
        if answer.is_infeasible:
            words = f"areas {piece.at.tolist()} cannot be put together into {k} connected units of {low:g} to {high:g}"
            raise DistrictingError("impossible", words, areas=piece.at.tolist(), weight=float(piece.weight.sum()))
        bound = max(bound, answer.bound)
        if answer.unit is not None and (found is None or cost_of(piece, answer.unit, k) < cost_of(piece, found, k)):
            found = answer.unit
    if found is None:
        words = f"no division of areas {piece.at.tolist()} into {k} units was found in time; the nearest lay {nearest:g} outside of the bounds"
        raise DistrictingError("not_found", words, areas=piece.at.tolist(), weight=float(nearest))
    return found, bound


def _median(piece: Piece, k: int, *, until: float) -> tuple[Sequence[int], float]:
    """Middles if neither bounds nor touching mattered: a start, and a lower bound because both are left out."""
    cost: FloatArray = piece.cost
    answer = p_median(cost, k, time_limit_s=max(0.0, min(MEDIAN_S, until - time.monotonic())))
    return answer.open.tolist(), answer.bound
