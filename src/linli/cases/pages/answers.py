"""Hints while an answer is written, and the answers worth reading again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import now
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import queries, replies
from ..rules.types import cases_policy

MOST = 100
MOST_CHARS = 10_000


@page(permission=queries.HANDLE, methods=("POST",))
def hint(request: Request, case_id: UUID) -> HttpResponseBase:
    """POST ``words`` as far as they are written: which of the four they say. Nothing is kept."""
    found = queries.find_at_work(request.actor, case_id)
    words = request.POST.get("words", "")[:MOST_CHARS]
    told = replies.read(queries.kind_of(found), replies.question_of(found), words)
    rows = [(title, aspect not in told.missing) for aspect, title in replies.TITLES.items()]
    return render(request, "cases/_hint.html", {"hints": rows, "is_said": bool(words.strip())})


@page(permission=queries.DISPATCH)
def answers(request: Request) -> HttpResponseBase:
    """Answers that leave out much, for whoever answers for them to read again with a reporter's eyes."""
    actor, community_id, at = request.actor, current_community(request), now()
    actor.require(queries.DISPATCH, community_id)
    rows = replies.worth_reading_again(actor, community_id, now=at)
    names = queries.place_names([row.said.case for row in rows[:MOST]])
    context = {
        "lines": [
            {"row": row, "kind": queries.kind_of(row.said.case), "place": names[row.said.case_id]}
            for row in rows[:MOST]
        ],
        "n": len(rows),
        "days": cases_policy().reply_days,
    }
    return render(request, "cases/answers.html", context)
