"""Made-up people for the residential buildings of an imported map: homes estimated from floor area, then the same lives as elsewhere."""

from __future__ import annotations

import datetime as dt
import math

from linli.kernel.errors import LinliError, define
from linli.kernel.geo import WGS84
from linli.kernel.mapdata import MapBuilding, MapData

from .draws import Draws
from .families import Family, People, day_number
from .homes import House, Stock, cut_homes
from .policy import Estimate, SynthPolicy
from .population import Population
from .settle import make_families, settle

NO_HOMES = define(
    "synth.no_homes",
    zh="地图里没有住宅楼（共 {n_buildings} 幢房屋），放不进居民",
    en="the map has no residential building (of {n_buildings} buildings), so nobody can be put in",
)


def people_for_map(map_data: MapData, *, seed: int, policy: SynthPolicy, on: dt.date) -> Population:
    """Homes and people for every building whose ``use`` is ``residential``; ``Units.building`` indexes ``map_data.buildings``.

    Homes come from ``n_units`` where the map has it, else from footprint × levels ÷ the policy's area of a home; where levels are missing,
    from height, else the policy's usual number. Raises ``synth.no_homes`` if there is no residential building. Cost: linear.
    """
    draws = Draws(seed, "imported")
    houses, built_years = _houses(map_data, policy, draws.child("houses"))
    if not houses:
        raise LinliError(NO_HOMES, n_buildings=len(map_data.buildings))
    homes = cut_homes(houses, policy.homes.usable_share, draws.child("homes"))
    styles, built = [], []
    for house, year in zip(houses, built_years, strict=True):
        n = house.n_stairs * house.levels * len(house.weights)
        styles += [_style_of(year, policy)] * n
        built += [day_number(dt.date(year, 7, 1))] * n
    n_households = max(1, math.floor(len(homes) * (1.0 - policy.homes.vacant_share)))
    people, families = _families(n_households, policy, on, draws)
    stock = Stock(homes, styles, built)
    return settle(people, families, stock, policy=policy, on=on, draws=draws.child("settle"))


def _families(n_households: int, policy: SynthPolicy, on: dt.date, draws: Draws) -> tuple[People, list[Family]]:
    """As many people as make ``n_households`` households, within one in a hundred and never more households than that."""
    n_people = max(1, round(n_households * policy.estimate.people_per_household))
    for attempt in range(8):
        people, families = make_families(n_people, policy, on, draws.child("people", attempt))
        short = n_households - len(families)
        if 0 <= short <= max(2, n_households // 100):
            return people, families
        n_people = max(1, math.floor(n_people * (n_households - 0.5) / len(families)) if short else n_people - 1)
    while len(families) > n_households:
        n_people = max(1, n_people - max(1, 2 * (len(families) - n_households)))
        people, families = make_families(n_people, policy, on, draws.child("people", "fewer", n_people))
    return people, families


def _houses(map_data: MapData, policy: SynthPolicy, draws: Draws) -> tuple[list[House], list[int]]:
    houses, years = [], []
    rules = policy.estimate
    for number, building in enumerate(map_data.buildings):
        if building.use != "residential":
            continue
        area_m2 = abs(WGS84.geometry_area_perimeter(building.outline)[0])
        levels = _levels(building, rules)
        year = draws.whole(rules.built_from, rules.built_to)
        landing, n_stairs = _landing(building, area_m2, levels, rules)
        if landing == 0:
            continue
        houses.append(House(number, _words(building, number), n_stairs, levels, (1.0 / landing,) * landing, area_m2))
        years.append(year)
    return houses, years


def _words(building: MapBuilding, number: int) -> str:
    """What a home's label begins with: the house number, else the name, else the building's place in the map."""
    if building.house_number:
        return building.house_number + ("" if building.house_number[-1] in "幢号楼栋座" else "幢")
    return building.name_zh or f"图上第{number + 1}幢"


def _levels(building: MapBuilding, rules: Estimate) -> int:
    if building.levels:
        return max(1, building.levels)
    if building.height_m:
        return max(1, round(building.height_m / rules.storey_m))
    return rules.levels


def _landing(building: MapBuilding, area_m2: float, levels: int, rules: Estimate) -> tuple[int, int]:
    """Homes on a landing and staircases; (0, 0) where the footprint is too small for one home."""
    if building.n_units:
        per_floor = max(1, round(building.n_units / levels))
    elif area_m2 < rules.least_m2:
        return 0, 0
    else:
        per_floor = max(1, int(area_m2 / rules.home_m2))
    landing = min(per_floor, rules.homes_per_landing)
    return landing, max(1, round(per_floor / landing))


def _style_of(year: int, policy: SynthPolicy) -> str:
    """The era nearest to the year, towers left out."""
    return min(
        (name for name, style in policy.styles.items() if not style.tower),
        key=lambda name: abs((policy.styles[name].built_from + policy.styles[name].built_to) / 2 - year),
    )
