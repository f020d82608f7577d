"""Reads of people and of who lives where, on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor
from linli.platform.privacy import blind_index

from .. import visible
from ..dated import in_force
from ..models import Membership, Person, PersonRecord, Place, PlaceRecord, Residence
from ..rules.people import PHONE_INDEX, age_on, latest_birth, normal_phone
from ..sealed import identity_index, read_identity
from ..visible import today


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody living somewhere on a day."""

    person_id: UUID
    name: str
    sex: str
    age: int | None
    role: str
    household_id: UUID
    unit_id: UUID
    unit_name: str
    needs: tuple[str, ...]
    since: dt.date


def list_people(
    actor: Actor,
    *,
    community_id: UUID | None = None,
    within: UUID | None = None,
    text: str = "",
    phone: str = "",
    identity: tuple[str, str] | None = None,
    need: str = "",
    age_from: int | None = None,
    age_below: int | None = None,
    on: dt.date | None = None,
) -> QuerySet[PersonRecord]:
    """Records in force on ``on`` (today) of the people the actor may see, with ``.person`` at hand, by name.

    ``within``: living on that day in this place. ``phone``: the whole number, found by its blind index; ``identity``: kind of document and whole number, likewise. Ages in whole years,
    ``age_from`` inclusive, ``age_below`` exclusive.
    """
    day = on or today()
    found = PersonRecord.objects.as_of(day).filter(visible.people(actor, "person__")).select_related("person")
    if community_id:
        found = found.filter(community_id=community_id)
    if within:
        found = found.filter(_living_in(within, day))
    if text.strip():
        found = found.filter(name__icontains=text.strip())
    if phone.strip():
        found = found.filter(phone_index=blind_index(PHONE_INDEX, normal_phone(phone)))
    if identity:
        found = found.filter(identity_index=identity_index(identity[0], read_identity(*identity)))
    if need:
        found = found.filter(needs__contains=[need])
    if age_from is not None:
        found = found.filter(born_on__lte=latest_birth(age_from, day))
    if age_below is not None:
        found = found.filter(born_on__gt=latest_birth(age_below, day))
    return found.order_by("name", "person_id")


def _living_in(place_id: UUID, day: dt.date) -> Q:
    here = Membership.objects.as_of(day).filter(
        in_force(day, "household__residences__"),
        person=OuterRef("person"),
        household__residences__retracted_at=None,
        household__residences__unit__path__contains=[place_id],
    )
    return Q(Exists(here))


def find_person(actor: Actor, person_id: UUID, *, on: dt.date | None = None) -> PersonRecord:
    """What is said of a person on ``on`` (today); NotFoundError where absent or not the actor's to see."""
    found = list_people(actor, on=on).filter(person_id=person_id).first()
    if found is None:
        raise NotFoundError
    return found


def history_of_person(actor: Actor, person_id: UUID) -> list[PersonRecord]:
    """Every record of a person, oldest period first, taken-back ones after what replaced them."""
    if not Person.objects.filter(visible.people(actor), pk=person_id).exists():
        raise NotFoundError
    rows = PersonRecord.objects.filter(person_id=person_id).select_related("person")
    return sorted(rows, key=lambda row: (row.valid_from, row.retracted_at is not None, row.recorded_at))


def residents_of(actor: Actor, place_id: UUID, *, on: dt.date | None = None) -> list[Resident]:
    """Who lives in a place (a home, a building, a grid, a community) on ``on`` (today): by unit, head of household first."""
    if not Place.objects.filter(visible.places(actor), pk=place_id).exists():
        raise NotFoundError
    day = on or today()
    rows = (
        Membership.objects.as_of(day)
        .filter(
            visible.people(actor, "person__"),
            in_force(day, "household__residences__"),
            in_force(day, "person__records__"),
            household__residences__retracted_at=None,
            household__residences__unit__path__contains=[place_id],
            person__records__retracted_at=None,
        )
        .annotate(
            unit_id=F("household__residences__unit_id"),
            moved_in=F("household__residences__valid_from"),
            name=F("person__records__name"),
            sex=F("person__records__sex"),
            born_on=F("person__records__born_on"),
            needs=F("person__records__needs"),
        )
        .values("person_id", "household_id", "role", "valid_from", *_RESIDENT)
    )
    found = list(rows)
    names = _unit_names({row["unit_id"] for row in found}, day)
    people = [
        Resident(
            person_id=row["person_id"],
            name=row["name"],
            sex=row["sex"],
            age=age_on(row["born_on"], day),
            role=row["role"],
            household_id=row["household_id"],
            unit_id=row["unit_id"],
            unit_name=names.get(row["unit_id"], ""),
            needs=tuple(row["needs"]),
            since=max(row["valid_from"], row["moved_in"]),
        )
        for row in found
    ]
    return sorted(people, key=lambda one: (one.unit_name, str(one.household_id), one.role != "head", -(one.age or 0)))


_RESIDENT = ("unit_id", "moved_in", "name", "sex", "born_on", "needs")


def _unit_names(units: Iterable[UUID], day: dt.date) -> dict[UUID, str]:
    rows = PlaceRecord.objects.as_of(day).filter(place_id__in=list(units))
    return dict(rows.values_list("place_id", "name_zh"))


def who_lived_at(actor: Actor, unit_id: UUID, on: dt.date) -> list[Resident]:
    """Who lived in a home on a day."""
    return residents_of(actor, unit_id, on=on)


def household_of(actor: Actor, person_id: UUID, *, on: dt.date | None = None) -> list[Resident]:
    """The people of a person's household on ``on`` (today), empty where they live in none."""
    day = on or today()
    find_person(actor, person_id, on=day)
    home = Residence.objects.as_of(day).filter(household__in=visible.households_of(person_id, day)).first()
    if home is None:
        return []
    return [one for one in residents_of(actor, home.unit_id, on=day) if one.household_id == home.household_id]


def homes_of_person(actor: Actor, person_id: UUID) -> list[tuple[Membership, Residence]]:
    """Where a person has lived: each stay of theirs in a household with each home of it that overlaps, oldest first."""
    if not Person.objects.filter(visible.people(actor), pk=person_id).exists():
        raise NotFoundError
    stays = []
    for stay in Membership.objects.believed().filter(person_id=person_id).select_related("household"):
        homes = Residence.objects.overlapping(stay.valid_from, stay.valid_to).filter(household_id=stay.household_id)
        stays += [(stay, home) for home in homes.select_related("unit")]
    return sorted(stays, key=lambda pair: max(pair[0].valid_from, pair[1].valid_from))
