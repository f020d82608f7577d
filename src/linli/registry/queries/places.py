"""Reads of places: one, many, what lies in them and what holds them, and how they were before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

import shapely
import shapely.ops
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery

from linli.kernel.errors import NotFoundError
from linli.kernel.geo import box_around, distance_m
from linli.kernel.text import Text
from linli.platform.actors import Actor

from .. import visible
from ..models import Place, PlaceKind, PlaceRecord
from ..visible import today


def list_places(
    actor: Actor,
    *,
    community_id: UUID | None = None,
    kind: str | Sequence[str] | None = None,
    text: str = "",
    within: UUID | None = None,
    parent_id: UUID | None = None,
    on: dt.date | None = None,
) -> QuerySet[PlaceRecord]:
    """Records in force on ``on`` (today) of the places the actor may see, with ``.place`` at hand, by name.

    ``within`` is any place that holds them, ``parent_id`` the one right above; ``text`` is looked for in names, address and code.
    """
    found = PlaceRecord.objects.as_of(on or today()).filter(visible.places(actor, "place__")).select_related("place")
    if community_id:
        found = found.filter(community_id=community_id)
    if kind:
        found = found.filter(place__kind__in=[kind] if isinstance(kind, str) else list(kind))
    if within:
        found = found.filter(place__path__contains=[within]).exclude(place_id=within)
    if parent_id:
        found = found.filter(parent_id=parent_id)
    if text.strip():
        found = found.filter(_named(text.strip()))
    return found.order_by("name_zh", "place_id")


class _IsAnyOf(Func):
    """``value = ANY(array)``, which an index on the value can answer."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field: ClassVar[BooleanField[bool, bool]] = BooleanField()


def list_places_in_compounds(
    actor: Actor, *, community_id: UUID | None = None, on: dt.date | None = None
) -> QuerySet[PlaceRecord]:
    """:func:`list_places` with the name of the compound each lies in (``compound_zh``, ``compound_en``; None where in none): many
    compounds have a "1幢"."""
    day = on or today()
    around = PlaceRecord.objects.as_of(day).filter(
        _IsAnyOf(F("place_id"), OuterRef("place__path")), place__kind=PlaceKind.COMPOUND
    )
    return list_places(actor, community_id=community_id, on=day).annotate(
        compound_zh=Subquery(around.values("name_zh")[:1]), compound_en=Subquery(around.values("name_en")[:1])
    )


def name_in_compound(record: Any) -> Text:
    """Of a row of :func:`list_places_in_compounds`: a building with the name of its compound before it, anything else by its own name."""
    own = name_of(record)
    if record.place.kind != PlaceKind.BUILDING or not record.compound_zh or record.compound_zh in own.zh:
        return own
    around = record.compound_en or record.compound_zh
    return Text(f"{record.compound_zh}{own.zh}", own.en if around in own.en else f"{around} {own.en}")


def _named(text: str) -> Q:
    return (
        Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(address__icontains=text) | Q(code__startswith=text)
    )


def find_place(actor: Actor, place_id: UUID, *, on: dt.date | None = None) -> PlaceRecord:
    """The place's record in force on ``on`` (today); NotFoundError where there is none or it is not the actor's to see."""
    found = list_places(actor, on=on).filter(place_id=place_id).first()
    if found is None:
        raise NotFoundError
    return found


def find_place_by_code(actor: Actor, code: str, *, on: dt.date | None = None) -> PlaceRecord:
    """The place with a division code."""
    found = list_places(actor, on=on).filter(code=code).first()
    if found is None:
        raise NotFoundError
    return found


def place_at(
    actor: Actor, community_id: UUID, lon: float, lat: float, *, near_m: float = 0.0, around_m: float = 0.0
) -> PlaceRecord | None:
    """The closest place around a point (WGS-84) of a community: the building whose outline lies within ``near_m`` (inclusive; the nearest of
    several), else the grid or compound that holds it, else (grids are seldom drawn) the grid of the nearest building within ``around_m``, else the
    community that holds it; None outside of all that."""
    west, south, east, north = box_around(lon, lat, max(near_m, around_m, 1.0))
    kinds = (PlaceKind.BUILDING, PlaceKind.GRID, PlaceKind.COMPOUND, PlaceKind.COMMUNITY)
    rows = list_places(actor, community_id=community_id, kind=[str(kind) for kind in kinds]).exclude(shape=None)
    off_m: dict[str, list[tuple[float, str, PlaceRecord]]] = {str(kind): [] for kind in kinds}
    for row in rows.filter(west__lte=east, east__gte=west, south__lte=north, north__gte=south):
        off_m[row.place.kind].append((_metres_off(row, lon, lat), str(row.place_id), row))
    house = min(off_m[PlaceKind.BUILDING], default=None)
    if house and house[0] <= near_m:
        return house[2]
    holding = {kind: next((row for off, _, row in sorted(off_m[kind]) if off == 0.0), None) for kind in map(str, kinds)}
    if holding[PlaceKind.GRID] is None and house and house[0] <= around_m:
        grid = list_places(actor, kind="grid").filter(place_id__in=house[2].place.path).first()
        holding[PlaceKind.GRID] = grid
    return holding[PlaceKind.GRID] or holding[PlaceKind.COMPOUND] or holding[PlaceKind.COMMUNITY]


def _metres_off(record: PlaceRecord, lon: float, lat: float) -> float:
    """From a point to the outline; 0 inside."""
    shape, here = shape_of(record), shapely.Point(lon, lat)
    assert shape is not None
    nearest = shapely.ops.nearest_points(shape, here)[0]
    return 0.0 if shape.covers(here) else float(distance_m(nearest.x, nearest.y, lon, lat))


def holders_of(actor: Actor, place_id: UUID, *, on: dt.date | None = None) -> list[PlaceRecord]:
    """The places that contain this one, outermost first, and itself last."""
    path = find_place(actor, place_id, on=on).place.path
    records = {record.place_id: record for record in list_places(actor, on=on).filter(place_id__in=path)}
    return [records[place] for place in path if place in records]


def history_of_place(actor: Actor, place_id: UUID, *, with_retracted: bool = True) -> list[PlaceRecord]:
    """Every record of a place, oldest period first; taken-back ones stand after what replaced them."""
    if not Place.objects.filter(visible.places(actor), pk=place_id).exists():
        raise NotFoundError
    rows = PlaceRecord.objects.filter(place_id=place_id).select_related("place", "parent")
    if not with_retracted:
        rows = rows.believed()
    return sorted(rows, key=lambda row: (row.valid_from, row.retracted_at is not None, row.recorded_at))


def communities(actor: Actor, permission: str, *, on: dt.date | None = None) -> QuerySet[PlaceRecord]:
    """The communities a permission is held on, whole or in part: what a page offers to choose from."""
    found = PlaceRecord.objects.as_of(on or today()).filter(place__kind="community").select_related("place")
    if not actor.everywhere:
        holding = set(actor.communities_with(permission))
        holding.update(*(g.communities for g in actor.grants if g.place_id in actor.places_with(permission)))
        found = found.filter(place_id__in=holding)
    return found.order_by("name_zh")


def shape_of(record: PlaceRecord) -> shapely.Geometry | None:
    """The outline or point of a place, WGS-84; None where it is not drawn."""
    return shapely.from_wkb(bytes(record.shape)) if record.shape is not None else None


def name_of(record: PlaceRecord) -> Text:
    """The place's name in both languages; the Chinese stands in where there is no English one."""
    return Text(record.name_zh, record.name_en or record.name_zh)
