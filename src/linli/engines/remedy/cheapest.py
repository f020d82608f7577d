"""A covering knapsack by integer programming (HiGHS). Exact; small: tens of measures, tens of indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
FEASIBLE = 1e-6
"""HiGHS' own feasibility tolerance; a set found is checked against the sums again."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """``chosen`` the measures taken, ascending; ``cost`` their sum; ``reached[m]`` the lift of each indicator."""

    chosen: tuple[int, ...]
    cost: int
    reached: tuple[float, ...]


def cheapest_sets(
    cost: Sequence[int],
    lifts: FloatArray,
    short: Sequence[float],
    *,
    excludes: Sequence[tuple[int, int]] = (),
    n_sets: int = 2,
    time_limit_s: float = 10.0,
) -> tuple[Remedy, ...]:
    """The ``n_sets`` cheapest sets in turn; each later one leaves out at least one measure of every earlier one.

    ``cost[n]`` whole (fen), >= 0; ``lifts[n, m]`` the likely change of indicator ``m`` by measure ``n``, added up (an assumption: two measures do
    not spoil or double each other); ``short[m]`` > 0 what is missing. ``excludes``: pairs that cannot go together. Of sets that cost the same,
    one with fewer measures is taken. Fewer sets, or none, where there are no more. ``ValueError`` for shapes that do not fit.
    """
    n = len(cost)
    matrix = np.asarray(lifts, dtype=float).reshape(n, len(short)) if n else np.zeros((0, len(short)))
    if any(one < 0 for one in cost) or any(one <= 0 for one in short) or not np.isfinite(matrix).all():
        raise ValueError("cost must be >= 0, short > 0 and lifts finite")
    if not n or not len(short):
        return ()
    found: list[Remedy] = []
    cuts: list[tuple[int, ...]] = []
    while len(found) < n_sets:
        chosen = _solve(cost, matrix, short, excludes=excludes, cuts=cuts, time_limit_s=time_limit_s)
        if chosen is None:
            break
        reached = matrix[list(chosen)].sum(axis=0) if chosen else np.zeros(len(short))
        found.append(Remedy(chosen, sum(cost[one] for one in chosen), tuple(float(one) for one in reached)))
        cuts.append(chosen)
    return tuple(found)


def _solve(
    cost: Sequence[int], lifts: FloatArray, short: Sequence[float], *, excludes: Sequence[tuple[int, int]],
    cuts: Sequence[tuple[int, ...]], time_limit_s: float,
) -> tuple[int, ...] | None:  # fmt: skip
    import highspy

    solver = highspy.Highs()
    for name, value in {"output_flag": False, "threads": 1, "time_limit": time_limit_s, "mip_rel_gap": 0.0, "mip_abs_gap": 0.5}.items():  # fmt: skip
        solver.setOptionValue(name, value)
    infinity = highspy.kHighsInf
    n = len(cost)
    for one in cost:
        # (n + 1) · cost + 1: a fen more always outweighs a measure more, so cost comes first and the number of measures second.
        solver.addVar(0.0, 1.0)
        at = solver.getNumCol() - 1
        solver.changeColCost(at, float((n + 1) * one + 1))
        solver.changeColIntegrality(at, highspy.HighsVarType.kInteger)
    columns = np.arange(n, dtype=np.int32)
    for indicator, missing in enumerate(short):
        solver.addRow(float(missing), infinity, n, columns, lifts[:, indicator].astype(float))
    for first, second in excludes:
        solver.addRow(-infinity, 1.0, 2, np.array([first, second], dtype=np.int32), np.ones(2))
    for chosen in cuts:
        solver.addRow(-infinity, len(chosen) - 1.0, len(chosen), np.array(chosen, dtype=np.int32), np.ones(len(chosen)))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    values: Any = solver.getSolution().col_value
    chosen = tuple(at for at, value in enumerate(values) if value > 0.5)
    enough = lifts[list(chosen)].sum(axis=0) >= np.asarray(short) - FEASIBLE * np.maximum(
        1.0, np.abs(np.asarray(short))
    )
    return chosen if bool(np.all(enough)) else None
