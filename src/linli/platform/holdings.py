"""What the ground holds of a person: their account, consents, requests, and who read them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.text import Text

from .actors import Actor
from .delivery.outbox import PURPOSE as SENT
from .delivery.outbox import TABLE as OUTBOX
from .inbox import holdings as inbox  # noqa: F401  # registers what inboxes hold
from .models import Account
from .notes import holdings as notes  # noqa: F401  # and what notes hold
from .privacy import words
from .privacy.consents import notices
from .privacy.holdings import Erased, Holding, Kept, Section, holding
from .privacy.models import Consent, Read, Request
from .privacy.rotation import SealedColumn, sealed_column
from .search.kept import PURPOSE as SEARCHED

WHEN = Text("何时", "When")
EVIDENCE = Kept(
    Text("谁看过、同意过什么、要求过什么", "Who read, what was agreed to, what was asked for"),
    Text(
        "只剩编号、代码和时间，没有姓名；这是您的权利得到办理的凭据（个人信息保护法 51、55）。",
        "Ids, codes and times only, no name: the evidence that your rights were honoured.",
    ),
)


def tell(person_id: UUID) -> Sequence[Section]:
    titles = {one.kind: one.title for one in notices()}
    accounts = [
        [(Text("用户名", "Username"), row.username), (Text("显示的名字", "Name shown"), row.shown_name)]
        for row in Account.objects.filter(person_id=person_id)
    ]
    consents = [
        [
            (Text("事项", "Matter"), titles.get(row.kind, Text(row.kind, row.kind))),
            (Text("同意", "Given"), Text("同意", "given") if row.is_given else Text("撤回", "withdrawn")),
            (WHEN, row.at.isoformat()),
        ]
        for row in Consent.objects.filter(person_id=person_id).order_by("at")
    ]
    requests = [
        [
            (Text("要求", "Asked for"), words.word(words.REQUESTS, row.kind)),
            (Text("结果", "Outcome"), words.STATES[row.state][1]),
            (WHEN, row.asked_at.isoformat()),
        ]
        for row in Request.objects.filter(person_id=person_id).order_by("asked_at")
    ]
    reads = [
        [
            (WHEN, row.at.isoformat()),
            (Text("做了什么", "Did what"), words.word(words.WHAT, row.what)),
            (Text("看到什么", "Saw"), words.fields_text(row.fields)),
        ]
        for row in Read.objects.filter(person_ids__contains=[person_id]).order_by("at")
    ]
    return [
        Section("accounts", Text("账号", "Accounts"), accounts),
        Section("consents", Text("同意过的事", "Consents"), consents),
        Section("requests", Text("就资料提过的要求", "Requests about data"), requests),
        Section("reads", Text("谁看过", "Who read"), reads),
    ]


def foretell(person_id: UUID) -> Sequence[Kept]:
    return [EVIDENCE]


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """Notes, copies and accounts are erased by :mod:`linli.platform.privacy.carrying` itself; the rest is evidence without a name."""
    return Erased(kept=[EVIDENCE])


for one in (
    SealedColumn("privacy.note", "privacy_note", "text", "privacy_note", "text"),
    SealedColumn(
        "privacy.copy", "privacy_copy", "content", "privacy_copy", "content", row="request_id", key="request_id"
    ),
    SealedColumn(SEARCHED, "platform_search", "words", "platform_search", "words"),
    SealedColumn(SENT, OUTBOX, "address", OUTBOX, "address"),
    SealedColumn(SENT, OUTBOX, "content", OUTBOX, "content"),
):
    sealed_column(one)
holding(Holding("platform", tell, foretell, erase, order=900))
