"""Which idle rooms to open together, each serving no more than it holds: :func:`linli.engines.siting.p_median` with capacities.

Owns the question's shape. What exists stays and goes on serving: only houses beyond the limit are asked for. A house whose people fit nowhere is
left out rather than the whole refused: leaving out is one more place without end, ten limits away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.engines.siting import p_median

from ..rules.coverage import Floats
from .field import Ints

TIME_LIMIT_S = 4.0
LEFT_OUT_LIMITS = 10.0


@dataclass(frozen=True, slots=True)
class RoomChoice:
    """``room: int64[n]`` the rooms to open; ``houses[n]`` whom each serves; ``asked[n]`` the places they ask for. ``is_best``: no other choice of as
    many leaves fewer out, or leaves as few and walks less."""

    room: Ints
    houses: tuple[Ints, ...]
    asked: tuple[float, ...]
    is_best: bool


def choose_rooms(
    walk_m: Floats,
    n: int,
    *,
    demand: Ints,
    asked: Floats,
    limit_m: float,
    capacity: Sequence[float | None],
    seed: int = 0,
) -> RoomChoice:
    """Up to ``n`` rooms for the houses ``demand``. ``walk_m: float64[houses, rooms]``; ``asked: float64[houses]`` places each house asks for;
    ``capacity`` of each room, None without end. A house goes to one room whole."""
    none = RoomChoice(np.zeros(0, dtype=np.int64), (), (), is_best=True)
    demand = demand[asked[demand] > 0]
    cost = np.where(walk_m[demand] <= limit_m, walk_m[demand], np.inf)
    useful = np.flatnonzero(np.isfinite(cost).any(axis=0))
    if not len(demand) or not len(useful) or n < 1:
        return none
    total = float(asked[demand].sum())
    holds = np.array(
        [total if capacity[room] is None else min(float(capacity[room] or 0.0), total) for room in useful.tolist()]
    )
    whole = np.concatenate((cost[:, useful], np.full((len(demand), 1), LEFT_OUT_LIMITS * limit_m)), axis=1)
    whole[:, :-1][asked[demand][:, None] > holds[None, :]] = np.inf
    out = len(useful)
    found = p_median(
        whole, min(n, len(useful)) + 1, weights=asked[demand], fixed=[out], capacity=np.append(holds, total * 1.001),
        seed=seed, time_limit_s=TIME_LIMIT_S,
    )  # fmt: skip
    chosen = [site for site in found.open.tolist() if site != out and (found.assignment == site).any()]
    houses = tuple(demand[found.assignment == site] for site in chosen)
    return RoomChoice(useful[chosen], houses, tuple(float(asked[own].sum()) for own in houses), bool(found.proved))
