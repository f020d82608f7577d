"""A case told as it went: its facts in order, with the words that belong to them, as much as the reader may know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from linli.journal.models import Fact
from linli.kernel.errors import LinliError
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.db import acting

from .. import events, queries
from ..models import Case, Said
from ..rules import clocks
from ..rules.types import CLOCK_WORDS, PAUSES, CaseType, case_types

Reader = Literal["public", "reporter", "worker"]
HOW = {
    "duty": Text("按责任清单派到", "Sent by the duty list to"),
    "assigned": Text("指派给", "Assigned to"),
    "returned": Text("退回，交给", "Given back, to"),
    "escalated": Text("上报到", "Raised to"),
}
ONLY_WORKERS = {events.ClockWarned.name, events.PartyAsked.name, events.PartyCame.name, events.CasePublished.name}
SHAPES = {
    clocks.IN_TIME: "green",
    clocks.PRESSING: "yellow",
    clocks.OVERDUE: "red",
    clocks.PAUSED: "dash",
    clocks.DONE: "ring",
}


@dataclass(frozen=True, slots=True)
class Step:
    at: dt.datetime
    title: Text
    who: Text | None = None
    words: str = ""
    is_note: bool = False
    was_erased: bool = False


def role_title(role: str) -> Text:
    if role == "reporter":
        return Text("报事人", "The reporter")
    try:
        return find_policy("roles", role).title
    except LinliError:  # a role that is no more still stands in old facts
        return Text(role, role)


def steps_of(case: Case, reader: Reader) -> list[Step]:
    """Oldest first. The public reads what happened and when; the reporter what was said to them too; a worker all."""
    with acting(queries.MACHINE):
        facts = list(Fact.objects.filter(subject_id=case.pk, name__startswith="cases.").order_by("ord"))
        said = {row.pk: row for row in case.words.all()}
        names = queries.worker_names(
            {UUID(fact.actor[7:]) for fact in facts if fact.actor.startswith("person:")}
            if reader == "worker"
            else set()
        )
    steps = [_step(fact, case, reader, said, names) for fact in facts]
    return [step for step in steps if step is not None]


def _step(fact: Fact, case: Case, reader: Reader, said: dict[UUID, Said], names: dict[UUID, str]) -> Step | None:
    payload: dict[str, Any] = fact.payload or {}
    if fact.name in ONLY_WORKERS and reader != "worker":
        return None
    words = said.get(UUID(payload["said_id"])) if payload.get("said_id") else None
    is_note = words is not None and words.kind == Said.Kind.NOTE
    if is_note and reader != "worker":
        if fact.name == events.CaseReplied.name:
            return None
        words = None
    if reader == "public" and fact.name in (events.CaseReplied.name, events.CaseUrged.name):
        return None
    who = _who(fact, words, reader, names, case)
    return Step(
        fact.occurred_at,
        _title(fact, payload, queries.kind_of(case)),
        who,
        "" if reader == "public" or words is None else words.body,
        is_note,
        words is not None and words.erased_at is not None,
    )


def _who(fact: Fact, words: Said | None, reader: Reader, names: dict[UUID, str], case: Case) -> Text | None:
    if fact.actor.startswith("pseudonym:"):
        return Text("报事人（匿名）", "The reporter (sealed)")
    if fact.actor.startswith("system:"):
        return None
    account = UUID(fact.actor[7:]) if fact.actor.startswith("person:") else None
    if account is not None and account == case.account_id:
        return role_title("reporter")
    if words is not None and reader != "worker":
        return role_title(words.by)
    name = names.get(account) if account else None
    return Text(name, name) if name else None


def _title(fact: Fact, payload: dict[str, Any], kind: CaseType) -> Text:  # noqa: PLR0911  # one sentence for each event
    match fact.name:
        case events.CaseMoved.name:
            step = kind.flow.moves.get(payload["move"])
            return step.said if step else fact.said
        case events.CaseDispatched.name:
            desk = role_title(payload["desk"])
            how = HOW[payload["how"]]
            return Text(f"{how.zh}{desk.zh}", f"{how.en} {desk.en.lower()}")
        case events.CaseMerged.name:
            number = payload["lead_number"]
            return Text(f"和 {number} 是同一件事，并在一起办", f"The same matter as {number}; handled together")
        case events.CaseReplied.name:
            sort = payload["kind"]
            return {
                "reply": Text("回复报事人", "Reply to the reporter"),
                "answer": Text("报事人说", "The reporter says"),
            }.get(sort, Text("内部备注", "Note among workers"))
        case events.CasePaused.name:
            why = PAUSES.get(payload["because"], Text("—", "—"))
            return Text(f"暂停计时：{why.zh}", f"Clock stopped: {why.en}")
        case events.CaseExtended.name:
            return Text(f"延长 {payload['hours']} 小时", f"{payload['hours']} hours more")
        case events.ClockWarned.name:
            clock = CLOCK_WORDS[payload["clock"]]
            return (
                Text(f"{clock.zh}超时了", f"{clock.en}: overdue")
                if payload["is_over"]
                else Text(f"{clock.zh}快到时限", f"{clock.en}: pressing")
            )
        case events.CaseRetyped.name:
            known = case_types().get(payload["type_id"])
            title = known.title if known else Text(payload["type_id"], payload["type_id"])
            return Text(f"类型定为：{title.zh}", f"Kind decided: {title.en}")
        case events.CaseSupported.name:
            return Text(
                f"又有一位邻居说“我家也是”，共 {payload['n_supporters']} 位",
                f"Another neighbour has the same; {payload['n_supporters']} by now",
            )
        case events.PartyAsked.name | events.PartyCame.name:
            desk = role_title(payload["desk"])
            came = fact.name == events.PartyCame.name
            return (
                Text(f"{desk.zh}到了，一起办", f"{desk.en} has joined")
                if came
                else Text(f"请{desk.zh}一起办", f"{desk.en} was asked to join")
            )
        case events.CasePublished.name:
            return Text("已公开", "Made public") if payload["is_public"] else Text("不再公开", "No longer public")
    return fact.said
