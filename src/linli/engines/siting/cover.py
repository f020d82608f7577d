"""Where to open so that most demand has a site within reach (the maximal covering location problem)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._covers import CoverSearch
from ._types import BoolArray, FloatArray, IntArray
from .clock import Clock
from .problem import TOO_LARGE, SitingError, check_counts, cover_matrix, fixed_array, rows, weight_array
from .result import Siting

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def max_cover(
    within: BoolArray | csr_array,
    p: int,
    *,
    weights: npt.ArrayLike | None = None,
    fixed: Sequence[int] = (),
    seed: int = 0,
    time_limit_s: float = 10,
) -> Siting:
    """The ``p`` sites that cover most weight (Church & ReVelle 1974, doi:10.1007/BF01942293).

    ``within[demand, sites]`` says which demand each site covers, dense or sparse; ``weights: float64[demand]`` finite and >= 0 (1 where
    None). ``p`` counts the ``fixed`` sites, which stay open. ``objective`` is the weight covered, ``bound`` an upper bound of it always;
    ``assignment`` the lowest open site that covers a demand, -1 where none does.

    Greedy and exchanges, a Lagrangian bound, then HiGHS on what that leaves, within ``time_limit_s``; the same ``seed`` gives the same sites unless
    the limit cuts the search short. Faults raise :class:`SitingError`.
    """
    covered = cover_matrix(within)
    n_demand, n_sites = covered.shape
    weight = weight_array(weights, n_demand)
    kept = fixed_array(fixed, n_sites)
    check_counts(p, low=0, n_fixed=len(kept), n_sites=n_sites, seed=seed, time_limit_s=time_limit_s)
    clock = Clock(time_limit_s)
    with np.errstate(over="ignore"):
        if not np.isfinite(weight.sum()):
            raise SitingError(TOO_LARGE, **rows(np.flatnonzero(weight == weight.max())))
    scale = 2.0 ** -np.frexp(weight.max(initial=0.0))[1] if weight.any() else 1.0
    lists, group_weight = _grouped(covered, weight * scale)
    unit = scale if (weight == np.floor(weight)).all() else 0.0
    found = CoverSearch(lists, group_weight, kept, int(p), unit=unit, seed=seed, clock=clock).run()
    return _answer(covered, weight, np.sort(found.opened), (float(group_weight.sum()) - found.lower) / scale)


def _answer(covered: Any, weight: FloatArray, opened: IntArray, upper: float) -> Siting:
    assignment = np.full(covered.shape[0], -1)
    by_site = covered.tocsc()
    for site in opened[::-1]:
        assignment[by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]] = site
    objective = float(weight[assignment >= 0].sum())
    return Siting(opened, assignment.astype(np.int64), objective, max(upper, objective))


def _grouped(covered: Any, weight: FloatArray) -> tuple[Any, FloatArray]:
    """Demand covered by the same sites is one; what counts for nothing or cannot be covered is left out. ``[groups, sites]``.

    Rows are told apart by two sums of random 64-bit numbers of their sites: two different rows share both once in 2¹²⁸.
    """
    rows_kept = np.flatnonzero((weight > 0) & (np.diff(covered.indptr) > 0))
    lists = covered[rows_kept]
    if not len(rows_kept):
        return lists, np.empty(0)
    marks = np.random.default_rng(0).integers(0, 2**64, (lists.shape[1], 2), np.uint64)
    sums = np.add.reduceat(marks[lists.indices], lists.indptr[:-1], axis=0)
    _, first, group = np.unique(sums, axis=0, return_index=True, return_inverse=True)
    merged: FloatArray = np.bincount(group.ravel(), weights=weight[rows_kept], minlength=len(first)).astype(np.float64)
    return lists[first], merged
