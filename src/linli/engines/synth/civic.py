"""Who runs the place and what watches over it: organisations, duties of residents, idle rooms, devices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from linli.kernel.text import Text

from .design import fill
from .draws import Draws
from .families import KIND
from .model import NONE, Device, Duty, Grid, Organisation, VacantSpace
from .names import ORGANISATIONS_IN_BLOCK, PERSONS_IN_BLOCK, SEED_BLOCKS
from .policy import DeviceRule, OrganisationRule, SynthPolicy
from .population import Population, running
from .sketch import Board, Slot

_IDLE_SITES = ("garden_hall", "shop_street", "service_room", "shop_strip", "station")
"""Where idle rooms are looked for, first to last."""

_SEATS: dict[str, tuple[tuple[str, int], ...]] = {
    "residents_committee": (("community_staff", 5),),
    "party_branch": (("party_secretary", 1),),
    "property_company": (("property_manager", 1),),
    "owners_committee": (("committee_member", 5),),
    "social_organisation": (("volunteer", 3),),
}
"""Who is named for each kind of organisation: seats to be filled, not policy (an odd number of committee members, one manager)."""


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
    board: Board,
    communities: list[Text],
    *,
    town: Text,
    shops: list[tuple[Text, int, int]],
    policy: SynthPolicy,
    seed: int,
    draws: Draws,
) -> tuple[Organisation, ...]:
    """By the policy's rules, then one for each shop: (name, community, facility or NONE). Their telephones lie above all of persons."""
    made: list[tuple[str, Text, int, int, int]] = []
    for rule in policy.organisations:
        for name, community, compound in _holders(rule, board, communities, town):
            if draws.happens(rule.share):
                for k in range(rule.n):
                    words = fill(rule.name, place=name)
                    numbered = Text(f"{words.zh}（{k + 1}）", f"{words.en} ({k + 1})")
                    made.append((rule.kind, numbered if rule.n > 1 else words, community, compound, NONE))
    made += [("shop", name, community, NONE, facility) for name, community, facility in shops]
    first = SEED_BLOCKS * PERSONS_IN_BLOCK + (seed % SEED_BLOCKS) * ORGANISATIONS_IN_BLOCK
    return tuple(
        Organisation(kind, name, community, compound, facility, f"{policy.phones.prefix}{first + i:08d}")
        for i, (kind, name, community, compound, facility) in enumerate(made)
    )


def _holders(
    rule: OrganisationRule, board: Board, communities: list[Text], town: Text
) -> Iterator[tuple[Text, int, int]]:
    if rule.each == "town":
        yield town, NONE, NONE
    elif rule.each == "community":
        yield from ((name, i, NONE) for i, name in enumerate(communities))
    else:
        yield from ((c.name, c.community, i) for i, c in enumerate(board.compounds))


class Roster:
    """Duties given to grown residents of the place they answer for; nobody gets two."""

    def __init__(self, population: Population, compound_of: list[int], on: dt.date, draws: Draws) -> None:
        self.on, self.draws = on, draws
        self.duties: list[Duty] = []
        household, ages = population.household_of(on), population.ages(on)
        fit = np.flatnonzero((household >= 0) & (ages >= 25) & (ages < 76))
        home = population.units.building[population.households.unit[household[fit]]].tolist()
        self.free: dict[int, list[int]] = {}
        for k in draws.order(len(fit)).tolist():
            self.free.setdefault(home[k], []).append(int(fit[k]))
        self.of_compound: dict[int, list[int]] = {}
        for building in sorted(self.free):
            self.of_compound.setdefault(compound_of[building], []).append(building)

    def fill(self, organisations: tuple[Organisation, ...], grids: tuple[Grid, ...]) -> tuple[Duty, ...]:
        """Grid workers and building heads, then the seats of each organisation."""
        committee = {o.community: i for i, o in enumerate(organisations) if o.kind == "residents_committee"}
        of_community: dict[int, list[int]] = {}
        for number, grid in enumerate(grids):
            lived = [building for building in grid.buildings if building in self.free]
            of_community.setdefault(grid.community, []).extend(lived)
            self._give("grid_worker", committee.get(grid.community, NONE), "grid", number, among=lived)
            for building in lived:
                self._give("building_head", NONE, "building", building, among=[building])
        for number, organisation in enumerate(organisations):
            compound, community = organisation.compound, organisation.community
            place, at = ("community", community) if compound == NONE else ("compound", compound)
            among = of_community.get(community, []) if compound == NONE else self.of_compound.get(compound, [])
            for role, seats in _SEATS.get(organisation.kind, ()):
                for _ in range(seats):
                    self._give(role, number, place, at, among=among)
        return tuple(self.duties)

    def _give(self, role: str, organisation: int, place: str, number: int, *, among: list[int]) -> None:
        order = [among[i] for i in self.draws.order(len(among))]
        person = next((self.free[building].pop() for building in order if self.free.get(building)), NONE)
        if person != NONE:
            since = self.on - dt.timedelta(days=self.draws.whole(30, 2400))
            self.duties.append(Duty(person, role, organisation, place, number, since))


