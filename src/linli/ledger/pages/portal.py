"""What residents see: their own accounts, each entry with its reason, what waits for their word; and what everybody may see."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..forms import GiftForm, SettleForm
from ..models import Account
from .told import accounts_told, entries_told, transfers_told


@page()
def mine(request: Request) -> HttpResponseBase:
    accounts = queries.own_accounts(request.actor)
    own = {one.pk for one in accounts}
    waiting = queries.open_promises(request.actor, own)
    to_confirm = [
        one for one in waiting if any(pk in own and n < 0 for pk, n in zip(one.accounts, one.amounts, strict=True))
    ]
    context = {
        "accounts": accounts_told(accounts),
        "to_confirm": transfers_told(to_confirm),
        "expected": transfers_told([one for one in waiting if one not in to_confirm]),
        "books": [queries.policy_of(book) for book in queries.list_books(request.actor, current_community(request))]
        if choices(request)
        else [],
    }
    return render(request, "ledger/mine.html", context)


@page()
def statement(request: Request, ledger_account_id: UUID) -> HttpResponseBase:
    account = _own(request, ledger_account_id)
    asked = request.GET.get("below", "")
    rows = queries.statement(request.actor, ledger_account_id, below=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None)  # fmt: skip
    context = accounts_told([account])[0] | {
        "entries": entries_told(rows, account),
        "below": rows[-1].number if len(rows) == queries.PAGE and (rows[-1].number or 0) > 1 else None,
        "family": commands.family_of(request.actor),
    }
    return render(request, "ledger/statement.html", context)


@page(methods=("GET", "POST"))
def give(request: Request, ledger_account_id: UUID) -> HttpResponseBase:
    """A gift within the family."""
    account = _own(request, ledger_account_id)
    policy = queries.policy_of(account.book)
    family = commands.family_of(request.actor)
    form = GiftForm(request.POST or None, policy=policy, family=family)
    if form.is_valid():
        said = form.cleaned_data
        if form.carried_out(lambda: commands.give(
            said["transfer_id"], account.book_id, UUID(said["to"]), said["amount"], actor=request.actor, now=now()
        )):  # fmt: skip
            return redirect("ledger:statement", ledger_account_id=ledger_account_id)
    context = accounts_told([account])[0] | {"form": form, "family": family}
    return render(request, "ledger/give.html", context, status=422 if form.errors else 200)


@page(methods=("GET", "POST"))
def promise(request: Request, transfer_id: UUID) -> HttpResponseBase:
    """Help that was taken down: the helped confirms it, or says that it was not so."""
    row = queries.find_transfer(request.actor, transfer_id)
    if row.kind != "pending":
        raise NotFoundError
    form = SettleForm(request.POST or None, policy=queries.policy_of(row.book))
    if form.is_valid() and form.cleaned_data["act"] != "reverse":
        said = form.cleaned_data
        if form.carried_out(lambda: commands.settle(
            said["transfer_id"], row.pk, is_kept=said["act"] == "keep", actor=request.actor, now=now()
        )):  # fmt: skip
            return redirect("ledger:mine")
    own = {one.pk for one in queries.own_accounts(request.actor)}
    context = transfers_told([row])[0] | {
        "form": form, "is_settled": queries.is_settled(row),
        "pays": any(pk in own and amount < 0 for pk, amount in zip(row.accounts, row.amounts, strict=True)),
    }  # fmt: skip
    return render(request, "ledger/promise.html", context, status=422 if form.errors else 200)


@page(audience="public")
def open_totals(request: Request) -> HttpResponseBase:
    """What the books hold in sum. A book of few accounts tells no sum: it would tell of persons."""
    books = queries.list_books(request.actor, current_community(request)) if choices(request) else []
    told = []
    for book in books:
        policy, totals = queries.policy_of(book), queries.totals(book)
        enough = totals.n_accounts >= policy.public_from_accounts
        told.append({
            "policy": policy, "book": book, "totals": totals if enough else None,
            "issued": policy.shown(totals.issued), "held": policy.shown(totals.held), "moved": policy.shown(totals.moved),
        })  # fmt: skip
    return render(request, "ledger/open.html", {"books": told})


def _own(request: Request, account_id: UUID) -> Account:
    found = next((one for one in queries.own_accounts(request.actor) if one.pk == account_id), None)
    if found is None:
        raise NotFoundError
    return found
