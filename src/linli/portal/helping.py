"""Acting for somebody, as the three see it: whom I may act for, who may act for me, what was done so; and the switch there and back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.journal.queries import list_done_for
from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.web.middleware import ACTING_FOR
from linli.platform.web.page import ANY_ACT, page
from linli.platform.web.request import Request
from linli.registry import commands
from linli.registry.pages.mandates import joined, told
from linli.registry.queries.accounts import names_of_accounts
from linli.registry.queries.mandates import find_mandate, held_by, list_mandates, mandate_policy


@page(audience="signed_in", act=ANY_ACT)
def helping(request: Request) -> HttpResponseBase:
    actor, policy = request.actor, mandate_policy()
    mine = [
        {"row": row, "name": name, "acts": joined([policy.acts.get(code, Text(code, code)) for code in row.acts])}
        for row, name in ([] if actor.acts is not None else held_by(actor))
    ]
    facts = list_done_for(actor)
    names = names_of_accounts({one.account_id for one in facts})
    context = {
        "mine": mine,
        "helpers": told(list(list_mandates(actor, person_id=actor.person_id))) if actor.person_id else [],
        "done_for_me": [{"fact": one, "who": names.get(one.account_id, "—")} for one in facts],
    }
    return render(request, "portal/helping.html", context)


@page(audience="signed_in", methods=("POST",))
def act_for(request: Request, mandate_id: UUID) -> HttpResponseBase:
    """From the next page on the session's actor is this person, by this helper."""
    mandate = find_mandate(request.actor, mandate_id)
    if mandate.account_id != request.actor.account_id or mandate.valid_to <= now():
        raise NotFoundError
    request.session[ACTING_FOR] = str(mandate.pk)
    return HttpResponseRedirect("/")


@page(audience="signed_in", methods=("POST",), act=ANY_ACT)
def act_for_oneself(request: Request) -> HttpResponseBase:
    request.session.pop(ACTING_FOR, None)
    return HttpResponseRedirect(reverse("portal:helping"))


@page(audience="signed_in", methods=("POST",))
def end(request: Request, mandate_id: UUID) -> HttpResponseBase:
    commands.end_mandate(mandate_id, actor=request.actor)
    return HttpResponseRedirect(reverse("portal:helping"))
