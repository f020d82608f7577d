"""Reads of role grants, and what the platform asks of them: the standing of an account at an instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.kernel.clock import local_day, now
from linli.platform.actors import Actor, Grant
from linli.platform.ports import Standing

from .. import visible
from ..models import Membership, Place, PlaceRecord, RoleGrant, TenureRecord
from ..rules.places import ABOVE_COMMUNITY
from ..rules.tenure import OWNING


def list_grants(
    actor: Actor,
    *,
    community_id: UUID | None = None,
    place_id: UUID | None = None,
    account_id: UUID | None = None,
    person_id: UUID | None = None,
    role: str | None = None,
    at: dt.datetime | None = None,
    with_ended: bool = False,
) -> QuerySet[RoleGrant]:
    """Grants the actor may see, newest first; only those in force at ``at`` (now) unless ``with_ended``."""
    found = RoleGrant.objects.filter(visible.grants(actor)).select_related("place", "account")
    wanted = {
        "community_id": community_id, "place_id": place_id, "account_id": account_id, "person_id": person_id, "role": role
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in wanted.items() if value})
    if not with_ended:
        found = found.filter(_in_force(at or now()))
    return found.order_by("-valid_from", "id")


def _in_force(at: dt.datetime) -> Q:
    return Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))


def standing(person_id: UUID | None, *, account_id: UUID, at: dt.datetime) -> Standing:
    """Grants in force at ``at`` with the communities they cover, and the communities the person belongs to. At most four statements."""
    held = Q(account_id=account_id) | (Q(person_id=person_id) if person_id else Q(pk__in=()))
    rows = list(RoleGrant.objects.filter(held, _in_force(at)).select_related("place"))
    above = {row.place_id for row in rows if row.place.kind in ABOVE_COMMUNITY}
    under = _communities_under(above)
    grants = tuple(
        Grant(
            role=row.role,
            place_id=row.place_id,
            communities=under[row.place_id]
            if row.place_id in above
            else frozenset(filter(None, [row.place.community_id])),
            whole_community=row.place_id in above or row.place.kind == "community",
        )
        for row in sorted(rows, key=lambda row: (row.role, str(row.place_id)))
    )
    return Standing(grants=grants, own_communities=communities_belonged_to(person_id, local_day(at)))


def _communities_under(places: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    wanted = set(places)
    under: dict[UUID, set[UUID]] = {place: set() for place in wanted}
    if wanted:
        rows = Place.objects.filter(kind="community", path__overlap=list(wanted)).values_list("id", "path")
        for community_id, path in rows:
            for place in wanted.intersection(path):
                under[place].add(community_id)
    return {place: frozenset(communities) for place, communities in under.items()}


def communities_belonged_to(person_id: UUID | None, day: dt.date) -> frozenset[UUID]:
    """Where a person lives on ``day``, or owns a home (alone or with others): an owner living elsewhere has a say there. Tenants who
    do not live in what they rent do not."""
    if person_id is None:
        return frozenset()
    stays = Membership.objects.as_of(day).filter(person_id=person_id).values_list("household__community_id", flat=True)
    owned = TenureRecord.objects.as_of(day).filter(tenure__person_id=person_id, kind__in=OWNING)
    return frozenset(filter(None, [*stays, *owned.values_list("community_id", flat=True)]))


def has_ever_belonged(person_id: UUID) -> bool:
    """Whether the register ever had them living or holding a home somewhere."""
    return (
        Membership.objects.believed().filter(person_id=person_id).exists()
        or TenureRecord.objects.believed().filter(tenure__person_id=person_id).exists()
    )


def public_communities(on: dt.date) -> frozenset[UUID]:
    """The communities whose public pages anybody may read: all that are registered and not ended."""
    rows = PlaceRecord.objects.as_of(on).filter(place__kind="community")
    return frozenset(rows.values_list("place_id", flat=True))
