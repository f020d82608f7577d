"""Governance units: the question in the address, the division as a drawing and a table, or what cannot be met (S224)."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode

from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Table, TableSpec
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..models import CoverageRun
from ..queries.coverage import READ, find_run
from ..queries.units import (
    DIVIDES,
    DIVIDES_WORDS,
    KEPT,
    KEPT_WORDS,
    Divides,
    Kept,
    Unit,
    UnitAsk,
    UnitPlan,
    plan_units,
    unit_rules,
)
from .asked import Numbers, asked_community
from .data import geojson, plain_feature
from .plans import Drawing, draw_areas

MOST_UNITS = 60
MOST_PERSONS = 1_000_000
N_NAMED = 4


def _names(unit: Unit) -> Text:
    shown = unit.names[:N_NAMED]
    rest = len(unit.names) - len(shown)
    zh, en = "、".join(one.zh for one in shown), ", ".join(one.en for one in shown)
    return Text(f"{zh}等 {len(unit.names)} 片", f"{en} and {rest} more") if rest else Text(zh, en)


UNITS = TableSpec(
    "lifecircle-units",
    (
        Column("number", Text("单元", "Unit"), kind="number"),
        Column("persons", Text("居民", "Residents"), kind="number", sort=True, decimals=0),
        Column("elders", Text("60 岁以上", "60 and over"), kind="number", sort=True, decimals=0),
        Column("n_buildings", Text("楼", "Buildings"), kind="number", sort=True),
        Column("mean_m", Text("到中心的平均直线距离", "Mean straight distance to its middle"), kind="length", sort=True, narrow=True),
        Column("names", Text("包括", "Made of"), value=_names),
    ),
    thing=Text("个单元", "units"),
)  # fmt: skip


@page(permission=READ)
def units(request: Request) -> HttpResponseBase:
    """``?least=``, ``?most=`` persons, ``?kept=grid``, ``compound`` or ``building``, ``?divides=water``, ``roads`` or ``none``, ``?n=``; without them the policy's sizes."""
    run = find_run(request.actor, asked_community(request), standard_id=request.GET.get("standard"))
    request.actor.require(READ, run.community_id)
    ask, said = asked_units(request, run)
    plan = plan_units(run, request.actor, ask)
    table = Table(UNITS, request.GET, list(plan.units))
    rules = unit_rules(run)
    context = {
        "run": run, "ask": ask, "plan": plan, "table": table, "kept_options": [(one, KEPT_WORDS[one]) for one in KEPT], "said": said,
        "divides_options": [(one, DIVIDES_WORDS[one]) for one in DIVIDES],
        "drawing": draw(plan) if plan.units else None, "instead": _instead(run, plan), "rules": rules,
        "query": urlencode(_query(run, ask)), "names": [(one.number, _names(one)) for one in plan.units],
    }  # fmt: skip
    return table.download() or render(request, "lifecircle/units.html", context)


@page(permission=READ)
def shapes(request: Request) -> HttpResponse:
    """Every building with the number of its unit, as GeoJSON."""
    run = find_run(request.actor, asked_community(request), standard_id=request.GET.get("standard"))
    ask, _ = asked_units(request, run)
    plan = plan_units(run, request.actor, ask)
    places = plan.bench.analysis.places
    features = [
        plain_feature(place.shape, id=str(place_id), name=place.name.as_mapping(), unit=number or None)
        for place, place_id, number in zip(places, plan.bench.place_ids, plan.of_house, strict=True)
    ]
    return geojson(features)


def asked_units(request: Request, run: CoverageRun) -> tuple[UnitAsk, list[Text]]:
    """The question of the address, and what of it could not be read."""
    rules, numbers = unit_rules(run), Numbers(request)
    least = numbers.whole("least", rules.least_persons, 1, MOST_PERSONS)
    most = numbers.whole("most", rules.most_persons, 1, MOST_PERSONS)
    if least > most:
        numbers.said.append(Text(f"最少 {least} 人大于最多 {most} 人，已对调", f"At least {least:,} is more than at most {most:,}: they were exchanged"))  # fmt: skip
        least, most = most, least
    kept: Kept = next((one for one in KEPT if one == request.GET.get("kept")), "grid")
    divides: Divides = next((one for one in DIVIDES if one == request.GET.get("divides")), "water")
    return UnitAsk(least, most, kept, divides, numbers.whole("n", None, 1, MOST_UNITS)), numbers.said


def draw(plan: UnitPlan) -> Drawing:
    """Buildings filled by unit, a line round each unit, its number in the middle of its people."""
    unit = np.array(plan.of_house)
    return draw_areas(plan.bench.analysis.shapes_m, unit, unit)


def _query(run: CoverageRun, ask: UnitAsk, **changed: int | str | None) -> dict[str, Any]:
    asked = {
        "least": ask.least,
        "most": ask.most,
        "n": ask.n_units,
        "kept": ask.kept,
        "divides": ask.divides,
        **changed,
    }
    query = {"standard": run.standard_id, "community": str(run.community_id), **asked}
    return {name: value for name, value in query.items() if value is not None}


def _instead(run: CoverageRun, plan: UnitPlan) -> list[tuple[Text, str]]:
    """Questions whose sums would fit, as words and address; whether areas kept whole fit too is found out by asking."""
    refusal, ask = plan.refusal, plan.ask
    if refusal is None:
        return []
    found: list[tuple[Text, dict[str, int | str | None]]] = []
    if refusal.is_cut_off and ask.divides != "none":
        found.append((Text("水面、铁路、大路都可以跨", "Reach across water, railways and roads"), {"divides": "none"}))
    if refusal.n_units is not None:
        found.append((Text(f"改分 {refusal.n_units} 个", f"Try {refusal.n_units} units"), {"n": refusal.n_units}))
    if refusal.least is not None and refusal.most is not None:
        least = min(refusal.least, ask.least)
        words = Text(f"放宽到 {least}–{refusal.most} 人再试", f"Try {least:,} to {refusal.most:,} people")
        found.append((words, {"least": least, "most": refusal.most, "n": None}))
    return [(words, urlencode(_query(run, ask, **changed))) for words, changed in found]
