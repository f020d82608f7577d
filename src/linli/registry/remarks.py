"""Remarks of staff on people, facilities and organisations: who may see the thing by their office, whom a remark speaks of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.comments import RemarkKind, remark_kind

from . import queries, visible
from .models import Facility, Membership, Organisation, Person
from .queries.accounts import colleagues

PERSON, FACILITY, ORGANISATION = "person", "facility", "organisation"


def sees_person(actor: Actor, person_id: UUID) -> bool:
    """By office only: nobody reads here what colleagues wrote of them or of their own household."""
    if not Person.objects.filter(visible.people_by_office(actor), pk=person_id).exists():
        return False
    if not actor.person_id:
        return True
    family = Membership.objects.as_of(visible.today()).filter(person_id=person_id)
    at_home = family.filter(household__in=visible.households_of(actor.person_id, visible.today()))
    return person_id != actor.person_id and not at_home.exists()


def sees_facility(actor: Actor, facility_id: UUID) -> bool:
    return queries.list_facilities(actor).filter(facility_id=facility_id).exists()


def sees_organisation(actor: Actor, organisation_id: UUID) -> bool:
    return queries.list_organisations(actor).filter(organisation_id=organisation_id).exists()


def declare() -> None:
    kinds = (
        (PERSON, Text("居民的内部备注", "Remarks on residents"), sees_person, Person),
        (FACILITY, Text("设施的内部备注", "Remarks on facilities"), sees_facility, Facility),
        (ORGANISATION, Text("单位的内部备注", "Remarks on organisations"), sees_organisation, Organisation),
    )
    for name, title, may_see, identity in kinds:
        remark_kind(RemarkKind(name, title, may_see, _community_of(identity), _page_of(name), _about(name), colleagues))


def _community_of(identity: Any) -> Callable[[UUID], UUID | None]:
    return lambda id: identity.objects.filter(pk=id).values_list("community_id", flat=True).first()


def _page_of(name: str) -> Callable[[UUID], str]:
    return lambda id: reverse(f"registry:{name}", args=[id])


def _about(name: str) -> Callable[[UUID], Sequence[UUID]]:
    return (lambda id: [id]) if name == PERSON else (lambda _id: [])
