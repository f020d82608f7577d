"""The register's residents, facilities, organisations and duties as the lists they could be imported from: the same columns, in the reader's language.

Sealed values come out masked, as on the screen; a masked value that comes back says nothing, so what is registered stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any
from uuid import UUID

from linli.platform.actors import Actor
from linli.platform.privacy import mask_phone

from . import queries, visible
from .commands.things import duty_phone_of
from .dutylist import PlaceNames
from .models import DutyRecord, PersonRecord
from .residents.known import Register, read_register
from .sealed import mask_of, opened
from .tablefiles import Layout
from .visible import today

Line = dict[str, Any]


def people_lines(actor: Actor, community_id: UUID) -> Iterator[Line]:
    """One line a person and home, only of people the actor may see: where they live, then what else they hold. By name."""
    register = read_register(community_id, today())
    written = _homes(register)
    shared = _shared(register)
    rows = PersonRecord.objects.as_of(today()).filter(visible.people(actor, "person__"), community_id=community_id)
    held: dict[UUID, list[UUID]] = defaultdict(list)
    for unit_id, person_id in register.tenure:
        held[person_id].append(unit_id)
    for row in rows.select_related("person").order_by("name", "person_id"):
        stay = register.stay.get(row.person_id)
        lives = register.residence[stay.household_id][1] if stay and stay.household_id in register.residence else None
        homes: list[UUID | None] = [
            *([lives] if lives else []),
            *(unit for unit in held[row.person_id] if unit != lives),
        ]
        for home in homes or [None]:
            line = _person(row) | (written.get(home, {}) if home else {})
            if home is not None and home == lives and stay:
                line |= {"resides": "yes", "role": stay.role, "household": shared.get(stay.household_id, "")}
            elif home is not None:
                line |= {"resides": "no"}
            yield line | _tenure(register, home, row.person_id)


def _person(row: PersonRecord) -> Line:
    return {
        "person_ref": str(row.person_id), "name": row.name, "sex": row.sex, "born_on": row.born_on.isoformat() if row.born_on else "",
        "phone": mask_phone(opened(row, "phone")) if row.phone else "", "identity_kind": row.identity_kind,
        "identity_number": mask_of(row) if row.identity_number else "",
    }  # fmt: skip


def _tenure(register: Register, home: UUID | None, person_id: UUID) -> Line:
    held = register.tenure.get((home, person_id)) if home else None
    if held is None:
        return {}
    share = held.share
    return {"tenure": held.kind, "share": f"{share.numerator}/{share.denominator}" if share > Fraction(0) else ""}


def _homes(register: Register) -> dict[UUID, Line]:
    """Home → its columns, so that reading them finds it again."""
    names = {one.id: one for ones in register.homes.buildings.values() for one in ones}
    found: dict[UUID, Line] = {}
    for (building_id, unit), entrances in register.homes.units.items():
        for entrance, ids in entrances.items():
            building = names[building_id]
            for id in ids:
                found[id] = {
                    "compound": building.compound,
                    "building": building.name,
                    "entrance": entrance,
                    "unit": unit,
                }
    return found


def _shared(register: Register) -> dict[UUID, str]:
    """A number for each household that shares its home with another."""
    by_home: dict[UUID, list[UUID]] = defaultdict(list)
    for household, (_, unit) in sorted(register.residence.items()):
        if register.members.get(household):
            by_home[unit].append(household)
    return {one: str(n) for ones in by_home.values() if len(ones) > 1 for n, one in enumerate(ones, start=1)}


def facility_lines(actor: Actor, community_id: UUID) -> Iterator[Line]:
    """Facilities with their positions in WGS-84."""
    for row in queries.list_facilities(actor, community_id=community_id):
        yield {
            "facility_ref": str(row.facility_id), "name_zh": row.name_zh, "name_en": row.name_en, "category": row.category,
            "lon": f"{row.lon:.7f}", "lat": f"{row.lat:.7f}", "area_m2": f"{row.area_dm2 / 100:g}" if row.area_dm2 else "",
            "capacity": "" if row.capacity is None else str(row.capacity), "opening_hours": row.opening_hours, "status": row.status,
        }  # fmt: skip


def organisation_lines(actor: Actor, community_id: UUID) -> Iterator[Line]:
    """One line a duty, and one for an organisation without any. Numbers to call are masked."""
    names = PlaceNames(community_id, today())
    held: dict[UUID, list[DutyRecord]] = defaultdict(list)
    for duty in queries.list_duties(actor).filter(community_id=community_id):
        held[duty.duty.organisation_id].append(duty)
    for row in queries.list_organisations(actor, community_id=community_id).order_by("name_zh", "organisation_id"):
        about = {
            "organisation_ref": str(row.organisation_id), "name_zh": row.name_zh, "name_en": row.name_en, "kind": row.kind,
            "phone": row.phone, "seat": names.written(row.place_id),
        }  # fmt: skip
        if not held[row.organisation_id]:
            yield about
        for duty in held[row.organisation_id]:
            yield about | _duty(duty, names)


def _duty(row: DutyRecord, names: PlaceNames) -> Line:
    return {
        "duty": row.duty.code, "duty_place": names.written(row.duty.place_id), "contact": row.contact,
        "contact_phone": mask_phone(duty_phone_of(row)) if row.phone else "",
    }  # fmt: skip


LINES = {"people": people_lines, "facilities": facility_lines, "organisations": organisation_lines}


def table_of(layout: Layout, actor: Actor, community_id: UUID, language: str) -> Iterator[list[str]]:
    """Headings, then rows of texts; codes in words."""
    yield [column.title.in_(language) for column in layout.columns]
    for line in LINES[layout.id](actor, community_id):
        yield [
            column.said[value].in_(language) if (value := line.get(column.id, "")) in column.said else str(value) for column in layout.columns
        ]  # fmt: skip
