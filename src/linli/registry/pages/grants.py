"""Who holds which role where: the list, giving one, ending one. What the role policies do not foresee is refused with their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.kit.tables import Choice, Column, Filter, Table, TableSpec
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..forms.acts import ActForm, ActWords
from ..forms.rights import GrantEndForm, GrantForm, roles_given_by
from ..queries.accounts import names_of_accounts
from ..queries.grants import list_grants
from . import words
from .done import go, said_done
from .naming import full_names

READ, CHANGE = "registry.grant.read", "registry.grant.change"
GIVE = ActWords(
    Text("授予角色", "Grant a role"),
    Text(
        "您能给的，只有政策写明由您的角色授予的；不能给自己。谁、为什么、到哪天，都记在名单里。",
        "You can give the roles whose policy names yours as their giver, and never to yourself. Who, why and until when stand in the list.",
    ),
    Text("授予", "Grant"),
)
TAKE = ActWords(
    Text("终止授权", "End a grant"),
    Text("马上失效：对方打开下一页时就没有这个角色了。", "At once: on their next page the role is gone."),
    Text("终止", "End it"),
)
STATES = {
    "now": ("green", Text("有效", "In force")),
    "ended": ("ring", Text("已终止", "Ended")),
    "later": ("dash", Text("还没开始", "Not yet")),
}


def _state(row: Any) -> str:
    at = now()
    if row.valid_from > at:
        return "later"
    return "ended" if row.valid_to and row.valid_to <= at else "now"


def _spec(names: Mapping[Any, str], may_end: bool) -> TableSpec:
    """Built for each page: who and where are looked up once for all rows."""
    return TableSpec(
        key="grants",
        columns=(
            Column("who", Text("谁", "Who"), value=lambda row: names.get(row.account_id or row.person_id, "—"),
                   link=lambda row: reverse("registry:grant-end", args=[row.pk]) if may_end and _state(row) == "now" else ""),
            Column("role", Text("角色", "Role"), value=lambda row: words.role_title(row.role), sort=True),
            Column("place", Text("在哪里", "Where"), value=lambda row: names.get(row.place_id, "—")),
            Column("valid_from", Text("自", "From"), kind="day", sort=True),
            Column("valid_to", Text("至", "Until"), kind="day", sort=True),
            Column("state", Text("状态", "State"), kind="badge", value=lambda row: STATES[_state(row)]),
            Column("granted_by", Text("由谁授予", "Granted by"), value=lambda row: names.get(row.granted_by, words.machine(row.granted_by)), narrow=True),
            Column("reason", Text("为什么", "Why"), value=lambda row: "；".join(filter(None, (row.reason, row.ended_because))), narrow=True),
        ),
        filters=(Filter("role", Text("角色", "Role"), choices=_roles),),
        order="-valid_from",
        thing=Text("项", "grants"),
    )  # fmt: skip


def _roles() -> tuple[Choice, ...]:
    return tuple(Choice(role, words.role_title(role)) for role in words.roles())


@page(permission=READ)
def grants(request: Request) -> HttpResponseBase:
    with_ended = request.GET.get("ended") == "1"
    rows = list_grants(request.actor, with_ended=with_ended)
    may_end = request.actor.may(CHANGE)
    table = Table(_spec(_names(request, list(rows)), may_end), request.GET, rows)
    may_give = may_end and bool(roles_given_by(request.actor))
    context = {
        "table": table,
        "with_ended": with_ended,
        "may_give": may_give,
        "may_end": may_end,
        "done": said_done(request),
    }
    return table.download() or render(request, "registry/grants.html", context)


def _names(request: Request, rows: list[Any]) -> dict[Any, str]:
    """Names of accounts, people and places by id, and of those who granted by their code."""
    actor = request.actor
    accounts = names_of_accounts(
        [row.account_id for row in rows if row.account_id] + [_granter(row) for row in rows if _granter(row)]
    )
    people = queries.list_people(actor).filter(person_id__in=[row.person_id for row in rows if row.person_id])
    names: dict[Any, str] = dict(people.values_list("person_id", "name"))
    names |= full_names(actor, [row.place_id for row in rows])
    return names | accounts | {f"person:{account_id}": name for account_id, name in accounts.items()}


def _granter(row: Any) -> UUID | None:
    kind, _, raw = row.granted_by.partition(":")
    return UUID(raw) if kind == "person" else None


@page(permission=CHANGE, methods=("GET", "POST"))
def grant_new(request: Request) -> HttpResponseBase:
    form = GrantForm(request.POST or None, actor=request.actor, initial={"account_id": _asked(request)})
    if form.is_valid() and form.carried_out(lambda: _give(request, form)):
        return go("grants", done="granted")
    return _answer(request, GIVE, form)


def _asked(request: Request) -> UUID | None:
    try:
        return UUID(request.GET.get("account", ""))
    except ValueError:
        return None


def _give(request: Request, form: GrantForm) -> None:
    said = form.cleaned_data
    commands.grant_role(
        said["role"], place_id=said["place_id"], actor=request.actor, reason=said["reason"], account_id=said["account_id"],
        person_id=said.get("person_id"), valid_to=form.until_at(),
    )  # fmt: skip


@page(permission=CHANGE, methods=("GET", "POST"))
def grant_end(request: Request, grant_id: UUID) -> HttpResponseBase:
    row = list_grants(request.actor).filter(pk=grant_id).first()
    if row is None:
        raise NotFoundError
    form = GrantEndForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.end_grant(grant_id, actor=request.actor, because=form.cleaned_data["reason"])
    ):
        return go("grants", done="grant-ended")
    names, title = _names(request, [row]), words.role_title(row.role)
    who, where = names.get(row.account_id or row.person_id, "—"), names.get(row.place_id, "—")
    return _answer(request, TAKE, form, subject=Text(f"{who}·{title.zh}·{where}", f"{who} · {title.en} · {where}"))


def _answer(request: Request, about: ActWords, form: ActForm, *, subject: Text | None = None) -> HttpResponseBase:
    context = {
        "form": form,
        "title": about.title,
        "words": about,
        "subject": subject,
        "back_url": reverse("registry:grants"),
    }
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)
