"""The sample's organisations with their duties, facilities, vacant spaces, devices, and the roles some residents hold."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from linli.engines.synth import Neighbourhood
from linli.kernel.clock import start_of_day
from linli.kernel.ids import uuid7

from .. import bulk
from ..mapcolumns import facility_columns
from ..models import (
    Device,
    DeviceRecord,
    Duty,
    DutyRecord,
    Facility,
    FacilityRecord,
    Organisation,
    OrganisationRecord,
    Place,
    RoleGrant,
    VacantSpace,
    VacantSpaceRecord,
)
from .homes import Homes
from .people import People, person_id

DUTIES: dict[str, tuple[str, ...]] = {
    "property_company": (
        "cleaning", "waste", "greenery", "security", "parking", "lifts", "fire_safety", "lighting", "building_repair",
    ),
    "residents_committee": ("mediation", "elder_care", "grid_patrol"),
}  # fmt: skip
"""Designed here: who answers for what in the sample, by kind of organisation."""
DEPARTMENT_DUTIES: dict[str, tuple[str, ...]] = {
    "供水营业所": ("water_supply",),
    "城市管理所": ("noise", "roads"),
    "住房和建设所": ("drainage",),
}
ROLE_PLACES = {
    "grid_worker": "grid",
    "community_staff": "community",
    "committee_member": "community",
    "volunteer": "community",
}
"""Duties of the neighbourhood that are roles here, and the place they are granted on; a manager's is each building of the compound."""


@dataclass(slots=True)
class Things:
    organisations: dict[int, UUID] = field(default_factory=dict)
    staff: dict[str, tuple[UUID, ...]] = field(default_factory=dict)
    n: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Seat:
    """The community the things are laid in, and what stands there already."""

    made: Neighbourhood
    number: int
    seat: Place
    homes: Homes
    people: People
    since: dt.date


def lay_things(
    made: Neighbourhood, number: int, seat: Place, *, homes: Homes, people: People, since: dt.date
) -> Things:
    """Everything of community ``number`` that is neither place nor person; organisations and facilities from ``since``."""
    at, things = _Seat(made, number, seat, homes, people, since), Things()
    for lay in (_organisations, _facilities, _spaces, _devices, _grants):
        lay(at, things)
    return things


def _identity(at: _Seat, **more: Any) -> dict[str, Any]:
    return {"id": uuid7(), "community_id": at.seat.pk, "synthetic": True, **more}


def _organisations(at: _Seat, things: Things) -> None:
    """Those of the community, and the town's departments, which stand in each community's register that they serve."""
    here = [(index, one) for index, one in enumerate(at.made.organisations) if one.community in (at.number, -1)]
    bodies = bulk.identities(Organisation, [_identity(at) for _ in here])
    records, duties, contacts = [], [], []
    for body, (index, one) in zip(bodies, here, strict=True):
        things.organisations[index] = body.pk
        site = at.made.sites[one.facility].building if one.facility >= 0 else -1
        place = at.homes.buildings.get(site) or at.homes.compounds.get(one.compound)
        content = {
            "kind": one.kind,
            "name_zh": one.name.zh,
            "name_en": one.name.en,
            "phone": one.phone,
            "place_id": place,
        }
        records.append(bulk.record(OrganisationRecord, body, at.since, community_id=at.seat.pk, **content))
        where = at.homes.compounds.get(one.compound, at.seat.pk)
        for code in DUTIES.get(one.kind, ()) or DEPARTMENT_DUTIES.get(one.name.zh, ()):
            duties.append(_identity(at, organisation_id=body.pk, place_id=where, code=code))
    assigned = bulk.identities(Duty, duties)
    contacts = [bulk.record(DutyRecord, duty, at.since, community_id=at.seat.pk) for duty in assigned]
    bulk.write(bodies, records, assigned, contacts)
    things.n |= {"organisations": len(bodies), "duties": len(assigned)}


