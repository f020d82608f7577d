"""The assessor's workspace: how far collection is, the score tree, one indicator with all it rests on, fetching, closing."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import local_day, now
from linli.platform.kit.tables import Table
from linli.platform.web.nav import lets_in
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..commands.closing import CLOSE
from ..commands.observing import CHANGE
from ..live import known_live
from ..rules.colours import scheme
from ..rules.entries import HOWS, QUALITIES
from ..rules.scoring import points
from ..rules.system import Indicator
from .asked import Asked, amount, asked, clause_text, colour_badge, go, pickers, said_done, score_text, told
from .tables import TREE

READ = queries.READ


@page(permission=READ)
def home(request: Request) -> HttpResponseBase:
    """The tree with its scores; as CSV, XLSX and JSON by ``?format=``."""
    look = asked(request)
    found = _sheet(request, look)
    rows = [told(node) for node in found.tree["nodes"]]
    download = Table(TREE, request.GET, list(rows)).download()
    if download is not None:
        return download
    open_warnings = queries.list_warnings(request.actor, look.community_id, only_open=True)
    context = {
        "look": look,
        "sheet": found,
        "rows": rows,
        "firsts": [row for row in rows if row["level"] == 0],
        "shifts": _shifts(found),
        "grade": look.system.grade(found.score),
        "score": score_text(found.score),
        "partial": score_text(found.scored.root.score),
        "pickers": pickers(look),
        "live_ids": {one.measure for one in look.system.leaves if one.live},
        "n_live": sum(bool(one.live) for one in look.system.leaves),
        "may_change": request.actor.may(CHANGE, look.community_id) and not found.is_closed,
        "may_close": request.actor.may(CLOSE, look.community_id) and not found.is_closed,
        "is_over": local_day(now()) > look.period.last_day,
        "n_red": sum(one.colour == "red" for one in open_warnings),
        "n_warnings": len(open_warnings),
        "n_plans": queries.list_plans(request.actor, look.community_id, only_open=True).count(),
        "done": said_done(request),
    }
    return render(request, "assessment/home.html", context)


@page(permission=READ)
def indicator(request: Request) -> HttpResponseBase:
    """``?measure=``: one indicator in the period asked for: value, formula, limits, source, rows, and how it was before."""
    look = asked(request)
    measure = request.GET.get("measure", "") or look.system.leaves[0].measure
    one = look.system.of_measure(measure)
    may_change = request.actor.may(CHANGE, look.community_id)
    is_closed = queries.closed_run(look.community_id, look.system.id, look.period.code) is not None
    context = {
        "look": look,
        "one": one,
        "clause": clause_text(one.clause),
        "live": known_live().get(one.live.partition(":")[0]),
        "may_change": may_change and not is_closed,
        "done": said_done(request),
    }
    parts = _values(request, look, one) | _ruler(look, one) | _warned(request, look, one)
    return render(request, "assessment/indicator.html", context | parts)


def _values(request: Request, look: Asked, one: Indicator) -> dict[str, Any]:
    """The standing value of the period, those before it in the period, and how it was in others."""
    versions = queries.versions(request.actor, look.community_id, one.measure, look.period.code)
    past = queries.history(request.actor, look.community_id, one.measure)
    past = [row for row in past if len(row.period) == len(look.period.code)][-8:]
    top = max([abs(row.value) for row in past] + [abs(one.full_at), 1e-9])
    bars = [
        {"text": row.period, "share": abs(row.value) / top, "said": amount(row.value, one.unit), "look": "v"}
        for row in past
    ]
    older = [(row, amount(row.value, one.unit), HOWS[row.how]) for row in versions[1:]]
    if not versions:
        return {"newest": None, "older": older, "bars": bars}
    newest = versions[0]
    return {
        "newest": newest,
        "older": older,
        "bars": bars,
        "may_follow": bool(newest.rows_url) and lets_in(request.actor, newest.rows_url),
        "said": amount(newest.value, one.unit),
        "points": score_text(points(one, newest.value)),
        "how": HOWS[newest.how],
        "quality": QUALITIES[newest.quality],
        "range": (amount(newest.low, one.unit), amount(newest.high, one.unit)) if newest.low is not None else None,
    }


def _ruler(look: Asked, one: Indicator) -> dict[str, Any]:
    """What the indicator is measured against, each with its source."""
    variants = dict(look.system.variants)
    rule = scheme("threshold")
    return {
        "targets": [
            (amount(target.value, one.unit), target.year, target.source, variants.get(target.variant or ""))
            for target in one.targets
        ],
        "limits": [(key, rule.colour(key).title, amount(at, one.unit)) for key, at in one.limits.items()],
        "zero": amount(one.zero_at, one.unit),
        "full": amount(one.full_at, one.unit),
        "baseline": amount(one.baseline, one.unit),
    }


def _warned(request: Request, look: Asked, one: Indicator) -> dict[str, Any]:
    rows = queries.list_warnings(request.actor, look.community_id, only_open=True)
    warning = rows.filter(subject=one.measure, scheme="threshold").first()
    return {"warning": warning, "warning_badge": colour_badge("threshold", warning.colour) if warning else None}


@page(permission=CHANGE, methods=("POST",))
def collect(request: Request) -> HttpResponseBase:
    """Fetch every live number of the system for the period."""
    look = asked(request)
    rows = commands.collect(look.community_id, look.system.id, look.period.code, actor=request.actor, now=now())
    return go("home", done="collected" if rows else "nothing-new", look=look.query)


@page(permission=CLOSE, methods=("GET", "POST"))
def close(request: Request) -> HttpResponseBase:
    """The last look before a period is closed: the total, what is missing, which weights; one button."""
    look = asked(request)
    request.actor.require(CLOSE, look.community_id)
    if request.method == "POST":
        commands.close_period(
            look.community_id, look.system.id, look.period.code, weight_set=look.weight_set, variant=look.variant,
            actor=request.actor, now=now(),
        )  # fmt: skip
        return go("home", done="closed", look=look.query)
    found = _sheet(request, look)
    context = {
        "look": look,
        "sheet": found,
        "score": score_text(found.score),
        "weights": look.system.weight_set(look.weight_set),
        "is_over": local_day(now()) > look.period.last_day,
        "least": look.system.least_known_share,
    }
    return render(request, "assessment/close.html", context)


def _sheet(request: Request, look: Asked) -> queries.Sheet:
    return queries.sheet(
        request.actor, look.community_id, look.system, look.period, weight_set=look.weight_set, variant=look.variant
    )


def _shifts(found: queries.Sheet) -> list[dict[str, Any]]:
    """How far the total moves with each first-level weight a tenth less or more."""
    titles = {node["id"]: told(node)["title"] for node in found.tree["nodes"]}
    return [
        {"title": titles[one["id"]], "less": score_text(one["less"]), "more": score_text(one["more"])}
        for one in found.tree["shifts"]
        if one["id"] in titles
    ]
