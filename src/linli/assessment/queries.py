"""Reads of assessment. Values, warnings and plans are for who works on the community; closed periods may be read by anybody where it is public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from linli.kernel.clock import local_day
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor

from .models import Import, Observation, Plan, PlanMeasure, ScoreRun, Warning
from .rules.period import Period, check_period
from .rules.plans import Effect, effect_of
from .rules.scoring import Scored, compute_score
from .rules.system import Indicator, System
from .trees import tree_of

READ = "assessment.read"
FIRST = "micro-circulation"
"""The system the first pages tell of."""
NOTHING_OBSERVED = define(
    "assessment.nothing_observed",
    zh="{community} {period} 还没有“{system}”的任何观测值；有数的期：{known}",
    en="{community} has no value of {system} for {period}; periods with values: {known}",
    status=404,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A system as it stands for a community and period: closed (``run``) or still being collected."""

    community_id: UUID
    system: System
    period: Period
    variant: str | None
    observations: Mapping[str, Observation]
    scored: Scored
    run: ScoreRun | None
    tree: Mapping[str, Any]

    @property
    def is_closed(self) -> bool:
        return self.run is not None

    @property
    def score(self) -> float | None:
        return self.run.score if self.run else self.scored.score

    @property
    def n_known(self) -> int:
        return sum(one.measure in self.observations for one in self.system.leaves)

    @property
    def missing(self) -> list[Indicator]:
        return [one for one in self.system.leaves if one.measure not in self.observations]


def require(actor: Actor, community_id: UUID) -> None:
    """NotFoundError where the community's assessment is not the actor's to read."""
    if not actor.everywhere and community_id not in actor.communities_with(READ):
        raise NotFoundError


def newest(
    actor: Actor, community_id: UUID, *, period: str, measures: Iterable[str], before: dt.datetime | None = None
) -> dict[str, Observation]:
    """The standing value of each measure for a period: the one recorded last."""
    require(actor, community_id)
    rows = Observation.objects.filter(community_id=community_id, period=period, measure__in=list(measures))
    if before is not None:
        rows = rows.filter(recorded_at__lt=before)
    found: dict[str, Observation] = {}
    for row in rows.order_by("recorded_at", "id"):
        found[row.measure] = row
    return found


def closed_run(community_id: UUID, system_id: str, period: str) -> ScoreRun | None:
    return ScoreRun.objects.filter(community_id=community_id, system_id=system_id, period=period).first()


def sheet(
    actor: Actor, community_id: UUID, system: System, period: Period, *, weight_set: str = "", variant: str = "",
    fresh: Mapping[str, Observation] | None = None,
) -> Sheet:  # fmt: skip
    """The system scored for the period. Closed: what was closed. Open: the standing values, ``fresh`` (unsaved) ones before kept ones."""
    observed = newest(actor, community_id, period=period.code, measures=[one.measure for one in system.leaves])
    run = closed_run(community_id, system.id, period.code)
    if run is not None:
        ids = {node["measure"]: node["observation"] for node in run.tree["nodes"] if node.get("observation")}
        kept = {str(row.pk): row for row in Observation.objects.filter(community_id=community_id, pk__in=ids.values())}
        observed = {measure: kept[id] for measure, id in ids.items() if id in kept}
        system = _as_it_was(system, run)
        weight_set, variant = weight_set or run.weight_set, variant or run.variant
    elif fresh:
        observed |= fresh
    chosen = system.variant(variant)
    weights = system.weight_set(weight_set)
    scored = compute_score(system, {key: row.value for key, row in observed.items()}, weights)
    tree = run.tree if run is not None else tree_of(system, scored, observed, period, variant=chosen)
    return Sheet(community_id, system, period, chosen, observed, scored, run, tree)


def _as_it_was(system: System, run: ScoreRun) -> System:
    """The version a period was closed with, where it is still at hand; the present one else (the tree shown is the closed one anyway)."""
    from .rules.system import find_system

    if system.policy.version == run.system_version:
        return system
    try:
        return find_system(system.id, version=run.system_version)
    except LinliError:
        return system


def periods_with_values(actor: Actor, community_id: UUID, measures: Iterable[str]) -> list[str]:
    """Newest first."""
    require(actor, community_id)
    rows = Observation.objects.filter(community_id=community_id, measure__in=list(measures))
    return sorted(set(rows.values_list("period", flat=True)), reverse=True)


def require_values(found: Sheet, actor: Actor, *, community: str) -> None:
    """``assessment.nothing_observed`` for a period without a single value, naming those that have some."""
    if found.observations:
        return
    known = periods_with_values(actor, found.community_id, [one.measure for one in found.system.leaves])
    raise LinliError(
        NOTHING_OBSERVED, community=community, period=found.period.code, system=found.system.id, known=", ".join(known) or "-"
    )  # fmt: skip


