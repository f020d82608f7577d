"""Life-service islands: where to put them, how the plot is packed, and what the convertible unit is by the hour (S002, S305)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import local_day, now
from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Table, TableSpec
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..queries.coverage import READ, find_run
from ..queries.island import Island, IslandAsk, IslandPlan, island_rules, plan_islands
from .asked import Numbers, asked_community
from .plans import Drawing, Spot, Tile, draw_areas, look_of

MOST_ISLANDS = 6
LEAST_M, MOST_M = 2.0, 60.0
MOST_MIN = 30.0


def _numbered(row: dict[str, Any]) -> Text:
    one = row["island"]
    return Text(f"{one.number} {one.site.name.zh}", f"{one.number} {one.site.name.en}")


MODULES = TableSpec(
    "lifecircle-islands",
    (
        Column("island", Text("岛", "Island"), value=_numbered),
        Column("module", Text("模块", "Module"), value=lambda row: row["packed"].title),
        Column("n", Text("几个", "Units"), kind="number", value=lambda row: row["packed"].n, sort=True),
        Column("served", Text("一天服务的人", "People served a day"), kind="number", value=lambda row: row["packed"].served, sort=True, decimals=0),
        Column("asked", Text("一天要用的人", "People who ask a day"), kind="number", value=lambda row: row["packed"].asked, sort=True, decimals=0),
    ),
    thing=Text("项", "lines"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """A plot from above in decimetres, the street side on top; ``legend`` number, look, name and units."""

    island: Island
    tiles: tuple[Tile, ...]
    legend: tuple[tuple[int, Text, int], ...]
    text_size: float

    @property
    def view_box(self) -> str:
        pad = max(self.island.width_dm, self.island.depth_dm) // 40 + 1
        return f"{-pad} {-pad} {self.island.width_dm + 2 * pad} {self.island.depth_dm + 2 * pad}"


@page(permission=READ)
def island(request: Request) -> HttpResponseBase:
    """``?n=`` islands, ``?width=``, ``?depth=`` of the open plot in metres, ``?within=`` minutes; without them the policy's."""
    run = find_run(request.actor, asked_community(request), standard_id=request.GET.get("standard"))
    request.actor.require(READ, run.community_id)
    ask, said = _asked(request)
    plan = plan_islands(run, request.actor, ask)
    table = Table(
        MODULES, request.GET, [{"island": one, "packed": packed} for one in plan.islands for packed in one.packed]
    )
    context = {
        "run": run, "ask": ask, "said": said, "plan": plan, "table": table, "drawing": draw(plan) if plan.islands else None,
        "pairs": [(one, layout(one)) for one in plan.islands], "functions": [(one, f"{start}:00–{start + one.length_hours}:00") for one, start in plan.day.held],
        "n_range": range(1, MOST_ISLANDS + 1),
    }  # fmt: skip
    return table.download() or render(request, "lifecircle/island.html", context)


def _asked(request: Request) -> tuple[IslandAsk, list[Text]]:
    rules, numbers = island_rules(local_day(now())), Numbers(request)
    ask = IslandAsk(
        numbers.whole("n", None, 1, MOST_ISLANDS) or 1,
        numbers.number("width", rules.width_m, LEAST_M, MOST_M),
        numbers.number("depth", rules.depth_m, LEAST_M, MOST_M),
        numbers.number("within", rules.within_min, 1, MOST_MIN),
    )
    return ask, numbers.said


def draw(plan: IslandPlan) -> Drawing:
    """Buildings filled by the island they go to, places tried as small dots, chosen ones with their number."""
    analysis = plan.bench.analysis
    chosen: dict[Any, int] = {one.site: one.number for one in plan.islands}
    spots = []
    for site in plan.sites:
        x_m, y_m = analysis.plane.to_xy_m(site.lon, site.lat)
        label = str(chosen[site]) if site in chosen else ""
        spots.append(Spot(float(x_m), float(y_m), site.name, look_of(chosen.get(site, 0)), label))
    spots.sort(key=lambda one: one.label)
    number = np.array(plan.of_house)
    return draw_areas(analysis.shapes_m, number, np.full_like(number, -1), spots)


def layout(one: Island) -> Layout | None:
    if one.plan is None:
        return None
    tiles = tuple(
        Tile(at.x_dm, at.y_dm, at.width_dm, at.depth_dm, look_of(at.module + 1), at.module + 1, one.kinds[at.module])
        for at in one.plan.placed
    )
    legend = tuple((n, packed.title, packed.n) for n, packed in enumerate(one.packed, 1) if packed.n)
    return Layout(one, tiles, legend, round(min(one.width_dm, one.depth_dm) / 12, 1))
