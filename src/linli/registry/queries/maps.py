"""Reads of a community's map: the edition in force, and the whole of it as plain values for measuring."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import shapely

from linli.kernel.errors import NotFoundError
from linli.kernel.mapdata import MapBuilding, MapData, MapFacility, WalkNetwork
from linli.platform.actors import Actor

from .. import mapstore
from ..models import FacilityRecord, MapEdition, PlaceRecord
from ..visible import today
from .places import list_places
from .things import list_facilities


def find_edition(actor: Actor, community_id: UUID, *, on: dt.date | None = None) -> MapEdition:
    """The map of a community in force on ``on`` (today); NotFoundError where none was imported or it is not the actor's to see."""
    if not (actor.everywhere or community_id in actor.scope | actor.public_communities):
        raise NotFoundError
    found = MapEdition.objects.as_of(on or today()).filter(community_id=community_id).first()
    if found is None:
        raise NotFoundError
    return found  # type: ignore[no-any-return]


def network_of(edition: MapEdition) -> WalkNetwork:
    """The walk network of an edition."""
    return mapstore.read_network(edition.network)


def community_map(actor: Actor, community_id: UUID, *, on: dt.date | None = None) -> MapData:
    """A community on ``on`` (today) as a map: network, gates and ground of the edition, buildings and facilities as registered that day.

    References are those of the source where there is one, else the place's or facility's id. Facilities that are closed or planned
    are left out.
    """
    day = on or today()
    edition = find_edition(actor, community_id, on=day)
    buildings = list_places(actor, community_id=community_id, kind="building", on=day).exclude(shape=None)
    facilities = list_facilities(actor, community_id=community_id, status=FacilityRecord.Status.OPEN, on=day)
    return MapData(
        source=edition.source,
        network=network_of(edition),
        buildings=tuple(_building(row) for row in buildings),
        facilities=tuple(_facility(row) for row in facilities),
        gates=mapstore.read_gates(edition.gates),
        ground=mapstore.read_ground(edition.ground),
        notes=mapstore.read_notes(edition.notes),
        data_on=edition.data_on,
        attribution=edition.attribution,
    )


def building_refs(actor: Actor, community_id: UUID, *, on: dt.date | None = None) -> dict[str, UUID]:
    """The place of each reference that :func:`community_map` gives a building."""
    rows = list_places(actor, community_id=community_id, kind="building", on=on).exclude(shape=None)
    return {row.source_ref or str(row.place_id): row.place_id for row in rows}


def _building(row: PlaceRecord) -> MapBuilding:
    return MapBuilding(
        ref=row.source_ref or str(row.place_id),
        outline=shapely.from_wkb(bytes(row.shape or b"")),
        use=row.use,
        levels=row.levels_above,
        height_m=None if row.height_dm is None else row.height_dm / 10,
        name_zh=row.name_zh,
        name_en=row.name_en,
        n_units=row.n_units,
    )


def _facility(row: FacilityRecord) -> MapFacility:
    return MapFacility(
        ref=row.source_ref or str(row.facility_id),
        category=row.category,
        lon=row.lon,
        lat=row.lat,
        name_zh=row.name_zh,
        name_en=row.name_en,
        area_dm2=row.area_dm2,
        capacity=row.capacity,
        opening_hours=row.opening_hours,
    )
