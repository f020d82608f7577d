"""Values typed in one by one, or in a sheet that is shown before it is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from linli.kernel.clock import local_day, now
from linli.kernel.text import Text
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..commands.observing import CHANGE
from ..forms import EntryForm, SheetForm, starting_day
from ..models import Import
from ..rules.entries import QUALITIES
from ..rules.period import Period
from ..rules.system import find_system
from ..sheetfile import template as make_template
from .asked import amount, asked, go, query

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(permission=CHANGE, methods=("GET", "POST"))
def enter(request: Request) -> HttpResponseBase:
    """``?measure=``: one value with what it rests on."""
    look = asked(request)
    request.actor.require(CHANGE, look.community_id)
    one = look.system.of_measure(request.GET.get("measure", "") or look.system.leaves[0].measure)
    form = EntryForm(
        request.POST or None, indicator=one, period=look.period,
        initial={"as_of": starting_day(look.period, local_day(now())).isoformat(), "quality": "counted"},
    )  # fmt: skip
    back = reverse("assessment:indicator") + look.query + f"&measure={one.measure}"
    if form.is_valid() and form.carried_out(
        lambda: commands.record(look.community_id, look.system.id, look.period.code, form.entry(), actor=request.actor, now=now())
    ):  # fmt: skip
        return go("indicator", done="entered", look=f"{look.query}&measure={one.measure}")
    context = {"look": look, "one": one, "form": form, "back_url": back, "submit": Text("记下", "Keep it")}
    return render(request, "assessment/enter.html", context, status=422 if form.errors else 200)


@page(permission=CHANGE)
def template(request: Request) -> HttpResponseBase:
    look = asked(request)
    body = make_template(look.system, look.period, get_language() or "zh-hans")
    answer = HttpResponse(body, content_type=XLSX)
    name = f"{look.period.code} {look.system.title.zh}.xlsx"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@page(permission=CHANGE, methods=("GET", "POST"))
def begin(request: Request) -> HttpResponseBase:
    """Choose a file; sent, it is read and shown."""
    look = asked(request)
    request.actor.require(CHANGE, look.community_id)
    form = SheetForm(request.POST or None, request.FILES or None)
    made: list[Import] = []
    if form.is_valid() and form.carried_out(lambda: made.append(_show(request, look, form.cleaned_data["file"]))):
        return HttpResponseRedirect(reverse("assessment:import-step", args=[made[0].pk]))
    context = {
        "look": look,
        "form": form,
        "faults": getattr(form, "faults", ()),
        "submit": Text("先看看", "Show it first"),
    }
    return render(request, "assessment/import.html", context, status=422 if form.errors else 200)


@page(permission=CHANGE, methods=("GET", "POST"))
def step(request: Request, sheet_id: UUID) -> HttpResponseBase:
    """What the file would add, beside what stands now; take it or leave it."""
    found = queries.find_import(request.actor, sheet_id)
    request.actor.require(CHANGE, found.community_id)
    system, period = find_system(found.system_id), Period.parse(found.period)
    if request.method == "POST":
        if request.POST.get("do") == "leave":
            commands.leave_import(sheet_id, actor=request.actor)
            return go("home", done="left", look=query(system, period))
        commands.take_import(sheet_id, actor=request.actor, now=now())
        return go("home", done="imported", look=query(system, period))
    known = queries.newest(request.actor, found.community_id, period=found.period, measures=[row["measure"] for row in found.rows])  # fmt: skip
    context = {
        "found": found,
        "system": system,
        "period": period,
        "rows": [_row(row, system, known) for row in found.rows],
        "back_url": reverse("assessment:home") + query(system, period),
        "is_open": found.state == Import.State.SHOWN,
    }
    return render(request, "assessment/import_step.html", context)


def _row(row: dict[str, Any], system: Any, known: Any) -> dict[str, Any]:
    one = system.of_measure(row["measure"])
    before = known.get(row["measure"])
    return {
        **row,
        "title": one.title,
        "said": amount(row["value"], one.unit),
        "before": amount(before.value, one.unit) if before else None,
        "is_same": before is not None and before.value == row["value"],
        "quality_text": QUALITIES[row["quality"]],
    }


def _show(request: Request, look: Any, file: Any) -> Import:
    suffix = ".xlsx" if file.name.lower().endswith(".xlsx") else ".csv"
    with tempfile.TemporaryDirectory(prefix="linli-sheet-") as made:
        path = Path(made) / f"sheet{suffix}"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return commands.show_import(
            look.community_id, look.system.id, look.period.code, path, file=file.name, actor=request.actor, now=now()
        )
