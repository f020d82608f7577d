"""The coordinator's desk: the books, one book with its newest transfers, a person's account, help given, one transfer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.policyfile import known_policies
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.registry.pages.whom import find_whom

from .. import commands, queries, rules
from ..forms import AmountForm, AwardForm, SettleForm
from ..models import Account
from ..queries import AWARD, CHANGE, READ
from .told import accounts_told, entries_told, transfers_told


@page(permission=READ, methods=("GET", "POST"))
def books(request: Request) -> HttpResponseBase:
    """The open books; POST ``policy`` opens another."""
    actor, community_id = request.actor, current_community(request)
    if request.method == "POST":
        wanted = request.POST.get("policy", "")
        if wanted not in {policy.id for policy in known_policies("ledger_book")}:
            raise NotFoundError
        opened = commands.open_book(community_id, wanted, actor=actor, now=now())
        return redirect("ledger:book", book_id=opened.pk)
    rows = queries.list_books(actor, community_id)
    running = {book.policy_id for book in rows}
    told = [_book_told(book) for book in rows]
    context = {
        "books": told, "may_change": actor.may(CHANGE, community_id),
        "others": [policy for policy in known_policies("ledger_book") if policy.id not in running],
    }  # fmt: skip
    return render(request, "ledger/books.html", context)


def _book_told(book: Any) -> dict[str, Any]:
    policy, totals = queries.policy_of(book), queries.totals(book)
    return {
        "book": book, "policy": policy, "totals": totals, "issued": policy.shown(totals.issued), "held": policy.shown(totals.held), "moved": policy.shown(totals.moved),
    }  # fmt: skip


@page(permission=READ, methods=("GET", "POST"))
def book(request: Request, book_id: UUID) -> HttpResponseBase:
    """Totals, whom to book for, the newest transfers."""
    row = queries.find_book(request.actor, book_id)
    text, people = find_whom(request)
    context = _book_told(row) | {
        "text": text, "people": people, "may_award": request.actor.may(AWARD, row.community_id),
        "transfers": transfers_told(queries.newest_transfers(request.actor, book_id)),
    }  # fmt: skip
    return render(request, "ledger/book.html", context)


@page(permission=READ, methods=("GET", "POST"))
def person(request: Request, book_id: UUID, person_id: UUID) -> HttpResponseBase:
    """A person's account in the book: what they have and why; award or redeem."""
    actor = request.actor
    row = queries.find_book(actor, book_id)
    record = registry.find_person(actor, person_id)
    policy = queries.policy_of(row)
    may_award = actor.may(AWARD, row.community_id) and actor.person_id != person_id
    form = AwardForm(request.POST or None, policy=policy) if may_award else None
    if form is not None and form.is_valid():
        said = form.cleaned_data
        if form.carried_out(lambda: commands.award(
            said["transfer_id"], book_id, person_id, said["reason"], said["amount"], actor=actor, now=now()
        )):  # fmt: skip
            return redirect("ledger:person", book_id=book_id, person_id=person_id)
    account = queries.list_accounts(actor, book_id=book_id, person_id=person_id).first()
    entries = entries_told(queries.statement(actor, account.pk), account) if account else []
    promises = transfers_told(queries.open_promises(actor, [account.pk])) if account else []
    context = {
        "book": row, "policy": policy, "record": record, "form": form, "entries": entries, "promises": promises,
        "account": accounts_told([account])[0] if account else None, "knows_help": "helped" in policy.reasons,
    }  # fmt: skip
    return render(request, "ledger/person.html", context, status=422 if form is not None and form.errors else 200)


@page(permission=AWARD, methods=("GET", "POST"))
def help_given(request: Request, book_id: UUID, person_id: UUID) -> HttpResponseBase:
    """Take down that the person helped somebody: find whom, how long; it is booked once the helped confirms."""
    actor = request.actor
    row = queries.find_book(actor, book_id)
    record = registry.find_person(actor, person_id)
    policy = queries.policy_of(row)
    chosen = request.POST.get("helped", "")
    form = AmountForm(request.POST if chosen and "amount" in request.POST else None, policy=policy)
    if form.is_valid():
        said = form.cleaned_data
        if form.carried_out(lambda: commands.promise_help(
            said["transfer_id"], book_id, helper_id=person_id, helped_id=_uuid(chosen), amount=said["amount"], actor=actor, now=now()
        )):  # fmt: skip
            return redirect("ledger:transfer", transfer_id=said["transfer_id"])
    text, people = find_whom(request)
    context = {
        "book": row, "policy": policy, "record": record, "form": form, "text": text,
        "people": [one for one in people if one["person_id"] != str(person_id)],
        "helped": registry.find_person(actor, _uuid(chosen)) if chosen else None,
    }  # fmt: skip
    return render(request, "ledger/help.html", context, status=422 if form.errors else 200)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError from None


@page(permission=READ, methods=("GET", "POST"))
def transfer(request: Request, transfer_id: UUID) -> HttpResponseBase:
    """One transfer with its sides; confirm or void what is promised, reverse what was booked wrongly."""
    actor = request.actor
    row = queries.find_transfer(actor, transfer_id)
    policy = queries.policy_of(row.book)
    form = SettleForm(request.POST or None, policy=policy)
    if form.is_valid():
        said = form.cleaned_data
        act, made = said["act"], said["transfer_id"]
        if form.carried_out(lambda: (
            commands.reverse(made, row.pk, actor=actor, now=now()) if act == "reverse"
            else commands.settle(made, row.pk, is_kept=act == "keep", actor=actor, now=now())
        )):  # fmt: skip
            return redirect("ledger:transfer", transfer_id=row.pk)
    persons = Account.objects.filter(pk__in=row.accounts).filter(person__isnull=False).values_list("pk", "person_id")
    after = list(row.book.transfers.filter(of=row.pk).order_by("at"))
    context = transfers_told([row])[0] | {
        "book": row.book, "policy": policy, "form": form, "persons": dict(persons), "after": transfers_told(after),
        "is_open": row.kind == "pending" and not queries.is_settled(row) and actor.may(AWARD, row.community_id),
        "may_reverse": row.kind in ("direct", "post") and actor.may(CHANGE, row.community_id) and not queries.is_reversed(row),
        "by": rules.CODES.get(row.made_by), "before": row.of,
    }  # fmt: skip
    return render(request, "ledger/transfer.html", context, status=422 if form.errors else 200)
