"""The residents' first page and their own data."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from linli.cases import queries as cases
from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.lifecircle import queries as lifecircle
from linli.notices import queries as notices
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.ports import ports
from linli.platform.privacy.reading import record_read
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.registry.models import PersonRecord
from linli.registry.pages.naming import full_names
from linli.registry.pages.words import role_title
from linli.registry.queries.welcomes import welcome_of


@page(audience="public")
def home(request: Request) -> HttpResponse:
    if not choices(request):
        return render(request, "portal/nothing_yet.html")
    community_id = current_community(request)
    context = {
        "coverage": lifecircle.latest_coverage(request.actor, community_id),
        "welcome": welcome_of(request.actor, now=now()),
        "news": notices.first_page(request.actor, community_id, now=now()),
        "may_report": community_id in request.actor.scope,
        "n_asked": cases.count_asked(request.actor) if request.actor.kind == "person" else 0,
    }
    return render(request, "portal/home.html", context)


@page(audience="signed_in", act="record")
def me(request: Request) -> HttpResponse:
    """What the register says of the person signed in: household, homes, rights held. Nothing of anybody else's."""
    actor = request.actor
    context: dict[str, object] = {"grants": _own_roles(actor)}
    person = _own_record(actor)
    context["is_gone"] = actor.person_id is not None and person is None
    if actor.person_id and person is not None:
        context["person"] = person
        record_read(
            actor, [actor.person_id], community_id=person.community_id, what="page", fields=["name", "birth", "home"]
        )  # nothing for oneself; a helper leaves a row
        family = registry.household_of(actor, actor.person_id)
        held = list(registry.units_held_by(actor, actor.person_id).select_related("tenure"))
        names = full_names(actor, [*(member.unit_id for member in family), *(row.tenure.unit_id for row in held)])
        context["household"] = [
            {"name": one.name, "person_id": one.person_id, "home": names.get(one.unit_id, ""), "since": one.since}
            for one in family
        ]
        context["tenures"] = [{"name": names.get(row.tenure.unit_id, ""), "since": row.valid_from} for row in held]
    return render(request, "portal/me.html", context)


def _own_record(actor: Actor) -> PersonRecord | None:
    """None for accounts of nobody, and for who moved away: what the register keeps of them is the office's then."""
    try:
        return registry.find_person(actor, actor.person_id) if actor.person_id else None
    except NotFoundError:
        return None


def _own_roles(actor: Actor) -> list[dict[str, Text]]:
    """The roles held now and where; their places may lie above what the holder may otherwise look at."""
    with acting(System("own-roles")):
        return [
            {"role_title": role_title(grant.role), "place_name": ports.scope_tree.label(grant.place_id)}
            for grant in actor.grants
        ]
