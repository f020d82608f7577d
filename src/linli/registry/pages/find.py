"""How the register's kinds are told in the search: title, detail and page of each hit. What fits is :mod:`linli.registry.searching`'s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.privacy.reading import record_read
from linli.platform.search.kinds import Hit, Kind, add_kind

from .. import queries, searching
from . import tables, words
from .naming import full_names


def add_kinds() -> None:
    for order, (key, permission, find, hits, by_sound) in enumerate((
        ("people", "registry.person.read", searching.find_people, _people_hits, True),
        ("places", "registry.place.read", searching.find_places, _place_hits, True),
        ("facilities", "registry.facility.read", searching.find_facilities, _facility_hits, True),
        ("organisations", "registry.organisation.read", searching.find_organisations, _organisation_hits, True),
        ("devices", "registry.device.read", searching.find_devices, _device_hits, False),
    )):  # fmt: skip
        add_kind(Kind(key, tables.TITLES[key], permission, find, hits, order=10 + order, by_sound=by_sound))


def _people_hits(actor: Actor, records: Sequence[Any]) -> list[Hit]:
    homes = {record.person_id: _home(actor, record.person_id) for record in records}
    names = full_names(actor, homes.values())
    for at in {record.community_id for record in records}:
        found = [record.person_id for record in records if record.community_id == at]
        record_read(actor, found, community_id=at, what="list", fields=["name", "home"])
    return [
        Hit(reverse("registry:person", args=[record.person_id]), record.name, names.get(homes[record.person_id], ""))
        for record in records
    ]


def _home(actor: Actor, person_id: Any) -> Any:
    """Where somebody lives today, if the actor may know."""
    stays = queries.homes_of_person(actor, person_id)
    now = [home.unit_id for membership, home in stays if membership.valid_to is None and home.valid_to is None]
    return now[-1] if now else None


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


def _facility_hits(_actor: Actor, records: Sequence[Any]) -> list[Hit]:
    found = []
    for record in records:
        category = words.code_text(words.categories(), record.category)
        url = reverse("registry:facility", args=[record.facility_id])
        found.append(Hit(url, record.name_zh or category, _with(category, record.opening_hours)))
    return found


def _organisation_hits(_actor: Actor, records: Sequence[Any]) -> list[Hit]:
    return [
        Hit(
            reverse("registry:organisation", args=[record.organisation_id]),
            record.name_zh,
            _with(words.code_text(words.ORGANISATIONS, record.kind), record.phone),
        )
        for record in records
    ]


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
