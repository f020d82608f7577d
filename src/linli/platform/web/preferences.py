"""Language and look: a plain form that sets a cookie and goes back, so that it works without JavaScript and without an account."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from linli.platform.web.request import Request

from .community import COOKIE
from .community import choices as community_choices
from .middleware import THEMES
from .page import page

YEAR_S = 365 * 24 * 3600


@page(audience="public", methods=("POST",))
def preferences(request: Request) -> HttpResponse:
    """POST ``community``, ``theme`` (light, dark, care, care-2, or empty for the device's own) and/or ``lang``; ``next`` is a path of this site."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    choices = {
        "theme": THEMES,
        "lang": ("zh-hans", "en"),
        COOKIE: [str(known) for known, _ in community_choices(request)],
    }
    for name, allowed in choices.items():
        if request.POST.get(name) in allowed:
            response.set_cookie(
                name, request.POST[name], max_age=YEAR_S, samesite="Lax", httponly=True, secure=settings.TLS
            )
        elif request.POST.get(name) == "":
            response.delete_cookie(name)
    return response
