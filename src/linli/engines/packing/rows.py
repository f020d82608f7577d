"""Modules in a plot: an integer program over rows, and what no layout at all can pass.

A layout in rows (shelves, levels) can be built and walked: every module of a row stands on the row's front edge, rows lie one behind the other. It is the
two-stage cutting of Gilmore & Gomory (1965, doi:10.1287/opre.13.1.94) as a level program (Lodi, Martello & Monaci 2002,
doi:10.1016/S0377-2217(02)00123-6). Layouts not in rows may serve more; how much at most is told by a knapsack of areas alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_ROWS = 14
"""Rows looked at: a plot deep enough for more is told the bound of areas instead of a proof."""
GROUND_SHARE = 1e-4
"""What covering the whole plot costs, in shares of the least a module serves: tells layouts that serve alike apart and nothing else."""
BOUND_S = 2.0


class PackingError(ValueError):
    """``code`` ``bad`` with every fault of the numbers, or ``no_room`` where the modules that must stand fit no layout in rows; ``modules`` the positions."""

    def __init__(self, code: str, words: str, *, modules: Sequence[int] = ()) -> None:
        super().__init__(words)
        self.code, self.modules = code, tuple(modules)


@dataclass(frozen=True, slots=True)
class Module:
    """``width_dm`` along the row, ``depth_dm`` across it, both with the way to it; ``may_turn`` by a quarter. One serves ``serves``, all together no more than
    ``asked``; at least ``least`` and at most ``most`` stand."""

    width_dm: int
    depth_dm: int
    serves: float
    asked: float
    least: int = 0
    most: int = 99
    may_turn: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """``module`` with its near left corner at ``x_dm, y_dm`` of the plot, ``width_dm`` along the row and ``depth_dm`` across as it stands."""

    module: int
    x_dm: int
    y_dm: int
    width_dm: int
    depth_dm: int


@dataclass(frozen=True, slots=True)
class Plan:
    """``count[module]``; ``served`` by all together. ``bound`` what no layout in rows can pass; ``any_bound`` what no layout whatever can. ``used`` share of the
    plot modules stand on."""

    placed: tuple[Placed, ...]
    count: tuple[int, ...]
    served: float
    bound: float
    any_bound: float
    used: float

    @property
    def proved(self) -> bool:
        """No layout in rows serves more, to two ten-thousandths of what the least module serves."""
        return self.bound - self.served <= 1e-6 * max(1.0, self.bound)


@dataclass(frozen=True, slots=True)
class _Stand:
    module: int
    width: int
    depth: int


def pack(width_dm: int, depth_dm: int, modules: Sequence[Module], *, time_limit_s: float = 5.0, seed: int = 0) -> Plan:
    """The layout in rows that serves most; of those as good, one on less ground.

    Lengths in whole decimetres. :class:`PackingError` with every fault, or naming what must stand and cannot. Cost: a fraction of a second for plots of some
    hundred square metres and up to ten modules; the bound tells where time ran out.
    """
    _check(width_dm, depth_dm, modules)
    stands = [one for one in _stands(modules) if one.width <= width_dm and one.depth <= depth_dm]
    heights = sorted({one.depth for one in stands}, reverse=True)
    area = width_dm * depth_dm
    ceiling = _area_bound(area, modules, {one.module for one in stands})
    lacking = [n for n, one in enumerate(modules) if one.least and not any(stand.module == n for stand in stands)]
    if lacking:
        raise PackingError(
            "no_room", f"modules {lacking} must stand and do not fit {width_dm} x {depth_dm} dm", modules=lacking
        )
    if not stands:
        return Plan((), (0,) * len(modules), 0.0, 0.0, 0.0, 0.0)
    n_rows = min(MOST_ROWS, depth_dm // heights[-1])
    counts, bound = _solve(
        width_dm, depth_dm, modules, stands, heights, n_rows=n_rows, time_limit_s=time_limit_s, seed=seed
    )
    placed = _place(counts, stands)
    count = [0] * len(modules)
    for one in placed:
        count[one.module] += 1
    served = sum(min(module.asked, module.serves * n) for module, n in zip(modules, count, strict=True))
    # Where rows were capped, fewer rows than fit were looked at: only the bound of areas holds then.
    in_rows = ceiling if n_rows < depth_dm // heights[-1] else min(bound, ceiling)
    if in_rows - served <= 2 * GROUND_SHARE * min(1.0, *(one.serves for one in modules)):
        in_rows = served
    used = sum(one.width_dm * one.depth_dm for one in placed) / area
    return Plan(tuple(placed), tuple(count), served, max(in_rows, served), max(ceiling, served), used)


def _stands(modules: Sequence[Module]) -> list[_Stand]:
    found = []
    for n, one in enumerate(modules):
        found.append(_Stand(n, one.width_dm, one.depth_dm))
        if one.may_turn and one.width_dm != one.depth_dm:
            found.append(_Stand(n, one.depth_dm, one.width_dm))
    return found


class _Rows:
    """A HiGHS model built row by row."""

    def __init__(self, *, time_limit_s: float, seed: int) -> None:
        import highspy

        self.highspy = highspy
        self.solver: Any = highspy.Highs()
        options = {"output_flag": False, "threads": 1, "parallel": "off", "random_seed": seed % (2**31 - 1), "time_limit": time_limit_s, "mip_rel_gap": 0.0, "mip_abs_gap": 0.0}  # fmt: skip
        for name, value in options.items():
            self.solver.setOptionValue(name, value)

    def variable(self, high: float, cost: float, *, whole: bool) -> int:
        self.solver.addVar(0.0, high)
        at = int(self.solver.getNumCol()) - 1
        self.solver.changeColCost(at, cost)
        if whole:
            self.solver.changeColIntegrality(at, self.highspy.HighsVarType.kInteger)
        return at

    def row(self, low: float, high: float, terms: Sequence[tuple[int, float]]) -> None:
        infinity = self.highspy.kHighsInf
        index = np.array([at for at, _ in terms], dtype=np.int32)
        value = np.array([float(one) for _, one in terms])
        self.solver.addRow(
            -infinity if low == -math.inf else low, infinity if high == math.inf else high, len(terms), index, value
        )

    def run(self) -> tuple[list[float] | None, float, bool]:
        """Values, the least the cost can be, and whether there is no solution at all."""
        self.solver.run()
        info = self.solver.getInfo()
        infeasible = self.solver.getModelStatus() == self.highspy.HighsModelStatus.kInfeasible
        has_one = info.primal_solution_status == self.highspy.SolutionStatus.kSolutionStatusFeasible
        bound = float(info.mip_dual_bound)
        return (list(self.solver.getSolution().col_value) if has_one else None), bound, infeasible


def _serving(model: _Rows, modules: Sequence[Module], of_module: dict[int, list[int]]) -> None:
    """Served per module: no more than its units serve, no more than is asked; the least and most of units kept."""
    for n, one in enumerate(modules):
        units = of_module.get(n, [])
        if not units:
            continue
        model.row(one.least, one.most, [(at, 1.0) for at in units])
        gain = model.variable(one.asked, -1.0, whole=False)
        model.row(-math.inf, 0.0, [(gain, 1.0), *((at, -one.serves) for at in units)])


def _area_bound(area: int, modules: Sequence[Module], can_stand: set[int]) -> float:
    model = _Rows(time_limit_s=BOUND_S, seed=0)
    units = {n: [model.variable(float(one.most), 0.0, whole=True)] for n, one in enumerate(modules) if n in can_stand}
    if not units:
        return 0.0
    model.row(
        -math.inf, float(area), [(at[0], float(modules[n].width_dm * modules[n].depth_dm)) for n, at in units.items()]
    )
    _serving(model, modules, units)
    everything = sum(one.asked for one in modules)
    _, bound, infeasible = model.run()
    return 0.0 if infeasible else min(everything, -bound) if math.isfinite(bound) else everything


def _solve(
    width: int, depth: int, modules: Sequence[Module], stands: Sequence[_Stand], heights: Sequence[int], *, n_rows: int, time_limit_s: float, seed: int
) -> tuple[list[list[int]], float]:  # fmt: skip
    model = _Rows(time_limit_s=time_limit_s, seed=seed)
    # Ground costs less than the least anybody could be served by, so that it only tells equal layouts apart.
    least = min((one.serves for one in modules if one.serves > 0), default=1.0)
    ground = GROUND_SHARE * min(1.0, least) / (width * depth)
    is_row = [[model.variable(1.0, 0.0, whole=True) for _ in heights] for _ in range(n_rows)]
    units = [[model.variable(float(min(modules[one.module].most, width // one.width)), ground * one.width * one.depth, whole=True) for one in stands] for _ in range(n_rows)]  # fmt: skip
    model.row(-math.inf, float(depth), [(at, float(h)) for row in is_row for at, h in zip(row, heights, strict=True)])
    for n in range(n_rows):
        model.row(-math.inf, 1.0, [(at, 1.0) for at in is_row[n]])
        model.row(-math.inf, 0.0, [*((at, float(one.width)) for at, one in zip(units[n], stands, strict=True)), *((at, -float(width)) for at in is_row[n])])  # fmt: skip
        for at, one in zip(units[n], stands, strict=True):
            deep = [
                (row, -float(width // one.width)) for row, h in zip(is_row[n], heights, strict=True) if h >= one.depth
            ]
            model.row(-math.inf, 0.0, [(at, 1.0), *deep])
        if n:
            # Deeper rows first: the same layout in another order is not looked at again.
            model.row(0.0, math.inf, [*((at, float(h)) for at, h in zip(is_row[n - 1], heights, strict=True)), *((at, -float(h)) for at, h in zip(is_row[n], heights, strict=True))])  # fmt: skip
    of_module: dict[int, list[int]] = {}
    for row in units:
        for at, one in zip(row, stands, strict=True):
            of_module.setdefault(one.module, []).append(at)
    _serving(model, modules, of_module)
    values, bound, infeasible = model.run()
    must = [n for n, one in enumerate(modules) if one.least]
    if infeasible or (values is None and must):
        raise PackingError(
            "no_room", f"modules {must} must stand and fit no layout in rows of {width} x {depth} dm", modules=must
        )
    if values is None:
        return [[0] * len(stands) for _ in range(n_rows)], math.inf
    return [[round(values[at]) for at in row] for row in units], -bound + GROUND_SHARE * min(
        1.0, least
    ) if math.isfinite(bound) else math.inf


def _place(counts: Sequence[Sequence[int]], stands: Sequence[_Stand]) -> list[Placed]:
    placed, y = [], 0
    for row in counts:
        x, deep = 0, 0
        for one, n in sorted(zip(stands, row, strict=True), key=lambda pair: (-pair[0].depth, pair[0].module)):
            for _ in range(n):
                placed.append(Placed(one.module, x, y, one.width, one.depth))
                x += one.width
                deep = max(deep, one.depth)
        y += deep
    return placed


def _check(width_dm: int, depth_dm: int, modules: Sequence[Module]) -> None:
    faults = []
    if width_dm < 1 or depth_dm < 1:
        faults.append(f"the plot must be at least 1 x 1 dm, got {width_dm} x {depth_dm}")
    if not modules:
        faults.append("modules must hold at least one")
    for n, one in enumerate(modules):
        if one.width_dm < 1 or one.depth_dm < 1:
            faults.append(f"module {n}: must be at least 1 x 1 dm, got {one.width_dm} x {one.depth_dm}")
        if not (math.isfinite(one.serves) and one.serves > 0) or not (math.isfinite(one.asked) and one.asked >= 0):
            faults.append(f"module {n}: serves must be > 0 and asked >= 0, got {one.serves} and {one.asked}")
        if not 0 <= one.least <= one.most:
            faults.append(f"module {n}: least and most must be 0 <= least <= most, got {one.least} and {one.most}")
    if faults:
        raise PackingError("bad", "; ".join(faults))
