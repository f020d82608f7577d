"""A resident's own quarter of an hour: from their front door, or from a chosen building, to everything a standard asks for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import shapely
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import local_day, now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .. import queries
from ..queries import BuildingWalk, CoverageRow
from .asked import Asked, asked, icon_of, pace_note
from .data import facility_point, geojson

ROUND_DEGREES = 0.004
"""Shown round the furthest facility within the map, about 400 m, so that streets lead out of the picture."""


@page(audience="public")
def around(request: Request) -> HttpResponseBase:
    """The list and the map. ``?building=`` chooses another house than one's own."""
    try:
        look = asked(request)
    except NotFoundError:
        return render(request, "lifecircle/around_nothing_yet.html")
    names = queries.list_building_names(look.run, request.actor)
    home = _home(request)
    chosen = _chosen(request, home, [place_id for place_id, _ in names])
    context: dict[str, Any] = {
        "look": look,
        "names": names,
        "home": home,
        "chosen": chosen,
        "groups": queries.group_titles(look.run),
        "pace": pace_note(look.group, look.run.walkers_id),
    }
    if chosen is not None:
        walks = queries.find_building(look.run, request.actor, chosen, group=look.group)
        coverage = queries.coverage_of(look.run, request.actor, group=look.group)
        entries = [_entry(request, row, walk) for row, walk in zip(coverage.rows, walks, strict=True)]
        entries.sort(key=lambda entry: entry["walk"].minutes if entry["walk"].minutes is not None else 1e9)
        context |= {
            "coverage": coverage,
            "name": walks[0].name,
            "is_home": chosen == home,
            "entries": entries,
            "n_within": sum(entry["is_within"] for entry in entries),
            "map": _map(look, walks[0], entries),
        }
    return render(request, "lifecircle/around.html", context)


@page(audience="public")
def nearest(request: Request, place_id: UUID) -> HttpResponseBase:
    """The nearest facility of every category from one building, as points for the map."""
    look = asked(request)
    walks = queries.find_building(look.run, request.actor, place_id, group=look.group)
    points = []
    for walk in walks:
        record = _record(request, walk)
        if record is not None:
            points.append(facility_point(record))
    return geojson(points)


def _home(request: Request) -> UUID | None:
    """The building the person signed in lives in today."""
    actor = request.actor
    if actor.person_id is None:
        return None
    today = local_day(now())
    for _, residence in registry.homes_of_person(actor, actor.person_id):
        if residence.valid_from <= today and (residence.valid_to is None or today < residence.valid_to):
            for record in registry.holders_of(actor, residence.unit_id):
                if record.place.kind == "building":
                    return UUID(str(record.place_id))
    return None


def _chosen(request: Request, home: UUID | None, measured: list[UUID]) -> UUID | None:
    try:
        wanted = UUID(request.GET.get("building", ""))
    except ValueError:
        wanted = home  # type: ignore[assignment]
    return wanted if wanted in measured else None


def _entry(request: Request, row: CoverageRow, walk: BuildingWalk) -> dict[str, Any]:
    record = _record(request, walk)
    name = None
    if record is not None and (record.name_zh or record.name_en):
        name = Text(record.name_zh or record.name_en, record.name_en or record.name_zh)
    is_within = walk.is_joined and not walk.is_beyond
    return {
        "row": row,
        "walk": walk,
        "icon": icon_of(row.category),
        "name": name,
        "record": record,
        "is_within": is_within,
    }


def _record(request: Request, walk: BuildingWalk) -> Any:
    if walk.facility_id is None:
        return None
    try:
        return registry.find_facility(request.actor, walk.facility_id)
    except NotFoundError:
        return None


def _map(look: Asked, walk: BuildingWalk, entries: list[dict[str, Any]]) -> dict[str, Any]:
    near = [
        (entry["record"].lon, entry["record"].lat)
        for entry in entries
        if entry["record"] is not None and entry["is_within"]
    ]
    west, south, east, north = shapely.MultiPoint([(walk.lon, walk.lat), *near]).bounds
    return {
        "bounds": [
            west - ROUND_DEGREES / 2,
            south - ROUND_DEGREES / 2,
            east + ROUND_DEGREES / 2,
            north + ROUND_DEGREES / 2,
        ],
        "ground_url": f"{reverse('lifecircle:ground')}?{look.query}",
        "buildings_url": f"{reverse('lifecircle:buildings')}?{look.query}&plain=1",
        "points_url": f"{reverse('lifecircle:nearest', args=[walk.place_id])}?{look.query}&group={look.group}",
        "measure": "none",
        "is_3d": False,
        "building": str(walk.place_id),
    }
