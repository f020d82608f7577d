"""The public page: closed periods, each number with its formula, its day and its source. What is still being collected is not shown."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.text import Text
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..models import ScoreRun
from ..rules.period import Period
from ..rules.system import known_systems
from .asked import score_text, told


@page(audience="public")
def scores(request: Request) -> HttpResponseBase:
    """``?system=&period=``: the newest closed period without them."""
    if not choices(request):
        return render(request, "assessment/open_nothing_yet.html")
    community_id = current_community(request)
    runs = list(
        ScoreRun.objects.filter(community_id=community_id).order_by("-period", "system_id")
        if community_id in request.actor.scope | request.actor.public_communities
        else ()
    )
    if not runs:
        return render(request, "assessment/open_nothing_yet.html")
    order = {system.id: n for n, system in enumerate(known_systems())}
    systems = sorted({run.system_id: run.system_title for run in runs}.items(), key=lambda pair: order.get(pair[0], 99))
    system_id = request.GET.get("system", "")
    system_id = system_id if system_id in dict(systems) else systems[0][0]
    own = [run for run in runs if run.system_id == system_id]
    run = next((one for one in own if one.period == request.GET.get("period", "")), own[0])
    rows = [told(node) for node in run.tree["nodes"]]
    context = {
        "run": run,
        "score": score_text(run.score),
        "period": Period.parse(run.period).text,
        "rows": rows,
        "firsts": [row for row in rows if row["level"] == 0],
        "systems": [
            {"url": f"?system={id}", "text": text, "current": id == system_id} for id, text in systems
        ],
        "periods": [
            {"url": f"?system={system_id}&period={one.period}", "text": _code(one.period), "current": one.period == run.period}
            for one in own[:8]
        ],
        "n_missing": sum(row["is_leaf"] and row["value"] is None for row in rows),
    }  # fmt: skip
    return render(request, "assessment/open.html", context)


def _code(period: str) -> Text:
    return Period.parse(period).text
