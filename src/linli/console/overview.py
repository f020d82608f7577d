"""The hall screen 驾驶舱: the neighbourhood in 3-D, at most four large numbers, each a door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from linli.assessment import queries as assessment
from linli.kernel.clock import now
from linli.lifecircle import queries as lifecircle
from linli.platform.ports import ports
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .pages import elders_of


@page(permission="overview.read")
def overview(request: Request) -> HttpResponse:
    actor, community_id = request.actor, current_community(request)
    totals = registry.count_totals(actor, community_id)
    context = {
        "now": now(),
        "totals": totals,
        "n_buildings": totals.n_places.get("building", 0),
        "elders": elders_of(totals),
        "coverage": lifecircle.latest_coverage(actor, community_id),
        "assessed": assessment.brief(actor, community_id, system_id=assessment.FIRST, now=now()),
        "map": _scene(request, community_id),
    }
    return render(request, "console/overview.html", context)


def _scene(request: Request, community_id: UUID) -> dict[str, Any] | None:
    """What the raised map behind the numbers draws; None where no map is imported."""
    ground = ports.ground.config(request.actor, community_id)
    return ground and ground | {"is_3d": True, "bearing": -28, "is_interactive": False}
