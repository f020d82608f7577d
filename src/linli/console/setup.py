"""The way from an empty installation to a community at work, step by step, as far as the data show it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from linli.kernel.text import Text
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.platform.web.setup import progress

PERMISSION = "setup.read"
DONE = {"place": Text("社区已登记。", "The community is registered.")}


@page(permission=PERMISSION)
def setup(request: Request) -> HttpResponse:
    context = how_far(request) | {"done": DONE.get(request.GET.get("done", ""))}
    return render(request, "console/setup.html", context)


def how_far(request: Request) -> dict[str, Any]:
    rows = progress(request.actor, community_of(request))
    n_done = sum(row["state"] == "done" for row in rows)
    return {"rows": rows, "n_done": n_done, "next": next((row for row in rows if row["state"] == "next"), None)}


def community_of(request: Request) -> UUID | None:
    return current_community(request) if choices(request) else None
