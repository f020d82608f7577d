"""What is hot, where, how fast; and the three rates down to the cases they are made of."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.db import acting
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry

from .. import hot, queries, rating
from ..models import Case
from ..rules.rates import Verdict
from ..rules.types import GROUPS, case_types

WINDOWS = {
    "7": Text("7 天", "7 days"),
    "30": Text("30 天", "30 days"),
    "90": Text("90 天", "90 days"),
    "365": Text("一年", "A year"),
}
MOST_ROWS = 200
WHICH = {
    "late": Text("没有按时响应的", "Not responded to in time"),
    "unsolved": Text("没有解决的", "Not solved"),
    "dissatisfied": Text("不满意的", "Dissatisfied"),
    "silent": Text("到期没有回话、算办结的", "Closed in silence"),
}


@page(permission=queries.RATES)
def overview(request: Request) -> HttpResponseBase:
    """``?days=`` 7, 30, 90, 365; ``?group=`` one group of types; ``?rows=`` the cases behind a number, for who may see cases."""
    actor, community_id = request.actor, current_community(request)
    actor.require(queries.RATES, community_id)
    days = request.GET.get("days", "30")
    days = days if days in WINDOWS else "30"
    at = now()
    verdicts = rating.verdicts(community_id, since=at - dt.timedelta(days=int(days)), now=at)
    kinds = case_types()
    group = request.GET.get("group", "")
    if group in GROUPS:
        verdicts = [one for one in verdicts if one.type_id in kinds and kinds[one.type_id].group == group]
    rows = request.GET.get("rows", "")
    may_see_rows = actor.may(queries.READ, community_id)
    context = {
        "days": days,
        "windows": WINDOWS.items(),
        "group": group,
        "groups": GROUPS.items(),
        "rates": rating.sum_up(verdicts),
        "by_type": _by_type(verdicts),
        "by_place": _by_place(verdicts),
        "hot": hot.find_topics(community_id, now=at)[:6],
        "open": _open(community_id, at),
        "may_see_rows": may_see_rows,
        "rows_title": WHICH.get(rows),
        "rows": _rows(verdicts, rows, actor) if may_see_rows and rows in WHICH else None,
        "as_of": at,
    }
    return render(request, "cases/overview.html", context)


def _by_type(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    grouped: dict[str, list[Verdict]] = defaultdict(list)
    for one in verdicts:
        grouped[one.type_id].append(one)
    kinds = case_types()
    made = [
        {"title": kinds[id].title if id in kinds else Text(id, id), "id": id, "rates": rating.sum_up(rows)}
        for id, rows in grouped.items()
    ]
    return sorted(made, key=lambda row: -row["rates"].n_cases)


def _by_place(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    n_of = Counter(UUID(one.place_id) for one in verdicts)
    with acting(queries.MACHINE):
        places = registry.list_places_in_compounds(queries.MACHINE).filter(
            place_id__in=[one for one, _ in n_of.most_common(20)]
        )
        names = {
            row.place_id: registry.name_in_compound(row) for row in places if row.place.kind not in ("unit", "entrance")
        }
    return [{"id": place, "name": names[place], "n": n} for place, n in n_of.most_common(20) if place in names][:8]


def _open(community_id: UUID, at: dt.datetime) -> dict[str, int]:
    with acting(queries.MACHINE):
        rows = list(
            Case.objects.filter(community_id=community_id, phase__in=queries.OPEN).values_list(
                "phase", "due_at", "paused_at"
            )
        )
    work = [(due, paused) for phase, due, paused in rows if phase in ("waiting", "working")]
    return {
        "n": len(rows),
        "overdue": sum(due is not None and due < at and paused is None for due, paused in work),
        "today": sum(
            due is not None and at <= due < at + dt.timedelta(hours=24) and paused is None for due, paused in work
        ),
        "asked": sum(phase == "answered" for phase, _, _ in rows),
    }


def _rows(verdicts: list[Verdict], which: str, actor: Any) -> list[dict[str, Any]]:
    chosen = {
        "late": lambda one: one.n_in_time < one.n_responses,
        "unsolved": lambda one: one.is_solved is False,
        "dissatisfied": lambda one: one.satisfaction is not None and one.satisfaction < 4,
        "silent": lambda one: one.by_silence,
    }[which]
    return rows_of([one.case_id for one in verdicts if chosen(one)], actor)


def rows_of(ids: Sequence[UUID], actor: Any) -> list[dict[str, Any]]:
    """The cases behind a number as lines, those the actor sees at work, newest first."""
    cases = list(
        Case.objects.filter(queries.at_work(actor), pk__in=ids)
        .select_related("place")
        .order_by("-received_at")[:MOST_ROWS]
    )
    names = queries.place_names(cases)
    return [
        {"case": row, "kind": queries.kind_of(row), "state": queries.kind_of(row).flow.states[row.state].title, "shape": queries.PHASE_SHAPES[row.phase], "place": names[row.pk]}
        for row in cases
    ]  # fmt: skip
