"""Reads of facilities, organisations and their duties, vacant spaces, devices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.errors import NotFoundError
from linli.kernel.geo import box_around, geodesic_m
from linli.platform.actors import Actor

from .. import visible
from ..dated import Dated
from ..models import (
    DeviceRecord,
    DutyRecord,
    FacilityRecord,
    OrganisationRecord,
    VacantSpaceRecord,
)
from ..visible import today
from .places import find_place

Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True, slots=True)
class NearFacility:
    record: FacilityRecord
    straight_m: float


def list_facilities(
    actor: Actor,
    *,
    community_id: UUID | None = None,
    category: str | None = None,
    status: str | None = None,
    text: str = "",
    box: tuple[float, float, float, float] | None = None,
    on: dt.date | None = None,
) -> QuerySet[FacilityRecord]:
    """Facilities on ``on`` (today) by category and name; ``box`` is west, south, east, north in degrees, edges included."""
    found: QuerySet[FacilityRecord] = FacilityRecord.objects.as_of(on or today()).select_related("facility")
    found = _narrow(found, community_id=community_id, category=category, status=status)
    if text.strip():
        found = found.filter(Q(name_zh__icontains=text.strip()) | Q(name_en__icontains=text.strip()))
    if box:
        west, south, east, north = box
        found = found.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    return found.order_by("category", "name_zh", "facility_id")


def facilities_near(
    actor: Actor, lon: float, lat: float, *, radius_m: float, category: str | None = None, on: dt.date | None = None
) -> list[NearFacility]:
    """Facilities within ``radius_m`` (inclusive) in a straight line on the WGS-84 ellipsoid, nearest first. Walking is lifecircle's."""
    rows = list(list_facilities(actor, category=category, box=box_around(lon, lat, radius_m), on=on))
    straight_m = geodesic_m(lon, lat, [row.lon for row in rows], [row.lat for row in rows])
    near = [NearFacility(row, float(m)) for row, m in zip(rows, straight_m, strict=True) if m <= radius_m]
    return sorted(near, key=lambda one: one.straight_m)


def list_organisations(
    actor: Actor,
    *,
    community_id: UUID | None = None,
    kind: str | None = None,
    text: str = "",
    on: dt.date | None = None,
) -> QuerySet[OrganisationRecord]:
    """Organisations on ``on`` (today) by name; those of no community come with every community."""
    found = OrganisationRecord.objects.as_of(on or today()).select_related("organisation")
    if community_id:
        found = found.filter(Q(community_id=community_id) | Q(community=None))
    if text.strip():
        found = found.filter(Q(name_zh__icontains=text.strip()) | Q(name_en__icontains=text.strip()))
    return _narrow(found, kind=kind).order_by("name_zh", "organisation_id")


def list_duties(
    actor: Actor,
    *,
    community_id: UUID | None = None,
    organisation_id: UUID | None = None,
    place_id: UUID | None = None,
    code: str | None = None,
    on: dt.date | None = None,
) -> QuerySet[DutyRecord]:
    """Who answers for what on ``on`` (today). ``place_id``: duties covering that place, at it or at any place that holds it."""
    found: QuerySet[DutyRecord] = DutyRecord.objects.as_of(on or today()).filter(visible.duties(actor, "duty__"))
    if place_id:
        found = found.filter(duty__place_id__in=find_place(actor, place_id).place.path)
    found = _narrow(found, community_id=community_id, duty__organisation_id=organisation_id, duty__code=code)
    return found.select_related("duty", "duty__organisation", "duty__place").order_by("duty__code", "duty_id")


def list_spaces(
    actor: Actor,
    *,
    community_id: UUID | None = None,
    state: str | None = None,
    min_area_dm2: int | None = None,
    on: dt.date | None = None,
) -> QuerySet[VacantSpaceRecord]:
    """Vacant spaces on ``on`` (today), largest first."""
    found: QuerySet[VacantSpaceRecord] = VacantSpaceRecord.objects.as_of(on or today()).select_related("space", "place")
    found = _narrow(found, community_id=community_id, state=state, area_dm2__gte=min_area_dm2)
    return found.order_by("-area_dm2", "space_id")


def list_devices(
    actor: Actor,
    *,
    community_id: UUID | None = None,
    kind: str | None = None,
    status: str | None = None,
    within: UUID | None = None,
    on: dt.date | None = None,
) -> QuerySet[DeviceRecord]:
    """Devices on ``on`` (today) by kind and serial number."""
    found: QuerySet[DeviceRecord] = DeviceRecord.objects.as_of(on or today()).filter(visible.devices(actor, "device__"))
    found = _narrow(found, community_id=community_id, kind=kind, status=status)
    if within:
        found = found.filter(place__path__contains=[within])
    return found.select_related("device", "place").order_by("kind", "serial")


def find_facility(actor: Actor, facility_id: UUID, *, on: dt.date | None = None) -> FacilityRecord:
    return _only(list_facilities(actor, on=on).filter(facility_id=facility_id))


def find_organisation(actor: Actor, organisation_id: UUID, *, on: dt.date | None = None) -> OrganisationRecord:
    return _only(list_organisations(actor, on=on).filter(organisation_id=organisation_id))


def find_space(actor: Actor, space_id: UUID, *, on: dt.date | None = None) -> VacantSpaceRecord:
    return _only(list_spaces(actor, on=on).filter(space_id=space_id))


def find_device(actor: Actor, device_id: UUID, *, on: dt.date | None = None) -> DeviceRecord:
    return _only(list_devices(actor, on=on).filter(device_id=device_id))


def history_of(record: Row) -> list[Row]:
    """Every record of the thing that ``record`` (found by the actor) is about, oldest first, taken-back ones after their replacement."""
    rows: Any = type(record).objects.filter(**{f"{record.about}_id": record.about_id})
    return sorted(rows, key=lambda row: (row.valid_from, row.retracted_at is not None, row.recorded_at))


def _narrow(found: QuerySet[Row], **conditions: Any) -> QuerySet[Row]:
    return found.filter(**{name: value for name, value in conditions.items() if value not in (None, "")})


def _only(found: QuerySet[Row]) -> Row:
    record = found.first()
    if record is None:
        raise NotFoundError
    return record
