"""The registry for machines: places and facilities as GeoJSON (RFC 7946, WGS-84), people with their numbers masked. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import shapely
from django.http import HttpResponse, JsonResponse
from ninja import Field, Query, Router, Schema

from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.privacy import mask_phone
from linli.platform.privacy.reading import record_read
from linli.platform.web.api import operation
from linli.platform.web.request import Request

from . import queries
from .commands.people import phone_of
from .features.api import router as features
from .models import FacilityRecord, PersonRecord, PlaceRecord
from .rules.people import age_on
from .visible import today

router = Router(tags=["registry"])
router.add_router("/features", features)
GEOJSON = "application/geo+json"
MAX_ROWS = 1000
WORDS_IN_ADDRESS = define(
    "registry.words_in_address",
    zh="姓名不能写在网址里；请用 POST {path}，把 text 放在请求体（JSON）里",
    en="A name does not belong in an address; POST to {path} with text in its JSON body",
    status=422,
)
API_FIELDS = ("name", "sex", "age", "phone_mask", "needs")


class Part(Schema):
    """Which rows of a long list: ``limit`` from ``offset`` on."""

    limit: int = Field(100, ge=1, le=MAX_ROWS)
    offset: int = Field(0, ge=0, le=10_000_000)


class Wanted(Part):
    """Whom one looks for: part of a name, on a day (today)."""

    text: str = Field("", max_length=80)
    on: dt.date | None = None


@router.get("/registry/{community_id}/places.geojson", summary="Places of a community with their outlines, GeoJSON")
@operation(audience="public")
def places(
    request: Request, community_id: UUID, kind: str = "building", on: dt.date | None = None, within: UUID | None = None
) -> HttpResponse:
    """Places of one kind on a day; entrances and units only for those who may see them. Those not drawn have a null geometry."""
    rows = queries.list_places(request.actor, community_id=community_id, kind=kind, on=on, within=within)
    return _collection(_place(row) for row in rows)


@router.get("/registry/{community_id}/facilities.geojson", summary="Facilities of a community, GeoJSON")
@operation(audience="public")
def facilities(
    request: Request, community_id: UUID, category: str | None = None, on: dt.date | None = None
) -> HttpResponse:
    """Facilities on a day, all or of one category."""
    rows = queries.list_facilities(request.actor, community_id=community_id, category=category, on=on)
    return _collection(_facility(row) for row in rows)


@router.get("/registry/places/{place_id}", summary="One place with the places that hold it")
@operation(audience="public")
def place(request: Request, place_id: UUID, on: dt.date | None = None) -> dict[str, Any]:
    """The record in force on a day, and the names of what holds it, outermost first."""
    holders = queries.holders_of(request.actor, place_id, on=on)
    record = holders[-1]
    within = [
        {"id": row.place_id, "kind": row.place.kind, "name": queries.name_of(row).as_mapping()} for row in holders
    ]
    return {"id": record.place_id, **_place_properties(record), "within": within[:-1]}


@router.get("/registry/{community_id}/people", summary="People of a community, numbers masked")
@operation(permission="registry.person.read")
def people(
    request: Request,
    community_id: UUID,
    on: dt.date | None = None,
    part: Part = Query(...),  # noqa: B008  # how ninja is told
) -> dict[str, Any]:
    """People on a day by name; ``n_total`` counts all. Whole numbers are not given out here. 404 where the caller may see nobody.

    Who is looked for by name is asked for by POST to ``…/people/search``: addresses end up in logs. ``text=`` here is refused.
    """
    if "text" in request.GET:
        raise LinliError(WORDS_IN_ADDRESS, path=f"{request.path.rstrip('/')}/search")
    return _people(request, community_id, text="", on=on, part=part)


@router.post("/registry/{community_id}/people/search", summary="People of a community by name, numbers masked")
@operation(permission="registry.person.read", within="community_id")
def search_people(request: Request, community_id: UUID, wanted: Wanted) -> dict[str, Any]:
    """As the list, of those whose name holds ``text``. Reads only; it is a POST so that the name stands in no address."""
    return _people(request, community_id, text=wanted.text, on=wanted.on, part=wanted)


def _people(request: Request, community_id: UUID, *, text: str, on: dt.date | None, part: Part) -> dict[str, Any]:
    if community_id not in request.actor.scope:
        raise NotFoundError
    rows = queries.list_people(request.actor, community_id=community_id, text=text, on=on)
    page = list(rows[part.offset : part.offset + part.limit])
    people = [row.person_id for row in page]
    record_read(request.actor, people, community_id=community_id, what="api", fields=API_FIELDS)
    return {"n_total": rows.count(), "people": [_person(row, on or today()) for row in page]}


@router.get("/registry/people/{person_id}", summary="One person, the number masked")
@operation()
def person(request: Request, person_id: UUID, on: dt.date | None = None) -> dict[str, Any]:
    """Somebody the caller may see: by permission, or themselves and their household."""
    row = queries.find_person(request.actor, person_id, on=on)
    record_read(request.actor, [person_id], community_id=row.community_id, what="api", fields=API_FIELDS)
    return _person(row, on or today())


def _collection(features: Iterable[dict[str, Any]]) -> HttpResponse:
    return JsonResponse({"type": "FeatureCollection", "features": list(features)}, content_type=GEOJSON)


def _place(row: PlaceRecord) -> dict[str, Any]:
    shape = queries.shape_of(row)
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    return {"type": "Feature", "id": str(row.place_id), "geometry": geometry, "properties": _place_properties(row)}


def _place_properties(row: PlaceRecord) -> dict[str, Any]:
    return {
        "kind": row.place.kind,
        "name": queries.name_of(row).as_mapping(),
        "code": row.code,
        "address": row.address,
        "use": row.use,
        "levels_above": row.levels_above,
        "floor": row.floor,
        "area_dm2": row.area_dm2,
        "n_units": row.n_units,
        "parent_id": row.parent_id,
        "synthetic": row.place.synthetic,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _facility(row: FacilityRecord) -> dict[str, Any]:
    properties = {
        "category": row.category,
        "name": {"zh": row.name_zh, "en": row.name_en},
        "status": row.status,
        "area_dm2": row.area_dm2,
        "capacity": row.capacity,
        "opening_hours": row.opening_hours,
        "synthetic": row.facility.synthetic,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
    point = {"type": "Point", "coordinates": [row.lon, row.lat]}
    return {"type": "Feature", "id": str(row.facility_id), "geometry": point, "properties": properties}


def _person(row: PersonRecord, day: dt.date) -> dict[str, Any]:
    return {
        "id": row.person_id,
        "name": row.name,
        "sex": row.sex,
        "age": age_on(row.born_on, day),
        "phone": mask_phone(phone_of(row)),
        "needs": row.needs,
        "synthetic": row.person.synthetic,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
