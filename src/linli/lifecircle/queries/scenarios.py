"""Reads of scenarios: for those who work on the community, since they count people exactly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor

from ..models import Scenario, ScenarioChange, ScenarioResult
from ..rules.changes import Change
from .coverage import READ


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario's newest measuring. ``is_current`` false where changes came or went since."""

    row: ScenarioResult
    is_current: bool

    def group(self, group: str) -> Mapping[str, Any]:
        """The figures of one group; the first where it is not told."""
        groups: list[Mapping[str, Any]] = self.row.figures["groups"]
        return next((one for one in groups if one["id"] == group), groups[0])


def visible_to(actor: Actor) -> QuerySet[Scenario]:
    """Scenarios of the communities on which the actor may read the life circle, newest first."""
    found = Scenario.objects.select_related("run").order_by("-made_at", "-id")
    return found if actor.everywhere else found.filter(community_id__in=actor.communities_with(READ))


def list_scenarios(actor: Actor, community_id: UUID) -> list[Scenario]:
    return list(visible_to(actor).filter(community_id=community_id))


def find_scenario(actor: Actor, scenario_id: UUID) -> Scenario:
    """NotFoundError where there is none or it is not the actor's to see."""
    found = visible_to(actor).filter(pk=scenario_id).first()
    if found is None:
        raise NotFoundError
    return found


def changes_of(scenario: Scenario) -> list[ScenarioChange]:
    """In the order they are done."""
    return list(scenario.changes.order_by("id"))


def as_changes(rows: Sequence[ScenarioChange]) -> tuple[Change, ...]:
    """The rows as the analysis does them."""
    return tuple(
        Change(
            kind=row.kind,  # type: ignore[arg-type]
            lon=row.lon,
            lat=row.lat,
            to_lon=row.to_lon,
            to_lat=row.to_lat,
            category=row.category,
            capacity=row.capacity,
            ref=str(row.facility_id) if row.facility_id else "",
            name=row.name,
        )
        for row in rows
    )


def result_of(scenario: Scenario) -> Result | None:
    """The newest measuring; None where it was never measured."""
    row = scenario.results.order_by("-measured_at", "-id").first()
    if row is None:
        return None
    return Result(row, row.changes_sha256 == digest_of(changes_of(scenario)))


def digest_of(changes: Sequence[ScenarioChange]) -> str:
    """SHA-256 of what the changes do on the map, in their order; words and costs are no part of it."""
    fields = ("kind", "lon", "lat", "to_lon", "to_lat", "category", "capacity", "facility_id")
    rows = [[str(getattr(row, field)) for field in fields] for row in changes]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def known_cost_fen(changes: Sequence[ScenarioChange]) -> int | None:
    """What the changes cost together; None where the cost of one that opens something is not known. Closing and blocking are taken to cost nothing."""
    costs = [row.cost_fen for row in changes if row.kind.startswith("open_")]
    return None if any(cost is None for cost in costs) else sum(cost or 0 for cost in costs)
