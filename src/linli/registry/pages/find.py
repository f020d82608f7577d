"""The console's search: people, places, facilities, organisations and devices the actor may see, by group.

A whole phone number is looked for by its blind index; a part of one finds nothing, because nothing readable of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import queries
from ..rules.people import normal_phone
from . import tables, words
from .naming import full_names

SHOWN = 8  # of a group; the rest stands in its list
MAX_CHARACTERS = 100
CODE_DIGITS = (6, 9, 12)  # of national division codes


@dataclass(frozen=True, slots=True)
class Hit:
    url: str
    title: Any
    detail: Any = ""


@dataclass(frozen=True, slots=True)
class Group:
    """``n`` found in all; ``all_url`` is the list with the same words."""

    key: str
    title: Text
    n: int
    rows: Sequence[Hit]
    all_url: str


@page(permission="console.use")
def find(request: Request) -> HttpResponseBase:
    text = " ".join(request.GET.get("q", "").split())[:MAX_CHARACTERS]
    community_id = current_community(request) if choices(request) else None
    groups = list(_groups(request.actor, text, community_id)) if text else []
    return render(request, "registry/find.html", {"text": text, "groups": groups})


def _groups(actor: Actor, text: str, community_id: UUID | None) -> Iterator[Group]:
    """Within the community the pages are about, as its lists are; places above communities are found by their code."""
    for key, permission, rows, hits in (
        ("people", "registry.person.read", _people, _people_hits),
        ("places", "registry.place.read", _places, _place_hits),
        ("facilities", "registry.facility.read", _facilities, _facility_hits),
        ("organisations", "registry.organisation.read", _organisations, _organisation_hits),
        ("devices", "registry.device.read", _devices, _device_hits),
    ):
        if actor.may(permission):
            group = _group(actor, text, key, rows(actor, text, community_id), hits)
            if group.n:
                yield group


def _group(actor: Actor, text: str, key: str, found: Any, hits: Callable[[Actor, Any], list[Hit]]) -> Group:
    all_url = f"{reverse(f'registry:{key}')}?{urlencode({'q': text})}"
    return Group(key, tables.TITLES[key], found.count(), hits(actor, list(found[:SHOWN])), all_url)


def _people(actor: Actor, text: str, community_id: UUID | None) -> Any:
    try:
        return queries.list_people(actor, community_id=community_id, phone=normal_phone(text))
    except LinliError:  # not a phone number: a name
        return queries.list_people(actor, community_id=community_id, text=text)


def _people_hits(actor: Actor, records: Sequence[Any]) -> list[Hit]:
    homes = {record.person_id: _home(actor, record.person_id) for record in records}
    names = full_names(actor, homes.values())
    return [
        Hit(reverse("registry:person", args=[record.person_id]), record.name, names.get(homes[record.person_id], ""))
        for record in records
    ]


def _home(actor: Actor, person_id: Any) -> Any:
    """Where somebody lives today, if the actor may know."""
    stays = queries.homes_of_person(actor, person_id)
    now = [home.unit_id for membership, home in stays if membership.valid_to is None and home.valid_to is None]
    return now[-1] if now else None


def _places(actor: Actor, text: str, community_id: UUID | None) -> Any:
    if text.isdigit() and len(text) in CODE_DIGITS:
        return queries.list_places(actor).filter(code=text)
    *outer, last = text.split()
    found = queries.list_places(actor, community_id=community_id, text=last)
    for word in outer:
        holding = (
            queries.list_places(actor, community_id=community_id, text=word)
            .order_by()
            .values_list("place_id", flat=True)
        )
        found = found.filter(place__path__overlap=list(holding[:500]))
    return found


def _place_hits(actor: Actor, records: Sequence[Any]) -> list[Hit]:
    names = full_names(actor, [record.place_id for record in records])
    return [
        Hit(
            reverse("registry:place", args=[record.place_id]),
            names.get(record.place_id, record.name_zh),
            _with(words.code_text(words.PLACE_KINDS, record.place.kind), record.address or record.code),
        )
        for record in records
    ]


def _facilities(actor: Actor, text: str, community_id: UUID | None) -> Any:
    wanted = [code for code, title in words.categories().items() if text.lower() in (title.zh + title.en.lower())]
    named = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(category__in=wanted)
    return queries.list_facilities(actor, community_id=community_id).filter(named)


def _facility_hits(_actor: Actor, records: Sequence[Any]) -> list[Hit]:
    found = []
    for record in records:
        category = words.code_text(words.categories(), record.category)
        url = reverse("registry:facility", args=[record.facility_id])
        found.append(Hit(url, record.name_zh or category, _with(category, record.opening_hours)))
    return found


def _organisations(actor: Actor, text: str, community_id: UUID | None) -> Any:
    return queries.list_organisations(actor, community_id=community_id, text=text)


def _organisation_hits(_actor: Actor, records: Sequence[Any]) -> list[Hit]:
    return [
        Hit(
            reverse("registry:organisation", args=[record.organisation_id]),
            record.name_zh,
            _with(words.code_text(words.ORGANISATIONS, record.kind), record.phone),
        )
        for record in records
    ]


def _devices(actor: Actor, text: str, community_id: UUID | None) -> Any:
    return queries.list_devices(actor, community_id=community_id).filter(serial__icontains=text)


def _device_hits(actor: Actor, records: Sequence[Any]) -> list[Hit]:
    names = full_names(actor, [record.place_id for record in records])
    return [
        Hit(
            reverse("registry:device", args=[record.device_id]),
            record.serial,
            _with(words.code_text(words.device_kinds(), record.kind), names.get(record.place_id, "")),
        )
        for record in records
    ]


def _with(text: Text, more: str) -> Text:
    return Text(f"{text.zh}·{more}", f"{text.en} · {more}") if more else text
