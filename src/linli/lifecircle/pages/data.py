"""The GeoJSON the maps draw. Minutes and places are public; nothing here counts people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.http import HttpResponse, JsonResponse

from linli.kernel.text import Text
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.registry.queries.maps import community_map, find_edition

from .. import queries
from ..bench import Bench
from ..queries.areas import Area, By, list_areas
from ..rules.coverage import is_within
from .asked import Asked, asked, asked_community

DIGITS = 7
ROAD_RANKS = ("main", "main", "main", "street", "street", "lane", "lane", "path")
"""The map's words for the ranks of roads, 1 the widest; what is beyond the list is a path."""
MOST_PART = 0.5
"""An area of which less than this share is within reach is drawn as beyond. Designed here."""
DRAWN: tuple[By, ...] = ("grid", "compound", "cell")
GEOJSON = "application/geo+json"


@page(audience="public")
def ground(request: Request) -> HttpResponse:
    """Water, green, roads and walls of the community's map in force."""
    edition_map = community_map(request.actor, asked_community(request))
    features = [
        plain_feature(
            one.shape,
            kind=one.kind,
            rank=_rank(one.rank) if one.kind == "road" else "",
            **({"name": {"zh": one.name_zh or one.name_en, "en": one.name_en or one.name_zh}} if one.name_zh else {}),
        )
        for one in edition_map.ground
    ]
    return geojson(features)


@page(audience="public")
def buildings(request: Request) -> HttpResponse:
    """Every building with the minutes of the asked category and group; without them (``?plain=1``) for a map of something else; areas in their
    place with ``?by=grid``, ``compound`` or ``cell``."""
    look = asked(request)
    by = next((one for one in DRAWN if one == request.GET.get("by")), None)
    if by:
        areas = list_areas(look.run, request.actor, category=look.category, group=look.group, by=by)
        return geojson([area_feature(one) for one in areas if one.shape is not None])
    features = building_features(look, request)
    if "plain" in request.GET:
        for feature in features:
            feature["properties"] |= {"minutes": None, "is_beyond": False}
    return geojson(features)


@page(audience="public")
def points(request: Request) -> HttpResponse:
    """Open facilities of the asked category; gates and vacant spaces where asked for."""
    look = asked(request)
    edition = find_edition(request.actor, look.run.community_id, on=look.run.as_of)
    box = (edition.west, edition.south, edition.east, edition.north)
    features = []
    if request.GET.get("show_facility", "yes") == "yes":
        rows = registry.list_facilities(
            request.actor, category=look.category, status="open", box=box, on=look.run.as_of
        )
        features += [facility_point(row) for row in rows]
    if request.GET.get("show_gate") == "yes":
        features += [
            point(gate["lon"], gate["lat"], kind="gate", name_zh=gate["name"], is_locked=gate["passage"] == "locked")
            for gate in edition.gates
        ]
    if request.GET.get("show_vacant") == "yes":
        features += _vacant(request, look.run.community_id)
    if request.GET.get("show_proposal") == "yes":
        features += _proposed(queries.proposals_of(look.run, request.actor).get("links", []))
    return geojson(features)


def building_features(look: Asked, request: Request) -> list[dict[str, Any]]:
    found = queries.list_buildings(look.run, request.actor, category=look.category, group=look.group)
    return [
        {
            "id": str(one.place_id),
            **plain_feature(
                one.shape,
                id=str(one.place_id),
                name=one.name.as_mapping(),
                minutes=one.minutes if one.minutes is not None else (999 if one.is_beyond else None),
                is_beyond=one.is_beyond,
                **({"height_m": one.height_m} if one.height_m else {"levels": one.levels or 2}),
            ),
        }
        for one in found
    ]


def bench_feature(bench: Bench, house: int, column: int, group: str) -> dict[str, Any]:
    """One building of a bench with its minutes, as :func:`building_features` draws it."""
    analysis = bench.analysis
    walks, item, place = analysis.groups[group].walks, analysis.standard.items[column], analysis.places[house]
    minutes, is_joined = float(walks.walk_min[house, column]), bool(walks.joined[house])
    is_far = is_joined and not bool(is_within(walks, column, item)[house])
    told = round(minutes, 2) if np.isfinite(minutes) else (999 if is_far else None)
    key = str(bench.place_ids[house])
    building = analysis.data.buildings[house]
    height = {"height_m": building.height_m} if building.height_m else {"levels": building.levels or 2}
    return {
        "id": key,
        **plain_feature(place.shape, id=key, name=place.name.as_mapping(), minutes=told, is_beyond=is_far, **height),
    }


def area_feature(area: Area) -> dict[str, Any]:
    """One area as a flat shape: the mean minutes of its buildings (weighed by people for those who may see them), never a number of people."""
    key = f"area-{area.key}"
    told = None if area.mean_min is None else round(area.mean_min, 1)
    is_far = area.share is not None and area.share < MOST_PART
    shape = plain_feature(area.shape, id=key, name=area.name.as_mapping(), minutes=told, is_beyond=is_far, height_m=1)  # type: ignore[arg-type]
    return {"id": key, **shape}


def _vacant(request: Request, community_id: UUID) -> list[dict[str, Any]]:
    features = []
    for space in registry.list_spaces(request.actor, community_id=community_id, state="idle"):
        place = registry.find_place(request.actor, space.place_id)
        if place.lon is not None and place.lat is not None:
            features.append(point(place.lon, place.lat, kind="vacant", name_zh=space.name_zh, name_en=space.name_en))
    return features


def _proposed(links: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ways that could open, numbered as the list beside the map numbers them; nothing for those who may not see it."""
    features = []
    for number, link in enumerate(links, 1):
        if "at" not in link:
            continue
        lon, lat = link["at"]
        if link["kind"] not in ("gate", "way"):
            features.append(plain_feature(shapely.LineString(link["ends"]), kind="way"))
        name = Text.from_mapping(link["title"])
        features.append(point(lon, lat, kind="candidate", name_zh=f"{number} {name.zh}", name_en=f"{number} {name.en}"))
    return features


def _rank(rank: int) -> str:
    return ROAD_RANKS[rank] if 0 <= rank < len(ROAD_RANKS) else "path"


def facility_point(record: Any) -> dict[str, Any]:
    """A facility's record as a point."""
    return point(
        record.lon,
        record.lat,
        kind="facility",
        name_zh=record.name_zh,
        name_en=record.name_en,
        identifier=record.facility_id,
    )


def point(
    lon: float,
    lat: float,
    *,
    kind: str,
    name_zh: str = "",
    name_en: str = "",
    identifier: UUID | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One point of the map, with its name where it has one."""
    named = {"name": {"zh": name_zh or name_en, "en": name_en or name_zh}} if name_zh or name_en else {}
    return plain_feature(
        shapely.Point(lon, lat), kind=kind, **({"id": str(identifier)} if identifier else {}), **named, **more
    )


def plain_feature(shape: shapely.Geometry, **properties: Any) -> dict[str, Any]:
    """A shape in degrees with its properties."""
    rounded = shapely.transform(shapely.orient_polygons(shape), lambda at: np.round(at, DIGITS))
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(rounded)), "properties": properties}


def geojson(features: list[dict[str, Any]]) -> HttpResponse:
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type=GEOJSON)
