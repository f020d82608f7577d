"""At the office: who may act for a person, letting somebody, and ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..commands.mandates import CHANGE
from ..forms.acts import ActForm, ActWords
from ..forms.mandates import GuardianForm, MandateEndForm, MandateForm
from ..models import Mandate
from ..queries.mandates import find_mandate, helpers_names, list_mandates, mandate_policy, may_have_guardian
from .done import go, said_done

GIVE = ActWords(
    Text("登记代办员", "Let somebody act for this person"),
    Text(
        "要本人同意。代办员用自己的账号登录，只能办勾选的事；办的每一件都记着“谁代谁办的”，两边都看得到。",
        "The person must agree. The helper signs in with their own account and may do only what is ticked; each act is recorded as by them for "
        "this person, and both can see it.",
    ),
    Text("登记", "Register"),
)
TAKE = ActWords(
    Text("停止代办", "End it"),
    Text("马上失效：代办员打开下一页时就不能再替他办事。", "At once: on their next page the helper can no longer act."),
    Text("停止", "End it"),
)


GUARD = ActWords(
    Text("登记监护人", "Register a guardian"),
    Text(
        "未成年人的监护人用自己的账号替他办事，到成年那天自动失效。每一件都记着“谁代谁办的”。监护人变更时由社区停止。",
        "A minor's guardian acts for them with an account of their own, until the day they come of age. Each act is recorded as by them for the child. "
        "Only the office ends it.",
    ),
    Text("登记", "Register"),
)


def told(rows: list[Mandate]) -> list[dict[str, Any]]:
    """Mandates in words: the helper's name, acts, how it was agreed, from when to when."""
    policy, names = mandate_policy(), helpers_names(rows)
    return [
        {
            "row": row,
            "helper": names.get(row.account_id, "—"),
            "acts": joined([policy.acts.get(code, Text(code, code)) for code in row.acts]),
            "relation": policy.relations.get(row.relation, Text(row.relation, row.relation)) if row.relation else None,
            "consent": policy.consents.get(row.consent, Text(row.consent, row.consent)),
        }
        for row in rows
    ]


def joined(texts: list[Text]) -> Text:
    return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))


@page(permission=CHANGE)
def person_helpers(request: Request, person_id: UUID) -> HttpResponseBase:
    person = queries.find_person(request.actor, person_id)
    request.actor.require(CHANGE, person.community_id)
    with_ended = request.GET.get("ended") == "1"
    rows = list(list_mandates(request.actor, person_id=person_id, with_ended=with_ended))
    context = {"person": person, "mandates": told(rows), "with_ended": with_ended, "done": said_done(request)}
    context["may_have_guardian"] = may_have_guardian(person_id)
    return render(request, "registry/helpers.html", context)


@page(permission=CHANGE, methods=("GET", "POST"))
def helper_new(request: Request, person_id: UUID) -> HttpResponseBase:
    person = queries.find_person(request.actor, person_id)
    request.actor.require(CHANGE, person.community_id)
    form = MandateForm(request.POST or None, actor=request.actor)
    if form.is_valid() and form.carried_out(lambda: _give(request, form, person_id)):
        return go("person-helpers", person_id, done="mandate")
    return _answer(request, GIVE, form, person_id, person.name)


def _give(request: Request, form: MandateForm, person_id: UUID) -> None:
    said = form.cleaned_data
    commands.give_mandate(
        person_id, said["account_id"], acts=said["acts"], consent=said["consent"], evidence=said["evidence"],
        valid_to=form.until_at(), actor=request.actor,
    )  # fmt: skip


@page(permission=CHANGE, methods=("GET", "POST"))
def guardian_new(request: Request, person_id: UUID) -> HttpResponseBase:
    person = queries.find_person(request.actor, person_id)
    request.actor.require(CHANGE, person.community_id)
    form = GuardianForm(request.POST or None, actor=request.actor, person_id=person_id)
    if form.is_valid() and form.carried_out(
        lambda: commands.register_guardian(
            person_id,
            form.cleaned_data["guardian"],
            relation=form.cleaned_data["relation"],
            evidence=form.cleaned_data["evidence"],
            actor=request.actor,
        )
    ):
        return go("person-helpers", person_id, done="guardian")
    return _answer(request, GUARD, form, person_id, person.name)


@page(permission=CHANGE, methods=("GET", "POST"))
def mandate_end(request: Request, mandate_id: UUID) -> HttpResponseBase:
    mandate = find_mandate(request.actor, mandate_id)
    request.actor.require(CHANGE, mandate.community_id)
    person = queries.find_person(request.actor, mandate.person_id)
    form = MandateEndForm(request.POST or None)
    if form.is_valid() and form.carried_out(
        lambda: commands.end_mandate(mandate_id, actor=request.actor, because=form.cleaned_data["reason"])
    ):
        return go("person-helpers", mandate.person_id, done="mandate-ended")
    return _answer(request, TAKE, form, mandate.person_id, person.name)


def _answer(request: Request, about: ActWords, form: ActForm, person_id: UUID, name: str) -> HttpResponseBase:
    context = {
        "form": form,
        "title": about.title,
        "words": about,
        "subject": Text(name, name),
        "back_url": reverse("registry:person-helpers", args=[person_id]),
    }
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)
