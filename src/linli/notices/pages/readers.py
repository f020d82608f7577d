"""Those who have not read an announcement: reminded at a click, told in person by those who may see households."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import now
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .. import commands, queries
from .console import WRITE, go


@page(permission=WRITE, methods=("POST",))
def remind(request: Request, notice_id: UUID) -> HttpResponseBase:
    commands.remind_readers(notice_id, actor=request.actor, now=now())
    return go(notice_id, done="reminded")


@page(permission="registry.household.read", methods=("GET", "POST"))
def unread(request: Request, notice_id: UUID) -> HttpResponseBase:
    """By building and home, with the names of the household; ticked ones were told at the door or by telephone."""
    found = queries.find_to_write(request.actor, notice_id)
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("row") if one.isdigit() and len(one) < 19]
        commands.tell_households(notice_id, chosen, actor=request.actor, now=now())
        return go(notice_id, done="told")
    rows = list(queries.list_unread(request.actor, found))
    context = {
        "notice": found,
        "receipts": queries.receipts_of(found),
        "buildings": _by_building(request, found.community_id, rows),
    }
    return render(request, "notices/unread.html", context)


def _by_building(request: Request, community_id: UUID, rows: list[Any]) -> list[dict[str, Any]]:
    """Unread households with who lives there, grouped by building in order of name."""
    row_of = {row.household_id: row for row in rows if row.household_id}
    homes: dict[UUID, dict[str, Any]] = {}
    for one in registry.residents_of(request.actor, community_id):
        if one.household_id in row_of:
            home = homes.setdefault(
                one.household_id,
                {
                    "row": row_of[one.household_id],
                    "unit_id": one.unit_id,
                    "unit": one.unit_name,
                    "names": [],
                    "ages": [],
                },
            )
            home["names"].append(one.name)
            home["ages"].append(one.age or 0)
    building_of = _buildings(request, {home["unit_id"] for home in homes.values()})
    grouped: dict[str, list[dict[str, Any]]] = {}
    for home in homes.values():
        home["is_old"] = min(home["ages"]) >= 60  # nobody younger at home: best told at the door
        grouped.setdefault(building_of.get(home["unit_id"], ""), []).append(home)
    return [
        {"name": name, "homes": sorted(grouped[name], key=lambda home: str(home["unit"]))}
        for name in sorted(grouped, key=lambda one: (len(one), one))
    ]


def _buildings(request: Request, units: set[UUID]) -> dict[UUID, str]:
    rows = registry.list_places(request.actor, kind="unit").filter(place_id__in=list(units))
    path_of = {row.place_id: row.place.path for row in rows}
    held = {one for path in path_of.values() for one in path}
    names = dict(
        registry.list_places(request.actor, kind="building")
        .filter(place_id__in=list(held))
        .values_list("place_id", "name_zh")
    )
    return {unit: next((names[one] for one in path if one in names), "") for unit, path in path_of.items()}
