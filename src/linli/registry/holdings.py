"""What the register holds of a person: told for their copy, emptied when they ask, kept where the law or others' rights need it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Q

from linli.journal.catalogue import said
from linli.journal.commands import erase_fact
from linli.journal.models import Fact
from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.attachments.keeping import detach_all
from linli.platform.delivery.outbox import PHONE, forget_addressed
from linli.platform.models import Account
from linli.platform.privacy import blind_index
from linli.platform.privacy.holdings import Cell, Erased, Holding, Kept, Section, holding
from linli.platform.privacy.rotation import SealedColumn, sealed_column

from . import queries
from .commands.bindings import HOLDER as BIND_HOLDER
from .commands.bindings import PURPOSE as BIND_REQUESTS
from .commands.bindings import TABLE as BIND_TABLE
from .models import BindRequest, Invitation, Mandate, Membership, PersonRecord, RoleGrant, TenureRecord
from .pages.naming import full_names
from .pages.told import LABELS, Teller
from .pages.words import role_title
from .rules.people import PHONE_INDEX
from .sealed import COLUMNS, TABLE, opened
from .visible import today

FROM, TO = Text("从", "From"), Text("到", "To")
WAY = Text("谁替谁", "Who for whom")
STILL_HERE = Kept(
    Text("姓名、性别、出生日期、住处和一家人", "Name, sex, date of birth, home and household"),
    Text(
        "您还登记住在这里；居委会依法掌握常住居民（城市居民委员会组织法 3；个人信息保护法 13(3)）。迁出后可以全部删除。",
        "You are still registered as living here, and the residents' committee keeps the list of residents by law. After you moved away all of it can go.",
    ),
)
HOMES_HELD = Kept(
    Text("您名下房屋的权属和份额", "That you hold a home, and its share"),
    Text(
        "业主的表决和专项维修资金以它为准（民法典 278）；卖出后留下没有姓名的记录。",
        "Votes of owners and the repair fund rest on it (Civil Code 278); after a sale a record without a name stays.",
    ),
)
BARE_ROWS = Kept(
    Text("没有姓名的居住记录", "Records of residence without a name"),
    Text("只剩编号和日子，用来数那时住着多少人。", "Ids and days only, to count how many lived here then."),
)


def tell(person_id: UUID) -> Sequence[Section]:
    """Every record ever written of the person, homes lived in, homes held. Sealed values are opened: it is their own copy."""
    asking = System("privacy")
    records = list(PersonRecord.objects.filter(person_id=person_id).order_by("valid_from", "recorded_at"))
    teller = Teller(asking, records)
    stays = queries.homes_of_person(asking, person_id)
    held = list(TenureRecord.objects.believed().filter(tenure__person_id=person_id).select_related("tenure"))
    names = full_names(asking, [home.unit_id for _, home in stays] + [row.tenure.unit_id for row in held])
    return [
        Section("register", Text("册子里的登记", "The register"), [_record(teller, row) for row in records]),
        Section(
            "homes",
            Text("住过的地方", "Homes"),
            [
                [(Text("房屋", "Home"), names.get(home.unit_id, "—")), *_period(home.valid_from, home.valid_to)]
                for _, home in stays
            ],
        ),
        Section(
            "household",
            Text("在一家里是谁", "What you are in a household"),
            [
                [
                    (Text("身份", "Role"), Text(str(Membership.Role(row.role).label), row.role)),
                    *_period(row.valid_from, row.valid_to),
                ]
                for row in Membership.objects.filter(person_id=person_id).order_by("valid_from")
            ],
        ),
        Section(
            "tenures",
            Text("名下的房", "Homes held"),
            [
                [(Text("房屋", "Home"), names.get(row.tenure.unit_id, "—")), *_period(row.valid_from, row.valid_to)]
                for row in held
            ],
        ),
        *_ties(person_id),
        Section("facts", Text("日志里关于您的事", "What the journal says of you"), _facts(person_id)),
    ]


def _ties(person_id: UUID) -> list[Section]:
    """Mandates given and held, roles, invitations: who may do what for whom, and how that came about."""
    accounts = list(Account.objects.filter(person_id=person_id).values_list("pk", flat=True))
    mandates = Mandate.objects.filter(Q(person_id=person_id) | Q(account_id__in=accounts)).order_by("valid_from")
    grants = RoleGrant.objects.filter(Q(person_id=person_id) | Q(account_id__in=accounts)).order_by("valid_from")
    invitations = Invitation.objects.filter(person_id=person_id).order_by("made_at")
    asked = BindRequest.objects.filter(person_id=person_id).order_by("asked_at")
    return [
        Section(
            "bind_requests",
            Text("您申请绑定账号", "Your requests to be bound"),
            [[(FROM, row.asked_at), (Text("申请号", "Reference"), row.reference)] for row in asked],
        ),
        Section(
            "mandates",
            Text("代办", "Acting for somebody"),
            [
                [
                    (WAY, Text("别人替我", "somebody for me") if row.person_id == person_id else Text("我替别人", "I for somebody")),
                    (Text("可以办", "May do"), ", ".join(row.acts)),
                    (Text("凭据", "Evidence"), row.evidence),
                    (FROM, row.valid_from), (TO, row.valid_to),
                    *([(Text("终止原因", "Ended because"), row.ended_because)] if row.ended_because else []),
                ]
                for row in mandates
            ],
        ),
        Section(
            "grants",
            Text("有过的角色", "Roles held"),
            [
                [(Text("角色", "Role"), role_title(row.role)), (Text("理由", "Reason"), row.reason), (FROM, row.valid_from),
                 *([(TO, row.valid_to)] if row.valid_to else [])]
                for row in grants
            ],
        ),
        Section(
            "invitations",
            Text("给您的邀请", "Invitations"),
            [[(FROM, row.made_at), (Text("怎样确认是本人", "How you were made sure of"), row.evidence)] for row in invitations],
        ),
    ]  # fmt: skip


def _facts(person_id: UUID) -> list[list[Cell]]:
    rows = Fact.objects.filter(subject_id=person_id).order_by("occurred_at").values_list("name", "occurred_at")
    return [[(Text("何时", "When"), at), (Text("什么事", "What"), said(name))] for name, at in rows]


def _record(teller: Teller, row: PersonRecord) -> list[Cell]:
    told = teller.tell(row) | {name: opened(row, name) for name in COLUMNS if getattr(row, name) is not None}
    struck: list[Cell] = [(Text("划掉的原因", "Struck out because"), row.retracted_because)] if row.retracted_at else []
    return [*((LABELS[name], value) for name, value in told.items()), *_period(row.valid_from, row.valid_to), *struck]


def _period(start: dt.date, end: dt.date | None) -> list[Cell]:
    return [(FROM, start), *([(TO, end)] if end else [])]


def foretell(person_id: UUID) -> Sequence[Kept]:
    kept = []
    if _stands(person_id):
        kept.append(STILL_HERE)
    elif Membership.objects.filter(person_id=person_id).exists():
        kept.append(BARE_ROWS)
    if TenureRecord.objects.as_of(today()).filter(tenure__person_id=person_id).exists():
        kept.append(HOMES_HELD)
    return kept


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """Empty the records, and payload and salt of every fact about the person; a fact not yet sealed makes the whole be tried again."""
    phones = {opened(row, "phone") for row in PersonRecord.objects.filter(person_id=person_id).exclude(phone=None)}
    n_messages = sum(forget_addressed("sms", phone) for phone in phones if PHONE.fullmatch(phone))
    _detach_asked(person_id, phones)
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_erase_ties(%s)", [person_id])
        n_ties = int(cursor.fetchone()[0])
        cursor.execute("SELECT registry_erase_person(%s, %s)", [person_id, not _stands(person_id)])
        n_records = int(cursor.fetchone()[0])
    facts = Fact.objects.filter(subject_id=person_id).exclude(payload=None).exclude(name__startswith="journal.")
    ids = list(facts.values_list("id", flat=True))
    n_facts = sum(erase_fact(fact_id, reason=because, actor=actor) for fact_id in ids)
    return Erased(
        {"records": n_records, "ties": n_ties, "facts": n_facts, "messages": n_messages},
        list(foretell(person_id)),
    )


def _detach_asked(person_id: UUID, phones: set[str]) -> None:
    """The evidence of requests to be bound, theirs and those that name their number; the rows go with the ties."""
    named = [blind_index(PHONE_INDEX, phone) for phone in phones]
    for pk in BindRequest.objects.filter(Q(person_id=person_id) | Q(phone_index__in=named)).values_list(
        "pk", flat=True
    ):
        detach_all(BIND_HOLDER, pk)


def _stands(person_id: UUID) -> bool:
    """Whether the register has the person today, or will."""
    return PersonRecord.objects.overlapping(today(), None).filter(person_id=person_id).exists()


for column in COLUMNS.values():
    sealed_column(
        SealedColumn(column.purpose, "registry_personrecord", column.name, TABLE, column.name, row="person_id")
    )
sealed_column(SealedColumn(BIND_REQUESTS, BIND_TABLE, "said", BIND_TABLE, "said"))
sealed_column(SealedColumn(PHONE_INDEX, "registry_dutyrecord", "phone", "registry_duty", "phone", row="duty_id"))
holding(
    Holding(
        "registry", tell, foretell, erase, order=10,
        tells=(
            "registry_person", "registry_personrecord", "registry_membership", "registry_residence", "registry_tenure",
            "registry_tenurerecord", "registry_invitation", "registry_mandate", "registry_rolegrant", "registry_bindrequest",
            "journal_fact",
        ),
        erases=(
            "registry_personrecord", "registry_invitation", "registry_mandate", "registry_bindrequest", "journal_fact",
            "platform_search_word",
        ),
    )
)  # fmt: skip
