"""What cases say in somebody's inbox: to the reporter what happened, to who has it in hand what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from linli.journal import subscriber
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.inbox import Shown, inbox_kind, tell_accounts

from . import events, queries
from .models import Case

if TYPE_CHECKING:
    from linli.journal.models import Fact

TITLES = {
    events.CaseMoved.name: Text("您报的事有进展", "Your report went on"),
    events.CaseReplied.name: Text("您报的事有回复", "A reply to your report"),
    events.CaseMerged.name: Text(
        "您报的事和邻居报的同一件并在一起办", "Your report is handled together with a neighbour's"
    ),
    events.CaseParted.name: Text("您报的事又单独办了", "Your report is handled on its own again"),
}


def describe(actor: Actor, case_id: UUID) -> Shown | None:
    case = Case.objects.filter(queries.mine(actor), pk=case_id).first()
    if case is None:
        return None
    kind = queries.kind_of(case)
    state = kind.flow.states[case.state].title
    return Shown(
        Text(f"{kind.title.zh}：{state.zh}", f"{kind.title.en}: {state.en}"), reverse("cases:matter", args=[case.pk])
    )


def declare() -> None:
    for name, title in TITLES.items():
        inbox_kind(name, title, icon="wrench", describe=describe)


@subscriber("cases.inbox", events=tuple(TITLES), from_now=True)
def fill_inboxes(fact: Fact) -> None:
    """The reporter of an open case is told of what others did. A sealed one is not: an inbox names an account beside the case."""
    case = Case.objects.filter(pk=fact.subject_id, is_sealed=False).first()
    if case is None or case.person_id is None or (fact.payload or {}).get("kind") in ("note", "answer"):
        return
    if case.account_id is not None and fact.actor == f"person:{case.account_id}":
        return
    tell_accounts(
        [case.person_id],
        kind=fact.name,
        subject_id=case.pk,
        community_id=case.community_id,
        cause_id=fact.id,
        at=fact.occurred_at,
    )
