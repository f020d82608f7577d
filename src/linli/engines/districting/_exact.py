"""The proof on small pieces: Hess's program with cuts that keep units connected, by HiGHS.

Areas are given to areas that are middles (Hess et al. 1965, doi:10.1287/opre.13.6.998). A unit that falls apart is forbidden by an a,b-separator:
an area cut off from its middle needs one of the areas in between (Oehrlein & Haunert 2017, doi:10.5311/JOSIS.2017.15.379; Validi, Buchanan & Lykhovyd
2022, doi:10.1287/opre.2021.2141). Cuts are added until no unit falls apart, so the last program's answer is exact.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array

from .._highs import LEAST_S, Program, finish
from .problem import SLACK, Piece, reach
from .result import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """``unit`` None where none was found in time; ``is_infeasible`` where there is none."""

    unit: IntArray | None
    bound: float
    is_infeasible: bool = False


@dataclass(slots=True)
class _Rows:
    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, columns: list[int], values: list[float], low: float, high: float) -> None:
        self.row += [len(self.low)] * len(columns)
        self.column += columns
        self.value += values
        self.low.append(low)
        self.high.append(high)


def prove(piece: Piece, k: int, low: float, high: float, *, start: IntArray | None, middles: list[int], until: float, seed: int) -> Answer:  # fmt: skip
    """The most compact connected division into ``k`` units, or the best bound by ``until`` (monotonic seconds)."""
    may = _may(piece, high)
    column = {(int(i), int(j)): n for n, (i, j) in enumerate(np.argwhere(may))}
    rows = _base(piece, k, low, high, column)
    cost = np.array([piece.cost[i, j] for i, j in column])
    first = _as_columns(start, middles, column) if start is not None else None
    bound = 0.0
    while True:
        left_s = until - time.monotonic()
        if left_s < LEAST_S:
            return Answer(None, bound)
        done = finish(_program(cost, rows), start=first, seed=seed, time_limit_s=left_s, gap=0.0)
        if done.is_infeasible:
            return Answer(None, np.inf, is_infeasible=True)
        bound = max(bound, done.bound)
        if done.x is None:
            return Answer(None, bound)
        to = _read(done.x, column, piece.n)
        if not _cut(piece, to, column, rows):
            names = {j: n for n, j in enumerate(np.unique(to).tolist())}
            return Answer(np.array([names[j] for j in to.tolist()], dtype=np.int64), bound)


def _may(piece: Piece, high: float) -> np.ndarray:
    """Pairs that can share a unit: the lightest connected way between them, both ends counted, weighs no more than a unit may."""
    may = np.zeros((piece.n, piece.n), dtype=bool)
    for j in range(piece.n):
        least = np.full(piece.n, np.inf)
        least[j] = piece.weight[j]
        queue = [(float(least[j]), j)]
        while queue:
            so_far, at = heapq.heappop(queue)
            if so_far > least[at]:
                continue
            for other in piece.near[at]:
                if (new := so_far + float(piece.weight[other])) < least[other]:
                    least[other] = new
                    heapq.heappush(queue, (new, other))
        may[:, j] = least <= high * (1 + SLACK)
    return may


def _base(piece: Piece, k: int, low: float, high: float, column: dict[tuple[int, int], int]) -> _Rows:
    rows = _Rows()
    of_area: list[list[int]] = [[] for _ in range(piece.n)]
    of_middle: list[list[int]] = [[] for _ in range(piece.n)]
    for (i, j), n in column.items():
        of_area[i].append(n)
        of_middle[j].append(n)
    area_of = [i for i, _ in column]
    for columns in of_area:
        rows.add(columns, [1.0] * len(columns), 1.0, 1.0)
    middles = [column[j, j] for j in range(piece.n)]
    rows.add(middles, [1.0] * piece.n, k, k)
    for j in range(piece.n):
        people = [float(piece.weight[area_of[n]]) for n in of_middle[j]]
        at = of_middle[j].index(middles[j])
        for bound, lo, hi in ((low * (1 - SLACK), 0.0, np.inf), (high * (1 + SLACK), -np.inf, 0.0)):
            values = people.copy()
            values[at] -= bound
            rows.add(of_middle[j], values, lo, hi)
    for (i, j), n in column.items():
        if i != j:
            rows.add([n, middles[j]], [1.0, -1.0], -np.inf, 0.0)
            if j not in piece.near[i]:
                between = [column[s, j] for s in piece.near[i] if (s, j) in column]
                rows.add([n, *between], [1.0, *[-1.0] * len(between)], -np.inf, 0.0)
    return rows


def _program(cost: FloatArray, rows: _Rows) -> Program:
    matrix = coo_array((rows.value, (rows.row, rows.column)), shape=(len(rows.low), len(cost))).tocsc()
    return Program(
        cost=cost, start=matrix.indptr, index=matrix.indices, value=matrix.data,
        row_low=np.array(rows.low), row_high=np.array(rows.high), is_integer=np.ones(len(cost), dtype=np.int64), low=np.zeros(len(cost)),
    )  # fmt: skip


def _as_columns(unit: IntArray, middles: list[int], column: dict[tuple[int, int], int]) -> FloatArray:
    x = np.zeros(len(column))
    for i, u in enumerate(unit.tolist()):
        x[column[i, middles[u]]] = 1.0
    return x


def _read(x: FloatArray, column: dict[tuple[int, int], int], n: int) -> IntArray:
    to = np.full(n, -1, dtype=np.int64)
    for (i, j), at in column.items():
        if x[at] > 0.5:
            to[i] = j
    return to


def _cut(piece: Piece, to: IntArray, column: dict[tuple[int, int], int], rows: _Rows) -> bool:
    """Forbid every part that is cut off from its middle; whether there was one."""
    fell_apart = False
    for j in np.unique(to).tolist():
        rest = set(np.flatnonzero(to == j).tolist())
        rest -= reach(j, piece.near, rest)
        while rest:
            part = reach(next(iter(rest)), piece.near, rest)
            rest -= part
            fell_apart = True
            round_ = {one for area in part for one in piece.near[area]} - part
            side = reach(j, piece.near, set(range(piece.n)) - round_ - part)
            between = [s for s in round_ if any(one in side for one in piece.near[s])]
            for i in part:
                columns = [column[s, j] for s in between if (s, j) in column]
                rows.add([column[i, j], *columns], [1.0, *[-1.0] * len(columns)], -np.inf, 0.0)
    return fell_apart