def history(actor: Actor, community_id: UUID, measure: str) -> list[Observation]:
    """The standing value of each period, oldest first."""
    require(actor, community_id)
    found: dict[str, Observation] = {}
    for row in Observation.objects.filter(community_id=community_id, measure=measure).order_by("recorded_at", "id"):
        found[row.period] = row
    return [found[key] for key in sorted(found)]


def versions(actor: Actor, community_id: UUID, measure: str, period: str) -> list[Observation]:
    """Every value recorded for the period, newest first."""
    require(actor, community_id)
    return list(
        Observation.objects.filter(community_id=community_id, measure=measure, period=period).order_by(
            "-recorded_at", "-id"
        )
    )


def closed_runs(actor: Actor, *, system_id: str, community_ids: Iterable[UUID] | None = None) -> QuerySet[ScoreRun]:
    """Closed periods the actor may see (their communities' and public ones), oldest period first."""
    seen = Q() if actor.everywhere else Q(community_id__in=actor.communities_with(READ) | actor.public_communities)
    rows = ScoreRun.objects.filter(seen, system_id=system_id)
    if community_ids is not None:
        rows = rows.filter(community_id__in=list(community_ids))
    return rows.order_by("period", "computed_at")


def list_warnings(actor: Actor, community_id: UUID, *, only_open: bool = False) -> QuerySet[Warning]:
    """Newest first, with ``.plan`` at hand where there is one."""
    require(actor, community_id)
    rows = Warning.objects.filter(community_id=community_id).select_related("plan")
    return (rows.filter(cleared_at=None) if only_open else rows).order_by("-raised_at", "id")


def find_warning(actor: Actor, warning_id: UUID) -> Warning:
    found = Warning.objects.filter(pk=warning_id).select_related("plan").first()
    if found is None:
        raise NotFoundError
    require(actor, found.community_id)
    return found


def find_plan(actor: Actor, plan_id: UUID, *, lock: bool = False) -> Plan:
    rows = Plan.objects.filter(pk=plan_id).select_related("warning")
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFoundError
    require(actor, found.community_id)
    return found


def list_plans(actor: Actor, community_id: UUID, *, only_open: bool = False) -> QuerySet[Plan]:
    """Those due first on top."""
    require(actor, community_id)
    rows = Plan.objects.filter(community_id=community_id).select_related("warning")
    rows = rows.annotate(n_measures=Count("measures"), n_done=Count("measures", filter=~Q(measures__done_at=None)))
    return (rows.exclude(state="closed") if only_open else rows).order_by(
        F("closed_at").desc(nulls_first=True), "due_at", "id"
    )


def find_import(actor: Actor, import_id: UUID) -> Import:
    found = Import.objects.filter(pk=import_id).first()
    if found is None:
        raise NotFoundError
    require(actor, found.community_id)
    return found


def effects(measure: str, deeds: Iterable[str], *, community_ids: Iterable[UUID]) -> dict[str, Effect]:
    """What each deed went with so far: the change of ``measure`` over closed plans it was part of and done in, in these communities."""
    rows = PlanMeasure.objects.filter(
        deed__in=list(deeds), plan__measure=measure, plan__state="closed", community_id__in=list(community_ids)
    ).exclude(done_at=None)
    changes: dict[str, list[float]] = {}
    seen: set[tuple[str, UUID]] = set()
    for row in rows.select_related("plan"):
        if (row.deed, row.plan_id) in seen or row.plan.value_after is None:
            continue
        seen.add((row.deed, row.plan_id))
        changes.setdefault(row.deed, []).append(row.plan.value_after - row.plan.value_before)
    found = {deed: effect_of(many) for deed, many in changes.items()}
    return {deed: effect for deed, effect in found.items() if effect is not None}


@dataclass(frozen=True, slots=True)
class Brief:
    """For the hall and the first page: the newest closed period and how many warnings stand."""

    run: ScoreRun | None
    n_red: int
    n_yellow: int
    n_plans_due: int
    n_plans_late: int


def brief(actor: Actor, community_id: UUID, *, system_id: str, now: dt.datetime) -> Brief:
    run = closed_runs(actor, system_id=system_id, community_ids=[community_id]).last()
    if not actor.everywhere and community_id not in actor.communities_with(READ):
        return Brief(run, 0, 0, 0, 0)
    colours = list(list_warnings(actor, community_id, only_open=True).values_list("colour", flat=True))
    due = list_plans(actor, community_id, only_open=True).filter(state="due")
    return Brief(run, colours.count("red"), colours.count("yellow"), due.count(), due.filter(due_at__lt=now).count())


def present_period(system: System, now: dt.datetime) -> Period:
    return Period.holding(local_day(now), system.cadence)


def asked_period(system: System, code: str, now: dt.datetime) -> Period:
    """The period named, or the present one."""
    if not code:
        return present_period(system, now)
    return check_period(code, cadence=system.cadence, system=system.id, today=local_day(now))


def latest_periods(system: System, now: dt.datetime, n: int = 6) -> Sequence[Period]:
    """The present period and those before it, newest first."""
    found = [present_period(system, now)]
    while len(found) < n:
        found.append(found[-1].before())
    return found
