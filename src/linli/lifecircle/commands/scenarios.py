"""Scenarios: begun from a run, filled with changes, measured, chosen or dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli.journal import append
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.text import Text
from linli.platform.actors import Actor

from .. import events
from ..analysis.scenario import compare
from ..bench import bench_of
from ..models import CoverageRun, Scenario, ScenarioChange, ScenarioResult, ScenarioState
from ..queries import scenarios as queries
from ..rules.changes import ChangeKind
from .measuring import PERMISSION

CHOOSE = "lifecircle.choose"
MOST_CHANGES = 40
NO_TITLE = define("lifecircle.no_title", zh="请给方案起个名字", en="Give the scenario a name", status=422)
NO_REASON = define("lifecircle.no_reason", zh="请写一句为什么", en="Say in a sentence why", status=422)
DECIDED = define(
    "lifecircle.scenario_decided",
    zh="方案已经定了，不能再改；要改请另拟一个",
    en="The scenario is decided and does not change any more; begin another",
    status=409,
)
NOTHING_IN_IT = define(
    "lifecircle.nothing_in_it", zh="方案里还没有改动", en="The scenario holds no change yet", status=422
)
NOT_MEASURED = define(
    "lifecircle.not_measured",
    zh="改动以后还没有量过：先量一次，再选定",
    en="It was not measured since it was changed: measure first, then choose",
    status=409,
)
TOO_MANY = define(
    "lifecircle.too_many_changes",
    zh="一个方案最多 {most} 处改动",
    en="A scenario holds at most {most} changes",
    status=422,
)
UNKNOWN_KIND = define(
    "lifecircle.category_not_asked",
    zh="这个标准里没有设施类别 {category}",
    en="This standard asks for no facility of kind {category}",
    status=422,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A change as somebody wants it; see :class:`~linli.lifecircle.models.ScenarioChange`."""

    kind: ChangeKind
    lon: float | None = None
    lat: float | None = None
    to_lon: float | None = None
    to_lat: float | None = None
    category: str = ""
    capacity: int | None = None
    facility_id: UUID | None = None
    place_id: UUID | None = None
    space_id: UUID | None = None
    name: Text | None = None
    filling: str = ""
    cost_fen: int | None = None


def begin_scenario(run_id: UUID, title: str, *, note: str = "", actor: Actor, now: dt.datetime) -> Scenario:
    """An empty scenario on a run of a community the actor plans for. One fact."""
    run = CoverageRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFoundError
    actor.require(PERMISSION, run.community_id)
    if not title.strip():
        raise LinliError(NO_TITLE)
    made = Scenario.objects.create(
        community_id=run.community_id, run=run, title=title.strip(), note=note.strip(), made_by=actor.account_id, made_at=now
    )  # fmt: skip
    append(events.ScenarioMade(made.community_id, made.pk, run.pk), actor=actor, occurred_at=now)
    return made


def add_change(scenario_id: UUID, wish: Wish, *, actor: Actor) -> ScenarioChange:
    """Add one change at the end. It is tried on the map at once: what cannot be done is refused by name and not kept."""
    scenario = _draft(scenario_id, actor)
    changes = queries.changes_of(scenario)
    if len(changes) >= MOST_CHANGES:
        raise LinliError(TOO_MANY, most=MOST_CHANGES)
    if wish.kind == "open_facility" and wish.category not in scenario.run.categories:
        raise LinliError(UNKNOWN_KIND, category=wish.category)
    row = ScenarioChange(
        scenario=scenario, community_id=scenario.community_id, kind=wish.kind, lon=wish.lon, lat=wish.lat,
        to_lon=wish.to_lon, to_lat=wish.to_lat, category=wish.category if wish.kind == "open_facility" else "",
        capacity=wish.capacity, facility_id=wish.facility_id, place_id=wish.place_id, space_id=wish.space_id,
        name_zh=wish.name.zh if wish.name else "", name_en=wish.name.en if wish.name else "", filling=wish.filling, cost_fen=wish.cost_fen,
    )  # fmt: skip
    bench_of(scenario.run, queries.as_changes([*changes, row]))
    row.save()
    return row


def remove_change(scenario_id: UUID, change_id: int, *, actor: Actor) -> None:
    """Take one change out again; NotFoundError where the scenario has no such change."""
    scenario = _draft(scenario_id, actor)
    n, _ = ScenarioChange.objects.filter(scenario=scenario, pk=change_id).delete()
    if not n:
        raise NotFoundError


