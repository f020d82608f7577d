"""What an answer to a reporter leaves out, as a hint to who writes it and a list to read again. Never a judgement, never a bar: it stands in no rate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from linli.engines.triage import ReplyRead, read_reply
from linli.kernel.text import Text
from linli.platform.actors import Actor

from . import queries
from .models import Case, Said
from .rules.types import CaseType, cases_policy

TITLES = {
    "asked": Text("说的是报事人问的这件事", "It is about what was reported"),
    "measure": Text("做了什么、要做什么", "What was done or will be"),
    "time": Text("什么时候", "When"),
    "contact": Text("还有事找谁", "Whom to turn to"),
}
TO_REPORTER = (Said.Kind.REPLY, Said.Kind.PROOF)
READ_AT_MOST = 2000
"""Answers looked through, newest first."""


@dataclass(frozen=True, slots=True)
class Again:
    """An answer that leaves things out."""

    said: Said
    missing: tuple[Text, ...]
    is_beside: bool


def read(kind: CaseType, question: str, reply: str) -> ReplyRead:
    policy = cases_policy()
    return read_reply(
        question,
        reply,
        subject=kind.words,
        measures=policy.reply_measures,
        contacts=policy.reply_contacts,
        common=policy.reply_common,
        named_from=policy.reply_named_from,
    )


def question_of(case: Case) -> str:
    """The words of the report; nothing of them where they were erased."""
    return queries.first_words([case]).get(case.pk, "")


def worth_reading_again(actor: Actor, community_id: UUID, *, now: dt.datetime) -> list[Again]:
    """The last answer of each case the actor sees at work, of the policy's days, that leaves much out; what leaves out most first, then the newest."""
    rows = (
        Said.objects.filter(
            case__in=queries.list_queue(actor, community_id).order_by(),
            kind__in=TO_REPORTER,
            erased_at=None,
            at__gte=now - dt.timedelta(days=cases_policy().reply_days),
            at__lte=now,
        )
        .select_related("case", "case__place")
        .order_by("-at")[:READ_AT_MOST]
    )
    last: dict[UUID, Said] = {}
    for row in rows:
        last.setdefault(row.case_id, row)
    asked = queries.first_words([row.case for row in last.values()])
    found = []
    for row in last.values():
        if not asked.get(row.case_id):
            continue
        told = read(queries.kind_of(row.case), asked[row.case_id], row.body)
        if len(told.missing) >= cases_policy().reply_worth_from_missing or "asked" in told.missing:
            found.append(Again(row, tuple(TITLES[one] for one in told.missing), "asked" in told.missing))
    return sorted(found, key=lambda one: (-len(one.missing), -one.said.at.timestamp()))
