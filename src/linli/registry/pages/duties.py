"""What an organisation answers for."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.errors import NotFoundError
from linli.kernel.text import Text
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..catalogues import catalogue
from ..forms.acts import ActWords
from ..forms.homes import DutyEnd, DutyForm
from . import words
from .done import go

CHANGE = "registry.organisation.change"
ASSIGN = ActWords(
    Text("加一项责任", "Add a duty"),
    Text(
        "从某一天起由它负责；同一项再登记一次，就是从那天起换联系人。",
        "From a day on it answers for this; registering the same again changes whom to ask for, from that day.",
    ),
    Text("登记", "Register"),
)
RELIEVE = ActWords(
    Text("不再负责", "It answers for it no longer"),
    Text("从某一天起不再负责，之前的记录留着。", "From a day on it answers for it no longer; what was before stays."),
    Text("终止", "End it"),
)


@page(permission=CHANGE, methods=("GET", "POST"))
def duty_new(request: Request, organisation_id: UUID) -> HttpResponseBase:
    record = queries.find_organisation(request.actor, organisation_id)
    request.actor.require(CHANGE, record.community_id)
    form = DutyForm(request.POST or None, actor=request.actor, community_id=record.community_id)
    if form.is_valid():
        said = dict(form.cleaned_data)
        code = said.pop("code")
        if form.carried_out(lambda: commands.assign_duty(organisation_id, code, actor=request.actor, **said)):
            return go("organisation", organisation_id, done="duty")
    return _answer(request, ASSIGN, form, record.name_zh, organisation_id)


@page(permission=CHANGE, methods=("GET", "POST"))
def duty_end(request: Request, organisation_id: UUID, duty_id: UUID) -> HttpResponseBase:
    record = queries.find_organisation(request.actor, organisation_id)
    request.actor.require(CHANGE, record.community_id)
    duty = queries.list_duties(request.actor, organisation_id=organisation_id).filter(duty_id=duty_id).first()
    if duty is None:
        raise NotFoundError
    form = DutyEnd(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.end_duty(duty_id, actor=request.actor, on=form.cleaned_data["on"])
    ):
        return go("organisation", organisation_id, done="ended")
    title = words.code_text(catalogue("duties"), duty.duty.code)
    return _answer(
        request, RELIEVE, form, Text(f"{record.name_zh}·{title.zh}", f"{record.name_zh} · {title.en}"), organisation_id
    )


def _answer(
    request: Request, about: ActWords, form: DutyForm | DutyEnd, subject: object, organisation_id: UUID
) -> HttpResponseBase:
    back = reverse("registry:organisation", args=[organisation_id])
    context = {"form": form, "title": about.title, "words": about, "subject": subject, "back_url": back}
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)
