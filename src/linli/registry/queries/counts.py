"""Counts by place and by age, and how good the register of each building is. Never a name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor

from .. import visible
from ..models import PlaceRecord
from ..rules.people import age_on
from ..visible import today
from .things import list_facilities

AGE_GROUPS: tuple[tuple[int, int | None], ...] = ((0, 3), (3, 6), (6, 18), (18, 60), (60, 70), (70, 80), (80, None))
"""Whole years, from inclusive, to exclusive: nursery, kindergarten, school, working age, and the elder groups services are counted by."""
STALE_AFTER_DAYS = 365  # designed here: a record nobody has confirmed for a year counts as stale


@dataclass(frozen=True, slots=True)
class BuildingCount:
    """People of one building on a day: ``by_age`` follows :data:`AGE_GROUPS`, then those of unknown age."""

    building_id: UUID
    name: str
    n_units: int
    n_households: int
    n_persons: int
    by_age: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    n_places: dict[str, int]
    n_persons: int
    n_households: int
    n_facilities: int
    by_age: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a building's register is. ``score`` 0–1: the mean of the shares that are in order."""

    building_id: UUID
    name: str
    n_units: int
    n_persons: int
    no_household: int
    no_owner: int
    no_area: int
    no_phone: int
    no_birth: int
    stale: int
    score: float = field(default=1.0)


def count_by_building(
    actor: Actor,
    community_id: UUID,
    *,
    on: dt.date | None = None,
    age_groups: Sequence[tuple[int, int | None]] = AGE_GROUPS,
) -> list[BuildingCount]:
    """Units, households and persons by age of every building the actor may count (``registry.place.read``). Three statements."""
    day = on or today()
    buildings = _buildings(actor, community_id, day)
    people = defaultdict(list)
    for building_id, household_id, born_on in _inhabitants(community_id, day):
        people[building_id].append((household_id, born_on))
    units = _units_per_building(community_id, day)
    return [
        BuildingCount(
            building_id=building_id,
            name=name,
            n_units=units.get(building_id, 0),
            n_households=len({household for household, _ in people[building_id]}),
            n_persons=len(people[building_id]),
            by_age=_by_age([born for _, born in people[building_id]], day, age_groups),
        )
        for building_id, name in buildings
    ]


def count_totals(actor: Actor, community_id: UUID, *, on: dt.date | None = None) -> Totals:
    """What a community holds on ``on`` (today), over the buildings the actor may count."""
    day = on or today()
    buildings = count_by_building(actor, community_id, on=day)
    kinds: dict[str, int] = defaultdict(int)
    seen = PlaceRecord.objects.as_of(day).filter(visible.places(actor, "place__"), community_id=community_id)
    for kind in seen.values_list("place__kind", flat=True):
        kinds[kind] += 1
    ages = [sum(column) for column in zip(*(row.by_age for row in buildings), strict=True)]
    return Totals(
        n_places=dict(kinds),
        n_persons=sum(row.n_persons for row in buildings),
        n_households=sum(row.n_households for row in buildings),
        n_facilities=list_facilities(actor, community_id=community_id, on=day).count(),
        by_age=tuple(ages or [0] * (len(AGE_GROUPS) + 1)),
    )


def quality_by_building(actor: Actor, community_id: UUID, *, on: dt.date | None = None) -> list[Quality]:
    """Gaps in the register of each building (``registry.person.read``), worst first: what a round of visits should mend."""
    day = on or today()
    buildings = dict(_buildings(actor, community_id, day, permission="registry.person.read"))
    rows = []
    for building_id, *numbers in _gaps(community_id, day):
        if building_id in buildings:
            rows.append(_quality(building_id, buildings[building_id], [int(number) for number in numbers]))
    return sorted(rows, key=lambda row: (row.score, row.name))


def _quality(building_id: UUID, name: str, numbers: list[int]) -> Quality:
    n_units, n_persons, no_household, no_owner, no_area, no_phone, no_birth, stale = numbers
    of_units = [gap / n_units for gap in (no_household, no_owner, no_area)] if n_units else []
    of_people = [gap / n_persons for gap in (no_phone, no_birth, stale)] if n_persons else []
    shares = of_units + of_people
    score = 1 - sum(shares) / len(shares) if shares else 0.0
    return Quality(
        building_id,
        name,
        n_units,
        n_persons,
        no_household,
        no_owner,
        no_area,
        no_phone,
        no_birth,
        stale,
        round(score, 4),
    )


def _buildings(
    actor: Actor, community_id: UUID, day: dt.date, *, permission: str = "registry.place.read"
) -> list[tuple[UUID, str]]:
    if not actor.may(permission, community_id):
        raise NotFoundError
    rows = PlaceRecord.objects.as_of(day).filter(community_id=community_id, place__kind="building")
    if not actor.everywhere and community_id not in actor.communities_with(permission):
        rows = rows.filter(place__path__overlap=list(actor.places_with(permission)))
    return list(rows.order_by("name_zh", "place_id").values_list("place_id", "name_zh"))


