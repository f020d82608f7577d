"""The sample's people: persons, households, memberships, residences and tenure, with the past the generator made."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np

from linli.engines.synth import Neighbourhood
from linli.engines.synth.population import NEEDS, ROLES, SEXES, TENURE_KINDS
from linli.kernel.ids import uuid7

from .. import bulk
from ..commands.people import sealed_phone
from ..models import Household, Membership, Person, PersonRecord, Place, Residence, Tenure, TenureRecord
from .homes import Homes

Days = Any


@dataclass(slots=True)
class People:
    """Persons and households by their number in the neighbourhood; only those of one community."""

    persons: dict[int, Person] = field(default_factory=dict)
    n: dict[str, int] = field(default_factory=dict)


def lay_people(made: Neighbourhood, number: int, seat: Place, homes: Homes) -> People:
    """Everybody who lives, lived or holds a home in this community. Who has to do with two communities stands in both registers."""
    population, people = made.population, People()
    lived = [
        index for index in range(len(population.households)) if int(population.households.unit[index]) in homes.units
    ]
    held = [index for index in range(len(population.tenures)) if int(population.tenures.unit[index]) in homes.units]
    households = _households(made, lived, seat, homes)
    stays = [
        index
        for index in range(len(population.memberships))
        if int(population.memberships.household[index]) in households
    ]
    since = _first_seen(made, stays, held)
    _persons(made, since, seat, people)
    members = [
        bulk.record(
            Membership,
            people.persons[int(population.memberships.person[index])],
            _day(population.memberships.from_on[index]),
            _end(population.memberships.to_on[index]),
            household_id=households[int(population.memberships.household[index])].pk,
            role=ROLES[int(population.memberships.role[index])],
            community_id=seat.pk,
        )
        for index in stays
    ]
    bulk.write(members)
    n_tenures = _tenures(made, held, seat, homes, people)
    people.n |= {"persons": len(people.persons), "households": len(households), "tenures": n_tenures}
    return people


def _households(made: Neighbourhood, lived: list[int], seat: Place, homes: Homes) -> dict[int, Household]:
    table = made.population.households
    rows = [{"id": uuid7(), "community_id": seat.pk, "synthetic": True} for _ in lived]
    households = bulk.identities(Household, rows)
    residences = [
        bulk.record(
            Residence,
            household,
            _day(table.from_on[index]),
            _end(table.to_on[index]),
            unit_id=homes.units[int(table.unit[index])],
            community_id=seat.pk,
        )
        for index, household in zip(lived, households, strict=True)
    ]
    bulk.write(households, residences)
    return dict(zip(lived, households, strict=True))


def _first_seen(made: Neighbourhood, stays: list[int], held: list[int]) -> dict[int, dt.date]:
    """The day each person enters this register: their first stay or tenure in it."""
    first: dict[int, Any] = {}
    for table, indices in ((made.population.memberships, stays), (made.population.tenures, held)):
        for index in indices:
            person, day = int(table.person[index]), table.from_on[index]
            first[person] = min(first.get(person, day), day)
    return {person: _day(first[person]) for person in sorted(first)}


def _persons(made: Neighbourhood, since: dict[int, dt.date], seat: Place, people: People) -> None:
    table = made.population.persons
    rows = [{"id": uuid7(), "community_id": seat.pk, "synthetic": True} for _ in since]
    people.persons = dict(zip(since, bulk.identities(Person, rows), strict=True))
    records = []
    for index, person in people.persons.items():
        bits = int(table.needs[index])
        records.append(
            bulk.record(
                PersonRecord,
                person,
                since[index],
                _end(table.died_on[index]),
                name=table.name_zh[index],
                name_en=table.name_en[index],
                sex=SEXES[int(table.sex[index])],
                born_on=_day(table.born_on[index]),
                needs=[need for bit, need in enumerate(NEEDS) if bits >> bit & 1],
                checked_on=max(since[index], _round_of(index, made.on)),
                community_id=seat.pk,
                **sealed_phone(person.pk, table.phone[index]),
            )
        )
    bulk.write(list(people.persons.values()), records)


def _round_of(index: int, on: dt.date) -> dt.date:
    """When the office last confirmed this record: spread over 500 days, so that about a quarter is stale. Designed here."""
    return on - dt.timedelta(days=(index * 7919) % 500)


def _tenures(made: Neighbourhood, held: list[int], seat: Place, homes: Homes, people: People) -> int:
    table = made.population.tenures
    by_pair: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index in held:
        by_pair[int(table.unit[index]), int(table.person[index])].append(index)
    rows = [
        {
            "id": uuid7(),
            "community_id": seat.pk,
            "synthetic": True,
            "unit_id": homes.units[unit],
            "person_id": people.persons[person].pk,
        }
        for unit, person in by_pair
    ]
    tenures = bulk.identities(Tenure, rows)
    records = [
        bulk.record(
            TenureRecord,
            tenure,
            _day(table.from_on[index]),
            _end(table.to_on[index]),
            kind=TENURE_KINDS[int(table.kind[index])],
            share_num=int(table.share_num[index]),
            share_den=max(int(table.share_den[index]), 1),
            community_id=seat.pk,
        )
        for tenure, indices in zip(tenures, by_pair.values(), strict=True)
        for index in indices
    ]
    bulk.write(tenures, records)
    return len(tenures)


def _day(day: Days) -> dt.date:
    return day.astype("datetime64[D]").astype(object)  # type: ignore[no-any-return]


def _end(day: Days) -> dt.date | None:
    return None if np.isnat(day) else _day(day)


def person_id(people: People, index: int) -> UUID | None:
    """The person of a number, None where they are not in this register."""
    person = people.persons.get(index)
    return person.pk if person else None
