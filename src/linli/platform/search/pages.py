"""The console's search. What is looked for is sent in a form's body and kept sealed: the address holds an id, never the words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import kept
from .kinds import found, kinds_of
from .readings import ask

MAX_CHARACTERS = 100
SHOWN = 8  # of a group; the rest stands on the group's own page
SUGGESTED = 3
PER_PAGE = 50


def _said(request: Request) -> str:
    return " ".join(request.POST.get("q", "").replace("\x00", " ").split())[:MAX_CHARACTERS]


def _community(request: Request) -> UUID | None:
    """Searches stay within the community the pages are about, as lists do; places above communities are found by their code."""
    return current_community(request) if choices(request) else None


@page(permission="console.use", methods=("GET", "POST"))
def find(request: Request) -> HttpResponseBase:
    """The empty search with what was looked for before; POST ``q`` looks, POST ``erase`` forgets all."""
    actor = request.actor
    if request.method == "POST" and "erase" in request.POST:
        kept.erase(actor)
        return redirect("search:find")
    text = _said(request)
    if text:
        return redirect("search:found", search_id=kept.keep(actor, text))
    recent, saved = kept.list_kept(actor)
    kinds = [kind.title for kind in kinds_of(actor)]
    return render(request, "platform/find.html", {"recent": recent, "saved": saved, "kinds": kinds})


@page(permission="console.use", methods=("GET", "POST"))
def found_page(request: Request, search_id: UUID) -> HttpResponseBase:
    """What a kept search finds today. ``kind`` and ``page`` narrow; POST ``save``, ``unsave`` or ``erase``."""
    actor = request.actor
    search = kept.find_kept(actor, search_id)
    if request.method == "POST":
        if "erase" in request.POST:
            kept.erase(actor, search_id)
            return redirect("search:find")
        kept.save(actor, search_id, is_saved="save" in request.POST)
        return redirect("search:found", search_id=search_id)
    asked = ask(search.text)
    key = request.GET.get("kind", "")
    number = max(1, int(request.GET.get("page", "")) if request.GET.get("page", "").isdecimal() else 1)
    number = min(number, 10_000)
    n_shown = PER_PAGE if key else SHOWN
    groups = found(
        actor, asked, _community(request), key=key, first=(number - 1) * n_shown if key else 0, n_shown=n_shown
    )
    here = reverse("search:found", args=[search_id])
    context: dict[str, Any] = {
        "search_kept": search,
        "find_text": search.text,
        "text": search.text,
        "groups": groups,
        "key": key,
        "here": here,
    }
    if key and groups:
        n_pages = -(-groups[0].n // PER_PAGE)
        context["earlier"] = number - 1 if number > 1 else None
        context["later"] = number + 1 if number < n_pages else None
    return render(request, "platform/found.html", context)


@page(permission="console.use", methods=("POST",))
def suggest(request: Request) -> HttpResponseBase:
    """A few of each kind while one types. Nothing is kept."""
    asked = ask(_said(request))
    groups = found(request.actor, asked, _community(request), n_shown=SUGGESTED) if len(asked.text) > 0 else []
    return render(request, "platform/_suggest.html", {"groups": groups, "text": asked.text})
