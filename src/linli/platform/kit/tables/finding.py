"""Where a table's search is sent: the words come in the body of a form and go on, sealed, in the address of the table's page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from linli.platform.web.page import page
from linli.platform.web.request import Request

from .query import clean
from .words import closed

MAX_KEEP = 4000


@page(audience="public", methods=("POST",))
def table_find(request: Request) -> HttpResponse:
    """POST ``q`` the words, ``table`` the table's key, ``to`` a path of this site, ``keep`` the rest of its question."""
    target = request.POST.get("to", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/"):
        target = "/"
    kept = QueryDict(request.POST.get("keep", "")[:MAX_KEEP])
    items = [(key, value) for key in kept if key not in ("q", "page", "format") for value in kept.getlist(key)]
    words = clean(request.POST.get("q", ""))
    if words:
        items.append(("q", closed(words, clean(request.POST.get("table", ""))[:60])))
    return HttpResponseRedirect(target.partition("?")[0] + (f"?{urlencode(items)}" if items else ""))
