"""One thing of the registry on one page: what is so, what was, who says it, and the facts that made it so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from linli.journal.queries import history_of as facts_of
from linli.kernel.text import Text
from linli.platform.kit.tables import Table
from linli.platform.web.page import page

from .. import queries
from ..dated import Dated
from . import tables, words
from .lists import asked_day

SHOWN = {"name_zh", "name_en", "name", "code", "address", "use", "levels_above", "levels_below", "floor", "area_dm2", "n_lifts",
         "built_year", "category", "capacity", "opening_hours", "status", "kind", "phone", "state", "model", "serial", "sex",
         "born_on", "needs", "checked_on"}  # fmt: skip


@page(permission="registry.place.read")
def place(request: HttpRequest, place_id: UUID) -> HttpResponse:
    actor, on = request.actor, asked_day(request)
    record = queries.find_place(actor, place_id, on=on)
    inside = queries.list_places(actor, parent_id=place_id, on=on)
    community_id = record.place.community_id
    context: dict[str, Any] = {
        "record": record,
        "kind": words.code_text(words.PLACE_KINDS, record.place.kind),
        "holders": queries.holders_of(actor, place_id, on=on)[:-1],
        "inside": Table(tables.PLACES, request.GET, inside) if inside.exists() else None,
        "on": on,
    }
    if record.place.kind == "unit":
        if actor.may("registry.tenure.read", community_id):
            context["holders_of_unit"] = [
                {"row": row, "kind": words.code_text(words.TENURES, row.kind)}
                for row in queries.holders_of_unit(actor, place_id, on=on)
            ]
        if actor.may("registry.person.read", community_id):
            context["residents"] = _members(queries.residents_of(actor, place_id, on=on))
    return render(
        request, "registry/place.html", context | _history(request, queries.history_of_place(actor, place_id), place_id)
    )


@page(permission="registry.person.read")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    actor, on = request.actor, asked_day(request)
    record = queries.find_person(actor, person_id, on=on)
    context = {
        "record": record,
        "sex": words.code_text(words.SEXES, record.sex),
        "household": _members(queries.household_of(actor, person_id, on=on)),
        "homes": queries.homes_of_person(actor, person_id),
        "on": on,
    }
    if actor.may("registry.tenure.read", record.community_id):
        context["tenures"] = [
            {"row": row, "kind": words.code_text(words.TENURES, row.kind)}
            for row in queries.units_held_by(actor, person_id, on=on).select_related("tenure")
        ]
    rows = queries.history_of_person(actor, person_id)
    return render(request, "registry/person.html", context | _history(request, rows, person_id))


@page(permission="registry.facility.read")
def facility(request: HttpRequest, facility_id: UUID) -> HttpResponse:
    record = queries.find_facility(request.actor, facility_id, on=asked_day(request))
    title = record.name_zh or words.code_text(words.categories(), record.category)
    facts = [
        (Text("类别", "Category"), words.code_text(words.categories(), record.category)),
        (Text("状态", "Status"), words.FACILITY_STATUS[record.status][1]),
        (Text("开放时间", "Opening hours"), record.opening_hours),
        (Text("容量", "Capacity"), record.capacity),
        (Text("位置", "Where"), f"{record.lon:.5f}, {record.lat:.5f}"),
    ]
    return _thing(request, record, facility_id, title=title, facts=facts, back="facilities")


@page(permission="registry.organisation.read")
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    actor = request.actor
    record = queries.find_organisation(actor, organisation_id, on=asked_day(request))
    facts = [
        (Text("种类", "Kind"), words.code_text(words.ORGANISATIONS, record.kind)),
        (Text("电话", "Phone"), record.phone),
    ]
    duties = queries.list_duties(actor, organisation_id=organisation_id)
    return _thing(
        request, record, organisation_id, title=record.name_zh, facts=facts, back="organisations", duties=duties
    )


@page(permission="registry.space.read")
def space(request: HttpRequest, space_id: UUID) -> HttpResponse:
    record = queries.find_space(request.actor, space_id, on=asked_day(request))
    facts = [
        (Text("状态", "State"), words.SPACE_STATES[record.state][1]),
        (Text("楼层", "Floor"), record.floor),
    ]
    return _thing(request, record, space_id, title=record.name_zh, facts=facts, back="spaces")


@page(permission="registry.device.read")
def device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    record = queries.find_device(request.actor, device_id, on=asked_day(request))
    facts = [
        (Text("种类", "Kind"), record.kind),
        (Text("型号", "Model"), record.model),
        (Text("状态", "Status"), words.DEVICE_STATUS[record.status][1]),
    ]
    return _thing(request, record, device_id, title=record.serial, facts=facts, back="devices")


def _thing(
    request: HttpRequest,
    record: Any,
    subject_id: UUID,
    *,
    title: Any,
    facts: Sequence[tuple[Text, Any]],
    back: str,
    **more: Any,
) -> HttpResponse:
    context = {
        "record": record,
        "title": title,
        "facts": [(label, value) for label, value in facts if value not in (None, "")],
        "back_url": reverse(f"registry:{back}"),
        "area_dm2": getattr(record, "area_dm2", None),
        "place": getattr(record, "place_id", None),
    }
    rows = queries.history_of(record)
    return render(request, "registry/thing.html", context | more | _history(request, rows, subject_id))


def _members(residents: Sequence[queries.Resident]) -> list[dict[str, Any]]:
    return [{"row": row, "role": words.code_text(words.MEMBERS, row.role)} for row in residents]


def _history(request: HttpRequest, rows: Sequence[Dated], subject_id: UUID) -> dict[str, Any]:
    """Periods with what each changed, and the facts about the subject."""
    periods = []
    before: dict[str, Any] = {}
    for row in rows:
        said = {key: value for key, value in row.content().items() if key in SHOWN and value not in (None, "", [])}
        changed = {key: value for key, value in said.items() if before.get(key) != value}
        periods.append({"row": row, "changed": changed if before else {}, "is_first": not before})
        if row.is_believed:
            before = said
    return {"periods": list(reversed(periods)), "facts_of": facts_of(subject_id, actor=request.actor)}
