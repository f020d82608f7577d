"""The residents' own data: who read it. Everything here is about the person signed in, and by right of that alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from linli.kernel.clock import local_day
from linli.kernel.text import Text
from linli.platform.privacy import words
from linli.platform.privacy.reading import Seen, reads_of_me
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry.forms.homes import REASONS
from linli.registry.pages.words import role_title
from linli.registry.queries.accounts import names_of_accounts


@page(audience="signed_in", act="record")
def reads(request: Request) -> HttpResponse:
    """Who was shown the person signed in, by day, newest first; the same look repeated in a day is told once."""
    return render(request, "portal/reads.html", {"days": told_by_day(reads_of_me(request.actor))})


def told_by_day(seen: list[Seen]) -> list[dict[str, Any]]:
    names = names_of_accounts({one.row.account_id for one in seen})
    days: dict[Any, dict[Any, dict[str, Any]]] = {}
    for one in seen:
        row = one.row
        key = (row.account_id, row.what, tuple(row.fields), row.reason, one.note)
        told = days.setdefault(local_day(row.at), {}).setdefault(
            key,
            {
                "who": names.get(row.account_id, "—"),
                "roles": _roles(row.roles),
                "what": words.word(words.WHAT, row.what),
                "fields": words.fields_text(row.fields),
                "reason": words.word(REASONS, row.reason) if row.reason else None,
                "note": one.note,
                "last_at": row.at,
                "n": 0,
            },
        )
        told["n"] += 1
    return [{"day": day, "reads": list(rows.values())} for day, rows in days.items()]


def _roles(codes: list[str]) -> Text:
    titles = [role_title(code) for code in codes]
    if not titles:
        return Text("家里人", "of the household")
    return Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))
