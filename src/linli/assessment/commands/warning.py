"""Warnings follow what was observed: raised, turned worse or better, cleared; a red one opens a plan. One open warning for each thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.journal import append
from linli.kernel.text import Text
from linli.lifecircle import queries as lifecircle
from linli.platform.actors import Actor
from linli.platform.db import acting

from .. import events
from ..live import MACHINE
from ..models import Observation, Plan, Warning, WarningTurn
from ..rules.colours import BEST, Scheme, changed_colour, decide_colour, scheme
from ..rules.period import Period
from ..rules.system import Indicator, System


@dataclass(frozen=True, slots=True)
class Watch:
    """Whose numbers are looked at, by which system, for which period; by whom and when."""

    community_id: UUID
    system: System
    period: Period
    actor: Actor
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scheme looks at: a thing, its number and its limits (worst first). ``at_least``: a colour found another way (a change since
    the period before)."""

    subject: str
    title: Text
    value: float
    limits: Sequence[tuple[str, float]]
    direction: str
    at_least: str = ""


def weigh(watch: Watch, rows: Sequence[Observation]) -> None:
    """Hold new values against the limits of the system; where a live coverage is among them, every class of facility too."""
    rule = scheme("threshold")
    for row in rows:
        one = watch.system.of_measure(row.measure)
        if one.limits or any(change.measure == one.measure for change in rule.changes):
            _weigh_indicator(watch, rule, one, row)
    if any(row.source == "lifecircle.circle_share" for row in rows):
        _weigh_demand(watch)


def weigh_unit(watch: Watch, score: float | None) -> None:
    """The community by its total, when a half-year ends (P10)."""
    if score is None or watch.period.last_day.month not in (6, 12):
        return
    rule = scheme("unit")
    seen = Seen(watch.system.id, watch.system.title, score, list(rule.limits.items()), "higher")
    turn(watch, rule, seen)


def _weigh_demand(watch: Watch) -> None:
    """Each class of facility by the share of residents who cannot reach it (S009)."""
    rule = scheme("demand")
    with acting(MACHINE):
        coverage = lifecircle.latest_coverage(MACHINE, watch.community_id)
    for row in coverage.rows if coverage else ():
        if row.share is not None:
            turn(watch, rule, Seen(row.category, row.title, 100 * (1 - row.share), list(rule.limits.items()), "lower"))


def _weigh_indicator(watch: Watch, rule: Scheme, one: Indicator, row: Observation) -> None:
    others = Observation.objects.filter(community_id=watch.community_id, measure=one.measure)
    if others.filter(period__gt=watch.period.code, period__regex=_same_cadence(watch.period)).exists():
        return  # a late value of an earlier period says nothing of today
    last = others.filter(period=watch.period.before().code).order_by("-recorded_at", "-id").first()
    at_least = changed_colour(row.value, last.value if last else None, one.measure, rule.changes)
    turn(watch, rule, Seen(one.measure, one.title, row.value, list(one.limits.items()), one.direction, at_least))


def _same_cadence(period: Period) -> str:
    return {"quarter": "Q", "half_year": "H", "year": "^....$"}[period.cadence]


def turn(watch: Watch, rule: Scheme, seen: Seen) -> None:
    """Raise, turn or clear the warning of one thing."""
    found = Warning.objects.select_for_update().filter(
        community_id=watch.community_id, scheme=rule.id, subject=seen.subject, cleared_at=None
    )
    warning = found.first()
    if warning is not None and (warning.system_id != watch.system.id or warning.period > watch.period.code):
        return  # another system watches this, or a later period has been seen: one voice for one thing
    present = warning.colour if warning else ""
    colour = decide_colour(
        seen.value, seen.limits, direction=seen.direction, present=present, margin_share=rule.margin_share
    )
    if seen.at_least and rule.rank(seen.at_least) < rule.rank(colour):
        colour = seen.at_least
    if warning is not None:
        _turned(watch, rule, warning, seen, colour)
    elif colour not in ("", BEST[rule.id]):
        _raise(watch, rule, seen, colour)


def _turned(watch: Watch, rule: Scheme, warning: Warning, seen: Seen, colour: str) -> None:
    present, is_fine = warning.colour, colour in ("", BEST[rule.id])
    warning.value, warning.period, warning.seen_at = seen.value, watch.period.code, watch.now
    if colour != present:
        if is_fine:
            warning.cleared_at = watch.now
        else:
            warning.colour = colour
        _note(warning, "" if is_fine else colour, watch.now)
        now_at = "clear" if is_fine else colour
        fact = events.WarningTurned(
            warning.community_id, warning.pk, rule.id, seen.subject, present, now_at, watch.period.code
        )
        append(fact, actor=watch.actor, occurred_at=watch.now)
    warning.save()
    if not is_fine and colour == rule.plan_colour:
        _open_plan(watch, rule, warning)


def _raise(watch: Watch, rule: Scheme, seen: Seen, colour: str) -> None:
    warning = Warning.objects.create(
        community_id=watch.community_id, scheme=rule.id, system_id=watch.system.id, subject=seen.subject, title_zh=seen.title.zh,
        title_en=seen.title.en, colour=colour, period=watch.period.code, value=seen.value, raised_at=watch.now, seen_at=watch.now,
    )  # fmt: skip
    _note(warning, colour, watch.now)
    fact = events.WarningRaised(watch.community_id, warning.pk, rule.id, seen.subject, colour, watch.period.code)
    append(fact, actor=watch.actor, occurred_at=watch.now)
    if colour == rule.plan_colour:
        _open_plan(watch, rule, warning)


def _note(warning: Warning, colour: str, now: dt.datetime) -> None:
    WarningTurn.objects.create(
        warning=warning, community_id=warning.community_id, colour=colour, value=warning.value, period=warning.period, at=now
    )  # fmt: skip


def _open_plan(watch: Watch, rule: Scheme, warning: Warning) -> None:
    if Plan.objects.filter(warning=warning).exists():
        return
    due_at = watch.now + dt.timedelta(hours=rule.plan_h)
    plan = Plan.objects.create(
        warning=warning, community_id=warning.community_id, measure=warning.subject, opened_at=watch.now, due_at=due_at,
        value_before=warning.value,
    )  # fmt: skip
    fact = events.PlanOpened(warning.community_id, plan.pk, warning.pk, due_at.isoformat(timespec="minutes"))
    append(fact, actor=watch.actor, occurred_at=watch.now)
