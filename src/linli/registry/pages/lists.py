"""Lists of the registry: one shape, six nouns, each by day (``?on=2026-03-01``) and as CSV, XLSX or JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text
from linli.platform.kit.tables import Table, TableSpec
from linli.platform.web.community import current_community
from linli.platform.web.page import page

from .. import queries
from . import tables

BAD_DAY = define(
    "registry.bad_day",
    zh="看不懂日期“{value}”，要写成 2026-03-01",
    en="Cannot read the day {value!r}; write it like 2026-03-01",
)
NEW = {"places": "place-new", "people": "person-new", "facilities": "facility-new", "organisations": "organisation-new"}
CHANGE = {
    "places": "registry.place.change",
    "people": "registry.person.change",
    "facilities": "registry.facility.change",
    "organisations": "registry.organisation.change",
}


def asked_day(request: HttpRequest) -> dt.date | None:
    """The day in ``?on=``; None for today."""
    raw = request.GET.get("on", "")
    if not raw:
        return None
    try:
        day = dt.date.fromisoformat(raw)
    except ValueError:
        raise LinliError(BAD_DAY, value=raw[:40]) from None
    if not 1900 <= day.year <= 2200:
        raise LinliError(BAD_DAY, value=raw[:40])
    return day


def _list(permission: str, spec: TableSpec, title: Text, rows: Callable[..., Any]) -> Any:
    @page(permission=permission)
    def view(request: HttpRequest) -> HttpResponseBase:
        on = asked_day(request)
        community_id = current_community(request)
        table = Table(spec, request.GET, rows(request.actor, community_id=community_id, on=on))
        new = NEW.get(spec.key)
        may_add = new and request.actor.may(CHANGE[spec.key], community_id)
        context = {"table": table, "title": title, "on": on, "new_url": reverse(f"registry:{new}") if may_add else ""}
        return table.download() or render(request, "registry/list.html", context)

    return view


places = _list("registry.place.read", tables.PLACES, Text("房屋和地方", "Places"), queries.list_places)
people = _list("registry.person.read", tables.PEOPLE, Text("居民", "Residents"), queries.list_people)
facilities = _list("registry.facility.read", tables.FACILITIES, Text("设施", "Facilities"), queries.list_facilities)
organisations = _list(
    "registry.organisation.read", tables.ORGANISATIONS, Text("单位和组织", "Organisations"), queries.list_organisations
)
spaces = _list("registry.space.read", tables.SPACES, Text("闲置空间", "Vacant spaces"), queries.list_spaces)
devices = _list("registry.device.read", tables.DEVICES, Text("设备", "Devices"), queries.list_devices)
