"""Reports a phone kept while the network was away: the page that opens without it, and the address each is sent to once."""

from __future__ import annotations

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, define
from linli.platform.kit import assets
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands
from ..forms import KeptForm
from ..models import Case
from .report import ACT, sent_address, whose

OF_ANOTHER = define(
    "cases.kept_by_another",
    zh="这件是另一个账号写的，请用那个账号登录后再报",
    en="Another account wrote this one; sign in to it to send it",
    status=409,
)
NOT_KEPT = define("cases.kept_refused", zh="没有收下：{what}", en="Not taken: {what}", status=422)


@page(audience="signed_in", act=ACT)
def offline(request: Request) -> HttpResponseBase:
    """Holds nobody's data: it lies in the browser, to open without the network."""
    return render(request, "cases/offline.html", {"form": KeptForm(), "whose": whose(request.actor)})


@page(audience="signed_in", methods=("POST",), act=ACT)
def kept(request: Request) -> HttpResponseBase:
    """One report with its photos. ``_key`` is made by the phone: sent again it gets the first answer, and there is one case."""
    actor = request.actor
    if request.POST.get("whose") != whose(actor):
        raise LinliError(OF_ANOTHER)
    form = KeptForm(request.POST, request.FILES)
    made: list[Case] = []

    def send() -> None:
        draft = commands.keep_draft(current_community(request), actor=actor, now=now(), **form.report())
        for photo in form.cleaned_data["photos"]:
            commands.add_photo(draft.pk, photo, actor=actor, now=now())
        made.append(commands.send_draft(draft.pk, "", is_sealed=form.cleaned_data["is_sealed"], actor=actor, now=now()))

    if not (form.is_valid() and form.carried_out(send)):
        raise LinliError(NOT_KEPT, what=" ".join(str(said) for field in form.errors.values() for said in field))
    return HttpResponseRedirect(sent_address(made[0]))


@page(audience="public")
def worker(request: Request) -> HttpResponseBase:
    return assets.page_worker()
