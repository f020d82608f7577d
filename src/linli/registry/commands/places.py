"""Registering places and saying what changed about them. The tree's paths follow here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from shapely.geometry.base import BaseGeometry

from linli.journal import append
from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor, System
from linli.platform.db import acting

from .. import catalogues, dating, events
from ..models import Facility, Place, PlaceRecord, Residence, TenureRecord
from ..nouns import PLACE
from ..rules.people import check_name
from ..rules.periods import Period
from ..rules.places import (
    ABOVE_COMMUNITY,
    WRONG_COMPOUND,
    check_code,
    check_numbers,
    check_parent,
    located,
)
from ..rules.rights import require_at
from . import records

PERMISSION = PLACE.permission
FUTURE_MOVE = define(
    "registry.future_move",
    zh="地方的上级今天或以前变更才能登记，收到 {on}",
    en="A place moves in the tree today or earlier, not in the future; got {on}",
    status=422,
)
OTHER_COMMUNITY = define(
    "registry.other_community",
    zh="地方不能搬到别的社区：请在原处终止，在新社区登记",
    en="A place does not move to another community: end it there and register it here",
    status=422,
)
IN_USE = define(
    "registry.place_in_use",
    zh="这处地方还有 {n} 项在用（下级、住户、权属或设施），先处理它们",
    en="This place is still used by {n} things (places in it, households, tenure, facilities); see to them first",
    status=409,
)


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """What is said of a place. Areas in dm², height in dm, shape in WGS-84 degrees; None is "not known"."""

    name_zh: str
    name_en: str = ""
    code: str = ""
    address: str = ""
    use: str = ""
    levels_above: int | None = None
    levels_below: int | None = None
    height_dm: int | None = None
    floor: int | None = None
    area_dm2: int | None = None
    n_units: int | None = None
    n_lifts: int | None = None
    built_year: int | None = None
    shape: BaseGeometry | None = None
    source_ref: str = ""


def register_place(
    kind: str,
    details: PlaceDetails,
    *,
    parent_id: UUID | None,
    actor: Actor,
    on: dt.date,
    compound_id: UUID | None = None,
    synthetic: bool = False,
) -> PlaceRecord:
    """A new place right below ``parent_id``, with its first record from ``on``.

    Above communities and for a community itself the right must be held at the parent or above it; a province is registered by
    the installation only.
    """
    parent = _parent(parent_id)
    check_parent(kind, parent.kind if parent else None)
    require_at(
        actor, PERMISSION, community_id=parent.community_id if parent else None, path=parent.path if parent else []
    )
    place_id = uuid7()
    community_id = None if kind in ABOVE_COMMUNITY else place_id if kind == "community" else parent.community_id  # type: ignore[union-attr]
    content = _values(details) | {"parent_id": parent_id, "compound_id": compound_id}
    content = _checked(kind, content, on=on)
    path = [*(parent.path if parent else []), *([compound_id] if compound_id else []), place_id]
    seat = System("registry.territory") if kind == "community" or kind in ABOVE_COMMUNITY else actor
    with acting(seat):
        place = Place(id=place_id, kind=kind, community_id=community_id, path=path, synthetic=synthetic)
        place.save(force_insert=True)
        record = dating.begin(PlaceRecord, place, Period(on), content | {"community_id": community_id})
        append(events.PlaceRegistered(community_id, place_id, record.id, on, synthetic), actor=actor)
    return record


def change_place(place_id: UUID, changes: Mapping[str, Any], *, actor: Actor, on: dt.date) -> PlaceRecord:
    """From ``on`` the place is otherwise: ``changes`` by column, a shape as geometry, ``parent_id`` and ``compound_id`` by id."""
    place = _seen(actor, place_id)
    moves = {"parent_id", "compound_id"} & set(changes)
    if moves and on > local_day(now()):
        raise LinliError(FUTURE_MOVE, on=on)
    with acting(_seat(place, actor)):
        record = records.change(
            PLACE,
            place_id,
            changes,
            actor=actor,
            on=on,
            check=lambda said: _checked(place.kind, said, on=on),
            where=_itself,
        )
        if moves:
            refresh_path(place)
    return record  # type: ignore[return-value]


def correct_place(
    record_id: UUID, changes: Mapping[str, Any], *, actor: Actor, because: str, period: Period | None = None
) -> PlaceRecord:
    """The record was wrong from the start: taken back with a reason, and said anew."""
    row = PlaceRecord.objects.filter(pk=record_id).select_related("place").first()
    if row is None:
        raise NotFoundError
    place = _seen(actor, row.place_id)
    with acting(_seat(place, actor)):
        record = records.correct(
            PLACE,
            record_id,
            changes,
            actor=actor,
            because=because,
            period=period,
            where=_itself,
            check=lambda said: _checked(place.kind, said, on=row.valid_from),
        )
        if {"parent_id", "compound_id"} & set(changes):
            refresh_path(place)
    return record  # type: ignore[return-value]


def end_place(place_id: UUID, *, actor: Actor, on: dt.date) -> None:
    """From ``on`` the place is no more. Refused while something in it goes on past that day."""
    place = _seen(actor, place_id)
    n_in_use = _n_in_use(place, on)
    if n_in_use:
        raise LinliError(IN_USE, n=n_in_use)
    with acting(_seat(place, actor)):
        records.end(PLACE, place_id, actor=actor, on=on, where=_itself)


def refresh_path(place: Place) -> None:
    """Write the path of a place, and of all it holds, anew from the parents in force today. One statement for all below."""
    record = PlaceRecord.objects.as_of(local_day(now())).filter(place=place).select_related("parent").first()
    if record is None:
        return
    above = [*(record.parent.path if record.parent else []), *([record.compound_id] if record.compound_id else [])]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_place SET path = %(above)s::uuid[] || path[array_position(path, %(moved)s):]"
            " WHERE path @> ARRAY[%(moved)s]",
            {"above": above, "moved": place.pk},
        )
    place.refresh_from_db(fields=["path"])


def _values(details: PlaceDetails) -> dict[str, Any]:
    return {name: getattr(details, name) for name in details.__slots__}


def _parent(parent_id: UUID | None) -> Place | None:
    if parent_id is None:
        return None
    parent = Place.objects.filter(pk=parent_id).first()
    if parent is None:
        raise NotFoundError
    return parent


def _seen(actor: Actor, place_id: UUID) -> Place:
    return records.seen(PLACE, actor, place_id)  # type: ignore[return-value]


def _itself(record: Any) -> UUID:
    return record.place_id  # type: ignore[no-any-return]


def _seat(place: Place, actor: Actor) -> Actor:
    """Rows of no community, and communities themselves, are written from everywhere once the right is shown."""
    if place.kind not in ABOVE_COMMUNITY:
        return actor
    require_at(actor, PERMISSION, community_id=None, path=place.path)
    return System("registry.territory")


def _checked(kind: str, said: dict[str, Any], *, on: dt.date) -> dict[str, Any]:
    """What the record shall say: names trimmed, code and numbers right, the tree sound, the shape as columns."""
    content = dict(said)
    content["name_zh"] = check_name(content["name_zh"])
    check_numbers(content)
    parent = _parent(content.get("parent_id"))
    check_parent(kind, parent.kind if parent else None)
    _check_community(kind, content, parent)
    above = PlaceRecord.objects.as_of(on).filter(place=parent).first() if parent else None
    content["code"] = check_code(
        content["code"], kind=kind, parent_code=above.code if above else "", provinces=catalogues.province_codes()
    )
    if isinstance(content.get("shape"), BaseGeometry) or (content.get("shape") is None and "west" not in content):
        content |= located(content["shape"])
    elif content.get("shape") is None:
        content |= located(None)
    return content


def _check_community(kind: str, content: dict[str, Any], parent: Place | None) -> None:
    stays = "community_id" not in content or kind in (*ABOVE_COMMUNITY, "community")
    if not stays and (parent is None or parent.community_id != content["community_id"]):
        raise LinliError(OTHER_COMMUNITY)
    compound_id = content.get("compound_id")
    if compound_id is None:
        return
    compound = Place.objects.filter(pk=compound_id, kind="compound").first()
    if kind != "building" or compound is None or (parent and compound.community_id != parent.community_id):
        raise LinliError(WRONG_COMPOUND)


def _n_in_use(place: Place, on: dt.date) -> int:
    below = PlaceRecord.objects.overlapping(on, None).filter(parent=place).count()
    held = TenureRecord.objects.overlapping(on, None).filter(tenure__unit=place).count()
    lived_in = Residence.objects.overlapping(on, None).filter(unit=place).count()
    facilities = Facility.objects.filter(
        records__retracted_at=None, records__place=place, records__valid_to=None
    ).count()
    return below + held + lived_in + facilities
