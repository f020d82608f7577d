"""The first page of those who work here: what waits, what the register lacks, how the neighbourhood stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from linli.kernel.clock import now
from linli.lifecircle import queries as lifecircle
from linli.platform.backup import pages as backups
from linli.platform.backup.runs import standing
from linli.platform.jobs import list_jobs
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from . import setup

WORST_SHOWN = 8


@page(permission="console.use")
def home(request: Request) -> HttpResponse:
    actor = request.actor
    if not choices(request):
        may_set_up = actor.may(setup.PERMISSION)
        return redirect("console:setup") if may_set_up else render(request, "console/nothing_yet.html")
    community_id = current_community(request)
    context: dict[str, Any] = {
        "running": [job for job in list_jobs(actor, limit=20) if job.state in ("waiting", "running")]
    }
    if actor.may(setup.PERMISSION, community_id):
        context["setup"] = setup.how_far(request)
    if actor.may(backups.PERMISSION):
        context["backups"] = standing(now())
    if actor.may("registry.place.read", community_id):
        context["totals"] = registry.count_totals(actor, community_id)
        context["elders"] = elders_of(context["totals"])
    if actor.may("registry.person.read", community_id):
        # Shops and offices have units but nobody living in them; a round of visits is for homes.
        unsound = [row for row in registry.quality_by_building(actor, community_id) if row.score < 1 and row.n_persons]
        context["quality"] = unsound[:WORST_SHOWN]
        context["n_unsound"] = len(unsound)
    if actor.may("lifecircle.read", community_id):
        context["coverage"] = lifecircle.latest_coverage(actor, community_id)
    return render(request, "console/home.html", context)


def elders_of(totals: registry.Totals) -> int:
    """Persons of 60 and over."""
    return sum(n for (start, _), n in zip(registry.AGE_GROUPS, totals.by_age, strict=False) if start >= 60)
