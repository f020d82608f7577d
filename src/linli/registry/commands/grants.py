"""Giving roles and ending them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import now as clock_now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.policyfile import find_policy, known_policies
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.models import Account

from .. import events, visible
from ..models import Person, Place, RoleGrant
from ..rules.rights import HeldRole, check_beside, check_grant

ONE_HOLDER = define(
    "registry.grant_one_holder",
    zh="角色授给一个账号，或授给一个人",
    en="A role is given to one account or to one person",
    status=422,
)
NO_REASON = define(
    "registry.grant_no_reason", zh="授权和终止授权都要写明原因", en="Giving and ending a role need a reason", status=422
)
BACKWARDS = define(
    "registry.grant_period",
    zh="授权要在开始之后终止：{start} 至 {end}",
    en="A grant ends after it starts: {start} to {end}",
    status=422,
)


def grant_role(
    role: str,
    *,
    place_id: UUID,
    actor: Actor,
    reason: str,
    account_id: UUID | None = None,
    person_id: UUID | None = None,
    valid_from: dt.datetime | None = None,
    valid_to: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> RoleGrant:
    """Give ``role`` on a place from ``valid_from`` (now) to ``valid_to`` (until ended). Instants are aware.

    Only those give a role whom its policy names, at that place or above it; never to oneself; never beside a role it excludes.
    """
    if (account_id is None) == (person_id is None):
        raise LinliError(ONE_HOLDER)
    if not reason.strip():
        raise LinliError(NO_REASON)
    start = valid_from or now or clock_now()
    if valid_to is not None and valid_to <= start:
        raise LinliError(BACKWARDS, start=start, end=valid_to)
    place = Place.objects.filter(visible.places(actor), pk=place_id).first()
    if place is None:
        raise NotFoundError
    accounts, person = _holder(account_id, person_id)
    policy = find_policy("roles", role).body
    to_self = actor.account_id in accounts or (person is not None and person == actor.person_id)
    check_grant(role, policy, actor=actor, place_kind=place.kind, path=place.path, to_self=to_self)
    with acting(System("registry.grants")):
        held = _held(accounts, person, at=start)
        check_beside(role, _excludes(), held, place_id=place.pk, path=place.path, start=start, end=valid_to)
        grant = RoleGrant.objects.create(
            community_id=place.community_id,
            role=role,
            account_id=account_id,
            person_id=person_id,
            place=place,
            valid_from=start,
            valid_to=valid_to,
            granted_by=actor.code,
            reason=reason.strip(),
        )
        append(
            events.RoleGranted(place.community_id, grant.pk, role, place.pk, account_id, person_id, start, valid_to),
            actor=actor,
        )
    return grant


def end_grant(grant_id: UUID, *, actor: Actor, because: str, at: dt.datetime | None = None) -> RoleGrant:
    """The grant ends at ``at`` (now). Whoever may give the role there may end it; giving up one's own needs somebody else, too."""
    if not because.strip():
        raise LinliError(NO_REASON)
    found = RoleGrant.objects.filter(visible.grants(actor), pk=grant_id).select_related("place", "account").first()
    if found is None:
        raise NotFoundError
    accounts, person = _holder(found.account_id, found.person_id)
    to_self = actor.account_id in accounts or (person is not None and person == actor.person_id)
    policy = find_policy("roles", found.role).body
    check_grant(found.role, policy, actor=actor, place_kind=found.place.kind, path=found.place.path, to_self=to_self)
    ends_at = max(at or clock_now(), found.valid_from)
    if found.valid_to is not None and found.valid_to <= ends_at:
        raise LinliError(BACKWARDS, start=found.valid_from, end=found.valid_to)
    with acting(System("registry.grants")):
        grant = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant_id)
        grant.valid_to, grant.ended_because = ends_at, because.strip()
        grant.save(update_fields=["valid_to", "ended_because"])
        append(events.RoleGrantEnded(grant.community_id, grant.pk, grant.role, grant.place_id, ends_at), actor=actor)
    return grant


def _holder(account_id: UUID | None, person_id: UUID | None) -> tuple[frozenset[UUID], UUID | None]:
    """The accounts and the person a grant speaks of: one human holds their roles under both."""
    if account_id is not None:
        account = Account.objects.filter(pk=account_id).first()
        if account is None:
            raise NotFoundError
        person_id = account.person_id
    elif person_id is None or not Person.objects.filter(pk=person_id).exists():
        raise NotFoundError
    accounts = {account_id} if account_id else set()
    if person_id is not None:
        accounts |= set(Account.objects.filter(person_id=person_id).values_list("pk", flat=True))
    return frozenset(accounts), person_id


def _held(accounts: frozenset[UUID], person: UUID | None, *, at: dt.datetime) -> list[HeldRole]:
    rows = RoleGrant.objects.filter(account_id__in=accounts) | RoleGrant.objects.filter(
        person_id__in=[person] if person else []
    )
    return [
        HeldRole(row.role, row.place.path, row.valid_from, row.valid_to)
        for row in rows.select_related("place")
        if row.valid_to is None or row.valid_to > at
    ]


def _excludes() -> dict[str, tuple[str, ...]]:
    return {policy.id: tuple(policy.body.get("excludes", ())) for policy in known_policies("roles")}
