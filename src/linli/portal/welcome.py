"""The welcome of somebody new: a few things, each with its door, ticked off by themselves."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.kernel.clock import now
from linli.platform.ports import ports
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry.commands.welcomes import forget_welcome, tick_off
from linli.registry.queries.welcomes import welcome_of


@page(audience="signed_in")
def welcome(request: Request) -> HttpResponseBase:
    found = welcome_of(request.actor, now=now())
    if found is None:
        return redirect("portal:home")
    phone = ports.scope_tree.help_phone(current_community(request)) if choices(request) else ""
    context = {
        "welcome": found,
        "rows": [
            {
                "item": one, "url": reverse(one.door) if one.door else "", "is_done": one.id in found.done,
                "phone": phone if one.shows == "help_phone" else "",
            }
            for one in found.items
        ],
    }  # fmt: skip
    return render(request, "portal/welcome.html", context)


@page(audience="signed_in", methods=("POST",))
def tick(request: Request) -> HttpResponse:
    """``item``: done; ``*``: put away, and home; ``again``: from the beginning."""
    item = request.POST.get("item", "")[:40]
    if item == "again":
        forget_welcome(request.actor)
    else:
        tick_off(item, actor=request.actor, now=now())
    return HttpResponseRedirect(reverse("portal:home" if item == "*" else "portal:welcome"))
