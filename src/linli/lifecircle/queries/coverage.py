"""Reads of coverage. Minutes and shares are for everybody who may read the community's public tables; people for those who work on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Q, QuerySet

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.registry import queries as registry

from ..models import BuildingAccess, BuildingResidents, CoverageFigures, CoverageRun

READ = "lifecircle.read"
N_WORST = 8


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One category for one group. ``share`` of residents within the limit (0 where the register holds no facility of it);
    ``n_beyond`` people, None where the number is too small to be shown to this reader."""

    category: str
    title: Text
    icon: str
    is_found: bool
    n_facilities: int
    limit_min: float | None
    limit_m: float | None
    share: float | None
    share_low: float | None
    share_high: float | None
    target_share: float | None
    meets_target: bool | None
    n_beyond: int | None
    median_min: float | None
    p90_min: float | None

    @property
    def limit(self) -> Text:
        if self.limit_m is not None:
            return Text(f"{self.limit_m:g} 米", f"{self.limit_m:g} m")
        return Text(f"{self.limit_min:g} 分钟", f"{self.limit_min:g} min")


@dataclass(frozen=True, slots=True)
class Coverage:
    """A run as told of one group: every category, and those most people lack first in ``worst``."""

    run: CoverageRun
    group: str
    group_title: Text
    speed_m_per_min: float
    is_counted_by_age: bool
    n_persons: int | None
    index_share: float | None
    every_item_share: float | None
    mean_of_items_share: float | None
    target_share: float | None
    meets_target: bool | None
    rows: tuple[CoverageRow, ...]

    @property
    def standard_title(self) -> Text:
        return self.run.standard_title

    @property
    def computed_at(self) -> dt.datetime:
        return self.run.computed_at

    @property
    def worst(self) -> tuple[CoverageRow, ...]:
        ranked = sorted(self.rows, key=lambda row: row.share if row.share is not None else 2.0)
        return tuple(ranked[:N_WORST])

    def row(self, category: str) -> CoverageRow:
        for row in self.rows:
            if row.category == category:
                return row
        raise NotFoundError


@dataclass(frozen=True, slots=True)
class BuildingWalk:
    """One building and its walk to one category. ``n_persons`` of the group, None where the reader may not see them."""

    place_id: UUID
    name: Text
    shape: shapely.Geometry
    lon: float
    lat: float
    height_m: float | None
    levels: int | None
    is_joined: bool
    has_door: bool
    minutes: float | None
    metres: float | None
    facility_id: UUID | None
    is_beyond: bool
    extra_min: float | None
    n_persons: float | None = None

    @property
    def people(self) -> int | None:
        return None if self.n_persons is None else round(self.n_persons)

    @property
    def n_beyond(self) -> float:
        return self.n_persons or 0.0 if self.is_beyond else 0.0


def visible_to(actor: Actor) -> QuerySet[CoverageRun]:
    """Runs of the communities the actor works on or lives in, and of the public ones; newest first."""
    seen = Q() if actor.everywhere else Q(community_id__in=actor.scope | actor.public_communities)
    return CoverageRun.objects.filter(seen).order_by("-computed_at", "-id")


def list_latest(actor: Actor, community_id: UUID) -> list[CoverageRun]:
    """The newest run of each standard: those with a target for the whole circle first, then by name."""
    latest: dict[str, CoverageRun] = {}
    for run in visible_to(actor).filter(community_id=community_id):
        latest.setdefault(run.standard_id, run)
    return sorted(latest.values(), key=lambda run: (run.public["circle"]["target_share"] is None, run.standard_id))


def find_run(actor: Actor, community_id: UUID, *, standard_id: str | None = None) -> CoverageRun:
    """The newest run by ``standard_id``, or by the standard told first; NotFoundError where there is none to see."""
    for run in list_latest(actor, community_id):
        if standard_id in (None, "", run.standard_id):
            return run
    raise NotFoundError


def may_see_people(actor: Actor, community_id: UUID) -> bool:
    return actor.everywhere or actor.may(READ, community_id)


def latest_coverage(actor: Actor, community_id: UUID) -> Coverage | None:
    """What the newest run says of everybody; None where nothing was measured yet."""
    runs = list_latest(actor, community_id)
    return coverage_of(runs[0], actor) if runs else None


