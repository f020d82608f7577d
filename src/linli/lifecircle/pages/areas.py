"""Coverage by area: for staff with people, for everybody by buildings."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Table, TableSpec
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..queries.areas import BY_WORDS, WAYS, Area, By, list_areas, spread
from ..queries.coverage import READ, coverage_of, group_titles
from .asked import Asked, asked
from .data import area_feature, geojson

_SHARED = (
    Column("name", Text("哪里", "Area")),
    Column("n_buildings", Text("楼", "Buildings"), kind="number", sort=True),
)
AREAS = TableSpec(
    "lifecircle-areas",
    (
        *_SHARED,
        Column("persons", Text("居民", "Residents"), kind="number", sort=True, decimals=0),
        Column("share", Text("走得到", "Within"), kind="percent", sort=True),
        Column("beyond", Text("走不到的人", "Out of reach"), kind="number", sort=True, decimals=0),
        Column("mean_min", Text("平均步行", "Mean walk"), kind="minutes", sort=True),
    ),
    thing=Text("片", "areas"),
)
OPEN_AREAS = TableSpec(
    "lifecircle-open-areas",
    (
        *_SHARED,
        Column("n_within", Text("走得到的楼", "Buildings within"), kind="number", sort=True),
        Column("share", Text("占", "Share"), kind="percent", sort=True),
        Column("mean_min", Text("平均步行", "Mean walk"), kind="minutes", sort=True),
    ),
    thing=Text("片", "areas"),
)


@page(permission=READ)
def areas(request: Request) -> HttpResponseBase:
    """Residents within reach by grid, compound, cell or age of the estate; ``?by=``, ``?category=``, ``?group=``."""
    look, by = asked(request), asked_by(request)
    request.actor.require(READ, look.run.community_id)
    found = list_areas(look.run, request.actor, category=look.category, group=look.group, by=by)
    table = Table(AREAS, request.GET, found)
    return table.download() or render(request, "lifecircle/areas.html", _context(request, look, by, found, table))


@page(audience="public")
def shapes(request: Request) -> HttpResponse:
    """Areas as GeoJSON with the mean walk and whether less than half of it is within; people in no property of it."""
    look, by = asked(request), asked_by(request)
    found = list_areas(look.run, request.actor, category=look.category, group=look.group, by=by)
    return geojson([area_feature(one) for one in found if one.shape is not None])


def asked_by(request: Request) -> By:
    return next((one for one in WAYS if one == request.GET.get("by")), "grid")


def _context(request: Request, look: Asked, by: By, found: list[Area], table: Table) -> dict[str, Any]:
    coverage = coverage_of(look.run, request.actor, group=look.group)
    return {
        "look": look, "by": by, "table": table, "ways": [(one, BY_WORDS[one]) for one in WAYS], "row": coverage.row(look.category),
        "coverage": coverage, "groups": group_titles(look.run), "spread": spread(found),
        "category_options": [(row.category, row.title) for row in coverage.rows],
    }  # fmt: skip
