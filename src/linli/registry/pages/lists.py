"""Lists of the registry: one shape, six nouns, each by day (``?on=2026-03-01``) and as CSV, XLSX or JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.platform.kit.tables import Table, TableSpec
from linli.platform.privacy.reading import record_read
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import queries
from . import tables
from .days import asked_day
from .done import said_done

NEW = {
    "places": ("place-new", "registry.place.change"),
    "people": ("person-new", "registry.person.change"),
    "organisations": ("organisation-new", "registry.organisation.change"),
    "facilities": ("facility-new", "registry.facility.change"),
    "spaces": ("space-new", "registry.space.change"),
    "devices": ("device-new", "registry.device.change"),
}
"""Where each list's button leads, and who is shown it."""


def _list(permission: str, spec: TableSpec, rows: Callable[..., Any]) -> Any:
    @page(permission=permission)
    def view(request: Request) -> HttpResponseBase:
        on = asked_day(request)
        community_id = current_community(request) if choices(request) else None
        table = Table(spec, request.GET, rows(request.actor, community_id=community_id, on=on))
        new, permission_to_add = NEW[spec.key]
        may_add = request.actor.may(permission_to_add, community_id)
        if spec is tables.PEOPLE:
            _note_reads(request, table)
        context = {
            "table": table,
            "title": tables.TITLES[spec.key],
            "on": on,
            "new_url": reverse(f"registry:{new}") if may_add else "",
            "done": said_done(request),
        }
        return table.download() or render(request, "registry/list.html", context)

    return view


def _note_reads(request: Request, table: Table) -> None:
    """Who is on the page, or in the file taken away, can see that they were."""
    what = "export" if table.query.format else "list"
    fields = [column.key for column in table.spec.columns]
    for community_id in {row.community_id for row in table.rows}:
        people = [row.person_id for row in table.rows if row.community_id == community_id]
        record_read(request.actor, people, community_id=community_id, what=what, fields=fields)


places = _list("registry.place.read", tables.PLACES, queries.list_places_in_compounds)
people = _list("registry.person.read", tables.PEOPLE, queries.list_people)
facilities = _list("registry.facility.read", tables.FACILITIES, queries.list_facilities)
organisations = _list("registry.organisation.read", tables.ORGANISATIONS, queries.list_organisations)
spaces = _list("registry.space.read", tables.SPACES, queries.list_spaces)
devices = _list("registry.device.read", tables.DEVICES, queries.list_devices)