def coverage_of(run: CoverageRun, actor: Actor, *, group: str | None = None) -> Coverage:
    """The run as told of ``group`` (its first): exact for those who work on the community, without small numbers for others."""
    groups = run.public["groups"]
    if may_see_people(actor, run.community_id):
        groups = CoverageFigures.objects.get(run=run).figures["groups"]
    for raw in groups:
        if group in (None, "", raw["id"]):
            return _coverage(run, raw)
    raise NotFoundError


def group_titles(run: CoverageRun) -> list[tuple[str, Text]]:
    return [(raw["id"], Text.from_mapping(raw["title"])) for raw in run.public["groups"]]


def list_buildings(run: CoverageRun, actor: Actor, *, category: str, group: str) -> list[BuildingWalk]:
    """Every building of the run with its walk to ``category`` at the pace of ``group``, people beyond the limit first, then the longest
    walk. NotFoundError for a category or group the run does not have."""
    if category not in run.categories or group not in run.groups:
        raise NotFoundError
    coverage = coverage_of(run, actor, group=group)
    persons = _persons(run, actor, group)
    records = {record.place_id: record for record in _records(run, actor)}
    found = [
        _walk(records[access.place_id], access, coverage, run.categories.index(category), persons)
        for access in BuildingAccess.objects.filter(run=run, group=group)
        if access.place_id in records
    ]
    return sorted(
        found, key=lambda one: (-one.n_beyond, -(one.minutes if one.minutes is not None else 1e9), one.name.zh)
    )


def find_building(run: CoverageRun, actor: Actor, place_id: UUID, *, group: str) -> list[BuildingWalk]:
    """One building's walk to every category of the run, in the run's order; NotFoundError where the run has no such building."""
    record = _records(run, actor).filter(place_id=place_id).first()
    access = BuildingAccess.objects.filter(run=run, group=group, place_id=place_id).first()
    if record is None or access is None:
        raise NotFoundError
    coverage, persons = coverage_of(run, actor, group=group), _persons(run, actor, group)
    return [_walk(record, access, coverage, column, persons) for column in range(len(run.categories))]


def list_building_names(run: CoverageRun, actor: Actor) -> list[tuple[UUID, Text]]:
    """The buildings a run measured, by name: what a picker offers."""
    return [(record.place_id, registry.name_of(record)) for record in _records(run, actor).defer("shape")]


def _records(run: CoverageRun, actor: Actor) -> QuerySet[Any]:
    rows = registry.list_places(actor, community_id=run.community_id, kind="building", on=run.as_of)
    return rows.exclude(shape=None)


def _walk(
    record: Any, access: BuildingAccess, coverage: Coverage, column: int, persons: Mapping[UUID, float] | None
) -> BuildingWalk:
    minutes, metres = access.walk_min[column], access.walk_m[column]
    beyond, extra = _beyond(
        coverage.rows[column], minutes, metres, coverage.speed_m_per_min, is_joined=access.is_joined
    )
    shape = registry.shape_of(record)
    assert shape is not None
    middle = shape.representative_point()
    return BuildingWalk(
        place_id=access.place_id,
        name=registry.name_of(record),
        shape=shape,
        lon=middle.x,
        lat=middle.y,
        height_m=None if record.height_dm is None else record.height_dm / 10,
        levels=record.levels_above,
        is_joined=access.is_joined,
        has_door=access.has_door,
        minutes=minutes,
        metres=metres,
        facility_id=access.facility_ids[column],
        is_beyond=beyond,
        extra_min=extra,
        n_persons=None if persons is None else persons.get(access.place_id, 0.0),
    )


def list_gaps(run: CoverageRun, actor: Actor) -> list[Mapping[str, Any]]:
    """Blind spots of the reference group with the people in them, most first; none for those who may not see people."""
    if not may_see_people(actor, run.community_id):
        return []
    gaps: list[Mapping[str, Any]] = CoverageFigures.objects.get(run=run).figures["gaps"]
    return gaps


def proposals_of(run: CoverageRun, actor: Actor) -> Mapping[str, Any]:
    """What the run proposes to open, and the gates and facilities the community leans on (``summary.schema.json``, ``proposals``); empty for those
    who may not see people, and for runs measured before proposals were made."""
    if not may_see_people(actor, run.community_id):
        return {}
    found: Mapping[str, Any] = CoverageFigures.objects.get(run=run).figures.get("proposals", {})
    return found


