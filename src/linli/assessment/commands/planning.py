"""A plan goes round: written within its time, its measures done with evidence, the indicator measured again, closed or once more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import local_day
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor

from .. import events, queries
from ..models import Observation, Plan, PlanMeasure
from ..rules.colours import scheme
from ..rules.plans import NO_MEASURES, NOT_MEASURED, check_step
from ..rules.strategies import find_deed
from .closing import CLOSE

PLAN = "assessment.plan"
NO_WORDS = define(
    "assessment.no_words",
    zh="请写一句话（最多 {most} 字）",
    en="Say it in a sentence (at most {most} characters)",
    status=422,
)
UNKNOWN_DEED = define(
    "assessment.unknown_deed",
    zh="策略库里没有“{deed}”",
    en="The strategy library has no measure {deed}",
    status=422,
)
DUE_BEFORE = define(
    "assessment.due_before",
    zh="完成日期 {day} 已经过去了",
    en="The day {day} to be done by is past",
    status=422,
)
STILL_RED = define(
    "assessment.still_red",
    zh="复测还是红色，不能闭环；再做一轮",
    en="Measured again it is still red; go round once more",
    status=409,
)
NOT_ALL_DONE = define(
    "assessment.not_all_done",
    zh="还有 {n} 条措施没做完",
    en="{n} measures are not done yet",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Own:
    """A measure that is in no library."""

    title: str
    who: str
    due_on: dt.date


def write_plan(
    plan_id: UUID, *, aim: str, deeds: Sequence[str], own: Sequence[Own] = (), actor: Actor, now: dt.datetime
) -> Plan:
    """Write what will be done (again, in a further round): measures of the library, each with its days, and own ones."""
    plan = queries.find_plan(actor, plan_id, lock=True)
    actor.require(PLAN, plan.community_id)
    check_step(plan.state, "doing")
    aim = _sentence(aim, most=200)
    today = local_day(now)
    rows = [_from_library(plan, deed, today) for deed in dict.fromkeys(deeds)]
    rows += [_own(plan, one, today) for one in own]
    if not rows:
        raise LinliError(NO_MEASURES)
    PlanMeasure.objects.bulk_create(rows)
    is_first = plan.written_at is None
    plan.state, plan.aim = Plan.State.DOING, aim
    plan.written_at, plan.written_by = plan.written_at or now, actor.account_id
    plan.done_at = None
    plan.save()
    in_time = not is_first or now <= plan.due_at
    append(
        events.PlanWritten(plan.community_id, plan.pk, tuple(row.deed for row in rows if row.deed), in_time),
        actor=actor,
        occurred_at=now,
    )
    return plan


def do_measure(plan_id: UUID, row_id: int, *, evidence: str, actor: Actor, now: dt.datetime) -> Plan:
    """A measure is done, and how one knows. With the last one the plan waits to be measured again."""
    plan = queries.find_plan(actor, plan_id, lock=True)
    actor.require(PLAN, plan.community_id)
    row = plan.measures.filter(pk=row_id).first()
    if row is None:
        raise NotFoundError
    if row.done_at is not None:
        return plan  # a second click
    check_step(plan.state, "checking")
    row.done_at, row.evidence = now, _sentence(evidence, most=300)
    row.save()
    append(events.PlanMeasureDone(plan.community_id, plan.pk, row.deed), actor=actor, occurred_at=now)
    if not plan.measures.filter(done_at=None).exists():
        plan.state, plan.done_at = Plan.State.CHECKING, now
        plan.save()
    return plan


def check_plan(plan_id: UUID, *, again: bool, learned: str, actor: Actor, now: dt.datetime) -> Plan:
    """Look at the value seen since: close the plan with what was learned, or go round ``again``. Still red is not closed."""
    plan = queries.find_plan(actor, plan_id, lock=True)
    actor.require(CLOSE, plan.community_id)
    check_step(plan.state, "doing" if again else "closed")
    if n := plan.measures.filter(done_at=None).count():
        raise LinliError(NOT_ALL_DONE, n=n)
    seen = value_since(plan)
    if seen is None:
        raise LinliError(NOT_MEASURED)
    warning = plan.warning
    if not again and warning.cleared_at is None and warning.colour == scheme(warning.scheme).plan_colour:
        raise LinliError(STILL_RED)
    plan.learned = _sentence(learned, most=300)
    plan.value_after, plan.checked_at = seen.value, now
    if again:
        plan.state, plan.n_rounds, plan.done_at = Plan.State.DOING, plan.n_rounds + 1, None
    else:
        plan.state, plan.closed_at = Plan.State.CLOSED, now
    plan.save()
    outcome = "again" if again else "closed"
    fact = events.PlanChecked(
        plan.community_id, plan.pk, outcome, round(1000 * plan.value_before), round(1000 * seen.value)
    )
    append(fact, actor=actor, occurred_at=now)
    return plan


def value_since(plan: Plan) -> Observation | None:
    """The newest value of the plan's measure recorded after its measures were done."""
    if plan.done_at is None:
        return None
    rows = Observation.objects.filter(
        community_id=plan.community_id, measure=plan.measure, recorded_at__gt=plan.done_at
    )
    return rows.order_by("-period", "-recorded_at", "-id").first()


def _from_library(plan: Plan, id: str, today: dt.date) -> PlanMeasure:
    deed = find_deed(id)
    if deed is None:
        raise LinliError(UNKNOWN_DEED, deed=id[:64])
    return PlanMeasure(
        plan=plan, community_id=plan.community_id, deed=deed.id, title_zh=deed.title.zh, title_en=deed.title.en,
        who=deed.who.zh, due_on=today + dt.timedelta(days=deed.days), cost_fen=deed.cost_fen,
        likely=deed.lifts.get(plan.measure), round=plan.n_rounds,
    )  # fmt: skip


def _own(plan: Plan, one: Own, today: dt.date) -> PlanMeasure:
    if one.due_on < today:
        raise LinliError(DUE_BEFORE, day=f"{one.due_on}")
    title = _sentence(one.title, most=120)
    return PlanMeasure(
        plan=plan, community_id=plan.community_id, title_zh=title, title_en=title, who=_sentence(one.who, most=100),
        due_on=one.due_on, round=plan.n_rounds,
    )  # fmt: skip


def _sentence(words: str, *, most: int) -> str:
    plain = " ".join(words.split())
    if not 1 <= len(plain) <= most:
        raise LinliError(NO_WORDS, most=most)
    return plain
