"""Life-service islands of a community: where, packed with what, and the hours of the convertible unit (S002, S305).

Reads a run's people and map, and the register's facilities and idle rooms; keeps nothing. Counts people, so it is for those who work on the community.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.registry import queries as registry

from ..bench import Bench, bench_of
from ..bridges.island import Day, PackingError, Plan, choose_places, day_of, lay_out, walks_to
from ..models import CoverageRun
from ..offers import Offers
from ..reading import policies_of, policy_on
from ..rules.coverage import ROUNDING_MIN
from ..rules.island import IslandRules, ModuleKind, indoor_plot, modules_for, read_island, refuse_plot, to_dm
from .coverage import READ

DM2 = 100
MOST_SITES = 400
"""Places tried at most, those of the register's first kinds first: each is a search of the network."""


@dataclass(frozen=True, slots=True)
class IslandAsk:
    """``n`` islands; the plot outdoors in metres; minutes people walk."""

    n: int
    width_m: float
    depth_m: float
    within_min: float


@dataclass(frozen=True, slots=True)
class Site:
    """A place an island may stand: open ground of a facility, or an idle room with its area."""

    name: Text
    lon: float
    lat: float
    room_dm2: int | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """``n`` units of a module; people a day they serve of those who ``ask``."""

    title: Text
    n: int
    served: float
    asked: float


@dataclass(frozen=True, slots=True)
class Island:
    """``number`` from 1, most people first; ``persons`` whose nearest island it is, within the limit; ``plan`` None where ``refusal`` says why. ``kinds`` what was
    to be packed, in the plan's order."""

    number: int
    site: Site
    persons: float
    mean_min: float
    width_dm: int
    depth_dm: int
    kinds: tuple[Text, ...]
    packed: tuple[Packed, ...]
    plan: Plan | None
    refusal: Text | None
    has_convertible: bool = False

    @property
    def width_m(self) -> float:
        return self.width_dm / 10

    @property
    def depth_m(self) -> float:
        return self.depth_dm / 10

    @property
    def room_m2(self) -> float | None:
        return None if self.site.room_dm2 is None else self.site.room_dm2 / DM2


@dataclass(frozen=True, slots=True)
class IslandPlan:
    """``of_house`` the island's number of each house of the bench, 0 beyond reach; ``is_best``: no other choice of as many places leaves fewer people out, or as
    few with less walking. ``n_off`` places no way leads to; ``n_cut`` places not tried."""

    ask: IslandAsk
    rules: IslandRules
    bench: Bench
    sites: tuple[Site, ...]
    islands: tuple[Island, ...]
    of_house: tuple[int, ...]
    persons: float
    is_best: bool
    n_off: int
    n_cut: int
    day: Day

    @property
    def n_convertible(self) -> int:
        return sum(one.has_convertible for one in self.islands)

    @property
    def reached(self) -> float:
        return sum(one.persons for one in self.islands)


def island_rules(on: dt.date) -> IslandRules:
    return read_island(policy_on("service_island", "default", on))


def plan_islands(run: CoverageRun, actor: Actor, ask: IslandAsk) -> IslandPlan:
    """The community of ``run``. Needs ``lifecircle.read`` there. Cost: a search of the network for each place, then a layout of some seconds at most each."""
    actor.require(READ, run.community_id)
    rules, bench = island_rules(run.as_of), bench_of(run)
    analysis = bench.analysis
    group, persons = analysis.group, analysis.residents.persons
    found = _sites(run, actor, rules)
    sites = found[:MOST_SITES]
    walk_m = walks_to(
        analysis.measured, group.id, [(one.lon, one.lat) for one in sites], max_leg_m=analysis.assumed.max_leg_m
    )
    limit_m = ask.within_min * group.speed_m_per_min + ROUNDING_MIN
    choice = choose_places(walk_m, ask.n, persons=persons, limit_m=limit_m)
    order = sorted(range(len(choice.place)), key=lambda n: -float(persons[choice.houses[n]].sum()))
    day = day_of(rules.convertible)
    of_house = np.zeros(len(persons), dtype=np.int64)
    islands = []
    for number, n in enumerate(order, 1):
        houses, at = choice.houses[n], int(choice.place[n])
        of_house[houses] = number
        total = float(persons[houses].sum())
        mean_min = float((walk_m[houses, at] * persons[houses]).sum()) / total / group.speed_m_per_min
        islands.append(_island(number, sites[at], total, mean_min, rules=rules, ask=ask, day=day))
    n_off = int((~np.isfinite(walk_m).any(axis=0)).sum())
    return IslandPlan(
        ask, rules, bench, tuple(sites), tuple(islands), tuple(of_house.tolist()), float(persons.sum()), choice.is_best, n_off, len(found) - len(sites), day
    )  # fmt: skip


def _sites(run: CoverageRun, actor: Actor, rules: IslandRules) -> list[Site]:
    titles = {
        one["id"]: Text.from_mapping(one["title"]) for one in policies_of(run)["facility_categories"].body["categories"]
    }
    sites = []
    for category in rules.categories:
        for row in registry.list_facilities(actor, community_id=run.community_id, category=category, status="open"):
            name = (
                Text(row.name_zh or row.name_en, row.name_en or row.name_zh)
                if row.name_zh or row.name_en
                else titles[category]
            )
            sites.append(Site(name, row.lon, row.lat))
    if rules.idle_rooms:
        sites += [Site(room.name, room.lon, room.lat, room.area_dm2) for room in Offers(run, actor).rooms]
    return sites


def _island(
    number: int, site: Site, persons: float, mean_min: float, *, rules: IslandRules, ask: IslandAsk, day: Day
) -> Island:
    is_indoor = site.room_dm2 is not None
    kinds = modules_for(rules, is_indoor=is_indoor)
    unit = rules.convertible if rules.convertible.is_indoor or not is_indoor else None
    width, depth = (
        (to_dm(ask.width_m), to_dm(ask.depth_m)) if site.room_dm2 is None else indoor_plot(rules, site.room_dm2)
    )
    try:
        plan = lay_out((width, depth), kinds, persons, unit=unit, day=day)
    except PackingError as refused:
        must: Sequence[ModuleKind] = [kinds[n] for n in refused.modules]
        return Island(number, site, persons, mean_min, width, depth, (), (), None, refuse_plot(width, depth, must))
    named = [(one.title, one.serves, one.asked_share * persons) for one in kinds]
    is_asked = unit is not None and day.persons > 0
    if is_asked:
        named.append((rules.convertible.title, float(day.persons), min(float(day.persons), persons)))
    packed = tuple(
        Packed(title, n, min(asked, serves * n), asked)
        for (title, serves, asked), n in zip(named, plan.count, strict=True)
    )
    return Island(
        number, site, persons, mean_min, width, depth, tuple(title for title, _, _ in named), packed, plan, None, has_convertible=is_asked and packed[-1].n > 0
    )  # fmt: skip
