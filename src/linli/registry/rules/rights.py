"""Who may act where, and who may give which role to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.kernel.errors import LinliError, NotAllowedError, define
from linli.platform.actors import Actor, permissions_of

GRANT = "registry.grant.change"

NOT_ON_THIS_PLACE = define(
    "registry.role_not_on_place",
    zh="角色 {role} 不能授在 {kind} 上；可以：{right}",
    en="The role {role} cannot be granted on a {kind}; it can on: {right}",
    status=422,
)
NOT_BY_YOU = define(
    "registry.role_not_yours_to_give",
    zh="角色 {role} 只能由在该地方持有 {right} 的人授予或终止",
    en="The role {role} is given and ended only by a holder of {right} on that place",
    status=403,
)
NOT_TO_YOURSELF = define(
    "registry.role_to_yourself",
    zh="不能给自己授权，也不能终止自己的授权",
    en="You cannot give a role to yourself or end your own",
    status=403,
)
EXCLUDED = define(
    "registry.role_excluded",
    zh="同一人在同一地方不能既是 {role} 又是 {other}",
    en="One person cannot be {role} and {other} on one place at a time",
    status=409,
)
HELD_ALREADY = define(
    "registry.role_held_already",
    zh="这个角色已经授予，还在有效期内",
    en="This role is already held on that place",
    status=409,
)


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A grant somebody holds, with the containing places of where it is held."""

    role: str
    path: Sequence[UUID]
    valid_from: dt.datetime
    valid_to: dt.datetime | None


def may_at(actor: Actor, permission: str, *, community_id: UUID | None, path: Sequence[UUID]) -> bool:
    """Whether a grant gives ``permission`` at a place: on its community, on a smaller place that holds it, or, above
    communities, on a place that holds it."""
    if actor.everywhere:
        return True
    for grant in actor.grants:
        if permission not in permissions_of(grant.role):
            continue
        if grant.place_id in path or (
            grant.whole_community and community_id is not None and community_id in grant.communities
        ):
            return True
    return False


def require_at(actor: Actor, permission: str, *, community_id: UUID | None, path: Sequence[UUID]) -> None:
    if not may_at(actor, permission, community_id=community_id, path=path):
        raise NotAllowedError(permission)


def check_grant(
    role: str, policy: Mapping[str, Any], *, actor: Actor, place_kind: str, path: Sequence[UUID], to_self: bool
) -> None:
    """Whether ``actor`` may give or end ``role`` at the place: the policy names the kinds of place and the roles that may.

    Nobody gives to themselves; a role is given only by those its policy names, held at the place or at one that holds it, so
    nobody hands out more than the policies above them foresee.
    """
    if place_kind not in policy["granted_on"]:
        raise LinliError(NOT_ON_THIS_PLACE, role=role, kind=place_kind, right=", ".join(policy["granted_on"]))
    if actor.everywhere:
        return
    if to_self:
        raise LinliError(NOT_TO_YOURSELF)
    givers = [grant.role for grant in actor.grants if grant.place_id in path]
    if not any(GRANT in permissions_of(giver) for giver in givers):
        raise NotAllowedError(GRANT)
    if not set(givers) & set(policy["granted_by"]):
        raise LinliError(NOT_BY_YOU, role=role, right=", ".join(policy["granted_by"]))


def check_beside(
    role: str,
    excludes: Mapping[str, Iterable[str]],
    held: Iterable[HeldRole],
    *,
    place_id: UUID,
    path: Sequence[UUID],
    start: dt.datetime,
    end: dt.datetime | None,
) -> None:
    """Refuses a role beside one it excludes (or that excludes it) where the places are one or hold one another, and the
    same role twice on one place. ``excludes`` by role."""
    for other in held:
        together = (end is None or other.valid_from < end) and (other.valid_to is None or start < other.valid_to)
        if not together or not (other.path[-1] in path or place_id in other.path):
            continue
        if other.role == role and other.path[-1] == place_id:
            raise LinliError(HELD_ALREADY)
        if other.role in excludes.get(role, ()) or role in excludes.get(other.role, ()):
            raise LinliError(EXCLUDED, role=role, other=other.role)
