"""What a name typed into a form may mean: places, people, organisations and accounts the actor may see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.platform.actors import Actor

from .. import queries
from ..models import PlaceRecord
from ..pages.naming import full_names
from ..queries.accounts import list_accounts, open_account_named
from .fields import MOST_FOUND, Found, Source

MOST_SUGGESTED = 300  # a datalist longer than this slows a phone down more than it helps
ABOVE = ("province", "city", "district", "street", "community")


def places(actor: Actor, community_id: UUID | None, *kinds: str, suggest: str = "") -> Source:
    """Places of ``kinds`` (any) by name, address or code. "3号楼 502" is 502 within 3号楼. ``suggest``: the kind whose names are offered."""

    def listed(text: str = "") -> QuerySet[PlaceRecord]:
        return queries.list_places(actor, community_id=community_id, kind=kinds or None, text=text)

    def find(text: str) -> list[Found]:
        return _named(actor, list(_within(actor, community_id, listed, text)[: MOST_FOUND + 1]))

    def recall(place_id: UUID) -> Found | None:
        return next(iter(_named(actor, list(queries.list_places(actor).filter(place_id=place_id)))), None)

    def suggestions() -> Sequence[str]:
        if not suggest:
            return ()
        offered = queries.list_places(actor, community_id=community_id, kind=suggest)
        return list(offered.values_list("name_zh", flat=True)[:MOST_SUGGESTED])

    return Source(find, recall, suggestions)


def _within(actor: Actor, community_id: UUID | None, listed: Any, text: str) -> QuerySet[PlaceRecord]:
    """The last word names the place, the words before it what holds it; whole names first, then parts of names."""
    *outer, last = re.split(r"[\s·,，/]+", text.strip()) or [""]

    def search(*, whole: bool) -> QuerySet[PlaceRecord]:
        found: QuerySet[PlaceRecord] = listed().filter(name_zh=last) if whole else listed(last)
        for word in filter(None, outer):
            holding = queries.list_places(actor, community_id=community_id, text="" if whole else word).order_by()
            holding = holding.filter(name_zh=word) if whole else holding
            found = found.filter(place__path__overlap=list(holding.values_list("place_id", flat=True)))
        return found

    exact = search(whole=True)
    return exact if exact.exists() else search(whole=False)


def _named(actor: Actor, records: Sequence[PlaceRecord]) -> list[Found]:
    """With the places that hold each (community and above left out), and the address."""
    path = {place for record in records for place in record.place.path[:-1]}
    outside = queries.list_places(actor).filter(place_id__in=path).exclude(place__kind__in=ABOVE)
    holding = dict(outside.values_list("place_id", "name_zh"))
    names = full_names(actor, [record.place_id for record in records])
    return [
        Found(
            record.place_id,
            names.get(record.place_id, record.name_zh),
            "·".join(filter(None, [*(holding.get(place) for place in record.place.path[:-1]), record.address])),
        )
        for record in records
    ]


def people(actor: Actor, community_id: UUID | None) -> Source:
    """People by name; where each lives tells them apart."""

    def named(records: Sequence[Any]) -> list[Found]:
        return [Found(record.person_id, record.name, _home_of(actor, record.person_id)) for record in records]

    def find(text: str) -> list[Found]:
        listed = queries.list_people(actor, community_id=community_id)
        exact = list(listed.filter(name=text)[: MOST_FOUND + 1])
        return named(exact or list(listed.filter(name__icontains=text)[: MOST_FOUND + 1]))

    def recall(person_id: UUID) -> Found | None:
        return next(iter(named(list(queries.list_people(actor).filter(person_id=person_id)))), None)

    return Source(find, recall)


def _home_of(actor: Actor, person_id: UUID) -> str:
    household = queries.household_of(actor, person_id)
    own = [one for one in household if one.person_id == person_id]
    return own[0].unit_name if own else ""


def organisations(actor: Actor, community_id: UUID | None) -> Source:
    """Organisations by name; all of them are offered."""

    def named(records: Sequence[Any]) -> list[Found]:
        return [Found(record.organisation_id, record.name_zh, record.name_en) for record in records]

    def listed() -> Any:
        return queries.list_organisations(actor, community_id=community_id)

    def find(text: str) -> list[Found]:
        exact = list(listed().filter(name_zh=text)[: MOST_FOUND + 1])
        found = queries.list_organisations(actor, community_id=community_id, text=text)
        return named(exact or list(found[: MOST_FOUND + 1]))

    def recall(organisation_id: UUID) -> Found | None:
        return next(iter(named(list(queries.list_organisations(actor).filter(organisation_id=organisation_id)))), None)

    return Source(find, recall, lambda: list(listed().values_list("name_zh", flat=True)[:MOST_SUGGESTED]))


def households_at(actor: Actor, unit_id: UUID | None) -> list[Found]:
    """The households living in a home today, named by their people."""
    if unit_id is None:
        return []
    members: dict[UUID, list[str]] = {}
    for one in queries.residents_of(actor, unit_id):
        members.setdefault(one.household_id, []).append(one.name)
    return [
        Found(household_id, names[0], "、".join(names) if len(names) > 1 else "")
        for household_id, names in members.items()
    ]


def accounts(actor: Actor) -> Source:
    """Accounts in use, by username or by the name shown. One of another place is found by its whole username only."""

    def named(records: Sequence[Any]) -> list[Found]:
        return [Found(record.pk, record.username, record.shown_name) for record in records]

    def find(text: str) -> list[Found]:
        exact = open_account_named(text)
        if exact is not None:
            return named([exact])
        mine = list_accounts(actor).filter(ended_at=None)
        return named(list(mine.filter(Q(username__icontains=text) | Q(shown_name__icontains=text))[: MOST_FOUND + 1]))

    def recall(account_id: UUID) -> Found | None:
        return next(iter(named(list(list_accounts(actor).filter(pk=account_id, ended_at=None)))), None)

    return Source(find, recall)
