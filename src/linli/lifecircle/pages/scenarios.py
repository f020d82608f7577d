"""Scenarios: the list, one with its changes and figures, adding a change, deciding; and several side by side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.kit.tables import Table
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands
from ..forms import FORMS, BeginForm, DecideForm
from ..models import Scenario, ScenarioState
from ..offers import Offers
from ..queries import scenarios as queries
from ..queries.coverage import READ, find_run, group_titles, list_latest
from ..queries.scenario_rows import change_row, houses, scenario_row, shown_category, side, side_by_side
from ..rules.changes import KIND_WORDS, KINDS, ChangeKind
from .console import map_parts
from .tables import SCENARIOS, changes_table

RUN = commands.PERMISSION
DONE = {
    "begun": Text("方案拟好了。现在加上要改的地方。", "The scenario is begun. Now add what it changes."),
    "added": Text("已加上。改完了再量。", "Added. Measure when all is in."),
    "removed": Text("已拿掉。", "Taken out."),
    "measured": Text("量好了。", "Measured."),
    "chosen": Text("已选定。其他工作能按它接着做。", "Chosen. Others can work on from it."),
    "dropped": Text("已放弃，留着备查。", "Dropped; it stays to be read."),
}  # fmt: skip


@page(permission=READ)
def scenarios(request: Request) -> HttpResponseBase:
    """All scenarios of the community, newest first, with what each gives."""
    community_id = current_community(request)
    found = queries.list_scenarios(request.actor, community_id)
    table = Table(SCENARIOS, request.GET, [scenario_row(one) for one in found])
    context = {"table": table, "n": len(found), "may_plan": request.actor.may(RUN, community_id)}
    return table.download() or render(request, "lifecircle/scenarios.html", context)


@page(permission=RUN, methods=("GET", "POST"))
def begin(request: Request) -> HttpResponseBase:
    """A new scenario on the newest run of ``?standard=``. A point or a proposal of the map goes on to the form of the change."""
    run = find_run(request.actor, current_community(request), standard_id=request.GET.get("standard"))
    request.actor.require(RUN, run.community_id)
    form = BeginForm(request.POST or None)
    made: list[Scenario] = []
    if form.is_valid() and form.carried_out(
        lambda: made.append(
            commands.begin_scenario(run.pk, form.cleaned_data["title"], note=form.cleaned_data["note"], actor=request.actor, now=now())
        )
    ):  # fmt: skip
        on = {key: request.GET[key] for key in ("kind", "lon", "lat", "where", "category") if key in request.GET}
        if on.get("kind") in KINDS:
            return HttpResponseRedirect(f"{reverse('lifecircle:change', args=[made[0].pk])}?{urlencode(on)}")
        return _go(made[0].pk, "begun")
    lead = Text(
        f"从 {run.as_of:%Y-%m-%d} 按“{run.standard_title.zh}”量的结果出发。",
        f"Starts from what was measured on {run.as_of:%Y-%m-%d} by {run.standard_title.en}.",
    )
    return _form(
        request,
        form,
        Text("拟一个方案", "Begin a scenario"),
        Text("拟好了", "Begin"),
        reverse("lifecircle:scenarios"),
        lead,
    )


@page(permission=READ)
def scenario(request: Request, scenario_id: UUID) -> HttpResponseBase:
    """One scenario: what it changes, what it gives whom, the map then; ``?format=csv`` its figures."""
    found = queries.find_scenario(request.actor, scenario_id)
    changes, result = queries.changes_of(found), queries.result_of(found)
    group = request.GET.get("group", "")
    told = result.group(group) if result else None
    table = Table(
        changes_table(told["id"] if told else ""),
        request.GET,
        [dict(one) for one in told["categories"]] if told else [],
    )
    download = table.download()
    if download is not None:
        return download
    category = shown_category(found, told, request.GET.get("category", ""))
    actor, community_id = request.actor, found.community_id
    is_draft = found.state == ScenarioState.DRAFT
    context = {
        "scenario": found, "changes": [change_row(one, n) for n, one in enumerate(changes, 1)], "result": result, "told": told, "houses": houses(told) if told else {}, "minutes": abs(told["person_min"]) if told else 0, "table": table,
        "category": category, "groups": group_titles(found.run), "group": told["id"] if told else found.run.groups[0],
        "category_options": Offers(found.run, actor).categories, "cost_fen": queries.known_cost_fen(changes) if changes else None,
        "may_plan": is_draft and actor.may(RUN, community_id), "may_choose": is_draft and actor.may(commands.CHOOSE, community_id),
        "kinds": [(kind, KIND_WORDS[kind]) for kind in KINDS], "done": DONE.get(request.GET.get("done", "")), "map": _map(request, found),
        "is_newest": any(run.pk == found.run_id for run in list_latest(actor, community_id)),
    }  # fmt: skip
    return render(request, "lifecircle/scenario.html", context)


@page(permission=RUN, methods=("GET", "POST"))
def change(request: Request, scenario_id: UUID) -> HttpResponseBase:
    """Add one change. ``?kind=`` says which; ``lon, lat`` or ``where`` come from the map, ``category`` is chosen beforehand."""
    found = queries.find_scenario(request.actor, scenario_id)
    kind: ChangeKind = next((one for one in KINDS if one == request.GET.get("kind")), "open_facility")
    offers = Offers(found.run, request.actor, dragged=_dragged(request))
    initial = {"category": request.GET.get("category", ""), "where": request.GET.get("where", "")}
    form = FORMS[kind](request.POST or None, offers=offers, kind=kind, initial=initial)
    if form.is_valid() and form.carried_out(lambda: commands.add_change(found.pk, form.wish(), actor=request.actor)):
        return _go(found.pk, "added")
    back = reverse("lifecircle:scenario", args=[found.pk])
    lead = Text(f"加进方案“{found.title}”。", f"Goes into the scenario {found.title}.")
    if not form.offers:
        lead = Text(
            "没有可选的：册子和地图里都没有这样的地方。",
            "There is nothing to choose: neither register nor map holds such a place.",
        )
    return _form(request, form, KIND_WORDS[kind], Text("加进方案", "Add"), back, lead)


@page(permission=RUN, methods=("POST",))
def remove(request: Request, scenario_id: UUID) -> HttpResponseBase:
    given = request.POST.get("change", "")
    if not given.isdigit():
        raise NotFoundError
    commands.remove_change(scenario_id, int(given), actor=request.actor)
    return _go(scenario_id, "removed")


@page(permission=RUN, methods=("POST",))
def measure(request: Request, scenario_id: UUID) -> HttpResponseBase:
    commands.measure_scenario(scenario_id, actor=request.actor, now=now())
    return _go(scenario_id, "measured")


@page(permission=commands.CHOOSE, methods=("GET", "POST"))
def choose(request: Request, scenario_id: UUID) -> HttpResponseBase:
    found = queries.find_scenario(request.actor, scenario_id)
    request.actor.require(commands.CHOOSE, found.community_id)
    form = DecideForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.choose_scenario(found.pk, because=form.cleaned_data["because"], actor=request.actor, now=now())
    ):
        return _go(found.pk, "chosen")
    lead = Text(
        "选定以后不能再改；它的每一处改动会记成要做的事。",
        "Once chosen it does not change; each of its changes is recorded as something to be done.",
    )
    return _form(
        request, form, Text(f"选定“{found.title}”", f"Choose {found.title}"), Text("选定", "Choose"), _url(found), lead
    )


@page(permission=RUN, methods=("GET", "POST"))
def drop(request: Request, scenario_id: UUID) -> HttpResponseBase:
    found = queries.find_scenario(request.actor, scenario_id)
    request.actor.require(RUN, found.community_id)
    form = DecideForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.drop_scenario(found.pk, because=form.cleaned_data["because"], actor=request.actor, now=now())
    ):
        return _go(found.pk, "dropped")
    lead = Text("放弃的方案留着备查，不能再改。", "A dropped scenario stays to be read and does not change any more.")
    return _form(
        request, form, Text(f"放弃“{found.title}”", f"Drop {found.title}"), Text("放弃", "Drop"), _url(found), lead
    )


@page(permission=READ)
def compare(request: Request) -> HttpResponseBase:
    """Up to four scenarios beside what stands today, category by category. ``?scenario=`` several times; without it the newest that were measured."""
    community_id = current_community(request)
    measured = [(one, queries.result_of(one)) for one in queries.list_scenarios(request.actor, community_id)]
    known = [(one, result) for one, result in measured if result is not None]
    asked = request.GET.getlist("scenario")
    shown = [pair for pair in known if str(pair[0].pk) in asked] or [
        pair for pair in known if pair[0].state != "dropped"
    ]
    first = shown[0][0].run if shown else None
    shown = [pair for pair in shown if pair[0].run.standard_id == first.standard_id][:4] if first else []
    group = request.GET.get("group", "")
    columns = [side(one, result, group) for one, result in shown]
    context = {
        "known": [(one, any(one.pk == chosen.pk for chosen, _ in shown)) for one, _ in known],
        "columns": columns, "groups": group_titles(first) if first else [], "group": columns[0]["told"]["id"] if columns else "",
        "rows": side_by_side(columns), "run": first,
    }  # fmt: skip
    return render(request, "lifecircle/compare.html", context)


def _map(request: Request, found: Scenario) -> dict[str, Any]:
    return {
        **map_parts(request, found.run),
        "buildings_url": reverse("lifecircle:scenario-buildings", args=[found.pk]),
        "points_url": reverse("lifecircle:scenario-points", args=[found.pk]),
        "is_3d": False,
        "padding": [24, 24, 64, 24],
    }


def _dragged(request: Request) -> tuple[float, float] | None:
    try:
        return float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        return None


def _url(found: Scenario) -> str:
    return reverse("lifecircle:scenario", args=[found.pk])


def _go(scenario_id: UUID, done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('lifecircle:scenario', args=[scenario_id])}?{urlencode({'done': done})}")


def _form(request: Request, form: Any, title: Text, submit: Text, back: str, lead: Text) -> HttpResponseBase:  # noqa: PLR0917  # the words of one page
    context = {"form": form, "title": title, "back_url": back, "submit": submit, "lead": lead}
    return render(request, "lifecircle/scenario_form.html", context, status=422 if form.errors else 200)
