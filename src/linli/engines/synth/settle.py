"""Families into homes: the one place where people, units and time become a :class:`Population`; used for made and for imported maps."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from .draws import Draws
from .families import FEMALE, Family, FamilyMaker, People, day_number, draw_people
from .homes import Stock
from .lives import OPEN, YEAR, LifeWriter
from .names import make_names, make_phones
from .policy import SynthPolicy
from .population import NEEDS, Persons, Population


def make_families(n_people: int, policy: SynthPolicy, on: dt.date, draws: Draws) -> tuple[People, list[Family]]:
    """Exactly ``n_people`` persons in households."""
    people, ages = draw_people(n_people, policy, on, draws.child("ages"))
    return people, FamilyMaker(people, ages, policy, draws.child("families")).make()


def settle(
    people: People, families: list[Family], stock: Stock, *, policy: SynthPolicy, on: dt.date, draws: Draws
) -> Population:
    """Needs at least as many homes in ``stock`` as there are families."""
    lives = LifeWriter(people, stock, on=on, policy=policy, draws=draws.child("lives")).write(families)
    name_zh, name_en = make_names(people, policy.names, draws.child("names"))
    phones = make_phones(people, policy.phones, draws.seed, on, draws.child("phones"))
    died = np.full(len(people.sex), OPEN, np.int64)
    died[list(people.died)] = list(people.died.values())
    persons = Persons(
        name_zh=name_zh,
        name_en=name_en,
        sex=np.asarray(people.sex, np.uint8),
        born_on=np.asarray(people.born, np.int64).astype("datetime64[D]"),
        died_on=died.astype("datetime64[D]"),
        phone=phones,
        needs=_needs(people, policy, on, draws.child("needs")),
    )
    return Population(on, stock.units, persons, lives.households, lives.memberships, lives.tenures)


def _needs(people: People, policy: SynthPolicy, on: dt.date, draws: Draws) -> npt.NDArray[np.uint16]:
    """A bit for each need, by age on the day (or at death)."""
    n = len(people.sex)
    ages = (day_number(on) - np.asarray(people.born)) / YEAR
    bits = np.zeros(n, np.uint16)
    for k, need in enumerate(NEEDS):
        steps = getattr(policy.needs, need)
        share = np.zeros(n)
        for from_age, value in steps:
            share = np.where(ages >= from_age, value, share)
        if need == "pregnant":
            share = np.where(np.asarray(people.sex) == FEMALE, share, 0.0)
        bits |= ((draws.child(need).many(n) < share).astype(np.uint16) << k).astype(np.uint16)
    return bits
