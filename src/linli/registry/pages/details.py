"""One thing of the registry on one page: what is so, what was, who says it, and the facts that made it so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from linli.journal.queries import history_of as facts_of
from linli.kernel.text import Text
from linli.platform.comments.remarks import remarks
from linli.platform.kit.tables import Table
from linli.platform.privacy.reading import record_read
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import queries
from ..catalogues import catalogue
from ..dated import Dated
from ..queries.accounts import names_of_accounts
from ..remarks import FACILITY, ORGANISATION, PERSON
from ..rules.people import age_on, is_minor
from ..sealed import mask_of
from ..visible import today
from . import tables, words
from .days import asked_day
from .done import said_done
from .naming import full_names
from .told import periods_of


@page(permission="registry.place.read")
def place(request: Request, place_id: UUID) -> HttpResponse:
    actor, on = request.actor, asked_day(request)
    record = queries.find_place(actor, place_id, on=on)
    inside = queries.list_places_in_compounds(actor, on=on).filter(parent_id=place_id)
    holders = queries.holders_of(actor, place_id, on=on)[:-1]
    community_id = record.place.community_id
    context: dict[str, Any] = {
        "record": record,
        "kind": words.code_text(words.PLACE_KINDS, record.place.kind),
        "use": words.code_text(words.PLACE_USES, record.use) if record.use else None,
        "near": [one for one in holders if one.place.community_id],
        "far": [one for one in holders if not one.place.community_id],
        "compound": next((one for one in holders if one.place_id == record.compound_id), None),
        "inside": Table(tables.PLACES, request.GET, inside) if inside.exists() else None,
        "on": on,
        "may_change": actor.may("registry.place.change", community_id),
        "may_invite": record.place.kind in ("building", "entrance", "unit")
        and actor.may("account.invite", community_id),
    }
    if record.place.kind == "unit":
        context |= _home(request, record)
    rows = queries.history_of_place(actor, place_id)
    return render(request, "registry/place.html", context | _history(request, rows, place_id, "place"))


def _home(request: Request, record: Any) -> dict[str, Any]:
    """Who holds a home and who lives in it, as far as the actor may know."""
    actor, on, community_id = request.actor, asked_day(request), record.place.community_id
    context: dict[str, Any] = {
        "may_hold": actor.may("registry.tenure.change", community_id),
        "may_house": actor.may("registry.household.change", community_id),
    }
    if actor.may("registry.tenure.read", community_id):
        held = queries.history_of_tenure(actor, record.place_id)
        context["holders_of_unit"] = [
            {"row": row, "kind": words.code_text(words.TENURES, row.kind)}
            for row in queries.holders_of_unit(actor, record.place_id, on=on)
        ]
        context["held_before"] = [
            {"row": row, "kind": words.code_text(words.TENURES, row.kind)} for row in held if row.valid_to
        ]
        people = [row.person_id for row in held if row.name]
        record_read(actor, people, community_id=community_id, what="list", fields=["name", "tenure"])
    if actor.may("registry.person.read", community_id):
        residents = queries.residents_of(actor, record.place_id, on=on)
        context["residents"] = _members(residents)
        people = [one.person_id for one in residents]
        record_read(actor, people, community_id=community_id, what="list", fields=["name", "age", "home"])
    return context


@page(permission="registry.person.read")
def person(request: Request, person_id: UUID) -> HttpResponse:
    actor, on = request.actor, asked_day(request)
    record = queries.find_person(actor, person_id, on=on)
    stays = queries.homes_of_person(actor, person_id)
    household = queries.household_of(actor, person_id, on=on)
    community_id = record.community_id
    may_unmask = actor.may("registry.person.unmask", community_id)
    context: dict[str, Any] = {
        "record": record,
        "sex": words.code_text(words.SEXES, record.sex),
        "needs": [words.code_text(catalogue("person-needs"), code) for code in record.needs],
        "household": _members(household),
        "on": on,
        "may_change": actor.may("registry.person.change", community_id),
        "may_house": actor.may("registry.household.change", community_id),
        "may_unmask": may_unmask,
        "may_invite": actor.may("account.invite", community_id),
        "may_mandate": actor.may("registry.mandate.change", community_id),
        "document": words.code_text(words.DOCUMENTS, record.identity_kind) if record.identity_kind else None,
        "document_mask": mask_of(record) if may_unmask and record.identity_number else "",
        "shows_birth": may_unmask or not is_minor(record.born_on, on or today()),
        "age": age_on(record.born_on, on or today()),
    }
    record_read(actor, [person_id], community_id=community_id, what="page", fields=_shown(context))
    family = [one.person_id for one in household if one.person_id != person_id]
    record_read(actor, family, community_id=community_id, what="list", fields=["name", "age", "home"])
    may_see_tenure = actor.may("registry.tenure.read", community_id)
    held = list(queries.units_held_by(actor, person_id, on=on)) if may_see_tenure else []
    units = (
        [home.unit_id for _, home in stays] + [one.unit_id for one in household] + [row.tenure.unit_id for row in held]
    )
    names = full_names(actor, units)
    context["home_name"] = names.get(household[0].unit_id, household[0].unit_name) if household else ""
    context["homes"] = [_stay(membership, home, names) for membership, home in reversed(stays)]
    context["tenures"] = [
        {"row": row, "kind": words.code_text(words.TENURES, row.kind), "name": names.get(row.tenure.unit_id, "—")}
        for row in held
    ]
    context["remarks"] = remarks(PERSON, person_id, actor=actor)
    if context["remarks"] and context["remarks"].lines:
        record_read(actor, [person_id], community_id=community_id, what="page", fields=["remarks"])
    rows = queries.history_of_person(actor, person_id)
    covered = () if context["shows_birth"] else ("born_on",)
    return render(request, "registry/person.html", context | _history(request, rows, person_id, "person", covered))


def _shown(context: dict[str, Any]) -> list[str]:
    """Which of what is known of a person their page shows to this reader."""
    optional = {"birth": context["shows_birth"], "document_mask": context["document_mask"], "needs": context["needs"]}
    return ["name", "sex", "home", "household", "history", *(name for name, is_shown in optional.items() if is_shown)]


def _stay(membership: Any, home: Any, names: dict[UUID, str]) -> dict[str, Any]:
    """The days on which somebody belonged to a household while it lived in a home."""
    ends = [day for day in (membership.valid_to, home.valid_to) if day]
    return {
        "unit_id": home.unit_id,
        "name": names.get(home.unit_id, ""),
        "since": max(membership.valid_from, home.valid_from),
        "to": min(ends) if ends else None,
    }


@page(permission="registry.facility.read")
def facility(request: Request, facility_id: UUID) -> HttpResponse:
    record = queries.find_facility(request.actor, facility_id, on=asked_day(request))
    title = record.name_zh or words.code_text(words.categories(), record.category)
    facts = [
        (Text("类别", "Category"), words.code_text(words.categories(), record.category)),
        (Text("状态", "Status"), words.FACILITY_STATUS[record.status][1]),
        (Text("开放时间", "Opening hours"), record.opening_hours),
        (
            Text("容量", "Capacity"),
            None if record.capacity is None else Text(f"{record.capacity} 人", f"{record.capacity} persons"),
        ),
        (Text("由谁办", "Run by"), _body(request, record.provider_id)),
        (Text("经纬度", "Longitude, latitude"), f"{record.lon:.5f}, {record.lat:.5f}"),
    ]
    at = f"at=18/{record.lat:.6f}/{record.lon:.6f}"
    return _thing(request, record, "facility", title=title, facts=facts, map_at=at)


@page(permission="registry.organisation.read")
def organisation(request: Request, organisation_id: UUID) -> HttpResponse:
    actor = request.actor
    record = queries.find_organisation(actor, organisation_id, on=asked_day(request))
    facts = [
        (Text("种类", "Kind"), words.code_text(words.ORGANISATIONS, record.kind)),
        (Text("电话", "Phone"), record.phone),
    ]
    duties = list(queries.list_duties(actor, organisation_id=organisation_id, on=asked_day(request)))
    names = full_names(actor, [duty.duty.place_id for duty in duties])
    return _thing(
        request, record, "organisation", title=record.name_zh, facts=facts,
        shows_duties=True,
        duties=[
            {"row": duty, "title": words.code_text(catalogue("duties"), duty.duty.code), "place": names.get(duty.duty.place_id)}
            for duty in duties
        ],
    )  # fmt: skip


@page(permission="registry.space.read")
def space(request: Request, space_id: UUID) -> HttpResponse:
    record = queries.find_space(request.actor, space_id, on=asked_day(request))
    facts = [
        (Text("状态", "State"), words.SPACE_STATES[record.state][1]),
        (Text("楼层", "Floor"), record.floor),
        (Text("归谁", "Owner"), _body(request, record.owner_id)),
    ]
    return _thing(request, record, "space", title=record.name_zh or Text("闲置空间", "Vacant space"), facts=facts)


@page(permission="registry.device.read")
def device(request: Request, device_id: UUID) -> HttpResponse:
    record = queries.find_device(request.actor, device_id, on=asked_day(request))
    facts = [
        (Text("种类", "Kind"), words.code_text(words.device_kinds(), record.kind)),
        (Text("型号", "Model"), record.model),
        (Text("状态", "Status"), words.DEVICE_STATUS[record.status][1]),
    ]
    return _thing(request, record, "device", title=record.serial, facts=facts)


PLURAL = {"facility": "facilities", "organisation": "organisations", "space": "spaces", "device": "devices"}


def _thing(
    request: Request, record: Any, key: str, *, title: Any, facts: Sequence[tuple[Text, Any]], **more: Any
) -> HttpResponse:
    on, place_id = asked_day(request), getattr(record, "place_id", None)
    context: dict[str, Any] = {
        "record": record,
        "title": title,
        "facts": [(label, value) for label, value in facts if value not in (None, "")],
        "back_url": reverse(f"registry:{PLURAL[key]}"),
        "back": tables.TITLES[PLURAL[key]],
        "area_dm2": getattr(record, "area_dm2", None),
        "place_id": place_id,
        "place_name": full_names(request.actor, [place_id], on=on).get(place_id) if place_id else None,
        "on": on,
        "may_change": request.actor.may(f"registry.{key}.change", record.community_id),
    }
    if key in (FACILITY, ORGANISATION):
        context["remarks"] = remarks(key, record.about_id, actor=request.actor)
    rows = queries.history_of(record)
    return render(request, "registry/thing.html", context | more | _history(request, rows, record.about_id, key))


def _body(request: Request, organisation_id: UUID | None) -> str:
    if organisation_id is None:
        return ""
    found = queries.list_organisations(request.actor).filter(organisation_id=organisation_id).first()
    return found.name_zh if found else ""


def _members(residents: Sequence[queries.Resident]) -> list[dict[str, Any]]:
    return [{"row": row, "role": words.code_text(words.MEMBERS, row.role)} for row in residents]


def _history(
    request: Request, rows: Sequence[Dated], subject_id: UUID, key: str, covered: Sequence[str] = ()
) -> dict[str, Any]:
    """Periods with what each changed, the facts about the subject, where its acts are, and what was just done."""
    acts = {name: reverse(f"registry:{key}-{name}", args=[subject_id]) for name in ("change", "end")}
    return {
        "periods": periods_of(request.actor, rows, covered),
        "facts_of": _facts(request, subject_id, f"registry.{key}.read"),
        "acts": acts,
        "correct_name": f"registry:{key}-correct",
        "subject_id": subject_id,
        "done": said_done(request),
    }


def _facts(request: Request, subject_id: UUID, permission: str) -> list[dict[str, Any]]:
    """The facts about a subject, with what who made them is called."""
    facts = facts_of(subject_id, request.actor, permission=permission)
    people = {fact.actor: UUID(fact.actor.partition(":")[2]) for fact in facts if fact.actor.startswith("person:")}
    names = names_of_accounts(people.values())
    return [
        {"fact": fact, "who": names.get(people[fact.actor], "—") if fact.actor in people else words.machine(fact.actor)}
        for fact in facts
    ]
