"""The collections: which rows of the register each holds, and what is told of them. WGS-84 longitude and latitude, RFC 7946.

Every one starts from the conditions that the pages start from, under row-level security, so rights are theirs. Only what a street map shows is
here: no homes, no people, no contacts, no owners.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import numpy as np
import shapely
from django.db.models import Max, Min, Q, QuerySet
from shapely.geometry import mapping

from linli.kernel.errors import NotFoundError
from linli.kernel.mapdata import EDGE_KINDS
from linli.kernel.text import Text
from linli.platform.actors import Actor

from .. import mapstore, queries, visible
from ..dated import in_force
from ..models import FacilityRecord, MapEdition, PlaceKind, PlaceRecord, VacantSpaceRecord
from ..visible import OPEN_KINDS, today
from .asking import Ask, Box

Feature = dict[str, Any]
DIGITS = 7  # a hundred-millionth of a quadrant, 1 cm; RFC 7946, 11.2 asks for no more than is meant


class Collection(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def description(self) -> Text: ...
    @property
    def filters(self) -> tuple[str, ...]:
        """Properties it can be narrowed by."""

    def page(self, actor: Actor, ask: Ask) -> tuple[int, list[Feature]]: ...
    def find(self, actor: Actor, id: str) -> Feature: ...
    def extent(self, actor: Actor) -> tuple[Box | None, dt.date | None]: ...


# Rows with a period: places, facilities, vacant spaces.


@dataclass(frozen=True, slots=True)
class Rows:
    """Dated rows; of the days asked for (else today), the last record of each counts."""

    id: str
    title: Text
    description: Text
    model: Any
    seen: Callable[[Actor], Q]
    """Which rows, besides what row-level security leaves."""
    about: str
    boxed: Callable[[Box], Q]
    feature: Callable[[Any], Feature]
    filters: tuple[str, ...] = ("community",)

    def page(self, actor: Actor, ask: Ask) -> tuple[int, list[Feature]]:
        found = self._asked(actor, ask)
        n_matched = found.values(self.about).distinct().count()
        one_each = found.order_by(self.about, "-valid_from").distinct(self.about)
        return n_matched, [self.feature(row) for row in one_each[ask.offset : ask.offset + ask.limit]]

    def _rows(self, actor: Actor) -> QuerySet[Any]:
        """Rows of any day that the actor may see."""
        rows = self.model.objects.believed().filter(self.seen(actor))
        joins = (self.about.removesuffix("_id"), *(("place",) if self.model is VacantSpaceRecord else ()))
        return rows.select_related(*joins)  # type: ignore[no-any-return]

    def _asked(self, actor: Actor, ask: Ask) -> QuerySet[Any]:
        found = self._rows(actor)
        if not ask.has_days:
            found = found.filter(in_force(today()))
        if ask.start:
            found = found.filter(Q(valid_to=None) | Q(valid_to__gt=ask.start))
        if ask.end:
            found = found.filter(valid_from__lte=ask.end)
        if ask.boxes:
            inside = Q()
            for box in ask.boxes:
                inside |= self.boxed(box)
            found = found.filter(inside)
        for name, value in ask.filters.items():
            found = found.filter(**{"community_id" if name == "community" else name: value})
        return found

    def find(self, actor: Actor, id: str) -> Feature:
        row = self._rows(actor).filter(in_force(today()), **{self.about: _uuid(id)}).first()
        if row is None:
            raise NotFoundError
        return self.feature(row)

    def extent(self, actor: Actor) -> tuple[Box | None, dt.date | None]:
        rows = self._rows(actor).filter(in_force(today()))
        if self.model is VacantSpaceRecord:  # they stand in buildings
            return _BUILDINGS.extent(actor)[0], rows.aggregate(on=Min("valid_from"))["on"]
        west, south, east, north = (
            ("west", "south", "east", "north") if self.model is PlaceRecord else ("lon", "lat") * 2
        )
        said = rows.aggregate(w=Min(west), s=Min(south), e=Max(east), n=Max(north), on=Min("valid_from"))
        box = None if said["w"] is None else (said["w"], said["s"], said["e"], said["n"])
        return box, said["on"]


def _inside(box: Box) -> Q:
    """Rows of an outline that meets the box (by its own box), or of a point in it."""
    west, south, east, north = box
    return Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)


def _at(box: Box) -> Q:
    west, south, east, north = box
    return Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


def _places(*kinds: str) -> Callable[[Actor], Q]:
    return lambda actor: visible.places(actor, "place__") & Q(place__kind__in=kinds)


def _all(_actor: Actor) -> Q:
    """What the list of it shows, too: all of the communities one sees."""
    return Q()


def _place(row: PlaceRecord) -> Feature:
    shape = queries.shape_of(row)
    properties = {
        "kind": row.place.kind, "name": row.name_zh, "name_en": row.name_en, "code": row.code, "address": row.address, "use": row.use,
        "levels_above": row.levels_above, "height_m": None if row.height_dm is None else row.height_dm / 10,
        "built_year": row.built_year, "parent": _said(row.parent_id),
    }  # fmt: skip
    return _feature(row.place_id, None if shape is None else _geometry(shape), properties, row, row.place.synthetic)


def _facility(row: FacilityRecord) -> Feature:
    properties = {
        "category": row.category, "name": row.name_zh, "name_en": row.name_en, "status": row.status, "capacity": row.capacity,
        "area_m2": None if row.area_dm2 is None else row.area_dm2 / 100, "opening_hours": row.opening_hours, "place": _said(row.place_id),
    }  # fmt: skip
    return _feature(row.facility_id, _point(row.lon, row.lat), properties, row, row.facility.synthetic)


def _space(row: VacantSpaceRecord) -> Feature:
    """Where the building stands; whose the room is, is not told."""
    house = (
        PlaceRecord.objects.as_of(today())
        .filter(place_id__in=row.place.path, place__kind=PlaceKind.BUILDING)
        .exclude(lon=None)
        .first()
    )
    properties = {
        "name": row.name_zh, "name_en": row.name_en, "state": row.state, "floor": row.floor, "area_m2": row.area_dm2 / 100,
        "building": _said(house.place_id if house else None),
    }  # fmt: skip
    where = None if house is None else _point(house.lon or 0.0, house.lat or 0.0)
    return _feature(row.space_id, where, properties, row, row.space.synthetic)


def _space_inside(box: Box) -> Q:
    houses = PlaceRecord.objects.as_of(today()).filter(_at(box), place__kind=PlaceKind.BUILDING)
    return Q(place__path__overlap=list(houses.values_list("place_id", flat=True)))


def _feature(id: UUID, geometry: Any, properties: dict[str, Any], row: Any, synthetic: bool) -> Feature:
    days = {"valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat() if row.valid_to else None}
    rest = {"community": _said(row.community_id), "synthetic": synthetic, **days}
    return {"type": "Feature", "id": str(id), "geometry": geometry, "properties": properties | rest}


def _said(id: UUID | None) -> str | None:
    return None if id is None else str(id)


def _point(lon: float, lat: float) -> Any:
    return {"type": "Point", "coordinates": [round(lon, DIGITS), round(lat, DIGITS)]}


def _geometry(shape: shapely.Geometry) -> Any:
    """Rounded, outer rings counterclockwise (RFC 7946, 3.1.6)."""
    return mapping(shapely.transform(shapely.orient_polygons(shape), lambda points: np.round(points, DIGITS)))


# The walk network and its gates, from the map in force.


@dataclass(frozen=True, slots=True)
class Edition:
    """Parts of maps: ``parts(edition)`` are their geometries and properties, numbered; an id is the edition's and that number."""

    id: str
    title: Text
    description: Text
    boxes: Callable[[MapEdition], np.ndarray[Any, Any]]
    feature: Callable[[MapEdition, int], tuple[Any, dict[str, Any]]]
    filters: tuple[str, ...] = ("community",)

    def page(self, actor: Actor, ask: Ask) -> tuple[int, list[Feature]]:
        n_matched, found = 0, []
        for edition in self._editions(actor, ask):
            for number in self._numbers(edition, ask.boxes):
                if ask.offset <= n_matched < ask.offset + ask.limit:
                    found.append(self._told(edition, int(number)))
                n_matched += 1
        return n_matched, found

    def _editions(self, actor: Actor, ask: Ask) -> Iterable[MapEdition]:
        rows = MapEdition.objects.believed() if ask.has_days else MapEdition.objects.as_of(today())
        if not actor.everywhere:
            rows = rows.filter(community_id__in=actor.scope | actor.public_communities)
        if ask.has_days:
            rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=ask.start)) if ask.start else rows
            rows = rows.filter(valid_from__lte=ask.end) if ask.end else rows
        if "community" in ask.filters:
            rows = rows.filter(community_id=UUID(ask.filters["community"]))
        return rows.order_by("community_id", "-valid_from").distinct("community_id")  # type: ignore[no-any-return]

    def _numbers(self, edition: MapEdition, boxes: tuple[Box, ...]) -> Iterable[int]:
        bounds = self.boxes(edition)
        if not boxes:
            return range(len(bounds))
        met = np.zeros(len(bounds), bool)
        for west, south, east, north in boxes:
            met |= (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        return [int(one) for one in np.flatnonzero(met)]

    def _told(self, edition: MapEdition, number: int) -> Feature:
        geometry, properties = self.feature(edition, number)
        made = _feature(edition.id, geometry, properties, edition, edition.synthetic)
        return made | {"id": f"{edition.id}.{number}"}

    def find(self, actor: Actor, id: str) -> Feature:
        named, _, number = id.partition(".")
        edition = next((one for one in self._editions(actor, Ask()) if one.id == _uuid(named)), None)
        if edition is None or not (
            number.isascii() and number.isdecimal() and int(number[:9]) < len(self.boxes(edition))
        ):
            raise NotFoundError
        return self._told(edition, int(number[:9]))

    def extent(self, actor: Actor) -> tuple[Box | None, dt.date | None]:
        editions = list(self._editions(actor, Ask()))
        if not editions:
            return None, None
        ends = np.array([[one.west, one.south, one.east, one.north] for one in editions])
        west, south = ends[:, :2].min(axis=0)
        east, north = ends[:, 2:].max(axis=0)
        return (float(west), float(south), float(east), float(north)), min(one.valid_from for one in editions)


@lru_cache(maxsize=8)
def _network(edition_id: UUID) -> Any:
    """An edition never changes, so what was read of one stays right."""
    return mapstore.read_network(MapEdition.objects.get(pk=edition_id).network)


def _edge_boxes(edition: MapEdition) -> np.ndarray[Any, Any]:
    net = _network(edition.id)
    lon, lat = np.stack([net.lon[net.tail], net.lon[net.head]]), np.stack([net.lat[net.tail], net.lat[net.head]])
    return np.stack([lon.min(axis=0), lat.min(axis=0), lon.max(axis=0), lat.max(axis=0)], axis=1)


def _edge(edition: MapEdition, number: int) -> tuple[Any, dict[str, Any]]:
    net = _network(edition.id)
    ends = (int(net.tail[number]), int(net.head[number]))
    line = [[round(float(net.lon[node]), DIGITS), round(float(net.lat[node]), DIGITS)] for node in ends]
    said = {
        "kind": EDGE_KINDS[int(net.kind[number])],
        "locked": bool(net.locked[number]),
        "length_m": round(float(net.length_m[number]), 2),
        "tail": ends[0],
        "head": ends[1],
    }
    return {"type": "LineString", "coordinates": line}, said


def _gate_boxes(edition: MapEdition) -> np.ndarray[Any, Any]:
    return np.array([[one["lon"], one["lat"], one["lon"], one["lat"]] for one in edition.gates]).reshape(-1, 4)


def _gate(edition: MapEdition, number: int) -> tuple[Any, dict[str, Any]]:
    gate = edition.gates[number]
    return _point(gate["lon"], gate["lat"]), {"passage": gate["passage"], "name": gate["name"]}


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise NotFoundError from None


_BUILDINGS = Rows(
    "buildings",
    Text("楼栋", "Buildings"),
    Text("楼栋的轮廓、层数、高度、用途", "Outlines of buildings with floors, height and use"),
    PlaceRecord,
    _places(PlaceKind.BUILDING),
    "place_id",
    _inside,
    _place,
    ("community", "use"),
)
COLLECTIONS: dict[str, Collection] = {
    one.id: one
    for one in (
        Rows(
            "places", Text("地方", "Places"), Text("省、市、区、街道、社区、网格、小区", "Provinces, cities, districts, streets, communities, grids, compounds"),
            PlaceRecord, _places(*(kind for kind in OPEN_KINDS if kind != PlaceKind.BUILDING)), "place_id", _inside, _place, ("community", "code"),
        ),
        _BUILDINGS,
        Rows(
            "facilities", Text("设施", "Facilities"), Text("服务设施的位置、类别、状态、容量", "Places of service: where, of which category, in which state, how large"),
            FacilityRecord, _all, "facility_id", _at, _facility, ("community", "category", "status"),
        ),
        Rows(
            "vacant_spaces", Text("闲置空间", "Vacant spaces"), Text("可以利用的闲置房间，标在所在楼栋", "Rooms that stand idle and could serve, shown at their building"),
            VacantSpaceRecord, _all, "space_id", _space_inside, _space, ("community", "state"),
        ),
        Edition(
            "walkways", Text("步行路网", "Walk network"), Text("可以步行的路段，锁住的标明", "What can be walked on, stretch by stretch, locked ones marked"),
            _edge_boxes, _edge,
        ),
        Edition(
            "gates", Text("门和卡口", "Gates"), Text("小区的门和卡口，开还是锁", "Gates and barriers, open or locked"), _gate_boxes, _gate,
        ),
    )
}  # fmt: skip
