"""What residents see of what they reported: the list, the timeline, their word on it; and what everybody sees."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.inbox import mark_read
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..forms import MoveForm, WordsForm
from ..models import Case, Draft
from ..rules import writing
from . import told
from .report import ACT, whose

MOST = 100
DONE = {
    "said": Text("已发给办事的人。", "It was sent to those who handle it."),
    "urged": Text("已催，他们看得到。", "They were asked how it stands."),
    "supported": Text("已记下“我家也是”。办好了大家一起知道。", "Your “me too” is noted."),
    "confirmed": Text("谢谢。这件事办结了。", "Thank you. It is closed."),
    "disputed": Text("已重新打开，重新计时。", "It is open again, with its time limits anew."),
    "parted": Text("已分开，单独办；时限还是原来的。", "It is handled on its own again, by the limits it had."),
    "moved": Text("已记下。", "It is noted."),
}
SENT_SEALED = Text(
    "已收到。别人看不到是您报的；列表里最上面就是它。",
    "Received. Nobody sees that it was you; it is the first in the list.",
)


@page(audience="signed_in", act=ACT)
def matters(request: Request) -> HttpResponseBase:
    rows = list(queries.list_mine(request.actor)[:MOST])
    drafts = Draft.objects.filter(account_id=request.actor.account_id or UUID(int=0)).order_by("-made_at")[:5]
    context = {
        "open": _lines([row for row in rows if row.phase != "closed"]),
        "closed": _lines([row for row in rows if row.phase == "closed"]),
        "drafts": drafts,
        "whose": whose(request.actor),
        "done": SENT_SEALED if request.GET.get("sent") == "sealed" else None,
    }
    return render(request, "cases/matters.html", context)


@page(audience="signed_in", act=ACT)
def matter(request: Request, case_id: UUID) -> HttpResponseBase:
    """One of one's own, as far as it has come, and what one can do now."""
    case = queries.find_mine(request.actor, case_id)
    mark_read(request.actor, now=now(), subject_id=case.pk)
    kind = queries.kind_of(case)
    hats = queries.hats(request.actor, case) & {"reporter"}
    context = {
        "case": case,
        "kind": kind,
        "state": kind.flow.states[case.state],
        "shape": queries.PHASE_SHAPES[case.phase],
        "steps": told.steps_of(case, "reporter"),
        "files": queries.files_of(case.pk),
        "place": queries.place_names([case])[case.pk],
        "organisation": queries.organisation_names([case.organisation_id]).get(case.organisation_id)
        if case.organisation_id
        else None,
        "moves": writing.moves_from(kind.flow, case.state, hats),
        "sent": "sent" in request.GET,
        "done": DONE.get(request.GET.get("done", "")),
        "may_urge": case.phase in ("waiting", "working"),
        "may_part": case.lead_id is not None and case.phase in ("waiting", "working"),
    }
    return render(request, "cases/matter.html", context)


@page(audience="signed_in", methods=("GET", "POST"), act=ACT)
def say(request: Request, case_id: UUID) -> HttpResponseBase:
    """The reporter's word: ``?move=`` confirm, dispute, withdraw …; without one, words to those who handle it."""
    case = queries.find_mine(request.actor, case_id)
    kind = queries.kind_of(case)
    asked = request.GET.get("move", "")
    back = reverse("cases:matter", args=[case.pk])
    form: Any
    if not asked:
        form = WordsForm(request.POST or None)
        title, done = Text("补充几句", "Add some words"), "said"

        def act() -> Any:
            return commands.reply(case.pk, form.cleaned_data["words"], actor=request.actor, now=now())
    elif asked == "part":
        form = WordsForm(request.POST or None)
        title, done = Text("不是同一件事", "It is not the same"), "parted"

        def act() -> Any:
            return commands.part(case.pk, words=form.cleaned_data["words"], actor=request.actor, now=now())
    else:
        step = writing.check_move(kind.flow, case.state, asked, frozenset({"reporter"}))
        form = MoveForm(request.POST or None, request.FILES or None, move=step, kind=kind, is_reporter=True)
        title, done = step.title, {"confirm": "confirmed", "dispute": "disputed"}.get(step.id, "moved")

        def act() -> Any:
            said = form.cleaned_data
            stars = said.get("satisfaction")
            return commands.move(
                case.pk, step.id, words=said.get("words", ""), photos=said.get("photos") or (),
                satisfaction=int(stars) if stars else None, actor=request.actor, now=now(),
            )  # fmt: skip

    if form.is_valid() and form.carried_out(act):
        return HttpResponseRedirect(f"{back}?{urlencode({'done': done})}")
    context = {"form": form, "title": title, "back_url": back, "case": case, "kind": kind}
    return render(request, "cases/say.html", context, status=422 if form.errors else 200)


@page(audience="signed_in", methods=("POST",), act=ACT)
def urge(request: Request, case_id: UUID) -> HttpResponseBase:
    commands.urge(case_id, actor=request.actor, now=now())
    return HttpResponseRedirect(f"{reverse('cases:matter', args=[case_id])}?done=urged")


@page(audience="signed_in", methods=("POST",), act=ACT)
def support(request: Request, case_id: UUID) -> HttpResponseBase:
    """ "Me too", instead of a report of one's own; the draft it came from is discarded."""
    commands.support(case_id, actor=request.actor, now=now())
    draft = request.POST.get("draft", "")
    if draft:
        with contextlib.suppress(ValueError, NotFoundError):  # a name that is none, a draft that is gone
            commands.discard_draft(UUID(draft), actor=request.actor)
    return HttpResponseRedirect(f"{reverse('cases:reports')}?done=supported")


@page(audience="public")
def reports(request: Request) -> HttpResponseBase:
    """What everybody may know: the words a worker put it in, where, since when, how it stands."""
    if not choices(request):
        return render(request, "portal/nothing_yet.html")
    rows = queries.list_public(request.actor, current_community(request))
    context = {
        "open": _lines([row for row in rows if row.phase != "closed"]),
        "closed": _lines([row for row in rows if row.phase == "closed"])[:MOST],
        "done": DONE.get(request.GET.get("done", "")),
    }
    return render(request, "cases/reports.html", context)


@page(audience="public")
def public(request: Request, case_id: UUID) -> HttpResponseBase:
    case = queries.find_public(request.actor, case_id)
    kind = queries.kind_of(case)
    context = {
        "case": case,
        "kind": kind,
        "state": kind.flow.states[case.state],
        "shape": queries.PHASE_SHAPES[case.phase],
        "steps": told.steps_of(case, "public"),
        "place": queries.place_names([case])[case.pk],
        "may_support": request.actor.person_id is not None and case.phase != "closed",
    }
    return render(request, "cases/public.html", context)


def _lines(rows: list[Case]) -> list[dict[str, Any]]:
    names = queries.place_names(rows)
    lines = []
    for row in rows:
        kind = queries.kind_of(row)
        lines.append(
            {
                "case": row,
                "kind": kind,
                "state": kind.flow.states[row.state].title,
                "shape": queries.PHASE_SHAPES[row.phase],
                "place": names[row.pk],
            }
        )
    return lines
