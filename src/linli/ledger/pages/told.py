"""Rows of the books in words: who, what for, how much. For readers who were found to have the right before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linli.kernel.text import Text
from linli.registry.models import PersonRecord
from linli.registry.visible import today

from .. import queries
from ..models import Account, Entry, Transfer

SOURCE = Text("社区", "The community")
ERASED = Text("已删除姓名的人", "Somebody whose name was erased")
KINDS = {
    "direct": ("green", Text("已入账", "Booked")),
    "pending": ("blue", Text("等确认", "To be confirmed")),
    "post": ("green", Text("已确认", "Confirmed")),
    "void": ("dash", Text("已取消", "Voided")),
    "reversal": ("yellow", Text("冲正", "Reversal")),
}


def names_of(accounts: Sequence[Account]) -> dict[Any, Text]:
    """What the holders are called, by account."""
    people = {one.person_id for one in accounts if one.person_id}
    rows = PersonRecord.objects.as_of(today()).filter(person_id__in=people).values_list("person_id", "name")
    named = {person_id: name for person_id, name in rows if name}
    return {
        one.pk: SOURCE
        if one.is_source
        else Text(name, name)
        if one.person_id and (name := named.get(one.person_id))
        else ERASED
        for one in accounts
    }


def transfers_told(rows: Sequence[Transfer]) -> list[dict[str, Any]]:
    """``{row, reason, state, amount, from, to}`` of each; the sides as one reads them: from whom to whom."""
    accounts = queries.accounts_of(rows)
    names = names_of(list(accounts.values()))
    told = []
    for row in rows:
        policy = queries.policy_of(row.book)
        legs = list(zip(row.accounts, row.amounts, strict=True))
        told.append({
            "row": row, "reason": policy.title_of(row.reason), "state": KINDS[row.kind],
            "amount": policy.shown(sum(amount for _, amount in legs if amount > 0)), "unit": policy.unit,
            "from": [names[one] for one, amount in legs if amount < 0],
            "to": [names[one] for one, amount in legs if amount > 0],
        })  # fmt: skip
    return told


def accounts_told(rows: Sequence[Account]) -> list[dict[str, Any]]:
    told = []
    for row in rows:
        policy = queries.policy_of(row.book)
        told.append({
            "row": row, "title": policy.title, "unit": policy.unit, "balance": policy.shown(row.balance), "is_owing": row.balance < 0,
            "held": policy.shown(row.held) if row.held else "", "may_give": policy.gives_to != "nobody",
        })  # fmt: skip
    return told


def entries_told(rows: Sequence[Entry], account: Account) -> list[dict[str, Any]]:
    """``{row, reason, amount, balance, with, kind}``: who stood on the other side is named to the holder."""
    policy = queries.policy_of(account.book)
    others = queries.accounts_of([row.transfer for row in rows])
    names = names_of(list(others.values()))
    told = []
    for row in rows:
        of = row.transfer.of
        told.append({
            "row": row, "reason": policy.title_of(of.reason if row.transfer.kind == "post" and of else row.transfer.reason),
            "amount": ("+" if row.amount > 0 else "") + policy.shown(row.amount), "balance": policy.shown(row.balance or 0),
            "with": [names[one] for one in row.transfer.accounts if one != account.pk], "is_reversal": row.transfer.kind == "reversal",
        })  # fmt: skip
    return told