@dataclass(slots=True)
class IdleRooms:
    """Rooms nothing took: ``units[k], degrees[k]`` belong to ``free[k]``."""

    free: list[Slot]
    units: list[int]
    degrees: list[tuple[float, float]]
    found: list[VacantSpace] = field(default_factory=list)

    def choose(self, n_communities: int, *, policy: SynthPolicy, on: dt.date, draws: Draws) -> tuple[VacantSpace, ...]:
        """So many in each community as the policy says, each in another house, halls before shops."""
        for community in range(n_communities):
            rooms = [k for k, slot in enumerate(self.free) if slot.community == community and slot.site in _IDLE_SITES]
            rooms.sort(key=lambda k: (_IDLE_SITES.index(self.free[k].site), k))
            houses: set[int] = set()
            for k in rooms:
                if self.free[k].building not in houses and len(houses) < policy.vacant.n:
                    houses.add(self.free[k].building)
                    self._add(k, len(houses), policy=policy, on=on, draws=draws)
        return tuple(self.found)

    def _add(self, k: int, number: int, *, policy: SynthPolicy, on: dt.date, draws: Draws) -> None:
        slot, rules, letter = self.free[k], policy.vacant, chr(ord("A") + number - 1)
        area_m2 = min(slot.area_m2, draws.between(rules.area_m2_min, rules.area_m2_max))
        lon, lat = self.degrees[k]
        self.found.append(
            VacantSpace(
                ref=f"syn/v{len(self.found) + 1}",
                name=Text(f"闲置房 {letter}", f"Idle room {letter}"),
                community=slot.community,
                building=slot.building,
                unit=self.units[k],
                floor=slot.floor,
                area_dm2=round(area_m2 * 100),
                lon=lon,
                lat=lat,
                idle_from=on - dt.timedelta(days=round(draws.one() * rules.idle_years_max * 365)),
            )
        )


def make_devices(places: dict[str, list[Place]], policy: SynthPolicy, on: dt.date, draws: Draws) -> tuple[Device, ...]:
    """By the policy's rules, on the places of each sort."""
    devices: list[Device] = []
    for rule in policy.devices:
        for place in places.get(rule.at, []):
            if draws.happens(rule.share):
                for _ in range(rule.each):
                    devices.append(_device(rule, place, len(devices) + 1, on, draws))
    return tuple(devices)


def _device(rule: DeviceRule, place: Place, number: int, on: dt.date, draws: Draws) -> Device:
    return Device(
        ref=f"syn/d{number}",
        kind=rule.kind,
        name=rule.name,
        at=rule.at,
        unit_of_measure=rule.unit,
        community=place.community,
        building=place.building,
        stair=place.stair,
        unit=place.unit,
        lon=place.lon,
        lat=place.lat,
        installed_on=on - dt.timedelta(days=draws.whole(20, 1500)),
    )


def alone_in_old_age(population: Population, on: dt.date) -> list[int]:
    """Units where an elder lives alone on the day, ascending."""
    households = population.households
    now = running(households.from_on, households.to_on, on) & (households.kind == KIND["elder_alone"])
    return sorted(int(unit) for unit in households.unit[now])
