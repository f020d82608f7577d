"""The register and the policies as the analysis takes them: a community's map, who lives where, which rules were in force.

Owns what of the register goes into a measuring, today or again for a run already measured. Changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.mapdata import MapData, MapFacility
from linli.kernel.policyfile import Policy, find_policy
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.models import PolicyVersion
from linli.platform.rulebook.adopt import as_policy, in_force
from linli.registry import queries as registry
from linli.registry.queries.maps import building_refs, community_map, find_edition

from .models import BuildingResidents, CoverageFigures, CoverageRun
from .rules.residents import Residents

OLDEST_AGE = 130
REACH_DEGREES = 0.02
"""Facilities this far beyond the map's bounds are asked for too (about 2 km): more than any limit's walk."""
NOT_AS_MEASURED = define(
    "lifecircle.not_as_measured",
    zh="册子里的楼栋后来更正过，和 {day} 量的对不上：请先再量一次",
    en="The register's buildings were corrected since the measuring of {day}: measure again first",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The community as registered: ``place_ids`` by position of the building, ``facility_ids`` of the facility. ``ages`` are persons by age in
    whole years by the building's position; None where nobody is registered."""

    data: MapData
    edition_id: UUID
    place_ids: tuple[UUID, ...]
    facility_ids: tuple[UUID, ...]
    ages: dict[int, Mapping[int | None, float]] | None


def policies_on(standard_id: str, day: dt.date) -> dict[str, Policy]:
    """The standard in force on ``day`` and the policies it is measured with, by kind."""
    standard = policy_on("life_circle_standard", standard_id, day)
    return {
        "life_circle_standard": standard,
        "walkers": policy_on("walkers", standard.body["walkers"], day),
        "estimate": policy_on("estimate", "default", day),
        "facility_categories": policy_on("facility_categories", "cn-community", day),
    }


def policies_of(run: CoverageRun) -> dict[str, Policy]:
    """The very versions a run pinned; the list of categories as in force on its day."""
    return {
        "life_circle_standard": _version("life_circle_standard", run.standard_id, run.standard_version),
        "walkers": _version("walkers", run.walkers_id, run.walkers_version),
        "estimate": _version("estimate", run.estimate_id, run.estimate_version),
        "facility_categories": policy_on("facility_categories", "cn-community", run.as_of),
    }


def policy_on(kind: str, policy_id: str, day: dt.date) -> Policy:
    """The version in force on ``day`` as adopted here; the shipped one where this installation has adopted none."""
    if PolicyVersion.objects.filter(kind=kind, policy_id=policy_id).exists():
        return as_policy(in_force(kind, policy_id, on=day))
    return find_policy(kind, policy_id)


def _version(kind: str, policy_id: str, version: int) -> Policy:
    row = PolicyVersion.objects.filter(kind=kind, policy_id=policy_id, version=version).first()
    return as_policy(row) if row else find_policy(kind, policy_id)


def read_map(actor: Actor, community_id: UUID, day: dt.date) -> Seen:
    """Map, buildings and facilities on ``day``, without people. NotFoundError without a map or a building on it."""
    edition = find_edition(actor, community_id, on=day)
    data = community_map(actor, community_id, on=day)
    place_of = building_refs(actor, community_id, on=day)
    place_ids = tuple(place_of[building.ref] for building in data.buildings)
    if not place_ids:
        raise NotFoundError
    facilities = _facilities(data, day)
    data = replace(data, facilities=tuple(facility for _, facility in facilities))
    return Seen(data, edition.pk, place_ids, tuple(pk for pk, _ in facilities), None)


def read_community(actor: Actor, community_id: UUID, day: dt.date) -> Seen:
    """The same with who lives where that day."""
    seen = read_map(actor, community_id, day)
    position = {place_id: n for n, place_id in enumerate(seen.place_ids)}
    singles = [(age, age + 1) for age in range(OLDEST_AGE)]
    ages: dict[int, Mapping[int | None, float]] = {}
    for count in registry.count_by_building(actor, community_id, on=day, age_groups=singles):
        if count.building_id in position and count.n_persons:
            by_age: dict[int | None, float] = {age: float(n) for age, n in enumerate(count.by_age[:-1]) if n}
            if count.by_age[-1]:
                by_age[None] = float(count.by_age[-1])
            ages[position[count.building_id]] = by_age
    return replace(seen, ages=ages or None)


def residents_of(run: CoverageRun, seen: Seen) -> Residents:
    """Who lived where as the run counted them, by the positions of ``seen``. LinliError where a building it counted is no longer there."""
    position = {place_id: n for n, place_id in enumerate(seen.place_ids)}
    figures = CoverageFigures.objects.get(run=run).figures
    by_age = [group["id"] for group in figures["groups"] if group["counted"] == "by_age"]
    everybody = np.zeros(len(position))
    of_group = {group: np.zeros(len(position)) for group in by_age}
    first = run.groups[0]
    for place_id, persons in BuildingResidents.objects.filter(run=run).values_list("place_id", "persons"):
        if place_id not in position:
            raise LinliError(NOT_AS_MEASURED, day=run.as_of.isoformat())
        everybody[position[place_id]] = float(persons.get(first, 0.0))
        for group, counted in of_group.items():
            counted[position[place_id]] = float(persons.get(group, 0.0))
    total = float(everybody.sum())
    return Residents(everybody, run.basis, of_group, low_total=total, high_total=total)  # type: ignore[arg-type]


def _facilities(data: MapData, day: dt.date) -> list[tuple[UUID, MapFacility]]:
    """Open facilities in and round the map, whichever community they belong to: where they stand is public."""
    west, south, east, north = data.bounds()
    box = (west - REACH_DEGREES, south - REACH_DEGREES, east + REACH_DEGREES, north + REACH_DEGREES)
    machine = System("lifecircle")
    with acting(machine):
        rows = list(registry.list_facilities(machine, status="open", box=box, on=day))
    return [
        (
            row.facility_id,
            MapFacility(
                str(row.facility_id), row.category, row.lon, row.lat, row.name_zh, row.name_en,
                area_dm2=row.area_dm2, capacity=row.capacity, opening_hours=row.opening_hours,
            ),
        )
        for row in rows
    ]  # fmt: skip
