"""Those who have not read an announcement: reminded at a click, told in person by those who may see households."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import now
from linli.platform.privacy.reading import record_read
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .. import commands, queries
from .console import WRITE, go

ELDER = 60
"""From this age on the law speaks of elders (老年人权益保障法, art. 2)."""


@page(permission=WRITE, methods=("POST",))
def remind(request: Request, notice_id: UUID) -> HttpResponseBase:
    commands.remind_readers(notice_id, actor=request.actor, now=now())
    return go(notice_id, done="reminded")


@page(permission="registry.household.read", methods=("GET", "POST"))
def unread(request: Request, notice_id: UUID) -> HttpResponseBase:
    """By building and home, with the names of the household; ticked ones were told at the door or by telephone."""
    found = queries.find_to_write(request.actor, notice_id)
    if request.method == "POST":
        ticked = [int(one) for one in request.POST.getlist("row") if one.isdigit() and len(one) < 19]
        commands.tell_households(notice_id, ticked, actor=request.actor, now=now())
        return go(notice_id, done="told")
    rows = list(queries.list_unread(request.actor, found))
    buildings = _by_building(request, found.community_id, rows)
    chosen: dict[str, Any] | None = next(
        (one for one in buildings if str(one["id"]) == request.GET.get("building", "")), None
    )
    if chosen is None and len(buildings) == 1:
        chosen = buildings[0]
    if chosen is not None:
        shown = [person_id for home in chosen["homes"] for person_id in home["person_ids"]]
        record_read(request.actor, shown, community_id=found.community_id, what="list", fields=("name", "home"))
    context = {
        "notice": found,
        "receipts": queries.receipts_of(found),
        "buildings": buildings,
        "chosen": chosen,
        "n_owners": sum(row.person_id is not None for row in rows),
    }
    return render(request, "notices/unread.html", context)


def _by_building(request: Request, community_id: UUID, rows: list[Any]) -> list[dict[str, Any]]:
    """Unread households with who lives there, grouped by building in order of name."""
    row_of = {row.household_id: row for row in rows if row.household_id}
    homes: dict[UUID, dict[str, Any]] = {}
    for one in registry.residents_of(request.actor, community_id):
        if one.household_id in row_of:
            made = {"row": row_of[one.household_id], "unit_id": one.unit_id, "unit": one.unit_name}
            home = homes.setdefault(one.household_id, made | {"names": [], "ages": [], "person_ids": []})
            home["names"].append(one.name)
            home["ages"].append(one.age or 0)
            home["person_ids"].append(one.person_id)
    building_of = _buildings(request, {home["unit_id"] for home in homes.values()})
    grouped: dict[tuple[UUID | None, str], list[dict[str, Any]]] = {}
    for home in homes.values():
        home["is_old"] = min(home["ages"]) >= ELDER  # nobody younger at home: best told at the door
        grouped.setdefault(building_of.get(home["unit_id"], (None, "")), []).append(home)
    listed: list[dict[str, Any]] = [
        {"id": key[0], "name": key[1], "homes": sorted(grouped[key], key=lambda home: str(home["unit"]))}
        for key in sorted(grouped, key=lambda key: (len(key[1]), key[1]))
    ]
    return listed


def _buildings(request: Request, units: set[UUID]) -> dict[UUID, tuple[UUID | None, str]]:
    """The building of each unit: its id and its name with the compound's."""
    path_of = {
        row.place_id: row.place.path
        for row in registry.list_places(request.actor, kind="unit").filter(place_id__in=list(units))
    }
    held = {one for path in path_of.values() for one in path}
    rows = registry.list_places_in_compounds(request.actor).filter(place_id__in=list(held), place__kind="building")
    names = {row.place_id: registry.name_in_compound(row).zh for row in rows}
    found: dict[UUID, tuple[UUID | None, str]] = {}
    for unit, path in path_of.items():
        building = next((one for one in path if one in names), None)
        found[unit] = (building, names[building] if building else "")
    return found
