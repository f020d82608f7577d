"""A whole neighbourhood from a seed: people first, then a plan large enough for them, then everything that ties them together."""

from __future__ import annotations

import datetime as dt
import math

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

from .design import Design, design
from .draws import Draws
from .families import day_number
from .frame import Frame
from .homes import House, Stock, cut_homes
from .model import Neighbourhood
from .policy import SynthPolicy
from .settle import make_families, settle
from .tie import Tie

SIZE = define(
    "synth.size",
    zh="人数应在 {low} 到 {high} 之间，现在是 {n_people}",
    en="n_people must be between {low} and {high}, got {n_people}",
)
OPEN_SEA = (121.4, 27.3)
"""Off the coast of Zhejiang: nobody takes it for a real quarter."""


def make_neighbourhood(
    seed: int,
    *,
    policy: SynthPolicy,
    name_zh: str,
    name_en: str,
    origin_lonlat: tuple[float, float] = OPEN_SEA,
    n_people: int = 5000,
    on: dt.date | None = None,
) -> Neighbourhood:
    """A neighbourhood of exactly ``n_people`` residents on the day ``on`` (the policy's day if absent), and its recorded past.

    ``origin_lonlat`` is the middle of the plan, in degrees. Beyond about one and a half times the policy's community size the plan
    becomes a street of several communities. Same arguments, same bytes (:meth:`Neighbourhood.digest`). Raises ``synth.size`` outside
    the policy's sizes, ``synth.too_large`` if the policy's blocks cannot hold the homes. Cost: linear, some 70 µs a person.
    """
    town = policy.town
    if not town.min_people <= n_people <= town.max_people:
        raise LinliError(SIZE, low=town.min_people, high=town.max_people, n_people=n_people)
    today, draws, name = on or policy.on, Draws(seed, "neighbourhood"), Text(name_zh, name_en)
    people, families = make_families(n_people, policy, today, draws.child("people"))
    n_homes = math.ceil(len(families) / (1.0 - policy.homes.vacant_share))
    drawn = design(n_people, n_homes, name, policy, draws.child("design"))
    stock = _stock(drawn, policy, draws.child("homes"))
    population = settle(people, families, stock, policy=policy, on=today, draws=draws.child("settle"))
    frame = _frame(drawn, origin_lonlat, policy, draws.child("frame"))
    return Tie(drawn, frame, policy, seed=seed, on=today, draws=draws.child("tie")).make(name, population)


def _frame(drawn: Design, origin: tuple[float, float], policy: SynthPolicy, draws: Draws) -> Frame:
    plan = drawn.plan
    middle = ((plan.upright[0].at + plan.upright[-1].at) / 2, (plan.level[0].at + plan.level[-1].at) / 2)
    turn = math.radians(draws.between(-policy.town.turn_deg, policy.town.turn_deg))
    return Frame(origin[0], origin[1], middle, turn)


def _stock(drawn: Design, policy: SynthPolicy, draws: Draws) -> Stock:
    houses, styles, built = [], [], []
    for number, building in enumerate(drawn.board.buildings):
        if building.use == "residential":
            weights = policy.styles[building.style].home_weights
            words, n_stairs = f"{building.number}幢", len(building.doors)
            houses.append(House(number, words, n_stairs, building.levels, weights, building.area_m2))
            n = n_stairs * building.levels * len(weights)
            styles += [building.style] * n
            built += [day_number(dt.date(building.built_year, 7, 1))] * n
    return Stock(cut_homes(houses, policy.homes.usable_share, draws), styles, built)
