"""Whom something addressed to places and groups reaches: households, and holders of homes who live elsewhere. Ids only, never a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from linli.platform.actors import Actor

from .. import visible
from ..models import Membership, PersonRecord, Place, Residence, TenureRecord
from ..rules.people import latest_birth
from ..visible import NOTHING, today
from .homes import OWNING


@dataclass(frozen=True, slots=True)
class Mark:
    """What makes a person one of a group: holding a home in one of these ways, or an age in whole years (``age_from`` inclusive)."""

    tenure: tuple[str, ...] = ()
    age_from: int | None = None
    age_below: int | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """``household_ids`` live in the places; ``person_ids`` own a home there and live nowhere in the community."""

    household_ids: frozenset[UUID]
    person_ids: frozenset[UUID]


def reach_of(
    actor: Actor,
    community_id: UUID,
    *,
    place_ids: Sequence[UUID] = (),
    marks: Sequence[Mark] = (),
    household_id: UUID | None = None,
    on: dt.date | None = None,
) -> Reach:
    """Whom the places (none: the whole community) and groups (none: everybody; several: any of them) reach on ``on`` (today).

    A household is reached by one member to whom a mark applies. Owners living elsewhere are reached where everybody is, or owners.
    ``household_id`` asks of one household alone. For machines: asked as anybody else it tells of what they may see.
    """
    day = on or today()
    homes = Residence.objects.as_of(day).filter(visible.households(actor, "household__"), community_id=community_id)
    held = TenureRecord.objects.as_of(day).filter(visible.tenures(actor, "tenure__"), community_id=community_id)
    if place_ids:
        homes = homes.filter(unit__path__overlap=list(place_ids))
        held = held.filter(tenure__unit__path__overlap=list(place_ids))
    if household_id is not None:
        homes = homes.filter(household_id=household_id)
    kinds = {kind for mark in marks for kind in mark.tenure}
    if marks:
        marked = Q(person__in=held.filter(kind__in=kinds).values("tenure__person_id")) if kinds else NOTHING
        aged = _of_age(marks, day)
        if aged is not None:
            records = PersonRecord.objects.as_of(day).filter(aged, community_id=community_id)
            marked |= Q(person__in=records.values("person_id"))
        members = Membership.objects.as_of(day).filter(marked, community_id=community_id)
        homes = homes.filter(household__in=members.values("household_id"))
    return Reach(
        frozenset(homes.values_list("household_id", flat=True)),
        frozenset() if household_id is not None or (marks and not kinds & set(OWNING)) else _elsewhere(held, day),
    )


def households_of(actor: Actor, person_id: UUID, *, on: dt.date | None = None) -> tuple[UUID, ...]:
    """The household a person belongs to on ``on`` (today), none where they belong to none."""
    rows = visible.households_of(person_id, on or today()).filter(visible.people(actor, "person__"))
    return tuple(rows.values_list("household_id", flat=True))


def members_of(actor: Actor, household_ids: Iterable[UUID], *, on: dt.date | None = None) -> set[UUID]:
    """Who belongs to any of the households on ``on`` (today), of those the actor may see. Ids only."""
    rows = Membership.objects.as_of(on or today()).filter(visible.people(actor, "person__"))
    return set(rows.filter(household__in=list(household_ids)).values_list("person_id", flat=True))


def places_within(actor: Actor, place_ids: Sequence[UUID], holders: frozenset[UUID]) -> bool:
    """True if each of the places lies within (or is) one of ``holders``."""
    paths = Place.objects.filter(visible.places(actor), pk__in=list(place_ids)).values_list("path", flat=True)
    found = list(paths)
    return len(found) == len(set(place_ids)) and all(holders.intersection(path) for path in found)


def _of_age(marks: Sequence[Mark], day: dt.date) -> Q | None:
    found: Q | None = None
    for mark in marks:
        one = Q()
        if mark.age_from is not None:
            one &= Q(born_on__lte=latest_birth(mark.age_from, day))
        if mark.age_below is not None:
            one &= Q(born_on__gt=latest_birth(mark.age_below, day))
        if one:
            found = one if found is None else found | one
    return found


def _elsewhere(held: object, day: dt.date) -> frozenset[UUID]:
    owners = set(held.filter(kind__in=OWNING).values_list("tenure__person_id", flat=True))  # type: ignore[attr-defined]
    here = Residence.objects.as_of(day).values("household_id")
    living = Membership.objects.as_of(day).filter(person_id__in=owners, household__in=here)
    return frozenset(owners - set(living.values_list("person_id", flat=True)))
