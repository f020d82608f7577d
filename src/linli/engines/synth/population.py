"""Homes and the people in them, as columns: one array or list of strings for each field, rows told apart by their number.

Owns the tables and questions of the kind "who lived here on this day". Dates are ``datetime64[D]``; intervals are half-open,
``from_on`` inside and ``to_on`` outside, ``NaT`` where there is no end. Nobody in here is real: names and telephones are made up,
identity numbers are not made at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Days = npt.NDArray[np.datetime64]

SEXES = ("female", "male")
UNIT_USES = ("home", "shop", "room")
HOUSEHOLD_KINDS = (
    "alone", "elder_alone", "couple", "elder_couple", "nuclear", "single_parent", "three_generations", "skip_generation",
    "flat_share", "relatives",
)  # fmt: skip
ROLES = ("head", "spouse", "child", "parent", "grandchild", "flatmate", "relative")
TENURE_KINDS = ("owner", "co_owner", "tenant", "family")
NEEDS = ("wheelchair", "slow_walk", "low_vision", "hard_of_hearing", "memory_loss", "long_illness", "pregnant")
"""Bits of ``Persons.needs``: bit ``k`` is ``NEEDS[k]``."""


@dataclass(frozen=True, slots=True)
class Units:
    """``building: int32`` index into the map's buildings; staircase, floor and door from 1; ``area_dm2`` in hundredths of a square metre."""

    building: Ints
    stair: Ints
    floor: Ints
    door: Ints
    area_dm2: Ints
    use: Bytes
    label: list[str]

    def __len__(self) -> int:
        return len(self.building)


@dataclass(frozen=True, slots=True)
class Persons:
    """Everybody who lives here, lived here in the recorded past, or owns a home here. ``phone`` is empty where there is none."""

    name_zh: list[str]
    name_en: list[str]
    sex: Bytes
    born_on: Days
    died_on: Days
    phone: list[str]
    needs: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.name_zh)


@dataclass(frozen=True, slots=True)
class Households:
    """A household lives in one home for one interval; two never share a home on the same day."""

    kind: Bytes
    unit: Ints
    from_on: Days
    to_on: Days

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True)
class Memberships:
    """Who belonged to which household when; a person is in at most one on any day."""

    person: Ints
    household: Ints
    role: Bytes
    from_on: Days
    to_on: Days

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Tenures:
    """By what right: ``share_num / share_den`` of the home for owners and co-owners (they add up to 1), 0/1 for tenants and family."""

    person: Ints
    unit: Ints
    kind: Bytes
    share_num: Bytes
    share_den: Bytes
    from_on: Days
    to_on: Days

    def __len__(self) -> int:
        return len(self.person)


def running(from_on: Days, to_on: Days, on: dt.date) -> npt.NDArray[np.bool_]:
    """Which half-open intervals hold the day."""
    day = np.datetime64(on, "D")
    return (from_on <= day) & (np.isnat(to_on) | (day < to_on))


@dataclass(frozen=True, slots=True)
class Population:
    """Units, persons, households, memberships and tenures as known on the day ``on``. ``synthetic`` is always true."""

    on: dt.date
    units: Units
    persons: Persons
    households: Households
    memberships: Memberships
    tenures: Tenures
    synthetic: bool = True

    def household_of(self, on: dt.date) -> Ints:
        """``int32[persons]``: the household each person belongs to on the day, -1 for none."""
        found = np.full(len(self.persons), -1, dtype=np.int32)
        now = running(self.memberships.from_on, self.memberships.to_on, on)
        found[self.memberships.person[now]] = self.memberships.household[now]
        return found

    def residents(self, on: dt.date) -> Ints:
        """Numbers of the persons who live here on the day, ascending."""
        return np.flatnonzero(self.household_of(on) >= 0).astype(np.int32)

    def residents_of_unit(self, unit: int, on: dt.date) -> Ints:
        """Who lived in this home on the day, ascending."""
        household = self.household_of(on)
        lived = np.flatnonzero(household >= 0)
        found: Ints = lived[self.households.unit[household[lived]] == unit].astype(np.int32)
        return found

    def ages(self, on: dt.date) -> Ints:
        """``int32[persons]``: age in full years on the day; negative before birth."""
        return ages_on(self.persons.born_on, on)

    def living_alone(self, on: dt.date) -> npt.NDArray[np.bool_]:
        """``bool[persons]``: the only member of their household on the day."""
        household = self.household_of(on)
        sizes = np.bincount(household[household >= 0], minlength=len(self.households))
        alone = np.zeros(len(self.persons), dtype=np.bool_)
        inside = household >= 0
        alone[inside] = sizes[household[inside]] == 1
        return alone

    def residents_by_building(self, on: dt.date, n_buildings: int) -> Ints:
        """``int32[buildings]``: how many live in each building on the day."""
        household = self.household_of(on)
        building = self.units.building[self.households.unit[household[household >= 0]]]
        counts: Ints = np.bincount(building, minlength=n_buildings).astype(np.int32)
        return counts


def ages_on(born_on: Days, on: dt.date) -> Ints:
    """Full years: the birthday itself counts; who was born on 29 February has it on 1 March of common years."""
    months = born_on.astype("datetime64[M]")
    day = (born_on - months.astype("datetime64[D]")).astype(np.int64)
    month = months.astype(np.int64)
    today = (on.year - 1970) * 12 + on.month - 1
    full = today - month - ((on.day - 1) < day)
    years: Ints = (full // 12).astype(np.int32)
    return years