def measure_scenario(scenario_id: UUID, *, actor: Actor, now: dt.datetime) -> ScenarioResult:
    """Measure the scenario's run anew with its changes, for every group; kept with the digest of the changes. One fact. Cost: two measurings
    the first time, one after. The same changes measured before are not measured twice: the result that stands is given back."""
    scenario = _draft(scenario_id, actor)
    changes = queries.changes_of(scenario)
    if not changes:
        raise LinliError(NOTHING_IN_IT)
    standing = queries.result_of(scenario)
    if standing is not None and standing.is_current:
        return standing.row
    base, after = bench_of(scenario.run), bench_of(scenario.run, queries.as_changes(changes))
    figures = compare(base.analysis, after.analysis)
    _point_at_places(figures, {place.ref: str(base.place_ids[n]) for n, place in enumerate(base.analysis.places)})
    digest = queries.digest_of(changes)
    row = ScenarioResult.objects.create(
        scenario=scenario, community_id=scenario.community_id, changes_sha256=digest, measured_at=now, figures=figures
    )
    fact = events.ScenarioMeasured(scenario.community_id, scenario.pk, row.pk, digest, len(changes))
    append(fact, actor=actor, occurred_at=now)
    return row


def choose_scenario(scenario_id: UUID, *, because: str, actor: Actor, now: dt.datetime) -> Scenario:
    """Decide for a scenario that was measured as it stands. A fact for the choice and one, caused by it, for each thing to be done; the scenario
    does not change any more. Needs ``lifecircle.choose`` on the community."""
    scenario = _decidable(scenario_id, CHOOSE, actor)
    changes, result = queries.changes_of(scenario), queries.result_of(scenario)
    if not changes:
        raise LinliError(NOTHING_IN_IT)
    if result is None or not result.is_current:
        raise LinliError(NOT_MEASURED)
    _decide(scenario, ScenarioState.CHOSEN, because, actor, now)
    cost = queries.known_cost_fen(changes)
    chosen = events.ScenarioChosen(
        scenario.community_id, scenario.pk, scenario.run_id, result.row.pk, len(changes), cost
    )
    cause = append(chosen, actor=actor, occurred_at=now)
    for number, row in enumerate(changes, 1):
        append(_fact_of(scenario, number, row), actor=actor, occurred_at=now, causation=cause)
    return scenario


def drop_scenario(scenario_id: UUID, *, because: str, actor: Actor, now: dt.datetime) -> Scenario:
    """Give a scenario up, with a reason; it stays to be read."""
    scenario = _decidable(scenario_id, PERMISSION, actor)
    _decide(scenario, ScenarioState.DROPPED, because, actor, now)
    append(events.ScenarioDropped(scenario.community_id, scenario.pk), actor=actor, occurred_at=now)
    return scenario


def _fact_of(scenario: Scenario, number: int, row: ScenarioChange) -> events.ChangeChosen:
    return events.ChangeChosen(
        scenario.community_id, scenario.pk, number, row.kind, row.category, row.lon, row.lat, row.to_lon, row.to_lat,
        row.facility_id, row.place_id, row.space_id, row.capacity, row.filling, row.cost_fen,
    )  # fmt: skip


def _draft(scenario_id: UUID, actor: Actor) -> Scenario:
    return _decidable(scenario_id, PERMISSION, actor)


def _decidable(scenario_id: UUID, permission: str, actor: Actor) -> Scenario:
    """The scenario, locked, if the actor may and nothing is decided yet."""
    scenario = queries.visible_to(actor).select_for_update(of=("self",)).filter(pk=scenario_id).first()
    if scenario is None:
        raise NotFoundError
    actor.require(permission, scenario.community_id)
    if scenario.state != ScenarioState.DRAFT:
        raise LinliError(DECIDED)
    return scenario


def _decide(scenario: Scenario, state: ScenarioState, because: str, actor: Actor, now: dt.datetime) -> None:
    if not because.strip():
        raise LinliError(NO_REASON)
    scenario.state, scenario.because = state, because.strip()
    scenario.decided_by, scenario.decided_at = actor.account_id, now
    scenario.save(update_fields=["state", "because", "decided_by", "decided_at"])


def _point_at_places(figures: dict[str, Any], place_of: dict[str, str]) -> None:
    for group in figures["groups"]:
        for house in (*group["houses_nearer"], *group["houses_farther"]):
            house["place_id"] = place_of[house["ref"]]
