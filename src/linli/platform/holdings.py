"""What the ground holds of a person: their account, consents, requests, and who read them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.text import Text

from .actors import Actor
from .comments import holdings as comments  # noqa: F401  # and what threads hold
from .delivery.outbox import PURPOSE as SENT
from .delivery.outbox import TABLE as OUTBOX
from .inbox import holdings as inbox  # noqa: F401  # registers what inboxes hold
from .jobs import kind_text
from .models import Account, Attachment, ExternalIdentity, Job, OpenSession, Outgoing, SecondFactor
from .notes import holdings as notes  # noqa: F401  # and what notes hold
from .privacy import words
from .privacy.consents import notices
from .privacy.holdings import Cell, Erased, Holding, Kept, Section, holding
from .privacy.models import Consent, Note, Read, Request
from .privacy.notes import read_notes
from .privacy.rotation import SealedColumn, sealed_column
from .privacy.sealing import unseal
from .search.kept import PURPOSE as SEARCHED
from .search.models import Search
from .signin.factor import PURPOSE as FACTOR

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
        Section("words", Text("写在要求和查看旁边的话", "Words beside requests and reads"), _words(person_id)),
        *(section for section in _ways_in(person_id) if section.rows),
    ]


def _words(person_id: UUID) -> list[list[Cell]]:
    rows = Note.objects.filter(person_id=person_id, erased_at=None).order_by("written_at")
    said = read_notes({row.pk for row in rows})
    return [[(WHEN, row.written_at.isoformat()), (Text("文字", "Words"), said.get(row.pk, ""))] for row in rows]


def _accounts(person_id: UUID) -> list[UUID]:
    return list(Account.objects.filter(person_id=person_id).values_list("pk", flat=True))


def _ways_in(person_id: UUID) -> list[Section]:
    """What the accounts have done and are guarded by. Secrets are not told: they open, and say nothing of anybody."""
    accounts = _accounts(person_id)
    codes = [f"person:{one}" for one in accounts]
    return [
        Section(
            "sessions",
            Text("登录过的浏览器", "Browsers signed in"),
            [[(Text("浏览器", "Browser"), row.browser), (WHEN, row.begun_at.isoformat())]
             for row in OpenSession.objects.filter(account_id__in=accounts).order_by("begun_at")],
        ),
        Section(
            "factors",
            Text("第二道验证", "Second factor"),
            [[(Text("开通", "Enrolled"), row.enrolled_at.isoformat()), (Text("终止原因", "Ended because"), row.ended_because or "—")]
             for row in SecondFactor.objects.filter(account_id__in=accounts)],
        ),
        Section(
            "identities",
            Text("统一身份", "Outside identities"),
            [[(Text("由谁证明", "Vouched for by"), row.issuer), (Text("名称", "Name"), row.subject)]
             for row in ExternalIdentity.objects.filter(account_id__in=accounts)],
        ),
        Section(
            "searches",
            Text("查过什么", "Searches"),
            [[(WHEN, row.used_at.isoformat()), (Text("查的词", "Words"), _searched(row))]
             for row in Search.objects.filter(account_id__in=accounts).order_by("used_at")],
        ),
        Section(
            "messages",
            Text("发给您的短信和邮件", "Texts and mails to you"),
            [[(WHEN, row.created_at.isoformat()), (Text("种类", "Kind"), row.kind), (Text("状态", "State"), row.state)]
             for row in Outgoing.objects.filter(account_id__in=accounts).order_by("created_at")],
        ),
        Section(
            "files",
            Text("您加的图片和文件", "Pictures and papers you added"),
            [[(WHEN, row.added_at.isoformat()), (Text("文件", "File"), row.name), (Text("说明", "Caption"), row.caption)]
             for row in Attachment.objects.filter(added_by__in=codes).order_by("added_at")],
        ),
        Section(
            "jobs",
            Text("您开始的长任务", "Long work you began"),
            [[(WHEN, row.created_at.isoformat()), (Text("什么", "What"), kind_text(row.kind)), (Text("状态", "State"), row.state)]
             for row in Job.objects.filter(started_by__in=codes).order_by("created_at")],
        ),
    ]  # fmt: skip


def _searched(row: Search) -> str:
    return unseal(SEARCHED, bytes(row.words), table="platform_search", column="words", row=row.pk)


def foretell(person_id: UUID) -> Sequence[Kept]:
    return [EVIDENCE]


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """What guards and remembers for the accounts. Notes, copies and the accounts themselves are erased by
    :mod:`linli.platform.privacy.carrying`; the rest is evidence without a name."""
    accounts = _accounts(person_id)
    n_rows = {
        name: rows.filter(account_id__in=accounts).delete()[0]
        for name, rows in (
            ("sessions", OpenSession.objects), ("factors", SecondFactor.objects), ("identities", ExternalIdentity.objects),
            ("searches", Search.objects), ("messages", Outgoing.objects),
        )
    }  # fmt: skip
    return Erased(n_rows, [EVIDENCE])


for one in (
    SealedColumn("privacy.note", "privacy_note", "text", "privacy_note", "text"),
    SealedColumn(
        "privacy.copy", "privacy_copy", "content", "privacy_copy", "content", row="request_id", key="request_id"
    ),
    SealedColumn(SEARCHED, "platform_search", "words", "platform_search", "words"),
    SealedColumn(SENT, OUTBOX, "address", OUTBOX, "address"),
    SealedColumn(SENT, OUTBOX, "content", OUTBOX, "content"),
    SealedColumn(FACTOR, "platform_secondfactor", "secret", "platform_secondfactor", "secret"),
):
    sealed_column(one)
holding(
    Holding(
        "platform", tell, foretell, erase, order=900,
        tells=(
            "platform_account", "platform_opensession", "platform_externalidentity", "platform_secondfactor", "platform_search",
            "platform_outgoing", "platform_attachment", "platform_job", "privacy_note", "privacy_consent", "privacy_request",
            "privacy_read",
        ),
        erases=(
            "platform_account", "platform_opensession", "platform_externalidentity", "platform_secondfactor", "platform_search",
            "platform_outgoing", "privacy_note", "privacy_copy",
        ),
    )
)  # fmt: skip
