"""Organisations and duties, facilities, vacant spaces, devices: registering them and saying what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.journal import append
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor
from linli.platform.privacy import seal, unseal

from .. import catalogues, dating, events, visible
from ..models import (
    DeviceRecord,
    Duty,
    DutyRecord,
    FacilityRecord,
    Organisation,
    OrganisationRecord,
    Place,
    VacantSpaceRecord,
)
from ..nouns import DEVICE, FACILITY, ORGANISATION, SPACE, Noun
from ..rules.people import PHONE_INDEX, check_name, normal_phone
from ..rules.periods import Period
from ..rules.places import BAD_AREA, cell_of, check_numbers
from ..rules.rights import require_at
from . import records

ELSEWHERE = define(
    "registry.place_of_another_community",
    zh="所指的地方不在这个社区",
    en="The place named is not in this community",
    status=422,
)
BAD_CAPACITY = define(
    "registry.bad_capacity",
    zh="容量应不小于 0，收到 {capacity}",
    en="A capacity must be >= 0, got {capacity}",
    status=422,
)
UNKNOWN_CHOICE = define(
    "registry.unknown_choice",
    zh="{field} 应是以下之一：{known}；收到 {got}",
    en="{field} is one of: {known}; got {got}",
    status=422,
)


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    kind: str
    name_zh: str
    name_en: str = ""
    phone: str = ""
    place_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FacilityDetails:
    """``category`` of the facility-category policy; ``lon, lat`` degrees; area in dm²; capacity in persons."""

    category: str
    lon: float
    lat: float
    name_zh: str = ""
    name_en: str = ""
    place_id: UUID | None = None
    provider_id: UUID | None = None
    area_dm2: int | None = None
    capacity: int | None = None
    opening_hours: str = ""
    status: str = FacilityRecord.Status.OPEN
    source_ref: str = ""


@dataclass(frozen=True, slots=True)
class SpaceDetails:
    place_id: UUID
    area_dm2: int
    name_zh: str = ""
    name_en: str = ""
    floor: int | None = None
    owner_id: UUID | None = None
    state: str = VacantSpaceRecord.State.IDLE
    source_ref: str = ""


@dataclass(frozen=True, slots=True)
class DeviceDetails:
    kind: str
    place_id: UUID
    serial: str
    name_zh: str = ""
    name_en: str = ""
    lon: float | None = None
    lat: float | None = None
    model: str = ""
    status: str = DeviceRecord.Status.WORKING
    source_ref: str = ""


def register_organisation(
    details: OrganisationDetails, *, community_id: UUID, actor: Actor, on: dt.date, synthetic: bool = False
) -> OrganisationRecord:
    """A body that works in this community."""
    return _register(ORGANISATION, details, community_id, actor=actor, on=on, synthetic=synthetic)  # type: ignore[return-value]


def change_organisation(
    organisation_id: UUID, changes: Mapping[str, Any], *, actor: Actor, on: dt.date
) -> OrganisationRecord:
    return _change(ORGANISATION, organisation_id, changes, actor=actor, on=on)  # type: ignore[return-value]


def correct_organisation(
    record_id: UUID, changes: Mapping[str, Any], *, actor: Actor, because: str
) -> OrganisationRecord:
    return _correct(ORGANISATION, record_id, changes, actor=actor, because=because)  # type: ignore[return-value]


def end_organisation(organisation_id: UUID, *, actor: Actor, on: dt.date) -> None:
    """From ``on`` the body is no more; its duties end with it."""
    records.end(ORGANISATION, organisation_id, actor=actor, on=on)
    rows = DutyRecord.objects.overlapping(on, None).filter(duty__organisation_id=organisation_id)
    for row in rows.select_for_update(of=("self",)):
        dating.end(row, on)
        append(events.DutyEnded(row.community_id, row.duty_id, on), actor=actor)


def assign_duty(
    organisation_id: UUID,
    code: str,
    *,
    place_id: UUID,
    actor: Actor,
    on: dt.date,
    contact: str = "",
    phone: str = "",
    synthetic: bool = False,
) -> DutyRecord:
    """From ``on`` the organisation answers for ``code`` at the place (and all it holds), or another person is to be called."""
    records.seen(ORGANISATION, actor, organisation_id)
    place = Place.objects.filter(visible.places(actor), pk=place_id).first()
    if place is None or place.community_id is None:
        raise NotFoundError
    require_at(actor, ORGANISATION.permission, community_id=place.community_id, path=place.path)
    catalogues.check_code(code, catalogues.catalogue("duties"), "duties")
    duty, _ = Duty.objects.get_or_create(
        organisation_id=organisation_id,
        place=place,
        code=code,
        defaults={"id": uuid7(), "community_id": place.community_id, "synthetic": synthetic},
    )
    sealed = sealed_duty_phone(duty.pk, normal_phone(phone)) if phone else None
    content = {"contact": contact.strip(), "phone": sealed, "community_id": place.community_id}
    row = DutyRecord.objects.as_of(on).filter(duty=duty).select_for_update(of=("self",)).first()
    record = dating.change(row, on, content) if row else dating.begin(DutyRecord, duty, Period(on), content)
    append(events.DutyAssigned(place.community_id, duty.pk, organisation_id, place.pk, code, on), actor=actor)
    return record


def sealed_duty_phone(duty_id: UUID, phone: str) -> bytes:
    """``phone`` (a :func:`~linli.registry.rules.people.normal_phone`) as the records of that duty keep it."""
    return seal(PHONE_INDEX, phone, table="registry_duty", column="phone", row=duty_id)


def duty_phone_of(record: DutyRecord) -> str:
    """The number of the person to call for a duty, opened; empty where none is known. For those who may read the duty list."""
    if record.phone is None:
        return ""
    return unseal(PHONE_INDEX, bytes(record.phone), table="registry_duty", column="phone", row=record.duty_id)


def end_duty(duty_id: UUID, *, actor: Actor, on: dt.date) -> None:
    """From ``on`` the organisation no longer answers for it."""
    duty = Duty.objects.filter(visible.duties(actor), pk=duty_id).select_related("place").first()
    if duty is None:
        raise NotFoundError
    require_at(actor, ORGANISATION.permission, community_id=duty.community_id, path=duty.place.path)
    dating.end(dating.ending_row(DutyRecord, duty_id, on), on)
    append(events.DutyEnded(duty.community_id, duty_id, on), actor=actor)


def register_facility(
    details: FacilityDetails, *, community_id: UUID, actor: Actor, on: dt.date, synthetic: bool = False
) -> FacilityRecord:
    """A place of service in this community."""
    return _register(FACILITY, details, community_id, actor=actor, on=on, synthetic=synthetic)  # type: ignore[return-value]


def change_facility(facility_id: UUID, changes: Mapping[str, Any], *, actor: Actor, on: dt.date) -> FacilityRecord:
    return _change(FACILITY, facility_id, changes, actor=actor, on=on)  # type: ignore[return-value]


def correct_facility(record_id: UUID, changes: Mapping[str, Any], *, actor: Actor, because: str) -> FacilityRecord:
    return _correct(FACILITY, record_id, changes, actor=actor, because=because)  # type: ignore[return-value]


def end_facility(facility_id: UUID, *, actor: Actor, on: dt.date) -> None:
    records.end(FACILITY, facility_id, actor=actor, on=on)


def register_space(
    details: SpaceDetails, *, community_id: UUID, actor: Actor, on: dt.date, synthetic: bool = False
) -> VacantSpaceRecord:
    """A room or floor that stands idle."""
    return _register(SPACE, details, community_id, actor=actor, on=on, synthetic=synthetic)  # type: ignore[return-value]


def change_space(space_id: UUID, changes: Mapping[str, Any], *, actor: Actor, on: dt.date) -> VacantSpaceRecord:
    return _change(SPACE, space_id, changes, actor=actor, on=on)  # type: ignore[return-value]


def correct_space(record_id: UUID, changes: Mapping[str, Any], *, actor: Actor, because: str) -> VacantSpaceRecord:
    return _correct(SPACE, record_id, changes, actor=actor, because=because)  # type: ignore[return-value]


def end_space(space_id: UUID, *, actor: Actor, on: dt.date) -> None:
    records.end(SPACE, space_id, actor=actor, on=on)


def register_device(
    details: DeviceDetails, *, community_id: UUID, actor: Actor, on: dt.date, synthetic: bool = False
) -> DeviceRecord:
    """A thing that measures or acts, at a place of this community."""
    return _register(DEVICE, details, community_id, actor=actor, on=on, synthetic=synthetic)  # type: ignore[return-value]


def change_device(device_id: UUID, changes: Mapping[str, Any], *, actor: Actor, on: dt.date) -> DeviceRecord:
    return _change(DEVICE, device_id, changes, actor=actor, on=on)  # type: ignore[return-value]


def correct_device(record_id: UUID, changes: Mapping[str, Any], *, actor: Actor, because: str) -> DeviceRecord:
    return _correct(DEVICE, record_id, changes, actor=actor, because=because)  # type: ignore[return-value]


def end_device(device_id: UUID, *, actor: Actor, on: dt.date) -> None:
    records.end(DEVICE, device_id, actor=actor, on=on, where=_place_of)


def _place_of(record: Any) -> UUID | None:
    return record.place_id  # type: ignore[no-any-return]


def _register(noun: Noun, details: Any, community_id: UUID, *, actor: Actor, on: dt.date, synthetic: bool) -> Any:
    where = details.place_id
    require_at(actor, noun.permission, community_id=community_id, path=records.path_of(where, community_id))
    content = {name: getattr(details, name) for name in details.__slots__}
    content = _checked(noun, content, community_id)
    return records.register(noun, content, actor=actor, community_id=community_id, on=on, synthetic=synthetic)


def _change(noun: Noun, subject_id: UUID, changes: Mapping[str, Any], *, actor: Actor, on: dt.date) -> Any:
    return records.change(
        noun,
        subject_id,
        changes,
        actor=actor,
        on=on,
        where=_place_of,
        check=lambda said: _checked(noun, said, said["community_id"]),
    )


def _correct(noun: Noun, record_id: UUID, changes: Mapping[str, Any], *, actor: Actor, because: str) -> Any:
    return records.correct(
        noun,
        record_id,
        changes,
        actor=actor,
        because=because,
        where=_place_of,
        check=lambda said: _checked(noun, said, said["community_id"]),
    )


def _checked(noun: Noun, said: dict[str, Any], community_id: UUID | None) -> dict[str, Any]:
    """What a record shall say: codes known, numbers possible, and everything named of the same community."""
    content = dict(said)
    check_numbers(content)
    _check_choices(noun, content)
    if noun is ORGANISATION:
        content["name_zh"] = check_name(content["name_zh"], limit=120)
    if noun is FACILITY:
        catalogues.check_code(content["category"], catalogues.facility_categories(), "facility_categories")
        content["cell"] = cell_of(content["lon"], content["lat"])
        if content["capacity"] is not None and content["capacity"] < 0:
            raise LinliError(BAD_CAPACITY, capacity=content["capacity"])
    if noun is SPACE and content["area_dm2"] is None:
        raise LinliError(BAD_AREA, area_dm2=None)
    if noun is DEVICE:
        content["serial"] = check_name(content["serial"])
    _check_seat(content, community_id)
    return content


def _check_choices(noun: Noun, content: dict[str, Any]) -> None:
    for field in noun.record._meta.concrete_fields:
        known = [value for value, _ in field.choices or ()]
        if known and content[field.attname] not in known:
            raise LinliError(UNKNOWN_CHOICE, field=field.name, known=", ".join(known), got=content[field.attname])


def _check_seat(content: dict[str, Any], community_id: UUID | None) -> None:
    place_id = content.get("place_id")
    if place_id and not Place.objects.filter(pk=place_id, community_id=community_id).exists():
        raise LinliError(ELSEWHERE)
    for name in ("provider_id", "owner_id"):
        if content.get(name) and not Organisation.objects.filter(pk=content[name]).exists():
            raise NotFoundError
