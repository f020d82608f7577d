"""The planner's map: who walks where, how far every house is, who is left out; and measuring again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.policyfile import Policy, known_policies
from linli.kernel.text import Text
from linli.platform.jobs import start_job
from linli.platform.kit.charts import Histogram
from linli.platform.kit.tables import Table
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.registry.queries.maps import find_edition

from .. import queries
from ..commands import PERMISSION
from ..models import CoverageRun
from ..offers import LOCKED_KINDS
from ..queries import BuildingWalk, Coverage
from ..tasks import MEASURE
from .asked import Asked, asked, icon_of, pace_note
from .tables import BUILDINGS

READ = "lifecircle.read"
BIN_MIN = 2.5
N_BINS = 12
N_GAPS = 5
N_LEANS = 4
DRAWN_BY = (
    ("building", Text("楼", "Building")),
    ("grid", Text("网格", "Grid")),
    ("compound", Text("小区", "Compound")),
    ("cell", Text("350 米单元", "350 m cell")),
)
GATE = Text("门", "Gate")
LAYERS = (
    ("show_facility", Text("现有设施", "Facilities"), "yes"),
    ("show_gate", Text("门", "Gates"), "no"),
    ("show_vacant", Text("闲置空间", "Vacant spaces"), "no"),
    ("show_proposal", Text("可以打通的", "Ways to open"), "no"),
)
UNKNOWN_STANDARD = define(
    "lifecircle.unknown_standard",
    zh="没有生效的生活圈标准“{standard}”",
    en="No life-circle standard {standard} is in force",
    status=404,
)


@page(permission=READ)
def map_page(request: Request) -> HttpResponseBase:
    """The map with its pickers, numbers and table. ``?twin=1`` and ``?numbers=1`` answer the parts that follow the pickers."""
    community_id = current_community(request)
    request.actor.require(READ, community_id)
    measurable = _standards() if request.actor.may(PERMISSION, community_id) else []
    try:
        look = asked(request)
    except NotFoundError:
        return render(request, "lifecircle/nothing_yet.html", {"standards": measurable})
    walks = queries.list_buildings(look.run, request.actor, category=look.category, group=look.group)
    table = Table(BUILDINGS, request.GET, walks)
    download = table.download()
    if download is not None:
        return download
    context = _numbers(request, look, walks) | {"table": table, "rows": _rows(table)}
    if "twin" in request.GET:
        return render(request, "lifecircle/_twin.html", context)
    if "numbers" in request.GET:
        return render(request, "lifecircle/_numbers.html", context)
    context |= _whole(request, look) | {"standards": measurable}
    return render(request, "lifecircle/map.html", context)


@page(permission=READ)
def building(request: Request, place_id: UUID) -> HttpResponseBase:
    """A part of the map page: one building, who lives there and how far everything is."""
    look = asked(request)
    request.actor.require(READ, look.run.community_id)
    walks = queries.find_building(look.run, request.actor, place_id, group=look.group)
    coverage = queries.coverage_of(look.run, request.actor, group=look.group)
    context = {
        "walk": walks[look.run.categories.index(look.category)],
        "coverage": coverage,
        "rows": [
            {"row": row, "walk": walk, "icon": icon_of(row.category), "facility": _facility(request, walk)}
            for row, walk in zip(coverage.rows, walks, strict=True)
        ],
        "place_url": reverse("registry:place", args=[place_id]),
    }
    return render(request, "lifecircle/_building.html", context)


@page(permission=PERMISSION, methods=("POST",))
def measure(request: Request) -> HttpResponseBase:
    """Start measuring the chosen community by one standard; off to the page of the job."""
    standard = request.POST.get("standard", "")
    if standard not in {policy.id for policy in _standards()}:
        raise LinliError(UNKNOWN_STANDARD, standard=standard)
    community_id = current_community(request)
    job = start_job(MEASURE, actor=request.actor, community_id=community_id, arguments={"standard": standard})
    return HttpResponseRedirect(reverse("console:job", args=[job.id]))


def _standards() -> list[Policy]:
    """The standards in force today, highest versions."""
    today = local_day(now())
    found = {p.id: p for p in known_policies("life_circle_standard") if p.is_in_force(today)}
    return [found[key] for key in sorted(found)]


def _numbers(request: Request, look: Asked, walks: Sequence[BuildingWalk]) -> dict[str, Any]:
    """What changes with category and group."""
    coverage = queries.coverage_of(look.run, request.actor, group=look.group)
    lived_in = [walk for walk in walks if walk.n_persons]
    return {
        "look": look,
        "coverage": coverage,
        "row": coverage.row(look.category),
        "histogram": _histogram(lived_in, coverage, look.category),
        "n_houses": len(lived_in),
        "n_beyond_houses": sum(walk.is_beyond for walk in lived_in),
        "n_unjoined": sum(not walk.is_joined for walk in lived_in),
        "n_no_door": sum(walk.is_joined and not walk.has_door for walk in lived_in),
        "others": [(row, icon_of(row.category)) for row in coverage.rows if row.category != look.category],
        "pace": pace_note(look.group, look.run.walkers_id),
        "places": _places(look.run, request, look.category) if look.group == look.run.groups[0] else [],
        "serving": queries.serving_of(look.run, request.actor, category=look.category, group=look.group),
        "note": _limit_note(coverage, look.category),
    }


def _limit_note(coverage: Coverage, category: str) -> Text | None:
    """What a limit in metres means on a map of minutes."""
    row = coverage.row(category)
    if row.limit_m is None:
        return None
    minutes = row.limit_m / coverage.speed_m_per_min
    return Text(
        f"这一类的限值是 {row.limit_m:g} 米，按这个步速约 {minutes:.1f} 分钟；颜色仍按分钟，表里按米判断。",
        f"The limit here is {row.limit_m:g} m, about {minutes:.1f} minutes at this pace; colours show minutes, the table judges by metres.",
    )


def _histogram(walks: Sequence[BuildingWalk], coverage: Coverage, category: str) -> Histogram:
    counts = [0] * N_BINS
    for walk in walks:
        if walk.minutes is not None:
            counts[min(N_BINS - 1, max(0, int((walk.minutes - 1e-9) // BIN_MIN)))] += 1
    title = coverage.row(category).title
    label = Text(
        f"{len(walks)} 幢楼走到{title.zh}的分钟", f"Minutes to a {title.en.lower()} from {len(walks)} buildings"
    )
    return Histogram(counts, BIN_MIN, label)


def _places(run: CoverageRun, request: Request, category: str) -> list[dict[str, Any]]:
    """The worst blind spots of the category, each with the first of its houses to show on the map."""
    gaps = [gap for gap in queries.list_gaps(run, request.actor) if gap["category"] == category][:N_GAPS]
    return [
        {
            "name": Text.from_mapping(gap["name"]),
            "persons": round(gap["persons"]),
            "extra_min": gap["extra_min"],
            "place_id": gap["houses"][0]["place_id"],
        }
        for gap in gaps
    ]


def _ways(run: CoverageRun, request: Request) -> list[dict[str, Any]]:
    """What could be opened, each in words, with the house that gains most to show on the map."""
    return [
        {
            "title": Text.from_mapping(link["title"]),
            "put": urlencode(
                {"kind": "open_gate" if link["kind"] in LOCKED_KINDS else "open_way", "where": f"link:{number}"}
            )
            if "at" in link and link["kind"] != "ramp"
            else "",
            "length_m": round(link["length_m"]),
            "gains": Text.from_mapping(link["gains"]),
            "loses": Text.from_mapping(link["loses"]),
            "place_id": link["houses"][0]["place_id"] if link["houses"] else None,
            "house": Text.from_mapping(link["houses"][0]["name"]) if link["houses"] else None,
        }
        for number, link in enumerate(queries.proposals_of(run, request.actor).get("links", []))
    ]


def _leans(run: CoverageRun, request: Request) -> list[dict[str, Any]]:
    """Gates and facilities whose closing would cost most, with who would lose."""
    proposals = queries.proposals_of(run, request.actor)
    titles = {row.category: row.title for row in queries.coverage_of(run, request.actor, group=run.groups[0]).rows}
    return [
        {
            "name": Text.from_mapping(loss["name"]),
            "kind": titles.get(loss.get("category", ""), GATE),
            "persons": round(loss["persons"]),
            "persons_joined": round(loss["persons_joined"]),
            "mean_min": -loss["person_min"] / loss["persons"] if loss["persons"] else 0.0,
        }
        for kind in ("gates", "facilities")
        for loss in proposals.get(kind, [])[:N_LEANS]
    ]


def _rows(table: Table) -> list[tuple[Any, BuildingWalk]]:
    start = (table.page - 1) * table.spec.page_size
    return list(zip(table.lines, table.matching[start : start + table.spec.page_size], strict=True))


def _whole(request: Request, look: Asked) -> dict[str, Any]:
    """What the page holds besides: map, pickers, notes."""
    run, data = look.run, look.query
    edition = find_edition(request.actor, run.community_id, on=run.as_of)
    coverage = queries.coverage_of(run, request.actor, group=look.group)
    return {
        "runs": queries.list_latest(request.actor, run.community_id),
        "edition": edition,
        "drawn_by": DRAWN_BY,
        "by": request.GET.get("by", "building"),
        "may_plan": request.actor.may(PERMISSION, run.community_id),
        "uncertainty": queries.list_uncertainty(run, request.actor),
        "ways": _ways(run, request),
        "leans": _leans(run, request),
        "category_options": [{"value": row.category, "text": row.title} for row in coverage.rows],
        "groups": queries.group_titles(run),
        "layers": [
            {"name": name, "text": text, "is_on": _last(request, name, default) == "yes"}
            for name, text, default in LAYERS
        ],
        "map": {
            **map_parts(request, run),
            "buildings_url": f"{reverse('lifecircle:buildings')}?{data}",
            "points_url": f"{reverse('lifecircle:points')}?{data}",
            "details_url": reverse("lifecircle:building", args=[UUID(int=0)]).replace(str(UUID(int=0)), "{id}")
            + f"?{data}",
            "trial_url": f"{reverse('lifecircle:trial')}?{data}",
            "is_3d": True,
            "bearing": -20,
            "padding": [48, 120, 72, 48],
        },
    }


def map_parts(request: Request, run: CoverageRun) -> dict[str, Any]:
    """What every map of a run draws under its houses."""
    query = urlencode({"standard": run.standard_id, "community": str(run.community_id)})
    return {
        "bounds": _bounds(request, run),
        "ground_url": f"{reverse('lifecircle:ground')}?{query}",
        "measure": "minutes",
    }


def _last(request: Request, name: str, default: str) -> str:
    given = request.GET.getlist(name)
    return given[-1] if given else default


def _bounds(request: Request, run: CoverageRun) -> list[float]:
    """The buildings that were measured, whole."""
    rows = registry.list_places(request.actor, community_id=run.community_id, kind="building", on=run.as_of)
    boxes = [
        (row.west, row.south, row.east, row.north)
        for row in rows.exclude(shape=None).only("west", "south", "east", "north", "place")
    ]
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def _facility(request: Request, walk: BuildingWalk) -> Text | None:
    """The name of the nearest facility; None where there is none or it has no name to this reader."""
    if walk.facility_id is None:
        return None
    try:
        record = registry.find_facility(request.actor, walk.facility_id)
    except NotFoundError:
        return None
    zh = record.name_zh or record.name_en
    return Text(zh, record.name_en or zh) if zh else None
