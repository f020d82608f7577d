"""Who runs the place and what watches over it: organisations, duties of residents, idle rooms, devices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from linli.kernel.text import Text

from .draws import Draws
from .families import KIND
from .model import NONE, Device, Duty, Grid, Organisation, VacantSpace
from .policy import DeviceRule, OrganisationRule, SynthPolicy
from .population import Population, running
from .sketch import Board, Slot

_SERVICE_SITES = ("garden_hall", "shop_street", "service_room", "shop_strip", "station")


@dataclass(slots=True)
class Place:
    """A spot on the earth with what it belongs to."""

    lon: float
    lat: float
    community: int
    building: int = NONE
    stair: int = 0
    unit: int = NONE


def make_organisations(
    board: Board, communities: list[Text], town: Text, shops: list[tuple[Text, int, int]], policy: SynthPolicy, seed: int, draws: Draws
) -> tuple[Organisation, ...]:
    """By the policy's rules, then one for each shop: (name, community, facility or NONE)."""
    made: list[tuple[str, Text, int, int, int]] = []
    for rule in policy.organisations:
        for name, community, compound in _holders(rule, board, communities, town):
            if draws.happens(rule.share):
                for k in range(rule.n):
                    words = rule.name if rule.n == 1 else Text(f"{rule.name.zh}{k + 1}", f"{rule.name.en} {k + 1}")
                    zh, en = words.zh.replace("{place}", name.zh), words.en.replace("{place}", name.en)
                    made.append((rule.kind, Text(zh, en), community, compound, NONE))
    made += [("shop", name, community, NONE, facility) for name, community, facility in shops]
    first = 99_999_999 - (seed % 1000) * 10_000
    return tuple(
        Organisation(kind, name, community, compound, facility, f"{policy.phones.prefix}{first - i:08d}")
        for i, (kind, name, community, compound, facility) in enumerate(made)
    )


def _holders(rule: OrganisationRule, board: Board, communities: list[Text], town: Text) -> Iterator[tuple[Text, int, int]]:
    if rule.each == "town":
        yield town, NONE, NONE
    elif rule.each == "community":
        yield from ((name, i, NONE) for i, name in enumerate(communities))
    else:
        yield from ((c.name, c.community, i) for i, c in enumerate(board.compounds))


def make_duties(
    organisations: tuple[Organisation, ...], grids: tuple[Grid, ...], population: Population, building_compound: list[int], on: dt.date, draws: Draws
) -> tuple[Duty, ...]:
    """Grid workers, building heads, secretaries, committee members and managers, drawn from grown residents of the place; nobody twice."""
    household = population.household_of(on)
    ages = population.ages(on)
    fit = np.flatnonzero((household >= 0) & (ages >= 25) & (ages < 76))
    home = population.units.building[population.households.unit[household[fit]]]
    in_building: dict[int, list[int]] = {}
    for k in draws.order(len(fit)).tolist():
        in_building.setdefault(int(home[k]), []).append(int(fit[k]))
    compound_buildings: dict[int, list[int]] = {}
    for building in sorted(in_building):
        compound_buildings.setdefault(building_compound[building], []).append(building)
    duties: list[Duty] = []

    def give(role: str, organisation: int, place: str, number: int, among: list[int]) -> None:
        order = [among[i] for i in draws.order(len(among))]
        person = next((in_building[b].pop() for b in order if in_building.get(b)), NONE)
        if person != NONE:
            since = on - dt.timedelta(days=draws.whole(30, 2400))
            duties.append(Duty(person, role, organisation, place, number, since))

    by_kind = {(o.kind, o.community, o.compound): i for i, o in reversed(list(enumerate(organisations)))}
    for number, grid in enumerate(grids):
        give("grid_worker", by_kind.get(("residents_committee", grid.community, NONE), NONE), "grid", number, list(grid.buildings))
        for building in grid.buildings:
            if building in in_building:
                give("building_head", NONE, "building", building, [building])
    lived: dict[int, list[int]] = {}
    for grid in grids:
        lived.setdefault(grid.community, []).extend(grid.buildings)
    for number, organisation in enumerate(organisations):
        if organisation.kind in _STAFF and organisation.compound == NONE and organisation.community in lived:
            for role, count in _STAFF[organisation.kind]:
                for _ in range(count):
                    give(role, number, "community", organisation.community, lived[organisation.community])
        elif organisation.kind in _STAFF and organisation.compound in compound_buildings:
            for role, count in _STAFF[organisation.kind]:
                for _ in range(count):
                    give(role, number, "compound", organisation.compound, compound_buildings[organisation.compound])
    return tuple(duties)


_STAFF: dict[str, tuple[tuple[str, int], ...]] = {
    "residents_committee": (("community_staff", 5),),
    "party_branch": (("party_secretary", 1),),
    "property_company": (("property_manager", 1),),
    "owners_committee": (("committee_member", 5),),
    "social_organisation": (("volunteer", 3),),
}
"""Who is named for each kind of organisation: seats, not policy (an odd number of committee members, one manager)."""


def make_vacant(free: list[Slot], units_of: dict[int, int], degrees: list[tuple[float, float]], n_communities: int, policy: SynthPolicy, on: dt.date, draws: Draws) -> tuple[VacantSpace, ...]:  # fmt: skip
    """Idle rooms among the slots nothing took: halls and shops first. ``units_of[k], degrees[k]`` belong to ``free[k]``."""
    rules, found = policy.vacant, []
    for community in range(n_communities):
        rooms = [k for k, slot in enumerate(free) if slot.community == community and slot.building != NONE and slot.site in _SERVICE_SITES]
        rooms.sort(key=lambda k: (_SERVICE_SITES.index(free[k].site), k))
        apart: list[int] = []
        for k in rooms:
            if free[k].building not in {free[other].building for other in apart} and len(apart) < rules.n:
                apart.append(k)
        for number, k in enumerate(apart):
            slot, letter = free[k], chr(ord("A") + number)
            area_dm2 = round(min(slot.area_m2, draws.between(rules.area_m2_min, rules.area_m2_max)) * 100)
            idle = on - dt.timedelta(days=round(draws.one() * rules.idle_years_max * 365))
            lon, lat = degrees[k]
            name = Text(f"闲置房 {letter}", f"Idle room {letter}")
            found.append(VacantSpace(f"syn/v{len(found) + 1}", name, community, slot.building, units_of[k], 1, area_dm2, lon, lat, idle))
    return tuple(found)


def make_devices(places: dict[str, list[Place]], policy: SynthPolicy, on: dt.date, draws: Draws) -> tuple[Device, ...]:
    """By the policy's rules, on the places of each sort."""
    devices: list[Device] = []
    for rule in policy.devices:
        for place in places.get(rule.at, []):
            if draws.happens(rule.share):
                devices.extend(_device(rule, place, len(devices) + k, on, draws) for k in range(rule.each))
    return tuple(devices)


def _device(rule: DeviceRule, place: Place, number: int, on: dt.date, draws: Draws) -> Device:
    since = on - dt.timedelta(days=draws.whole(20, 1500))
    return Device(
        f"syn/d{number + 1}", rule.kind, rule.name, rule.at, rule.unit, place.community, place.building, place.stair, place.unit,
        place.lon, place.lat, since,
    )  # fmt: skip


def alone_in_old_age(population: Population, on: dt.date) -> list[int]:
    """Units where an elder lives alone on the day, ascending."""
    households = population.households
    now = running(households.from_on, households.to_on, on) & (households.kind == KIND["elder_alone"])
    return sorted(int(unit) for unit in households.unit[now])


