"""HiGHS asked to finish: the one place that knows its interface.

Imported when first needed: HiGHS and OR-Tools bring the same symbols and must not share a process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
LEAST_S = 0.02
"""Less time than this is not worth starting for."""


@dataclass(frozen=True, slots=True)
class Program:
    """Minimise ``cost · x`` with ``row_low <= A x <= row_high``, ``0 <= x <= 1``; ``start, index, value`` are the columns of ``A``."""

    cost: FloatArray
    start: IntArray
    index: IntArray
    value: FloatArray
    row_low: FloatArray
    row_high: FloatArray
    is_integer: IntArray
    low: FloatArray


@dataclass(frozen=True, slots=True)
class Finished:
    """``x`` the best solution or None; ``bound`` no solution is below it; ``is_infeasible`` where there is none at all."""

    x: FloatArray | None
    bound: float
    is_infeasible: bool


def finish(program: Program, *, start: FloatArray | None, seed: int, time_limit_s: float, gap: float) -> Finished:
    """Solve by HiGHS (Huangfu & Hall 2018, doi:10.1007/s12532-017-0130-5), one thread, within the time limit."""
    import highspy

    solver = highspy.Highs()
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": seed % (2**31 - 1),
        "time_limit": time_limit_s,
        "mip_rel_gap": gap,
        "mip_abs_gap": 0.0,
    }.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(highspy, program))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    infeasible = status == highspy.HighsModelStatus.kInfeasible
    has_one = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(solver.getSolution().col_value) if has_one else None
    return Finished(x, float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else -np.inf, infeasible)


def _model(highspy: Any, program: Program) -> Any:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.cost), len(program.row_low)
    model.col_cost_ = program.cost
    model.col_lower_, model.col_upper_ = program.low, np.ones(len(program.cost))
    model.row_lower_, model.row_upper_ = program.row_low, program.row_high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = program.start, program.index
    model.a_matrix_.value_ = program.value
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[int(whole)] for whole in program.is_integer]
    return model
