"""Who sees which rows of the registry: the conditions every query starts from.

Row-level security bounds reads to communities; these narrow further, to what a role is for. A permission on whole communities shows
those; on a grid or a building, what lies within it (``path``); and everybody sees themselves, their household and their home.
Each function gives a condition on rows reached by ``prefix`` (``"place__"``) from the queried table.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.kernel.clock import local_day, now
from linli.platform.actors import Actor, permissions_of

from .dated import in_force
from .models import Membership, PlaceKind, Residence, TenureRecord

OPEN_KINDS = (
    PlaceKind.PROVINCE,
    PlaceKind.CITY,
    PlaceKind.DISTRICT,
    PlaceKind.STREET,
    PlaceKind.COMMUNITY,
    PlaceKind.GRID,
    PlaceKind.COMPOUND,
    PlaceKind.BUILDING,
)
"""What stands on any street map; entrances and homes need a reason."""

NOTHING = Q(pk__in=())


def today() -> dt.date:
    return local_day(now())


def _within(actor: Actor, permission: str, *, community: str, path: str) -> Q:
    """Rows whose community, or one of whose containing places, the actor holds ``permission`` on."""
    condition = Q(**{f"{community}__in": actor.communities_with(permission)})
    smaller = actor.places_with(permission)
    if smaller:
        condition |= Q(**{f"{path}__overlap": list(smaller)})
    return condition


def households_of(person_id: UUID, on: dt.date) -> QuerySet[Membership, Any]:
    return Membership.objects.as_of(on).filter(person_id=person_id).values("household_id")


def homes_of(person_id: UUID, on: dt.date) -> Q:
    """Units a person lives in or holds on ``on``, as a condition on a unit's ``pk``."""
    lived = Residence.objects.as_of(on).filter(household__in=households_of(person_id, on)).values("unit_id")
    held = TenureRecord.objects.as_of(on).filter(tenure__person_id=person_id).values("tenure__unit_id")
    return Q(pk__in=lived) | Q(pk__in=held)


def places(actor: Actor, prefix: str = "") -> Q:
    """Everybody sees what a street map shows; entrances and homes those with ``registry.place.read``, and people their own."""
    if actor.everywhere:
        return Q()
    seen = Q(**{f"{prefix}kind__in": OPEN_KINDS})
    seen |= _within(actor, "registry.place.read", community=f"{prefix}community", path=f"{prefix}path")
    if actor.person_id:
        for part in homes_of(actor.person_id, today()).children:
            key, rows = part  # type: ignore[misc]
            seen |= Q(**{f"{prefix}{key}": rows})
    return seen


def _lives_within(actor: Actor, permission: str, *, person: str, on: dt.date) -> Q:
    """Persons living on ``on`` within the smaller places ``permission`` is held on."""
    smaller = actor.places_with(permission)
    if not smaller:
        return NOTHING
    here = Membership.objects.as_of(on).filter(
        in_force(on, "household__residences__"),
        person=OuterRef(person),
        household__residences__retracted_at=None,
        household__residences__unit__path__overlap=list(smaller),
    )
    return Q(Exists(here))


def people(actor: Actor, prefix: str = "", *, permission: str = "registry.person.read") -> Q:
    """Persons of the communities, or living in the grids and buildings, of a permission; oneself and one's household."""
    if actor.everywhere:
        return Q()
    person = f"{prefix}pk" if prefix else "pk"
    seen = people_by_office(actor, prefix, permission=permission)
    if actor.person_id:
        family = Membership.objects.as_of(today()).filter(household__in=households_of(actor.person_id, today()))
        seen |= Q(**{person: actor.person_id}) | Q(**{f"{person}__in": family.values("person_id")})
    return seen


def people_by_office(actor: Actor, prefix: str = "", *, permission: str = "registry.person.read") -> Q:
    """Persons of the communities, or living in the grids and buildings, of a permission: without oneself and one's household as such."""
    if actor.everywhere:
        return Q()
    person = f"{prefix}pk" if prefix else "pk"
    seen = Q(**{f"{prefix}community__in": actor.communities_with(permission)})
    return seen | _lives_within(actor, permission, person=person, on=today())


def households(actor: Actor, prefix: str = "") -> Q:
    """Households of a permission's communities, grids and buildings; one's own."""
    if actor.everywhere:
        return Q()
    key = f"{prefix}pk" if prefix else "pk"
    seen = Q(**{f"{prefix}community__in": actor.communities_with("registry.household.read")})
    smaller = actor.places_with("registry.household.read")
    if smaller:
        here = Residence.objects.as_of(today()).filter(unit__path__overlap=list(smaller))
        seen |= Q(**{f"{key}__in": here.values("household_id")})
    if actor.person_id:
        seen |= Q(**{f"{key}__in": households_of(actor.person_id, today())})
    return seen


def tenures(actor: Actor, prefix: str = "") -> Q:
    """Who holds which home: by permission, and one's own."""
    if actor.everywhere:
        return Q()
    seen = _within(actor, "registry.tenure.read", community=f"{prefix}community", path=f"{prefix}unit__path")
    if actor.person_id:
        seen |= Q(**{f"{prefix}person_id": actor.person_id})
    return seen


def devices(actor: Actor, prefix: str = "", *, place: str = "place__") -> Q:
    """``prefix`` leads to the device, ``place`` to where it stands."""
    if actor.everywhere:
        return Q()
    return _within(actor, "registry.device.read", community=f"{prefix}community", path=f"{place}path")


def duties(actor: Actor, prefix: str = "") -> Q:
    if actor.everywhere:
        return Q()
    return _within(actor, "registry.organisation.read", community=f"{prefix}community", path=f"{prefix}place__path")


def grants(actor: Actor, prefix: str = "") -> Q:
    """Grants at and below the places one keeps the list of, and one's own."""
    if actor.everywhere:
        return Q()
    keeping = [grant.place_id for grant in actor.grants if "registry.grant.read" in permissions_of(grant.role)]
    seen = Q(**{f"{prefix}place__path__overlap": keeping}) if keeping else NOTHING
    if actor.account_id:
        seen |= Q(**{f"{prefix}account_id": actor.account_id})
    if actor.person_id:
        seen |= Q(**{f"{prefix}person_id": actor.person_id})
    return seen
