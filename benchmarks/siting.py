"""Siting against its peers, in one run on the same instances.

Peers: HiGHS given the plain integer program (Church & ReVelle's cover; ReVelle & Swain's p-median, strong form), the same time limit
and one thread; and Teitz & Bart's exchange as a textbook writes it, in numpy, from the same greedy sites. Ratios are of time where
both prove, of gaps where the limit ends either. Processor time, so that other work on the machine falls out.

Run: ``python benchmarks/siting.py``; prints one JSON object. Needs the matrices of ``LINLI_DATA`` (default ``../shared/data``).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from linli.engines.siting import max_cover, p_median, warm

DATA = Path(os.environ.get("LINLI_DATA", Path(__file__).parents[2] / "shared" / "data")) / "optimisation"
LIMIT_S = 10.0


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    result = work()
    return round(time.process_time() - begun, 3), result


def highs(columns: Any, matrix: Any, low: Any, high: Any, n_integer: int) -> tuple[float, float]:
    """Objective and bound of a plain program; inf and -inf where the limit came first."""
    import highspy

    solver, model, matrix = highspy.Highs(), highspy.HighsLp(), matrix.tocsc()
    for name, value in {"output_flag": False, "threads": 1, "time_limit": LIMIT_S, "mip_rel_gap": 1e-6}.items():
        solver.setOptionValue(name, value)
    model.num_col_, model.num_row_ = len(columns), len(low)
    model.col_cost_, model.col_lower_, model.col_upper_ = columns, np.zeros(len(columns)), np.ones(len(columns))
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    model.integrality_ = [highspy.HighsVarType.kInteger] * n_integer + [highspy.HighsVarType.kContinuous] * (
        len(columns) - n_integer
    )
    solver.passModel(model)
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return info.objective_function_value if found else np.inf, info.mip_dual_bound


def plain_median(cost: np.ndarray, p: int) -> tuple[float, float]:
    from scipy.sparse import coo_array, hstack, vstack

    n_demand, n_sites = cost.shape
    pair = np.arange(n_demand * n_sites)
    once = coo_array((np.ones(pair.size), (pair // n_sites, pair)), shape=(n_demand, pair.size))
    opened = coo_array((-np.ones(pair.size), (pair, pair % n_sites)), shape=(pair.size, n_sites))
    either = coo_array((np.ones(pair.size), (pair, pair)), shape=(pair.size, pair.size))
    counted = coo_array((np.ones(n_sites), (np.zeros(n_sites, int), np.arange(n_sites))), shape=(1, n_sites))
    matrix = vstack(
        [
            hstack([counted, coo_array((1, pair.size))]),
            hstack([coo_array((n_demand, n_sites)), once]),
            hstack([opened, either]),
        ]
    )
    low = np.concatenate(([p], np.ones(n_demand), np.full(pair.size, -np.inf)))
    high = np.concatenate(([p], np.ones(n_demand), np.zeros(pair.size)))
    return highs(np.concatenate((np.zeros(n_sites), cost.ravel())), matrix, low, high, n_sites)


def plain_cover(within: np.ndarray, weights: np.ndarray, p: int) -> tuple[float, float]:
    from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack

    n_demand, n_sites = within.shape
    covered = hstack([csr_array(-within.astype(float)), eye_array(n_demand)])
    counted = hstack([csr_array(np.ones((1, n_sites))), coo_array((1, n_demand))])
    low, high = np.append(np.full(n_demand, -np.inf), p), np.append(np.zeros(n_demand), p)
    objective, bound = highs(
        np.concatenate((np.zeros(n_sites), -weights)), vstack([covered, counted]), low, high, n_sites
    )
    return -objective, -bound


def textbook(cost: np.ndarray, p: int) -> float:
    """Teitz & Bart 1968: every site out and every site in, as long as one exchange helps."""
    opened: list[int] = []
    for _ in range(p):
        least = np.minimum(cost[:, opened].min(axis=1)[:, None], cost) if opened else cost
        opened.append(int(least.sum(axis=0).argmin()))
    best, improved = cost[:, opened].min(axis=1).sum(), True
    while improved:
        improved = False
        for slot in range(p):
            rest = np.delete(opened, slot)
            totals = np.minimum(cost[:, rest].min(axis=1)[:, None], cost).sum(axis=0)
            if totals.min() < best - 1e-9:
                opened[slot], best, improved = int(totals.argmin()), totals.min(), True
    return float(best)


def told(name: str, seconds: float, found: Any, **more: Any) -> dict[str, Any]:
    return {"case": name, "s": seconds, "gap_pct": round(100 * found.gap, 4), "proved": found.proved, **more}


def medians() -> list[dict[str, Any]]:
    lines = []
    for name in ("pmed1", "pmed5", "pmed7", "pmed13", "pmed15"):
        case = np.load(DATA / "pmed" / f"{name}.npz")
        cost, p, optimum = case["distance"].astype(float), int(case["p"]), float(case["optimum"])
        seconds, found = spent(lambda cost=cost, p=p: p_median(cost, p, time_limit_s=LIMIT_S))
        peer_s, peer = spent(lambda cost=cost, p=p: textbook(cost, p))
        above = {"above_optimum_pct": 100 * (found.objective / optimum - 1), "textbook_s": peer_s}
        above["textbook_above_optimum_pct"] = round(100 * (peer / optimum - 1), 3)
        if cost.size <= 10_000:
            highs_s, (objective, bound) = spent(lambda cost=cost, p=p: plain_median(cost, p))
            above |= {"highs_s": highs_s, "highs_objective": objective, "highs_bound": bound}
            above["highs_time_ratio"] = round(highs_s / seconds, 1)
        lines.append(told(name, seconds, found, **above))
    rng = np.random.default_rng(1)
    demand, sites, weights = rng.random((5000, 2)), rng.random((500, 2)), rng.integers(1, 100, 5000)
    cost = np.hypot(*(demand[:, None] - sites[None]).transpose(2, 0, 1))
    for p in (5, 20, 80):
        seconds, found = spent(lambda p=p: p_median(cost, p, weights=weights, time_limit_s=3))
        peer_s, peer = spent(lambda: textbook(cost[:, :] * weights[:, None], 5)) if p == 5 else (None, None)
        more = {} if peer is None else {"textbook_s": peer_s, "textbook_objective_ratio": peer / found.objective}
        lines.append(told(f"plane 5,000 x 500, p = {p}", seconds, found, **more))
    return lines


def covers() -> list[dict[str, Any]]:
    lines = []
    for name in ("SJC324", "SJC500"):
        x, y, weights = np.loadtxt(DATA / "covering" / f"{name}.txt", skiprows=1).T
        for radius_m, p in ((150, 20), (200, 5), (200, 20)):
            within = np.hypot(x[:, None] - x, y[:, None] - y) <= radius_m
            ask = lambda within=within, p=p, weights=weights: max_cover(  # noqa: E731
                within, p, weights=weights, time_limit_s=LIMIT_S
            )
            seconds, found = spent(ask)
            peer_s, (objective, bound) = spent(lambda within=within, p=p, w=weights: plain_cover(within, w, p))
            more = {"highs_s": peer_s, "highs_objective": objective, "highs_bound": bound}
            lines.append(told(f"{name}, {radius_m} m, p = {p}", seconds, found, objective=found.objective, **more))
    return lines


def main() -> int:
    warm()
    print(json.dumps({"p_median": medians(), "max_cover": covers()}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
