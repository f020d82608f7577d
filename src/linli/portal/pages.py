"""The residents' first page and their own data."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from linli.lifecircle import queries as lifecircle
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry


@page(audience="public")
def home(request: Request) -> HttpResponse:
    if not choices(request):
        return render(request, "portal/nothing_yet.html")
    community_id = current_community(request)
    return render(request, "portal/home.html", {"coverage": lifecircle.latest_coverage(request.actor, community_id)})


@page(audience="signed_in")
def me(request: Request) -> HttpResponse:
    """What the register says of the person signed in: household, homes, rights held. Nothing of anybody else's."""
    actor = request.actor
    context: dict[str, object] = {"grants": registry.list_own_grants(actor)}
    if actor.person_id:
        context["person"] = registry.find_person(actor, actor.person_id)
        context["household"] = registry.household_of(actor, actor.person_id)
        context["homes"] = registry.homes_of_person(actor, actor.person_id)
        context["tenures"] = registry.units_held_by(actor, actor.person_id)
    return render(request, "portal/me.html", context)