# registry_in_force() is made by migration 0002; PostgreSQL inlines it.
_INHABITANTS = """
    SELECT b.id, m.household_id, p.born_on
    FROM registry_residence r
    JOIN registry_place u ON u.id = r.unit_id
    JOIN registry_place b ON b.kind = 'building' AND b.community_id = r.community_id AND b.id = ANY (u.path)
    JOIN registry_membership m ON m.household_id = r.household_id AND registry_in_force(m.valid_from, m.valid_to, m.retracted_at, %(day)s)
    JOIN registry_personrecord p ON p.person_id = m.person_id AND registry_in_force(p.valid_from, p.valid_to, p.retracted_at, %(day)s)
    WHERE r.community_id = %(community)s AND registry_in_force(r.valid_from, r.valid_to, r.retracted_at, %(day)s)
"""
_UNITS = """
    SELECT b.id, count(*)
    FROM registry_place u
    JOIN registry_placerecord ur ON ur.place_id = u.id AND registry_in_force(ur.valid_from, ur.valid_to, ur.retracted_at, %(day)s)
    JOIN registry_place b ON b.kind = 'building' AND b.community_id = u.community_id AND b.id = ANY (u.path)
    WHERE u.community_id = %(community)s AND u.kind = 'unit'
    GROUP BY b.id
"""
_GAPS = """
    WITH home AS (
        SELECT b.id AS building, u.id AS unit, ur.area_dm2,
            EXISTS (SELECT 1 FROM registry_residence r WHERE r.unit_id = u.id AND registry_in_force(r.valid_from, r.valid_to, r.retracted_at, %(day)s)) AS lived_in,
            EXISTS (SELECT 1 FROM registry_tenurerecord t JOIN registry_tenure h ON h.id = t.tenure_id
                    WHERE h.unit_id = u.id AND t.kind IN ('owner', 'co_owner') AND registry_in_force(t.valid_from, t.valid_to, t.retracted_at, %(day)s)) AS owned
        FROM registry_place u
        JOIN registry_placerecord ur ON ur.place_id = u.id AND registry_in_force(ur.valid_from, ur.valid_to, ur.retracted_at, %(day)s)
        JOIN registry_place b ON b.kind = 'building' AND b.community_id = u.community_id AND b.id = ANY (u.path)
        WHERE u.community_id = %(community)s AND u.kind = 'unit'
    ), soul AS (
        SELECT h.building, p.phone, p.born_on, coalesce(p.checked_on, p.valid_from) AS seen_on
        FROM home h
        JOIN registry_residence r ON r.unit_id = h.unit AND registry_in_force(r.valid_from, r.valid_to, r.retracted_at, %(day)s)
        JOIN registry_membership m ON m.household_id = r.household_id AND registry_in_force(m.valid_from, m.valid_to, m.retracted_at, %(day)s)
        JOIN registry_personrecord p ON p.person_id = m.person_id AND registry_in_force(p.valid_from, p.valid_to, p.retracted_at, %(day)s)
    ), homes AS (
        SELECT building, count(*) AS n, count(*) FILTER (WHERE NOT lived_in) AS empty,
            count(*) FILTER (WHERE NOT owned) AS unowned, count(*) FILTER (WHERE area_dm2 IS NULL) AS no_area
        FROM home GROUP BY building
    ), souls AS (
        SELECT building, count(*) AS n, count(*) FILTER (WHERE phone IS NULL) AS no_phone,
            count(*) FILTER (WHERE born_on IS NULL) AS no_birth,
            count(*) FILTER (WHERE seen_on < %(day)s::date - %(stale)s) AS stale
        FROM soul GROUP BY building
    )
    SELECT h.building, h.n, coalesce(s.n, 0), h.empty, h.unowned, h.no_area,
        coalesce(s.no_phone, 0), coalesce(s.no_birth, 0), coalesce(s.stale, 0)
    FROM homes h LEFT JOIN souls s USING (building)
"""


def _rows(statement: str, community_id: UUID, day: dt.date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"community": community_id, "day": day, "stale": STALE_AFTER_DAYS})
        return cursor.fetchall()


def _inhabitants(community_id: UUID, day: dt.date) -> list[tuple[Any, ...]]:
    return _rows(_INHABITANTS, community_id, day)


def _units_per_building(community_id: UUID, day: dt.date) -> dict[UUID, int]:
    return dict(_rows(_UNITS, community_id, day))  # type: ignore[arg-type]


def _gaps(community_id: UUID, day: dt.date) -> list[tuple[Any, ...]]:
    return _rows(_GAPS, community_id, day)


def _by_age(
    births: Sequence[dt.date | None], day: dt.date, groups: Sequence[tuple[int, int | None]]
) -> tuple[int, ...]:
    counts = [0] * (len(groups) + 1)
    for born_on in births:
        age = age_on(born_on, day)
        counts[_group_of(age, groups)] += 1
    return tuple(counts)


def _group_of(age: int | None, groups: Sequence[tuple[int, int | None]]) -> int:
    if age is not None:
        for index, (low, high) in enumerate(groups):
            if low <= age and (high is None or age < high):
                return index
    return len(groups)