@dataclass(frozen=True, slots=True)
class Serving:
    """One category beyond being near. ``at`` a time of a working day; ``share_open`` within the limit of one that is open then (None where nobody lives);
    ``n_closed`` then, ``n_unknown_hours`` counted as open. ``places`` in all and for a thousand residents (``mean_per_1000``; ``tenth_per_1000`` what the tenth
    worst off have at most), None where no capacity is known; ``n_unknown_places`` facilities without one."""

    at: str
    share_open: float | None
    n_closed: int
    n_unknown_hours: int
    places: int | None = None
    mean_per_1000: float | None = None
    tenth_per_1000: float | None = None
    n_unknown_places: int = 0


def serving_of(run: CoverageRun, actor: Actor, *, category: str, group: str) -> Serving | None:
    """None for those who may not see people, and for runs measured before this was."""
    figures = CoverageFigures.objects.get(run=run).figures if may_see_people(actor, run.community_id) else {}
    told = figures.get("effective")
    if told is None or category not in run.categories:
        return None
    column = run.categories.index(category)
    shares = next((one["shares"] for one in told["groups"] if one["id"] == group), None)
    hours = told["categories"][column]
    full = next((one for one in figures["saturation"] if one["category"] == category), None)
    places = {} if full is None else {
        "places": round(full["places"]), "mean_per_1000": full["mean_per_1000"], "tenth_per_1000": full["tenth_per_1000"],
        "n_unknown_places": full["n_unknown"],
    }  # fmt: skip
    return Serving(told["time"], shares[column] if shares else None, hours["n_closed"], hours["n_unknown"], **places)


def list_uncertainty(run: CoverageRun, actor: Actor) -> list[Text]:
    """What makes the run less than certain, in sentences; for those who work on the community."""
    if not may_see_people(actor, run.community_id):
        return []
    figures = CoverageFigures.objects.get(run=run).figures
    return [Text(statement["zh"], statement["en"]) for statement in figures["uncertainty"]]


def figures_of(run: CoverageRun, actor: Actor) -> Mapping[str, Any]:
    """The exact summary of a run (``summary.schema.json``); NotFoundError for those who may not see people."""
    if not may_see_people(actor, run.community_id):
        raise NotFoundError
    figures: Mapping[str, Any] = CoverageFigures.objects.get(run=run).figures
    return figures


def _persons(run: CoverageRun, actor: Actor, group: str) -> dict[UUID, float] | None:
    if not may_see_people(actor, run.community_id):
        return None
    rows = BuildingResidents.objects.filter(run=run).values_list("place_id", "persons")
    return {place_id: float(persons.get(group, 0.0)) for place_id, persons in rows}


def _beyond(
    item: CoverageRow, minutes: float | None, metres: float | None, speed: float, *, is_joined: bool
) -> tuple[bool, float | None]:
    """Whether a joined building lies past the limit, and by how many minutes (None where no way leads, 0 within)."""
    if not is_joined:
        return False, None
    if minutes is None or metres is None:
        return True, None
    over = (metres - item.limit_m) / speed if item.limit_m is not None else minutes - (item.limit_min or 0.0)
    return over > 0, max(0.0, over)


def _coverage(run: CoverageRun, raw: Mapping[str, Any]) -> Coverage:
    circle = raw["circle"]
    return Coverage(
        run=run,
        group=raw["id"],
        group_title=Text.from_mapping(raw["title"]),
        speed_m_per_min=raw["speed_m_per_min"],
        is_counted_by_age=raw["counted"] == "by_age",
        n_persons=None if raw["persons"] is None else round(raw["persons"]),
        index_share=circle["index_share"],
        every_item_share=circle["every_item_share"],
        mean_of_items_share=circle["mean_of_items_share"],
        target_share=circle["target_share"],
        meets_target=circle["meets_target"],
        rows=tuple(_row(one) for one in raw["categories"]),
    )


def _row(one: Mapping[str, Any]) -> CoverageRow:
    return CoverageRow(
        category=one["category"],
        title=Text.from_mapping(one["title"]),
        icon=one.get("icon", ""),
        is_found=one["found"],
        n_facilities=one["n_facilities"],
        limit_min=one["limit_min"],
        limit_m=one["limit_m"],
        share=one["share"],
        share_low=one["share_low"],
        share_high=one["share_high"],
        target_share=one["target_share"],
        meets_target=one["meets_target"],
        n_beyond=None if one["persons_beyond"] is None else round(one["persons_beyond"]),
        median_min=one["median_min"],
        p90_min=one["p90_min"],
    )
