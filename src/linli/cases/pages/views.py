"""The same cases as a board, a calendar and a map: one set of filters for all, and the ways of looking one keeps."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.http import HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import local_day, now, start_of_day
from linli.kernel.text import Text
from linli.platform.kit.said import WEEKDAYS_EN, WEEKDAYS_ZH
from linli.platform.kit.tables import Table, TableSpec
from linli.platform.ports import ports
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..models import Case as CaseRow
from ..models import Phase
from ..rules import clocks
from ..rules.types import cases_policy
from .lines import lines_of
from .tables import CASES, PHASES

VIEWS = {
    "cases": Text("列表", "List"),
    "board": Text("看板", "Board"),
    "calendar": Text("日历", "Calendar"),
    "map": Text("地图", "Map"),
}
MOST_IN_COLUMN = 30
MOST_IN_DAY = 4
MOST_ON_MAP = 500
CLOSED_DAYS = 7


def narrowed(request: Request, spec: TableSpec = CASES) -> Table:
    """The cases one sees at work, by the filters of the address."""
    mine = Case(
        When(handler_id=request.actor.account_id, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    rows = queries.list_queue(request.actor, current_community(request)).annotate(is_mine=mine)
    return Table(spec, request.GET, rows)


def _rows(table: Table) -> QuerySet[CaseRow]:
    """What the filters leave, as the database has it."""
    assert isinstance(table.matching, QuerySet)
    return table.matching


def around(request: Request, table: Table, view: str) -> dict[str, Any]:
    """What stands above each view: the others with the same filters, and the filters one keeps."""
    asked = urlencode(
        [(key, value) for key, value in table.carried if key not in ("page", "format", "month", "bulk", "left")]
    )
    plain = urlencode(
        [(key, value) for key, value in table.carried if key not in ("page", "format", "month", "q", "bulk", "left")]
    )
    tabs = [
        {"url": reverse(f"cases:{one}") + (f"?{asked}" if asked else ""), "text": text, "current": one == view}
        for one, text in VIEWS.items()
    ]
    kept = [
        {"row": row, "url": f"{reverse(f'cases:{view}')}?{row.query}", "is_on": row.query == plain}
        for row in queries.saved_filters(request.actor)
    ]
    return {"tabs": tabs, "kept": kept, "asked": plain, "view": view}


@page(permission=queries.HANDLE, methods=("POST",))
def keep_filter(request: Request) -> HttpResponseBase:
    """POST ``name``, ``query``, ``view``: keep this way of looking; a name used before now means this."""
    view = request.POST.get("view", "")
    view = view if view in VIEWS else "cases"
    kept = commands.keep_filter(
        request.POST.get("name", ""), request.POST.get("query", ""), actor=request.actor, now=now()
    )
    return HttpResponseRedirect(f"{reverse(f'cases:{view}')}?{kept.query}")


@page(permission=queries.HANDLE, methods=("POST",))
def forget_filter(request: Request, filter_id: UUID) -> HttpResponseBase:
    commands.forget_filter(filter_id, actor=request.actor)
    return HttpResponseRedirect(reverse("cases:cases"))


@page(permission=queries.HANDLE)
def board(request: Request) -> HttpResponseBase:
    """By progress, each column by deadline; of the closed those of the last days."""
    table = narrowed(request)
    since = now() - dt.timedelta(days=CLOSED_DAYS)
    columns = []
    for phase, title in PHASES.items():
        rows = _rows(table).filter(phase=phase)
        rows = rows.filter(closed_at__gte=since).order_by("-closed_at") if phase == Phase.CLOSED else rows
        columns.append(
            {"title": title, "n": rows.count(), "lines": lines_of(list(rows[:MOST_IN_COLUMN])), "phase": phase}
        )
    context = {"table": table, "columns": columns, "closed_days": CLOSED_DAYS} | around(request, table, "board")
    return render(request, "cases/board.html", context)


@page(permission=queries.HANDLE)
def month(request: Request) -> HttpResponseBase:
    """A month (``?month=2026-11``) of limits: which cases have to be met on which day. Closed and stopped ones have none."""
    table, today = narrowed(request), local_day(now())
    first = _asked_month(request.GET.get("month", ""), today)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    begin = start_of_day(weeks[0][0])
    end = start_of_day(weeks[-1][-1] + dt.timedelta(days=1))
    rows = _rows(table).filter(due_at__gte=begin, due_at__lt=end, paused_at=None).exclude(phase=Phase.CLOSED)
    by_day: dict[dt.date, list[Any]] = defaultdict(list)
    for row in rows.order_by("due_at", "pk"):
        if row.due_at is not None:
            by_day[local_day(row.due_at)].append(row)
    shown = lines_of([row for day in by_day for row in by_day[day][:MOST_IN_DAY]])
    lines = {line["case"].pk: line for line in shown}
    days = [
        [
            {
                "day": day, "is_here": day.month == first.month, "is_today": day == today, "n": len(by_day[day]),
                "lines": [lines[row.pk] for row in by_day[day][:MOST_IN_DAY]], "n_more": max(len(by_day[day]) - MOST_IN_DAY, 0),
                "url": f"{reverse('cases:cases')}?{urlencode({'due_from': day.isoformat(), 'due_to': day.isoformat()})}",
            }
            for day in week
        ]
        for week in weeks
    ]  # fmt: skip
    context = {
        "table": table, "weeks": days, "first": first, "before": (first - dt.timedelta(days=1)).replace(day=1),
        "after": (first + dt.timedelta(days=32)).replace(day=1),
        "weekdays": [Text(zh, en) for zh, en in zip(WEEKDAYS_ZH, WEEKDAYS_EN, strict=True)],
        "n_before": _rows(table).filter(due_at__lt=begin, paused_at=None).exclude(phase=Phase.CLOSED).count(),
    } | around(request, table, "calendar")  # fmt: skip
    return render(request, "cases/calendar.html", context)


@page(permission=queries.HANDLE)
def on_map(request: Request) -> HttpResponseBase:
    """Open cases where they are, with the list beside it."""
    table = narrowed(request)
    rows = list(_rows(table).exclude(phase=Phase.CLOSED)[:MOST_ON_MAP])
    ground = ports.ground.config(request.actor, current_community(request))
    where = queries.positions_of(rows)
    lines = [line | {"at": where.get(line["case"].pk)} for line in lines_of(rows)]
    asked = around(request, table, "map")
    config = ground and ground | {"points_url": f"{reverse('cases:points')}?{urlencode(table.carried)}"}
    context = {
        "table": table,
        "lines": lines,
        "map": config,
        "n_nowhere": sum(line["at"] is None for line in lines),
    } | asked
    return render(request, "cases/map.html", context)


@page(permission=queries.HANDLE)
def points(request: Request) -> HttpResponseBase:
    """GeoJSON of the open cases of the filters, at their pin, else at their building; homes are never told apart."""
    rows = list(_rows(narrowed(request)).exclude(phase=Phase.CLOSED)[:MOST_ON_MAP])
    where, at, share = queries.positions_of(rows), now(), cases_policy().warn_share
    levels = {clocks.OVERDUE: "red", clocks.PRESSING: "yellow"}
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(where[row.pk])},
            "properties": {
                "kind": "alarm", "shape": levels.get(clocks.standing(row, at, share), "blue"), "id": str(row.pk),
                "name": queries.kind_of(row).title.as_mapping(),
            },
        }
        for row in rows
        if row.pk in where
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")


def _asked_month(text: str, today: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
