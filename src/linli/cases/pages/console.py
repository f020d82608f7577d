"""Where workers see what waits for them, everything of one case, and do what can be done with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.privacy.reading import record_read
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .. import bridges, queries, replies
from ..models import Case, Said, Way
from ..rules import clocks
from ..rules.types import CLOCK_WORDS, GROUPS, PAUSES, SPHERES, CaseType, cases_policy
from . import bulk, deeds, told, views
from .lines import lines_of
from .tables import WAYS, table_for

HANDLE = queries.HANDLE
MOST_IN_QUEUE = 100


@page(permission=HANDLE)
def queue(request: Request) -> HttpResponseBase:
    """What waits for me by deadline: in my hands first, then what lies with my desk and nobody has taken."""
    actor = request.actor
    rows = queries.list_queue(actor, current_community(request)).filter(
        queries.for_me(actor), phase__in=["waiting", "working"]
    )
    shown = list(rows[:MOST_IN_QUEUE])
    lines = lines_of(shown)
    context = {
        "mine": [line for line in lines if line["case"].handler_id == actor.account_id],
        "desk": [line for line in lines if line["case"].handler_id is None],
        "n_more": max(rows.count() - len(shown), 0),
        "n_overdue": sum(line["standing"] == clocks.OVERDUE for line in lines),
        "done": deeds.said_done(request),
    }
    if "live" in request.GET:
        return render(request, "cases/_queue.html", context)
    return render(request, "cases/queue.html", context)


@page(permission=HANDLE)
def cases(request: Request) -> HttpResponseBase:
    """All cases one sees at work: filters in the address, kept ones above, deeds on several at once."""
    table = views.narrowed(request, table_for(request.actor, current_community(request)))
    context = {"table": table, "done": bulk.said_done(request)} | views.around(request, table, "cases")
    return table.download() or render(request, "cases/cases.html", context)


@page(permission=HANDLE)
def case(request: Request, case_id: UUID) -> HttpResponseBase:
    """Everything of one case on one screen."""
    found = queries.find_at_work(request.actor, case_id)
    kind = queries.kind_of(found)
    runs = clocks.running(found, None)
    words = queries.said_in(found, inside=True)
    report = next((row for row in words if row.kind == Said.Kind.REPORT), None)
    standing = clocks.standing(found, now(), cases_policy().warn_share)
    context = {
        "case": found,
        "kind": kind,
        "group": GROUPS[kind.group],
        "sphere": SPHERES[found.sphere],
        "state": kind.flow.states[found.state],
        "standing": clocks.STANDING[standing],
        "standing_shape": told.SHAPES[standing],
        "report": report,
        "answers": _answers(kind, found),
        "steps": list(reversed(told.steps_of(found, "worker"))),
        "files": queries.files_of(found.pk),
        "place": queries.place_names([found])[found.pk],
        "reporter": _reporter(request, found),
        "clocks": _clocks(found, kind),
        "run": runs[0] if runs else None,
        "way": WAYS.get(found.way, Text(found.way, found.way)),  # type: ignore[call-overload]
        "desk": told.role_title(found.desk),
        "handler": queries.worker_names([found.handler_id]).get(found.handler_id) if found.handler_id else None,
        "organisation": queries.organisation_names([found.organisation_id]).get(found.organisation_id)
        if found.organisation_id
        else None,
        "parties": [{"desk": told.role_title(one.desk), "row": one} for one in found.parties.order_by("asked_at")],
        "deeds": deeds.possible(request.actor, found, kind),
        "guesses": bridges.guess(report.body, for_staff=True) if report and not found.is_certain else [],
        "paused_why": PAUSES.get(found.paused_because),
        "near": _near(request, found, kind),
        "followers": lines_of(queries.followers_of(request.actor, found)),
        "done": deeds.said_done(request),
    }
    return render(request, "cases/case.html", context)


@page(permission=HANDLE, methods=("GET", "POST"))
def do(request: Request, case_id: UUID) -> HttpResponseBase:
    """One deed: ``?what=`` a move of the flow, or one of :data:`.deeds.DEEDS`."""
    found = queries.find_at_work(request.actor, case_id)
    deed = deeds.find(request, found, request.GET.get("what", ""))
    back = reverse("cases:case", args=[found.pk])
    if deed.form.is_valid() and deed.form.carried_out(deed.act):
        still = Case.objects.filter(queries.at_work(request.actor), pk=found.pk).exists() or request.actor.everywhere
        where = back if still else reverse("cases:queue")
        return HttpResponseRedirect(f"{where}?{urlencode({'done': deed.what})}")
    context = {
        "form": deed.form,
        "title": deed.title,
        "lead": deed.lead,
        "case": found,
        "kind": queries.kind_of(found),
        "back_url": back,
        "hints": [(title, False) for title in replies.TITLES.values()] if deed.is_answer else [],
        "is_said": False,
    }
    return render(request, "cases/do.html", context, status=422 if deed.form.errors else 200)


def _answers(kind: CaseType, found: Case) -> list[tuple[Text, Any]]:
    asked = kind.form["properties"] if kind.form else {}
    told_answers = []
    for name, value in found.answers.items():
        question = asked.get(name)
        if question is None:
            continue
        shown: Any = value
        for one in question.get("oneOf", ()):
            if one["const"] == value:
                shown = Text.from_mapping(one["title"])
        if isinstance(value, bool):
            shown = Text("是", "yes") if value else Text("否", "no")
        told_answers.append((Text.from_mapping(question["title"]), shown))
    return told_answers


def _reporter(request: Request, found: Case) -> dict[str, Any]:
    """Who reported it, as much as this worker may know of people; a sealed one is nobody."""
    if found.is_sealed:
        return {"is_sealed": True}
    if found.person_id is None:
        return {"name": None, "is_staff": found.way == Way.STAFF}
    row = registry.list_people(request.actor).filter(person_id=found.person_id).first()
    if row is None:
        return {"name": None}
    record_read(request.actor, [found.person_id], community_id=found.community_id, what="page", fields=("name",))
    return {"name": row.name, "person_id": found.person_id}


def _clocks(found: Case, kind: CaseType) -> list[dict[str, Any]]:
    """Each clock of the round: when over, when met, and whether in time."""
    rows = [("respond", found.respond_due_at, found.responded_at)]
    if found.answer_due_at:
        rows.append(("answer", found.answer_due_at, found.answered_at))
    rows.append(("handle", found.handle_due_at, found.handled_at))
    if found.confirm_due_at:
        rows.append(("confirm", found.confirm_due_at, found.closed_at))
    at = now()
    return [
        {
            "title": CLOCK_WORDS[name],
            "due_at": due,
            "met_at": met,
            "is_late": (met or at) > due,
            "is_met": met is not None,
        }
        for name, due, met in rows
    ]


def _near(request: Request, found: Case, kind: CaseType) -> list[dict[str, Any]]:
    """Other open ones of the kind nearby that this worker sees."""
    rows = queries.similar_open(
        found.community_id, kind, place_id=found.place_id, lon=found.lon, lat=found.lat, now=now()
    )
    seen = set(
        Case.objects.filter(queries.at_work(request.actor), pk__in=[one.case.pk for one in rows]).values_list(
            "pk", flat=True
        )
    )
    return [{"case": one.case, "metres": one.metres} for one in rows if one.case.pk != found.pk and one.case.pk in seen]
