"""Personal data as those see it who answer for it: what residents asked for, and who read whom."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.kit.forms import KitForm, both, spoken
from linli.platform.kit.tables import Choice, Column, Filter, Table, TableSpec
from linli.platform.privacy import requests, words
from linli.platform.privacy.notes import read_notes
from linli.platform.privacy.reading import AUDIT, busiest_readers, list_reads, record_read
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
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


REQUESTS = TableSpec(
    key="requests",
    columns=(
        Column("asked_at", Text("何时", "Asked"), kind="moment", sort=True, link=lambda row: reverse("console:request", args=[row.id])),
        Column("kind", Text("要求", "Asked for"), value=lambda row: words.word(words.REQUESTS, row.kind)),
        Column("field", Text("哪一项", "About"), value=lambda row: words.word(words.FIELDS, row.field) if row.field else None),
        Column("state", Text("状态", "State"), kind="badge", value=lambda row: words.STATES[row.state]),
        Column("due_at", Text("最晚答复", "Due"), kind="moment", sort=True),
    ),
    filters=(
        Filter("state", Text("状态", "State"), choices=[Choice(code, text) for code, (_, text) in words.STATES.items()]),
        Filter("kind", Text("要求", "Asked for"), choices=[Choice(code, text) for code, text in words.REQUESTS.items()]),
    ),
    order="-asked_at",
    thing=Text("件", "requests"),
)  # fmt: skip


@page(permission=requests.DECIDE)
def data_requests(request: Request) -> HttpResponseBase:
    """What residents asked for about their data; those open and due first of all by the filter."""
    rows = requests.list_requests(request.actor, community_id=current_community(request))
    table = Table(REQUESTS, request.GET, rows)
    return table.download() or render(request, "console/data_requests.html", {"table": table})


class DecisionForm(KitForm):
    outcome = forms.ChoiceField(
        label=both("结果", "Outcome"), widget=forms.RadioSelect,
        choices=[("done", both("核对过，册子已更正", "Checked; the register is corrected")), ("refused", both("没有更正", "Not corrected"))],
    )  # fmt: skip
    text = forms.CharField(
        label=both("告诉本人", "Tell the person"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=both("没有更正要写明原因；本人会看到", "A refusal needs its reason; the person reads it"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if self.cleaned_data.get("outcome") == "refused" and not self.cleaned_data.get("text", "").strip():
            self.add_error("text", both("没有更正，请写明原因", "Say why it is not corrected"))
        return said


@page(permission=requests.DECIDE, methods=("GET", "POST"))
def data_request(request: Request, request_id: UUID) -> HttpResponseBase:
    """One request with the person's words; a correction is answered here."""
    row = requests.find_request(request.actor, request_id)
    form = DecisionForm(request.POST or None) if row.kind == "correct" and row.state == "open" else None
    if form is not None and form.is_valid():
        said = form.cleaned_data
        try:
            requests.decide_correction(
                request_id, is_done=said["outcome"] == "done", text=said["text"], actor=request.actor
            )
            return redirect("console:requests")
        except LinliError as error:
            form.add_error(None, spoken(error.text))
    record = registry.list_people(request.actor).filter(person_id=row.person_id).first()
    record_read(request.actor, [row.person_id], community_id=row.community_id, what="page", fields=["name"])
    notes = read_notes({one for one in (row.note_id, row.answer_id) if one})
    context = {
        "row": row,
        "form": form,
        "title": words.word(words.REQUESTS, row.kind),
        "field": words.word(words.FIELDS, row.field) if row.field else None,
        "state": words.STATES[row.state],
        "record": record,
        "text": notes.get(row.note_id, "") if row.note_id else "",
        "answer": notes.get(row.answer_id, "") if row.answer_id else "",
    }
    return render(
        request, "console/data_request.html", context, status=422 if form is not None and form.errors else 200
    )


GRADES = {"general": Text("一般", "General"), "important": Text("重要", "Important"), "core": Text("核心", "Core")}
ENDS = {
    "asked": Text("本人要求就删", "Erased when asked"),
    "gone": Text("迁出后可删", "Erased once they left"),
    "kept": Text("留下，没有姓名", "Stays, without a name"),
}


@page(permission="policy.read")
def grades(request: Request) -> HttpResponseBase:
    """Every table and column that holds something of a person, as the policy ``personal_data`` has it."""
    tables = [
        {
            "table": table["id"],
            "about": Text.from_mapping(table["about"]),
            "purpose": Text.from_mapping(table["purpose"]),
            "keep": Text.from_mapping(table["keep"]),
            "basis": table["basis"],
            "untold": Text.from_mapping(table["untold"]) if "untold" in table else None,
            "unerased": Text.from_mapping(table["unerased"]) if "unerased" in table else None,
            "seen_by": [role_title(role) for role in table["seen_by"]],
            "columns": [
                {
                    "id": one["id"],
                    "grade": GRADES[one["grade"]],
                    "sensitive": one["sensitive"],
                    "erased": ENDS[one["erased"]],
                }
                for one in table["columns"]
            ],
        }
        for table in find_policy("personal_data", "default").body["tables"]
    ]
    return render(request, "console/grades.html", {"tables": tables})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
