"""A measure of a plan as a case: it lies with a desk, has clocks, and comes back done when its case is closed as solved."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.cases import commands as cases
from linli.cases import queries as case_queries
from linli.journal import append
from linli.kernel.clock import local_day
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.kernel.text import Text
from linli.platform.actors import Actor

from .. import events, queries
from ..models import Plan, PlanMeasure
from ..rules.plans import check_step
from ..rules.strategies import task_type
from .planning import PLAN, do_measure

DONE_ALREADY = define(
    "assessment.measure_done",
    zh="这条措施已经做完了，不用再交办",
    en="This measure is done; there is nothing to hand over",
    status=409,
)


def may_hand_over(actor: Actor, community_id: UUID) -> bool:
    """Who writes plans and works on cases: whoever hands it over is asked whether it was done."""
    return actor.may(PLAN, community_id) and actor.may(case_queries.HANDLE, community_id)


def hand_over(plan_id: UUID, row_id: int, *, actor: Actor, now: dt.datetime) -> UUID:
    """The case a measure becomes, due by the measure's day (today, where that is past). A second click gives the same case."""
    plan = queries.find_plan(actor, plan_id, lock=True)
    actor.require(PLAN, plan.community_id)
    actor.require(case_queries.HANDLE, plan.community_id)
    row = plan.measures.filter(pk=row_id).first()
    if row is None:
        raise NotFoundError
    if row.case_id is not None:
        return row.case_id
    if row.done_at is not None:
        raise LinliError(DONE_ALREADY)
    check_step(plan.state, "checking")
    report = cases.Report(
        _words(plan, row).zh, task_type(), way=cases.Way.STAFF, handle_by=max(row.due_on, local_day(now))
    )
    case = cases.open_case(plan.community_id, report, actor=actor, now=now)
    row.case_id = case.pk
    row.save(update_fields=["case_id"])
    append(events.MeasureHanded(plan.community_id, plan.pk, row.deed, case.pk), actor=actor, occurred_at=now)
    return case.pk


def _words(plan: Plan, row: PlanMeasure) -> Text:
    about, who, day = plan.warning.title, row.who, f"{row.due_on:%Y-%m-%d}"
    return Text(
        f"整改任务：{row.title_zh}。起因：“{about.zh}”预警。原定由{who}在 {day} 前做完。",
        f"Improvement task: {row.title_en}. Because of the warning {about.en}. To be done by {who} until {day}.",
    )


def follow_case(case_id: UUID, *, outcome: str, actor: Actor, now: dt.datetime) -> None:
    """Its case was closed: solved, the measure is done; refused or withdrawn, it waits again. Said twice, it is done once."""
    row = PlanMeasure.objects.select_for_update().filter(case_id=case_id, done_at=None).first()
    if row is None:
        return
    if outcome == "solved":
        number = case_queries.find(actor, case_id).number
        do_measure(row.plan_id, row.pk, evidence=f"事项 {number} 办结", actor=actor, now=now)
        return
    row.case_id = None
    row.save(update_fields=["case_id"])
    fact = events.MeasureReturned(row.community_id, row.plan_id, row.deed, case_id, outcome)
    append(fact, actor=actor, occurred_at=now)
