"""What platform needs from the floors above it: ports, filled by registry (``scope_tree``), journal (``audit``) and the life circle (``ground``).

Platform knows places only as opaque ids. A port used before it is filled is a programming error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from linli.kernel.text import Text

from .actors import Actor, Grant


@dataclass(frozen=True, slots=True)
class Standing:
    """What the registry knows of an account holder at an instant: roles, and the communities they live in or own a home in."""

    grants: tuple[Grant, ...]
    own_communities: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Mandate:
    """That an account may act for a person: who, where they live, and which acts. ``name`` as the register has it."""

    person_id: UUID
    name: str
    acts: frozenset[str]
    communities: frozenset[UUID]


class ScopeTree(Protocol):
    def standing(self, person_id: UUID | None, *, account_id: UUID, at: dt.datetime) -> Standing:
        """Grants in force at ``at`` and communities lived in or owned a home in. Called inside ``acting(System(...))``."""

    def mandate(self, mandate_id: UUID, *, account_id: UUID, at: dt.datetime) -> Mandate | None:
        """The mandate if the account holds it at ``at``; None once it has ended. Called inside ``acting(System(...))``."""

    def public_communities(self) -> frozenset[UUID]:
        """Communities of this installation whose public pages anybody may read."""

    def label(self, place_id: UUID) -> Text:
        """The place's name; NotFoundError if there is none."""

    def help_phone(self, community_id: UUID) -> str:
        """The telephone people may call for help there; empty if none is registered. Public."""


class Audit(Protocol):
    def append(self, event: Any, *, actor: Actor, occurred_at: dt.datetime | None = None) -> UUID:
        """Write a fact in the running transaction; its id."""


class Ground(Protocol):
    def config(self, actor: Actor, community_id: UUID) -> dict[str, Any] | None:
        """What the map island needs to draw a community as any room may draw on it (``bounds``, ``ground_url``, ``buildings_url``, ``measure``);
        None where no map is imported or it is not the actor's to see."""


class _Ports:
    """The filled ports of this process."""

    def __init__(self) -> None:
        self._filled: dict[str, Any] = {}

    def fill(self, **ports: Any) -> None:
        self._filled.update(ports)

    @property
    def scope_tree(self) -> ScopeTree:
        return self._port("scope_tree")

    @property
    def audit(self) -> Audit:
        return self._port("audit")

    @property
    def ground(self) -> Ground:
        return self._port("ground")

    def _port(self, name: str) -> Any:
        try:
            return self._filled[name]
        except KeyError:
            raise RuntimeError(f"port {name!r} is not filled; the room that fills it is not installed") from None


ports = _Ports()
Payload = Mapping[str, Any]