def _facilities(at: _Seat, things: Things) -> None:
    here = [index for index, site in enumerate(at.made.sites) if site.community == at.number]
    facilities = bulk.identities(Facility, [_identity(at) for _ in here])
    provider = {one.facility: things.organisations.get(index) for index, one in enumerate(at.made.organisations)}
    records = [
        bulk.record(
            FacilityRecord,
            facility,
            at.since,
            community_id=at.seat.pk,
            place_id=at.homes.units.get(at.made.sites[index].unit)
            or at.homes.buildings.get(at.made.sites[index].building),
            provider_id=provider.get(index),
            **facility_columns(at.made.map.facilities[index]),
        )
        for facility, index in zip(facilities, here, strict=True)
    ]
    bulk.write(facilities, records)
    things.n["facilities"] = len(facilities)


def _spaces(at: _Seat, things: Things) -> None:
    here = [one for one in at.made.vacant_spaces if one.community == at.number]
    spaces = bulk.identities(VacantSpace, [_identity(at) for _ in here])
    records = [
        bulk.record(
            VacantSpaceRecord,
            space,
            one.idle_from,
            community_id=at.seat.pk,
            place_id=at.homes.units.get(one.unit) or at.homes.buildings.get(one.building, at.seat.pk),
            name_zh=one.name.zh,
            name_en=one.name.en,
            floor=one.floor,
            area_dm2=one.area_dm2,
            source_ref=one.ref,
        )
        for space, one in zip(spaces, here, strict=True)
    ]
    bulk.write(spaces, records)
    things.n["spaces"] = len(spaces)


def _devices(at: _Seat, things: Things) -> None:
    here = [(index, one) for index, one in enumerate(at.made.devices) if one.community == at.number]
    devices = bulk.identities(Device, [_identity(at) for _ in here])
    records = [
        bulk.record(
            DeviceRecord,
            device,
            one.installed_on,
            community_id=at.seat.pk,
            kind=one.kind,
            name_zh=one.name.zh,
            name_en=one.name.en,
            place_id=at.homes.units.get(one.unit)
            or at.homes.entrances.get((one.building, one.stair))
            or at.homes.buildings.get(one.building, at.seat.pk),
            lon=one.lon,
            lat=one.lat,
            serial=f"SYN-{index + 1:06d}",
            source_ref=one.ref,
        )
        for device, (index, one) in zip(devices, here, strict=True)
    ]
    bulk.write(devices, records)
    things.n["devices"] = len(devices)


def _grants(at: _Seat, things: Things) -> None:
    """Roles for the residents the generator named to a duty, at.since the day it says, given by the sample itself."""
    rows, staff = [], defaultdict(list)
    for duty in at.made.duties:
        person = person_id(at.people, duty.person)
        places = _places_of(at, duty)
        if person is None or not places:
            continue
        staff[duty.role].append(person)
        rows += [
            RoleGrant(
                community_id=at.seat.pk,
                role=duty.role,
                person_id=person,
                place_id=place,
                valid_from=start_of_day(duty.from_on),
                granted_by="system:sample",
                reason="示例数据",
            )
            for place in places
        ]
    bulk.write(rows)
    things.staff = {role: tuple(persons) for role, persons in sorted(staff.items())}
    things.n["grants"] = len(rows)


def _places_of(at: _Seat, duty: Any) -> list[UUID]:
    if duty.role == "property_manager" and duty.place == "compound" and duty.number in at.homes.compounds:
        inside = at.made.buildings.compound
        return [place for building, place in at.homes.buildings.items() if int(inside[building]) == duty.number]
    if ROLE_PLACES.get(duty.role) == "grid":
        return [at.homes.grids[duty.number]] if duty.place == "grid" and duty.number in at.homes.grids else []
    if duty.role not in ROLE_PLACES:
        return []
    community = duty.number if duty.place == "community" else at.made.compounds[duty.number].community
    return [at.seat.pk] if community == at.number else []
