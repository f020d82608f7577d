"""Sites, plots and hours of islands → :func:`linli.engines.packing.pack` and :func:`linli.engines.timetable.allot`; walks to a site by :mod:`.standing`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.engines.packing import Module, PackingError, Plan, pack
from linli.engines.siting import p_median
from linli.engines.timetable import Room, Timetable, Use, allot

from ..rules.coverage import Floats
from ..rules.island import Convertible, Function, ModuleKind
from .field import Ints
from .standing import stand_at, walk_from_houses
from .walks import Measured

LEFT_OUT_LIMITS = 10.0
"""A person beyond reach counts as this many limits walked, so that few are left out before anybody walks less."""
SITES_S = 4.0
PACK_S = 4.0
HOURS_S = 3.0

__all__ = ["Choice", "Day", "PackingError", "Plan", "choose_places", "day_of", "lay_out", "walks_to"]


@dataclass(frozen=True, slots=True)
class Day:
    """The convertible unit's day: ``held`` functions with their first hour, in order; ``left`` those that found no hour, once a session. ``is_best`` proved."""

    held: tuple[tuple[Function, int], ...]
    left: tuple[Function, ...]
    persons: int
    most_persons: int
    is_best: bool


def day_of(unit: Convertible) -> Day:
    """One function at a time, with its change time; most persons served."""
    hours = unit.last_hour - unit.first_hour
    wanted = [one for one in unit.functions for _ in range(one.sessions)]
    room = Room((True,) * hours, unit.width_dm * unit.depth_dm / 100, max((one.persons for one in wanted), default=0))
    uses = [
        Use(one.id, one.length_hours, tuple(h - unit.first_hour for h in one.starts if h >= unit.first_hour), worth=float(one.persons), persons=one.persons, change=one.change_hours)
        for one in wanted
    ]  # fmt: skip
    found: Timetable = allot([room], uses, time_limit_s=HOURS_S)
    held = tuple((wanted[one.use], unit.first_hour + one.start) for one in found.placed)
    placed = {one.use for one in found.placed}
    left = tuple(one for n, one in enumerate(wanted) if n not in placed)
    return Day(held, left, round(found.worth), round(found.bound), found.proved)


def lay_out(
    plot_dm: tuple[int, int], kinds: Sequence[ModuleKind], persons: float, *, unit: Convertible | None, day: Day
) -> Plan:
    """Modules for ``persons`` within reach; the convertible unit, where there is one, comes last and stands at most once. PackingError as the engine's."""
    modules = [
        Module(one.width_dm, one.depth_dm, one.serves, one.asked_share * persons, one.least, one.most, one.may_turn)
        for one in kinds
    ]
    if unit is not None and day.persons > 0:
        # One unit: what it serves in its best day, or everybody there is where that is fewer.
        modules.append(
            Module(unit.width_dm, unit.depth_dm, float(day.persons), min(float(day.persons), persons), most=1)
        )
    return pack(*plot_dm, modules, time_limit_s=PACK_S)


def walks_to(measured: Measured, group: str, points: Sequence[tuple[float, float]], *, max_leg_m: float) -> Floats:
    """``float64[houses, sites]`` weighed metres from each house to each point in degrees; inf where no way leads or the point is off the network."""
    field = measured.fields[group]
    columns = []
    for lon, lat in points:
        standing = stand_at(measured, group, lon, lat, max_leg_m=max_leg_m)
        columns.append(np.full(field.n_houses, np.inf) if standing is None else walk_from_houses(field, standing)[0])
    return np.column_stack(columns) if columns else np.zeros((field.n_houses, 0))


@dataclass(frozen=True, slots=True)
class Choice:
    """``place: int64[n]`` chosen, ``houses[n]`` whom each is nearest to, within the limit. ``is_best`` proved."""

    place: Ints
    houses: tuple[Ints, ...]
    is_best: bool


def choose_places(walk_m: Floats, n: int, *, persons: Floats, limit_m: float) -> Choice:
    """Up to ``n`` places of ``walk_m: float64[houses, places]`` that leave fewest persons out, then have them walk least."""
    demand = np.flatnonzero(persons > 0)
    cost = np.where(walk_m[demand] <= limit_m, walk_m[demand], np.inf)
    useful = np.flatnonzero(np.isfinite(cost).any(axis=0))
    if not len(useful) or n < 1:
        return Choice(np.zeros(0, dtype=np.int64), (), is_best=True)
    out = len(useful)
    whole = np.concatenate((cost[:, useful], np.full((len(demand), 1), LEFT_OUT_LIMITS * limit_m)), axis=1)
    found = p_median(whole, min(n, out) + 1, weights=persons[demand], fixed=[out], time_limit_s=SITES_S)
    chosen = [site for site in found.open.tolist() if site != out and (found.assignment == site).any()]
    return Choice(useful[chosen], tuple(demand[found.assignment == site] for site in chosen), bool(found.proved))
