"""Accounts: the list, opening one with a first password shown for a short while, a new password, ending one."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Table, TableSpec
from linli.platform.models import Account
from linli.platform.privacy import seal, unseal
from linli.platform.signin.factor import has_factor
from linli.platform.signin.identities import count_identities, has_outside
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..commands.accounts import (
    end_account,
    open_account,
    renew_password,
    reset_second_factor,
    tie_identity,
    untie_identities,
)
from ..forms.acts import ActForm, ActWords
from ..forms.rights import AccountForm, ResetForm, TieForm
from ..queries.accounts import find_account, list_accounts
from ..queries.grants import list_grants
from . import words
from .done import go, said_done
from .naming import full_names

READ, CHANGE = "account.read", "account.change"
PURPOSE = "registry.first_password"
SHOWN_FOR_S = (
    600  # designed here: long enough to print or write down, short enough that a screen left open tells nobody
)
OPEN = ActWords(
    Text("开一个账号", "Open an account"),
    Text(
        "开好后给一个随机密码，打印或抄给本人。账号本身什么权也没有，要再授予角色。",
        "It gets a random password to print or write down for its owner. By itself it may do nothing: grant it a role next.",
    ),
    Text("开账号", "Open it"),
)
TIE = ActWords(
    Text("绑定统一身份", "Tie an outside identity"),
    Text(
        "本人先用统一身份登录一次，页面上会显示一个代码；当面认清是本人，再把代码写在这里。以后他用统一身份登录，就进这个账号。",
        "Its owner first signs in with the outside identity and is shown a code. Make sure face to face who it is, then write the code here: from "
        "then on that identity opens this account.",
    ),
    Text("绑定", "Tie it"),
)
RESET = ActWords(
    Text("重置第二道验证", "Reset the second factor"),
    Text(
        "本人手机和恢复码都丢了，先当面认清是本人。重置后，登录着的设备全部退出，旧的六位数和恢复码都作废；用密码登录后要重新开启。理由会留痕。",
        "For somebody who lost phone and recovery codes: make sure face to face who it is. Every device is signed out, old codes open nothing; "
        "after signing in with the password they turn it on anew. The reason is kept.",
    ),
    Text("重置", "Reset it"),
)
STATES = {
    True: ("green", Text("在用", "In use")),
    False: ("ring", Text("已停用", "Ended")),
}
ACCOUNTS = TableSpec(
    key="accounts",
    columns=(
        Column("username", Text("用户名", "Username"), link=lambda row: reverse("registry:account", args=[row.pk]), sort=True),
        Column("shown_name", Text("显示的名字", "Name shown"), sort=True),
        Column("created_at", Text("开通", "Opened"), kind="day", sort=True, narrow=True),
        Column("state", Text("状态", "State"), kind="badge", value=lambda row: STATES[row.ended_at is None]),
    ),
    search=("username__icontains", "shown_name__icontains"),
    order="username",
    thing=Text("个", "accounts"),
)  # fmt: skip


@page(permission=READ)
def accounts(request: Request) -> HttpResponseBase:
    table = Table(ACCOUNTS, request.GET, list_accounts(request.actor))
    context = {"table": table, "may_open": request.actor.may(CHANGE), "done": said_done(request)}
    return table.download() or render(request, "registry/accounts.html", context)


@page(permission=READ)
def account(request: Request, account_id: UUID) -> HttpResponseBase:
    found = find_account(request.actor, account_id)
    rows = list(list_grants(request.actor, account_id=account_id, with_ended=True))
    names = full_names(request.actor, [row.place_id for row in rows])
    context: dict[str, Any] = {
        "account": found,
        "state": STATES[found.ended_at is None],
        "grants": [
            {"row": row, "title": words.role_title(row.role), "place": names.get(row.place_id, "—")} for row in rows
        ],
        "may_change": request.actor.may(CHANGE) and found.ended_at is None and found.pk != request.actor.account_id,
        "may_grant": request.actor.may("registry.grant.change") and found.ended_at is None,
        "has_factor": has_factor(account_id),
        "has_outside": has_outside(),
        "n_identities": count_identities(account_id),
        "password": _shown_password(request, found),
        "done": said_done(request),
    }
    return render(request, "registry/account.html", context)


@page(permission=CHANGE, methods=("GET", "POST"))
def account_new(request: Request) -> HttpResponseBase:
    form = AccountForm(request.POST or None)
    made: list[tuple[Account, str]] = []
    if form.is_valid() and form.carried_out(
        lambda: made.append(open_account(**form.cleaned_data, actor=request.actor))
    ):
        return _show(request, *made[0])
    context = {"form": form, "title": OPEN.title, "words": OPEN, "back_url": reverse("registry:accounts")}
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)


@page(permission=CHANGE, methods=("GET", "POST"))
def account_password(request: Request, account_id: UUID) -> HttpResponseBase:
    found = find_account(request.actor, account_id)
    form = ActForm(request.POST or None)
    made: list[tuple[Account, str]] = []
    if request.method == "POST" and form.carried_out(
        lambda: made.append(renew_password(account_id, actor=request.actor))
    ):
        return _show(request, *made[0])
    return _confirm(
        request, found, form,
        question=Text(f"给“{found.username}”换一个新密码？", f"Give “{found.username}” a new password?"),
        consequence=Text("旧密码马上失效，已登录的设备下一页就退出。", "The old one opens nothing any more; wherever it is signed in, the next page signs it out."),
        submit=Text("换新密码", "New password"),
    )  # fmt: skip


@page(permission=CHANGE, methods=("GET", "POST"))
def account_end(request: Request, account_id: UUID) -> HttpResponseBase:
    found = find_account(request.actor, account_id)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.carried_out(lambda: end_account(account_id, actor=request.actor)):
        return go("account", account_id, done="account-ended")
    return _confirm(
        request, found, form,
        question=Text(f"停用“{found.username}”？", f"End “{found.username}”?"),
        consequence=Text("不能再登录，已登录的设备下一页就退出。停用后不能恢复，要用就另开一个。",
                         "It signs in no more; wherever it is signed in, the next page signs it out. It cannot be undone: open another."),
        submit=Text("停用", "End it"),
    )  # fmt: skip


@page(permission=CHANGE, methods=("GET", "POST"))
def account_identity(request: Request, account_id: UUID) -> HttpResponseBase:
    """Tie an outside identity by the code its owner was shown. Only where the installation has a provider."""
    found = find_account(request.actor, account_id)
    if not has_outside():
        raise NotFoundError
    form = TieForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: tie_identity(account_id, form.cleaned_data["code"], actor=request.actor)
    ):
        return go("account", account_id, done="identity-tied")
    context = {"form": form, "title": TIE.title, "words": TIE, "back_url": reverse("registry:account", args=[found.pk]),
               "subject": Text(found.username, found.username)}  # fmt: skip
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)


@page(permission=CHANGE, methods=("POST",))
def account_untie(request: Request, account_id: UUID) -> HttpResponseBase:
    untie_identities(account_id, actor=request.actor)
    return go("account", account_id, done="identity-untied")


@page(permission=CHANGE, methods=("GET", "POST"))
def account_factor(request: Request, account_id: UUID) -> HttpResponseBase:
    found = find_account(request.actor, account_id)
    form = ResetForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: reset_second_factor(account_id, form.cleaned_data["because"], actor=request.actor)
    ):
        return go("account", account_id, done="factor-reset")
    context = {"form": form, "title": RESET.title, "words": RESET, "back_url": reverse("registry:account", args=[found.pk]),
               "subject": Text(found.username, found.username)}  # fmt: skip
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)


@page(permission=CHANGE, methods=("POST",))
def password_noted(request: Request, account_id: UUID) -> HttpResponseBase:
    """The owner has it: the page forgets it."""
    find_account(request.actor, account_id)
    request.session.pop(_slot(account_id), None)
    return HttpResponseRedirect(reverse("registry:account", args=[account_id]))


def _confirm(request: Request, found: Account, form: ActForm, **said: Text) -> HttpResponseBase:
    context = {"account": found, "form": form, "cancel_url": reverse("registry:account", args=[found.pk]), **said}
    return render(request, "registry/account_confirm.html", context, status=422 if form.errors else 200)


def _show(request: Request, made: Account, password: str) -> HttpResponseBase:
    """Keep the password sealed in the giver's session for a short while, so that a second click shows the same one."""
    sealed = seal(PURPOSE, password, table="session", column="password", row=made.pk)
    request.session[_slot(made.pk)] = {"sealed": sealed.hex(), "until_s": int(time.time()) + SHOWN_FOR_S}
    return HttpResponseRedirect(reverse("registry:account", args=[made.pk]))


def _shown_password(request: Request, found: Account) -> str:
    kept = request.session.get(_slot(found.pk))
    if not kept:
        return ""
    if kept["until_s"] < time.time():
        request.session.pop(_slot(found.pk))
        return ""
    return unseal(PURPOSE, bytes.fromhex(kept["sealed"]), table="session", column="password", row=found.pk)


def _slot(account_id: UUID) -> str:
    return f"first-password-{account_id}"
