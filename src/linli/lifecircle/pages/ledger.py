"""The public ledger's page: who can reach what on foot, category by category, with its rule, its day and its files."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor
from linli.platform.kit.tables import Table
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import queries
from .asked import asked, pace_note
from .tables import CATEGORIES


@page(audience="public")
def coverage(request: Request) -> HttpResponseBase:
    """The newest run of the asked standard. Everybody sees the same numbers here, whoever is signed in: those without small ones."""
    try:
        look = asked(request)
    except NotFoundError:
        return render(request, "lifecircle/open_nothing_yet.html")
    told = queries.coverage_of(look.run, as_anybody(request.actor), group=look.group)
    table = Table(CATEGORIES, request.GET, list(told.rows))
    download = table.download()
    if download is not None:
        return download
    context = {
        "look": look,
        "coverage": told,
        "table": table,
        "runs": queries.list_latest(request.actor, look.run.community_id),
        "groups": queries.group_titles(look.run),
        "pace": pace_note(look.group, look.run.walkers_id),
        "n_missing": sum(not row.is_found for row in told.rows),
    }
    return render(request, "lifecircle/open.html", context)


def as_anybody(actor: Actor) -> Actor:
    """The actor without their roles: what they would see if they had none."""
    return Actor(kind="anonymous", public_communities=actor.public_communities | actor.scope)
