"""Personal data as those see it who watch over it: who read whom."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.kit.tables import Choice, Column, Filter, Table, TableSpec
from linli.platform.privacy import words
from linli.platform.privacy.reading import AUDIT, busiest_readers, list_reads
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry.forms.homes import REASONS
from linli.registry.pages.words import role_title
from linli.registry.queries.accounts import names_of_accounts

BUSY_DAYS = 30


def _roles(row: Any) -> Text:
    titles = [role_title(code) for code in row.roles]
    return Text("、".join(one.zh for one in titles) or "—", ", ".join(one.en for one in titles) or "—")


def _reads(names: dict[UUID, str]) -> TableSpec:
    return TableSpec(
        key="reads",
        columns=(
            Column("at", Text("何时", "When"), kind="moment", sort=True),
            Column("account_id", Text("谁", "Who"), value=lambda row: names.get(row.account_id, "—"), sub=_roles),
            Column("what", Text("做了什么", "Did what"), value=lambda row: words.word(words.WHAT, row.what)),
            Column("n", Text("看到几人", "Persons"), kind="number", value=lambda row: len(row.person_ids)),
            Column("fields", Text("看到什么", "Saw"), value=lambda row: words.fields_text(row.fields), narrow=True),
            Column("reason", Text("为什么", "Why"), value=lambda row: words.word(REASONS, row.reason) if row.reason else None),
            Column("whom", Text("关于", "About"), value=_whom, link=_only_whom, narrow=True),
        ),
        filters=(
            Filter("what", Text("做了什么", "Did what"), choices=[Choice(code, text) for code, text in words.WHAT.items()]),
            Filter("reason", Text("为什么", "Why"), choices=[Choice(code, text) for code, text in REASONS.items()]),
            Filter("at", Text("日子", "Day"), kind="day"),
        ),
        order="-at",
        thing=Text("次", "reads"),
    )  # fmt: skip


def _whom(row: Any) -> str:
    """The end of a person's id: whoever watches need not know the name, only whether it is the same one again."""
    return f"…{row.person_ids[0].hex[-8:]}" if len(row.person_ids) == 1 else ""


def _only_whom(row: Any) -> str | None:
    return f"{reverse('console:reads')}?person={row.person_ids[0]}" if len(row.person_ids) == 1 else None


@page(permission=AUDIT)
def reads(request: Request) -> HttpResponseBase:
    """Every read in the present community; ``?person=`` those of one, ``?account=`` those by one."""
    community_id = current_community(request)
    rows = list_reads(request.actor, community_id=community_id)
    person_id, account_id = (_uuid(request.GET.get(key, "")) for key in ("person", "account"))
    if person_id:
        rows = rows.filter(person_ids__contains=[person_id])
    if account_id:
        rows = rows.filter(account_id=account_id)
    busiest = busiest_readers(request.actor, community_id=community_id, since=now() - dt.timedelta(days=BUSY_DAYS))
    accounts = set(rows.values_list("account_id", flat=True).distinct()) | {one.account_id for one in busiest}
    names = names_of_accounts(accounts)
    table = Table(_reads(names), request.GET, rows)
    context = {
        "table": table,
        "is_narrowed": bool(person_id or account_id),
        "busiest": [{"row": one, "who": names.get(one.account_id, "—")} for one in busiest],
        "busy_days": BUSY_DAYS,
    }
    return table.download() or render(request, "console/reads.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
