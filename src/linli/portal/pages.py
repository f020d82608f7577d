"""The residents' first page and their own data."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from linli.kernel.text import Text
from linli.lifecircle import queries as lifecircle
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.ports import ports
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.registry.pages.words import role_title


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
    context: dict[str, object] = {"grants": _own_roles(actor)}
    if actor.person_id:
        context["person"] = registry.find_person(actor, actor.person_id)
        context["household"] = registry.household_of(actor, actor.person_id)
        context["homes"] = registry.homes_of_person(actor, actor.person_id)
        held = registry.units_held_by(actor, actor.person_id).select_related("tenure")
        context["tenures"] = [
            {"name": registry.find_place(actor, row.tenure.unit_id).name_zh, "since": row.valid_from} for row in held
        ]
    return render(request, "portal/me.html", context)


def _own_roles(actor: Actor) -> list[dict[str, Text]]:
    """The roles held now and where; their places may lie above what the holder may otherwise look at."""
    with acting(System("own-roles")):
        return [
            {"role_title": role_title(grant.role), "place_name": ports.scope_tree.label(grant.place_id)}
            for grant in actor.grants
        ]
