"""What assessment says in the inboxes of those who write plans: a warning, a plan that is due, a measure that came back undone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from linli.journal import subscriber
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.inbox import Shown, inbox_kind, tell_these
from linli.registry.queries.accounts import accounts_with

from . import events, queries
from .commands.planning import PLAN
from .rules.colours import scheme

if TYPE_CHECKING:
    from linli.journal.models import Fact

WARNINGS = {
    events.WarningRaised.name: Text("新的预警", "A new warning"),
    events.WarningTurned.name: Text("预警变了颜色", "A warning changed its colour"),
}
PLANS = {
    events.PlanOpened.name: Text("要写整改方案", "An improvement plan is due"),
    events.MeasureReturned.name: Text("交办的措施没有办成", "A measure handed over came back undone"),
}


def describe_warning(actor: Actor, warning_id: UUID) -> Shown | None:
    try:
        found = queries.find_warning(actor, warning_id)
    except NotFoundError:
        return None
    word = Text("已解除", "cleared") if found.cleared_at else scheme(found.scheme).colour(found.colour).title
    url = reverse("assessment:warning", args=[found.pk])
    return Shown(Text(f"{found.title.zh}：{word.zh}", f"{found.title.en}: {word.en}"), url)


def describe_plan(actor: Actor, plan_id: UUID) -> Shown | None:
    try:
        found = queries.find_plan(actor, plan_id)
    except NotFoundError:
        return None
    title = found.warning.title
    return Shown(Text(f"整改：{title.zh}", f"Plan: {title.en}"), reverse("assessment:plan", args=[found.pk]))


def declare() -> None:
    for name, title in WARNINGS.items():
        inbox_kind(name, title, icon="warn", describe=describe_warning)
    for name, title in PLANS.items():
        inbox_kind(name, title, icon="target", describe=describe_plan)


@subscriber("assessment.inbox", events=(*WARNINGS, *PLANS), from_now=True)
def fill_inboxes(fact: Fact) -> None:
    """Everybody who may write a plan here is told once; who did it themselves is not."""
    if fact.community_id is None or fact.subject_id is None:
        return
    accounts = {one.pk for one in accounts_with(PLAN, fact.community_id) if fact.actor != f"person:{one.pk}"}
    tell_these(
        accounts,
        kind=fact.name,
        subject_id=fact.subject_id,
        community_id=fact.community_id,
        cause_id=fact.id,
        at=fact.occurred_at,
    )
