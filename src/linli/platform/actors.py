"""Who is acting: a person with the roles granted to them, a machine with its purpose, or nobody known.

A role is a policy (``policies/roles``): a list of permissions. A grant gives a role on a place for a time; the registry resolves
which communities that place covers. Platform knows places only as opaque ids.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal
from uuid import UUID

from linli.kernel.clock import local_day, now
from linli.kernel.errors import NotAllowedError
from linli.kernel.policyfile import known_policies


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held on ``place_id``. ``communities`` are all communities at or under (or holding) that place.

    ``whole_community`` is false where the place is smaller than a community (a grid, a building): reads narrow to it.
    """

    role: str
    place_id: UUID
    communities: frozenset[UUID]
    whole_community: bool = True


@dataclass(frozen=True, slots=True)
class Actor:
    """``kind`` person, system or anonymous. ``public_communities`` are those whose public tables may be read.

    A helper acting for somebody is that person to every query (``person_id``), themselves to the journal (``account_id``), holds none of
    their own roles meanwhile, and may do only ``acts`` (codes of the ``mandates`` policy). ``acts`` None: one acts for oneself.
    """

    kind: Literal["person", "system", "anonymous"]
    account_id: UUID | None = None
    person_id: UUID | None = None
    name: str = ""
    purpose: str = ""
    grants: tuple[Grant, ...] = ()
    own_communities: frozenset[UUID] = frozenset()
    public_communities: frozenset[UUID] = frozenset()
    on_behalf_of: UUID | None = None
    acts: frozenset[str] | None = None
    everywhere: bool = False
    extra: dict[str, str] = field(default_factory=dict, compare=False, hash=False)

    def on_behalf(self, person_id: UUID) -> Actor:
        """The same actor doing something for a person who asked for it: rights stay their own, facts name both."""
        return replace(self, on_behalf_of=person_id)

    @property
    def scope(self) -> frozenset[UUID]:
        """Communities whose rows this actor may work on: by grants, and by living or owning a home there."""
        return self.own_communities.union(*(grant.communities for grant in self.grants))

    @property
    def permissions(self) -> frozenset[str]:
        return frozenset().union(*(permissions_of(grant.role) for grant in self.grants))

    @property
    def code(self) -> str:
        """How facts and the database's session name this actor."""
        if self.kind == "system":
            return f"system:{self.purpose}"
        return f"person:{self.account_id}" if self.kind == "person" else "anonymous"

    def may(self, permission: str, community_id: UUID | None = None) -> bool:
        """True if any grant gives ``permission`` (on that community, when one is named). Machines may all their purpose needs."""
        if self.everywhere:
            return True
        return any(
            permission in permissions_of(grant.role) and (community_id is None or community_id in grant.communities)
            for grant in self.grants
        )

    def require(self, permission: str, community_id: UUID | None = None) -> None:
        if not self.may(permission, community_id):
            raise NotAllowedError(permission)

    def communities_with(self, permission: str) -> frozenset[UUID]:
        """Communities on which a grant of the whole community gives ``permission``."""
        return frozenset().union(
            *(g.communities for g in self.grants if g.whole_community and permission in permissions_of(g.role))
        )

    def places_with(self, permission: str) -> frozenset[UUID]:
        """Places smaller than a community (grids, buildings) on which a grant gives ``permission``."""
        return frozenset(
            g.place_id for g in self.grants if not g.whole_community and permission in permissions_of(g.role)
        )


MUST, ENROL = "must", "enrol"  # in ``extra``: signed in, and let do nothing but enrol a second factor
ANONYMOUS = Actor(kind="anonymous")


def System(purpose: str) -> Actor:  # noqa: N802  # reads as a kind of actor where it is used
    """A machine acting for a stated purpose; sees every community."""
    return Actor(kind="system", purpose=purpose, everywhere=True)


@lru_cache(maxsize=4)
def _permissions(day: dt.date) -> dict[str, frozenset[str]]:
    """Of every role policy's highest version in force on ``day``; read once a process and day."""
    in_force = [policy for policy in known_policies("roles") if policy.is_in_force(day)]
    return {policy.id: frozenset(map(str, policy.body["permissions"])) for policy in in_force}


def permissions_of(role: str) -> frozenset[str]:
    """The permissions of a role policy in force today; roles without one have none."""
    return _permissions(local_day(now())).get(role, frozenset())
