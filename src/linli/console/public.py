"""The first page of the public ledger."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from linli.assessment import queries as assessment
from linli.kernel.clock import now
from linli.lifecircle import queries as lifecircle
from linli.platform.models import PolicyVersion
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request


@page(audience="public")
def start(request: Request) -> HttpResponse:
    community_id = current_community(request)
    context = {
        "coverage": lifecircle.latest_coverage(request.actor, community_id),
        "assessed": assessment.brief(request.actor, community_id, system_id=assessment.FIRST, now=now()),
        "n_policies": PolicyVersion.objects.values("kind", "policy_id").distinct().count(),
    }
    return render(request, "console/open.html", context)
