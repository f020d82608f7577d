"""A period is closed once: the tree with the values it was computed from, kept as it is. The assessor's deed."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import local_day
from linli.kernel.errors import LinliError, define
from linli.platform.actors import Actor

from .. import events, queries
from ..models import ScoreRun
from .observing import open_period
from .warning import Watch, weigh_unit

CLOSE = "assessment.close"
RUNNING = define(
    "assessment.period_running",
    zh="{period} 还没有过完（{last} 止），不能结",
    en="{period} is not over yet (until {last}); it cannot be closed",
    status=409,
)
TOO_LITTLE = define(
    "assessment.too_little_known",
    zh="只知道 {known}% 的权重，至少要 {least}%：先补上缺的指标，再结",
    en="Only {known} % of the weight is known, at least {least} % is needed; fill in what is missing first",
    status=409,
)


def close_period(
    community_id: UUID, system_id: str, period: str, *, weight_set: str = "", variant: str = "", actor: Actor, now: dt.datetime
) -> ScoreRun:  # fmt: skip
    """Close it with the standing values. Refused while it runs, twice, and where too little is known to tell a total."""
    actor.require(CLOSE, community_id)
    system, at = open_period(community_id, system_id, period, now=now)
    if local_day(now) <= at.last_day:
        raise LinliError(RUNNING, period=at.code, last=f"{at.last_day}")
    found = queries.sheet(actor, community_id, system, at, weight_set=weight_set, variant=variant)
    if found.scored.score is None:
        known, least = f"{100 * found.scored.known:.1f}", f"{100 * system.least_known_share:.0f}"
        raise LinliError(TOO_LITTLE, known=known, least=least)
    run = ScoreRun.objects.create(
        community_id=community_id, system_id=system.id, system_version=system.policy.version, system_sha256=system.policy.sha256,
        system_zh=system.title.zh, system_en=system.title.en, variant=found.variant or "", weight_set=found.scored.weight_set,
        period=at.code, score=found.scored.score, known_share=min(1.0, found.scored.known), tree=found.tree, computed_at=now,
        computed_by=actor.account_id,
    )  # fmt: skip
    append(
        events.PeriodClosed(
            community_id, run.pk, system.id, system.policy.version, system.policy.sha256, at.code, run.weight_set,
            round(1000 * found.scored.score), round(1000 * run.known_share),
        ),
        actor=actor, occurred_at=now,
    )  # fmt: skip
    weigh_unit(Watch(community_id, system, at, actor, now), run.score)
    return run
