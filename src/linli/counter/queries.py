"""Reads of the counter: today's list, one service, what was done for oneself, and whom a name and a home mean."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor
from linli.platform.search.readings import ask
from linli.registry import queries as registry
from linli.registry.models import PersonRecord
from linli.registry.searching import find_people

from .models import Service

PERMISSION = "counter.serve"
MOST_CANDIDATES = 20


def list_services(actor: Actor, community_id: UUID, *, since: dt.datetime | None = None) -> QuerySet[Service]:
    """Services of a community, the newest first; of those one serves in a grid, of people one may see there."""
    found = Service.objects.filter(_visible(actor), community_id=community_id)
    if since is not None:
        found = found.filter(Q(begun_at__gte=since) | Q(state__in=[Service.State.OPEN, Service.State.UNDECIDED]))
    return found.order_by("-begun_at")


def find_service(actor: Actor, service_id: UUID, *, lock: bool = False) -> Service:
    rows = Service.objects.filter(_visible(actor), pk=service_id)
    service = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if service is None:
        raise NotFoundError
    return service


def served_for(actor: Actor) -> QuerySet[Service]:
    """What was done for the actor at a counter, by whomever; the newest first."""
    if actor.person_id is None:
        return Service.objects.none()
    return Service.objects.filter(person_id=actor.person_id).order_by("-begun_at")


def _visible(actor: Actor) -> Q:
    """Those of communities one serves in whole; those one began or witnessed oneself; and in a grid, those of people who live there."""
    if actor.everywhere:
        return Q()
    own = Q(served_by=actor.account_id) | Q(witness=actor.account_id) if actor.account_id else Q(pk__in=())
    seen = Q(community_id__in=actor.communities_with(PERMISSION)) | own
    if actor.places_with(PERMISSION):
        people = registry.list_people(actor).order_by().values("person_id")
        seen |= Q(person_id__in=people)
    return seen


def who_fits(actor: Actor, community_id: UUID, name: str, home: str) -> tuple[list[PersonRecord], str]:
    """People so called, those at the home first, and the doubt: ``nobody``, ``moved`` (not at that home) or ``several``; "" for none."""
    called = [one for one in _looked_for(actor, community_id, name) if one.name == name]
    there = [one for one in _looked_for(actor, community_id, f"{name} {home}") if one.name == name] if called else []
    if len(there) == 1:
        return there, ""
    if there:
        return there, "several"
    return called, "moved" if called else "nobody"


def _looked_for(actor: Actor, community_id: UUID, text: str) -> list[Any]:
    asked = ask(text)
    return list(find_people(actor, asked, community_id)[:MOST_CANDIDATES]) if asked.pieces else []
