"""Closed periods side by side: one community over time, and the communities the reader works on beside each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.platform.web.community import choices
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import queries
from ..models import ScoreRun
from .asked import asked, pickers, score_text, told


@page(permission=queries.READ)
def compare(request: Request) -> HttpResponseBase:
    look = asked(request)
    actor = request.actor
    mine = [
        (id, name) for id, name in choices(request) if actor.everywhere or id in actor.communities_with(queries.READ)
    ]
    runs = list(queries.closed_runs(actor, system_id=look.system.id, community_ids=[id for id, _ in mine]))
    periods = sorted({run.period for run in runs})[-8:]
    by = {(run.community_id, run.period): run for run in runs}
    own = [by[look.community_id, period] for period in periods if (look.community_id, period) in by]
    period = request.GET.get("at", "") if request.GET.get("at", "") in periods else (periods[-1] if periods else "")
    context = {
        "look": look,
        "pickers": pickers(look),
        "periods": periods,
        "period": period,
        "over_time": _over_time(own),
        "own_periods": [run.period for run in own],
        "totals": [(run.period, score_text(run.score), run.known_share) for run in own],
        "communities": _ranked(mine, by, periods),
        "side": _side(mine, by, period),
    }
    return render(request, "assessment/compare.html", context)


def _over_time(own: list[ScoreRun]) -> list[dict[str, Any]]:
    """First-level scores of one community, period by period, with the change since the one before."""
    if not own:
        return []
    newest = [node for node in own[-1].tree["nodes"] if node["level"] == 0]
    rows = []
    for node in newest:
        scores = [next((one["score"] for one in run.tree["nodes"] if one["id"] == node["id"]), None) for run in own]
        last, before = scores[-1], scores[-2] if len(scores) > 1 else None
        change = None if last is None or before is None else last - before
        rows.append({"title": told(node)["title"], "cells": [score_text(one) for one in scores], "change": change, "share": None if last is None else last / 100})  # fmt: skip
    return rows


def _ranked(
    mine: list[tuple[UUID, Any]], by: dict[tuple[UUID, str], ScoreRun], periods: list[str]
) -> list[dict[str, Any]]:
    rows = []
    for id, name in mine:
        scores = [by[id, period].score if (id, period) in by else None for period in periods]
        rows.append(
            {"name": name, "cells": [score_text(one) for one in scores], "last": scores[-1] if scores else None}
        )
    return sorted(rows, key=lambda row: (row["last"] is None, -(row["last"] or 0), row["name"].zh))


def _side(mine: list[tuple[UUID, Any]], by: dict[tuple[UUID, str], ScoreRun], period: str) -> dict[str, Any] | None:
    """First-level scores of every community for one period."""
    shown = [(name, by[id, period]) for id, name in mine if (id, period) in by]
    if not shown:
        return None
    heads = [node for node in shown[0][1].tree["nodes"] if node["level"] == 0]
    rows = []
    for head in heads:
        scores = [
            next((one["score"] for one in run.tree["nodes"] if one["id"] == head["id"]), None) for _, run in shown
        ]
        known = [one for one in scores if one is not None]
        best = max(known) if len(known) > 1 else None
        rows.append({"title": told(head)["title"], "cells": [(score_text(one), one is not None and one == best) for one in scores]})  # fmt: skip
    return {"names": [name for name, _ in shown], "rows": rows, "totals": [score_text(run.score) for _, run in shown]}
