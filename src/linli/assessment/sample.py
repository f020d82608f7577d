"""The past assessments of a demo: three quarters closed from typed values, a plan that went its round and one that waits to be written.

Values are made up, as is everybody in a demo; they say so in what they rest on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from linli.kernel.clock import local_day, start_of_day
from linli.platform.actors import Actor

from . import commands
from .commands.observing import record_many
from .models import How, Plan, ScoreRun
from .rules.entries import Entry
from .rules.period import Period
from .rules.system import find_system

SYSTEM = "micro-circulation"
N_QUARTERS = 3
EVIDENCE = "示例数据，虚构"
FIRST = {
    "road_connectivity": 88, "age_friendly_stairs": 31, "repair_on_time": 74, "reach_emergency_shelter": 61,
    "circle_coverage": 66, "pm25_reduction": 3.1, "reach_pocket_park": 64, "sorting_accuracy": 52, "proposal_adoption": 27,
    "notice_read_share": 42, "participation_rate": 30, "feedback_rate": 41, "waste_reduction": 4.2, "facility_use": 44,
    "spaces_in_use": 28, "service_satisfaction": 77, "first_response_15min": 84, "closed_on_time": 79,
}  # fmt: skip
"""Of the first quarter in the first community; later quarters are a little better, other communities a little apart."""
STEP, APART = 0.03, 0.06
DIP = "waste_reduction"
"""Falls below its red limit in the first quarter, gets a plan, and is clear by the next."""


def assess_past(community_ids: Sequence[UUID], *, actor: Actor, now: dt.datetime) -> None:
    """Close the quarters before the present one for each community, and fetch what is live now; nothing where that was done before."""
    present = Period.holding(local_day(now), "quarter")
    periods = [present.before()]
    while len(periods) < N_QUARTERS:
        periods.insert(0, periods[0].before())
    done = set(ScoreRun.objects.filter(system_id=SYSTEM).values_list("community_id", flat=True))
    for n, community_id in enumerate(community_ids):
        if community_id in done:
            continue
        for k, period in enumerate(periods):
            _close(community_id, period, n=n, k=k, actor=actor)
        _leave_a_red(community_id, present, n=n, actor=actor, now=now)
        commands.collect(community_id, SYSTEM, present.code, actor=actor, now=now)


def _close(community_id: UUID, period: Period, *, n: int, k: int, actor: Actor) -> None:
    at = start_of_day(period.end_day) + dt.timedelta(days=5, hours=9)
    factor = (1 + STEP * k) * (1 - APART * n)
    values = {one.measure: FIRST[one.measure] * factor for one in find_system(SYSTEM).leaves if one.measure in FIRST}
    if k == 0:
        values[DIP] = -1.5
    _enter(community_id, period, values, actor=actor, at=at)
    if k == 0:
        _go_round(community_id, period, actor=actor, at=at)
    commands.close_period(community_id, SYSTEM, period.code, actor=actor, now=at + dt.timedelta(days=4))


def _go_round(community_id: UUID, period: Period, *, actor: Actor, at: dt.datetime) -> None:
    """The dip's plan: written within its time, done, measured again within the same quarter's collection."""
    plan = Plan.objects.get(community_id=community_id, measure=DIP)
    commands.write_plan(
        plan.pk, aim="减量率回到 3% 以上", deeds=["sorting_guides"], actor=actor, now=at + dt.timedelta(hours=20)
    )
    row = plan.measures.get()
    commands.do_measure(plan.pk, row.pk, evidence="早晚高峰各两人，两周", actor=actor, now=at + dt.timedelta(days=2))
    _enter(community_id, period, {DIP: 4.2}, actor=actor, at=at + dt.timedelta(days=3))
    learned = "有人站在桶边，分得就对；周末没人就回去了"
    commands.check_plan(plan.pk, again=False, learned=learned, actor=actor, now=at + dt.timedelta(days=3, hours=1))


def _leave_a_red(community_id: UUID, present: Period, *, n: int, actor: Actor, now: dt.datetime) -> None:
    """One red in the present quarter, a day old, its plan still to be written."""
    if n == 0 and local_day(now) > present.first_day:
        at = now - dt.timedelta(hours=min(20.0, (now - start_of_day(present.first_day)).total_seconds() / 3600))
        _enter(community_id, present, {"feedback_rate": 22.0}, actor=actor, at=at)


def _enter(community_id: UUID, period: Period, values: dict[str, float], *, actor: Actor, at: dt.datetime) -> None:
    day = min(period.last_day, local_day(at))
    entries = [Entry(key, round(value, 1), day, "claimed", EVIDENCE) for key, value in values.items()]
    record_many(community_id, SYSTEM, period.code, entries, how=How.HAND, actor=actor, now=at)
