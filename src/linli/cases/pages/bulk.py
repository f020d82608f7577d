"""One deed on several cases: tried first and rolled back, so that everybody sees what would happen; then done, each for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..commands.dispatching import handling_roles
from ..forms import AssignForm, CaseForm, MergeForm, WordsForm
from ..models import Case
from . import told
from .lines import lines_of

MOST = 200
NOTHING = define("cases.nothing_chosen", zh="先选 1 到 {most} 件", en="Choose 1 to {most} cases first", status=422)
TOO_FEW = define(
    "cases.two_needed",
    zh="并在一起要先选 2 到 {most} 件",
    en="To handle cases together choose 2 to {most} of them",
    status=422,
)
TITLES = {
    "take": Text("接手 {n} 件", "Take {n} cases"),
    "resume": Text("让 {n} 件继续计时", "Let the clock of {n} cases go on"),
    "escalate": Text("上报 {n} 件", "Raise {n} cases"),
    "assign": Text("指派 {n} 件", "Assign {n} cases"),
    "merge": Text("把 {n} 件同一件事并在一起办", "Handle {n} cases of one matter together"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went with one case: ``why`` it cannot be done, or None."""

    line: dict[str, Any]
    why: Text | None


@page(permission=queries.HANDLE, methods=("POST",))
def bulk(request: Request, what: str) -> HttpResponseBase:
    """POST ``row`` (ids). Then what the deed needs, the dry run, and with ``confirmed`` the deed itself. What cannot be done is left as it is."""
    if what == "assign":
        request.actor.require(queries.DISPATCH, current_community(request))
    rows = _chosen(request, what)
    form = _form(request, what, rows)
    is_ready = form is None or form.is_valid()
    said = form.cleaned_data if form is not None and is_ready else {}
    if is_ready and "confirmed" in request.POST:
        others = _without_lead(rows, said)
        done = sum(_try(request, what, row, said, keep=True) is None for row in others)
        query = urlencode({"bulk": done, "left": len(others) - done})
        return HttpResponseRedirect(f"{reverse('cases:cases')}?{query}")
    lines = {line["case"].pk: line for line in lines_of(rows)}
    others = _without_lead(rows, said) if is_ready else []
    tried = [Tried(lines[row.pk], _try(request, what, row, said, keep=False)) for row in others]
    context = {
        "title": TITLES[what].fill(n=len(rows)), "lines": lines.values(), "ids": [row.pk for row in rows], "form": form, "what": what,
        "is_ready": is_ready, "tried": tried, "n_possible": sum(one.why is None for one in tried), "fields": _fields(request),
        "lead": next((lines[row.pk] for row in rows if row not in others), None) if is_ready else None,
    }  # fmt: skip
    return render(request, "cases/bulk.html", context, status=422 if form is not None and form.errors else 200)


def said_done(request: Request) -> Text | None:
    """What the list says afterwards."""
    done, left = request.GET.get("bulk", ""), request.GET.get("left", "")
    if not (done.isdigit() and left.isdigit()):
        return None
    text = Text("办了 {done} 件。", "{done} done.").fill(done=done)
    if left == "0":
        return text
    more = Text("{left} 件没办成，原样没动。", " {left} could not be done and stay as they were.").fill(left=left)
    return Text(text.zh + more.zh, text.en + more.en)


def _without_lead(rows: list[Case], said: dict[str, Any]) -> list[Case]:
    """All but the one the others are merged with."""
    return [row for row in rows if str(row.pk) != said.get("lead")]


def _chosen(request: Request, what: str) -> list[Case]:
    ids = []
    for text in request.POST.getlist("row")[: MOST + 1]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    rows = list(queries.list_queue(request.actor, current_community(request)).filter(pk__in=ids))
    if not rows or len(ids) > MOST or (what == "merge" and len(rows) < 2):
        raise LinliError(TOO_FEW if what == "merge" and rows else NOTHING, most=MOST)
    return rows


def _form(request: Request, what: str, rows: list[Case]) -> CaseForm | None:
    is_asked = "asked" in request.POST
    if what == "merge":
        oldest_first = sorted(lines_of(rows), key=lambda line: line["case"].received_at)
        return MergeForm(request.POST if is_asked else None, lines=oldest_first)
    if what == "assign":
        desks: list[tuple[str, Text, Text | None]] = [(one, told.role_title(one), None) for one in handling_roles()]
        return AssignForm(request.POST if is_asked else None, desks=desks)
    return WordsForm(request.POST if is_asked else None) if what == "escalate" else None


def _fields(request: Request) -> list[tuple[str, str]]:
    return [(name, request.POST.get(name, "")) for name in ("asked", "desk", "lead", "words") if name in request.POST]


def _lead(said: dict[str, Any]) -> UUID:
    return UUID(said["lead"]) if said.get("lead") else UUID(int=0)


def _try(request: Request, what: str, row: Case, said: dict[str, Any], *, keep: bool) -> Text | None:
    """Do it in a savepoint of its own; without ``keep`` that is rolled back. Why it is refused, else None."""
    deeds: dict[str, Callable[..., Any]] = {
        "take": partial(commands.move, row.pk, "take"),
        "resume": partial(commands.resume, row.pk),
        "escalate": partial(commands.escalate, row.pk, because=said.get("words", "")),
        "merge": partial(commands.merge, row.pk, _lead(said), words=said.get("words", "")),
        "assign": partial(commands.assign, row.pk, desk=said.get("desk", ""), because=said.get("words", "")),
    }
    try:
        with transaction.atomic():
            deeds[what](actor=request.actor, now=now())
            if not keep:
                transaction.set_rollback(True)
    except LinliError as error:
        return error.text
    return None
