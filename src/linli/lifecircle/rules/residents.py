"""Who lives in which house: as told, or estimated from floor area where nobody has told.

Owns the numbers of residents by house and group. An estimate is never mixed with told residents, and always says it is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from .standard import Assumptions, Group

Floats = npt.NDArray[np.float64]
Basis = Literal["residents", "estimated_residents", "buildings"]


@dataclass(frozen=True, slots=True)
class House:
    """What an estimate asks of a building: footprint in m², storeys and height where known, number of homes where known."""

    use: str
    footprint_m2: float
    levels: int | None = None
    height_m: float | None = None
    n_units: int | None = None


@dataclass(frozen=True, slots=True)
class Residents:
    """``persons: float64[houses]``; ``by_group`` the same for groups told by age. ``basis`` says what is counted.

    ``low_total, high_total`` bound an estimate's total; for told residents both are the total. ``n_assumed_levels`` counts
    houses whose storeys were assumed; ``n_unknown_use`` those of unknown use: counted as homes if ``unknown_as_homes``.
    """

    persons: Floats
    basis: Basis
    by_group: Mapping[str, Floats] = field(default_factory=dict)
    low_total: float = 0.0
    high_total: float = 0.0
    n_assumed_levels: int = 0
    n_unknown_use: int = 0
    unknown_as_homes: bool = False

    @property
    def total(self) -> float:
        return float(self.persons.sum())

    def of_group(self, group: Group) -> Floats:
        """Persons of the group, house by house; everybody where ages do not tell who belongs to it."""
        return self.by_group.get(group.id, self.persons)

    def is_counted_by_age(self, group: Group) -> bool:
        return group.id in self.by_group


def told_residents(persons_by_age: Sequence[Mapping[int | None, float]], groups: Sequence[Group]) -> Residents:
    """Residents as told: per house, persons by age in whole years, None where the age is not known.

    A group told by age is counted where every person's age is known; where one is missing, no group is told by age, because
    a share among those who happen to have an age would pass for the whole.
    """
    persons = np.array([sum(ages.values()) for ages in persons_by_age], dtype=np.float64)
    total = float(persons.sum())
    all_known = not any(None in ages for ages in persons_by_age)
    by_group = {
        group.id: np.array(
            [sum(n for age, n in ages.items() if age is not None and group.holds_age(age)) for ages in persons_by_age],
            dtype=np.float64,
        )
        for group in groups
        if all_known and group.is_by_age
    }
    return Residents(persons, "residents", by_group, low_total=total, high_total=total)


def estimate_residents(houses: Sequence[House], assumed: Assumptions) -> Residents:
    """Residents from floor area, or from the number of homes where the map gives it.

    Where no building is marked as a home at all, those of unknown use count as homes. Where there are none of these either,
    buildings themselves are counted (basis ``buildings``, one each), so that a share can still be said, of what.
    """
    homes = [house.use in assumed.home_uses for house in houses]
    unknown = [house.use in assumed.unknown_uses or not house.use for house in houses]
    big = [house.footprint_m2 >= assumed.least_footprint_m2 for house in houses]
    n_unknown = sum(u and b for u, b in zip(unknown, big, strict=True))
    as_homes = not any(homes) and n_unknown > 0
    lived_in = [b and (h or (as_homes and u)) for h, u, b in zip(homes, unknown, big, strict=True)]
    if not any(lived_in):
        ones = np.ones(len(houses))
        return Residents(ones, "buildings", low_total=ones.sum(), high_total=ones.sum(), n_unknown_use=n_unknown)
    assumed_levels = 0
    persons, low, high = np.zeros(len(houses)), np.zeros(len(houses)), np.zeros(len(houses))
    for number, house in enumerate(houses):
        if not lived_in[number]:
            continue
        if house.n_units:
            persons[number] = low[number] = high[number] = house.n_units * assumed.persons_per_home
            continue
        levels, is_assumed = storeys(house, assumed)
        assumed_levels += is_assumed
        floor_m2 = house.footprint_m2 * levels
        persons[number] = floor_m2 / assumed.m2_per_person
        low[number], high[number] = floor_m2 / assumed.m2_per_person_high, floor_m2 / assumed.m2_per_person_low
    return Residents(
        persons,
        "estimated_residents",
        low_total=float(low.sum()),
        high_total=float(high.sum()),
        n_assumed_levels=assumed_levels,
        n_unknown_use=n_unknown,
        unknown_as_homes=as_homes,
    )


def storeys(house: House, assumed: Assumptions) -> tuple[int, bool]:
    """Storeys of a house and whether they were assumed: as mapped, else from its height, else by its use."""
    if house.levels is not None and house.levels > 0:
        return house.levels, False
    if house.height_m is not None and house.height_m > 0:
        return max(1, round(house.height_m / assumed.storey_height_m)), False
    return assumed.default_levels.get(house.use, assumed.default_levels["other"]), True
