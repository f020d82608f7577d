"""The counter without the network: a page that keeps what is written until it can be sent, and the address it is sent to.

The page holds nobody's data: what can be looked up needs the network. Entries lie in the browser's own store until they are sent, and are
erased there when their answer has come.
"""

from __future__ import annotations

import json

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import render

from linli.kernel.errors import LinliError, define
from linli.platform.kit import assets
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry.catalogues import catalogue

from . import commands

MOST_ENTRIES = 50  # in one message; the page sends the next when these are answered
NOT_ENTRIES = define(
    "counter.not_entries",
    zh="收到的不是离线记录，应是 1 到 {limit} 条的列表",
    en="These are not offline entries: a list of 1 to {limit} is expected",
    status=422,
)


@page(permission="counter.serve")
def offline(request: Request) -> HttpResponseBase:
    matters = {code: title for code, title in catalogue("counter-matters").items() if code != "phone"}
    return render(request, "counter/offline.html", {"matters": matters})


@page(permission="counter.serve", methods=("POST",))
def entries(request: Request) -> HttpResponseBase:
    """POST ``entries``: JSON, a list. The same entries sent again get the same answers."""
    try:
        said = json.loads(request.POST.get("entries", ""))
    except (ValueError, RecursionError):  # lists within lists within lists
        said = None
    if not isinstance(said, list) or not 1 <= len(said) <= MOST_ENTRIES:
        raise LinliError(NOT_ENTRIES, limit=MOST_ENTRIES)
    answers = commands.take_entries(said, community_id=current_community(request), actor=request.actor)
    return JsonResponse({"entries": answers})


@page(audience="public")
def worker(request: Request) -> HttpResponseBase:
    return assets.page_worker()
