"""What the map of a scenario draws: houses with the minutes there would be, facilities and ways that would open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..bench import bench_of
from ..models import ScenarioChange
from ..queries import scenarios as queries
from ..queries.coverage import READ
from .data import bench_feature, geojson, point


@page(permission=READ)
def buildings(request: Request, scenario_id: UUID) -> HttpResponse:
    """Every building's minutes with the scenario's changes (``?view=before``: without them), GeoJSON for its map."""
    found = queries.find_scenario(request.actor, scenario_id)
    changes = () if request.GET.get("view") == "before" else queries.as_changes(queries.changes_of(found))
    bench = bench_of(found.run, changes)
    category, group = request.GET.get("category", ""), request.GET.get("group", "")
    column = found.run.categories.index(category) if category in found.run.categories else 0
    group = group if group in found.run.groups else found.run.groups[0]
    return geojson([bench_feature(bench, house, column, group) for house in range(len(bench.place_ids))])


@page(permission=READ)
def points(request: Request, scenario_id: UUID) -> HttpResponse:
    """Facilities of the asked category as they would be, new ones and what opens or is blocked marked."""
    found = queries.find_scenario(request.actor, scenario_id)
    rows = queries.changes_of(found)
    before = request.GET.get("view") == "before"
    bench = bench_of(found.run, () if before else queries.as_changes(rows))
    category = request.GET.get("category", "") or found.run.categories[0]
    features = [
        point(one.lon, one.lat, kind="candidate" if one.ref.startswith("new:") else "facility", name_zh=one.name_zh, name_en=one.name_en)
        for one in bench.analysis.data.facilities
        if one.category == category
    ]  # fmt: skip
    for row in () if before else rows:
        if row.kind in ("open_gate", "block_gate") and row.lon is not None and row.lat is not None:
            features.append(
                point(
                    row.lon,
                    row.lat,
                    kind="gate",
                    name_zh=row.name_zh,
                    name_en=row.name_en,
                    is_locked=row.kind == "block_gate",
                )
            )
        elif row.kind == "open_way":
            features.append(way_feature(row))
            features.append(point((row.lon + row.to_lon) / 2, (row.lat + row.to_lat) / 2, kind="candidate", name_zh=row.name_zh, name_en=row.name_en))  # type: ignore[operator]  # fmt: skip
    return geojson(features)


def way_feature(row: ScenarioChange) -> dict[str, Any]:
    line = {"type": "LineString", "coordinates": [[row.lon, row.lat], [row.to_lon, row.to_lat]]}
    return {"type": "Feature", "geometry": line, "properties": {"kind": "way"}}
