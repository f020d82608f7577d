"""What people may ask of their own data: a copy, a correction, erasure, the end of their account; and what they agree to.

One page a right. Everything is about the person signed in, and of children under 14 they live with as their guardian.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.platform.kit.forms import KitForm, both, spoken
from linli.platform.privacy import requests, words
from linli.platform.privacy.carrying import foretell, open_copy
from linli.platform.privacy.consents import GUARDIAN_DECIDES, consents_of, decide_consent, needs_guardian, notices
from linli.platform.privacy.models import Request as DataRequest
from linli.platform.privacy.notes import read_notes
from linli.platform.web.community import current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request
from linli.registry import queries as registry
from linli.registry.rules.people import MINOR_BELOW_YEARS

View = Callable[..., HttpResponseBase]
FIELDS = ("name", "sex", "birth", "phone", "identity_number", "home", "household", "tenure", "needs", "care_note")


class CorrectionForm(KitForm):
    field = forms.ChoiceField(
        label=both("哪一项不对", "What is wrong"), choices=[(code, spoken(words.word(words.FIELDS, code))) for code in FIELDS]
    )  # fmt: skip
    text = forms.CharField(
        label=both("应该是什么", "What it should be"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=both("社区工作者会核对；加密保存", "A community worker will check it; kept encrypted"),
    )  # fmt: skip


class SureForm(KitForm):
    """A deed that cannot be undone asks for one tick."""

    sure = forms.BooleanField(label=both("我知道这不能撤销", "I know that this cannot be undone"))


def bound(view: View) -> View:
    """For accounts bound to a person; the others are sent to the page that says so."""

    @wraps(view)
    def asked(request: Request, *given: Any, **named: Any) -> HttpResponseBase:
        return redirect("portal:data") if request.actor.person_id is None else view(request, *given, **named)

    return asked


def _person(request: Request) -> UUID:
    assert request.actor.person_id is not None, "the page is for bound accounts"
    return request.actor.person_id


@page(audience="signed_in")
def data(request: Request) -> HttpResponseBase:
    """The doors to each right, and what was asked for."""
    rows = list(requests.my_requests(request.actor)[:20])
    notes = read_notes({one for row in rows for one in (row.note_id, row.answer_id) if one})
    told = [
        {
            "row": row,
            "title": words.word(words.REQUESTS, row.kind),
            "field": words.word(words.FIELDS, row.field) if row.field else None,
            "state": words.STATES[row.state],
            "text": notes.get(row.note_id, "") if row.note_id else "",
            "answer": notes.get(row.answer_id, "") if row.answer_id else "",
            "may_withdraw": row.state == DataRequest.State.OPEN,
        }
        for row in rows
    ]
    is_bound = request.actor.person_id is not None
    return render(
        request, "portal/data.html", {"requests": told, "is_bound": is_bound, "done": request.GET.get("done", "")}
    )


def _done(word: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:data')}?done={word}")


def _asked(request: Request, kind: str, form: KitForm | None = None, **more: Any) -> HttpResponse | None:
    """Ask; a refusal becomes the form's error."""
    try:
        requests.ask(kind, actor=request.actor, community_id=current_community(request), **more)
    except LinliError as error:
        if form is None or error.status >= 500:
            raise
        form.add_error(None, spoken(error.text))
        return None
    return _done("asked")


@page(audience="signed_in", methods=("GET", "POST"))
@bound
def correct(request: Request) -> HttpResponseBase:
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        answered = _asked(request, "correct", form, **form.cleaned_data)
        if answered:
            return answered
    return render(request, "portal/correct.html", {"form": form}, status=422 if form.errors else 200)


@page(audience="signed_in", methods=("GET", "POST"))
@bound
def copy(request: Request) -> HttpResponseBase:
    """POST asks for one; ready ones and when their links die."""
    person_id = _person(request)
    if request.method == "POST":
        return _asked(request, "copy") or redirect("portal:copy")
    rows = requests.my_requests(request.actor).filter(kind="copy", person_id=person_id).select_related("copy")[:5]
    ready = [row for row in rows if hasattr(row, "copy") and row.copy.dies_at > now()]
    context = {
        "waiting": any(row.state == "open" for row in rows),
        "ready": ready,
        "within_min": requests.terms()["copy_within_min"],
    }
    return render(request, "portal/copy.html", context)


@page(audience="signed_in")
def copy_page(request: Request, request_id: UUID) -> HttpResponseBase:
    """The copy to be read and printed."""
    return render(
        request, "portal/copy_page.html", {"copy": open_copy(request_id, actor=request.actor), "request_id": request_id}
    )


@page(audience="signed_in")
def copy_file(request: Request, request_id: UUID) -> HttpResponseBase:
    """The same for programs (个人信息保护法 45: to be carried elsewhere)."""
    text = json.dumps(open_copy(request_id, actor=request.actor), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="linli-my-data.json"'
    return response


@page(audience="signed_in", methods=("GET", "POST"))
@bound
def erase(request: Request) -> HttpResponseBase:
    person_id = _person(request)
    form = SureForm(request.POST or None)
    if form.is_valid():
        answered = _asked(request, "erase", form)
        if answered:
            return answered
    known = requests.terms()
    context = {
        "form": form,
        "kept": foretell(person_id),
        "wait_hours": known["erase_wait_min"] / 60,
        "within_hours": known["erase_within_hours"],
    }
    return render(request, "portal/erase.html", context, status=422 if form.errors else 200)


@page(audience="signed_in", methods=("GET", "POST"))
@bound
def close(request: Request) -> HttpResponseBase:
    """The account ends and the browser is signed out."""
    form = SureForm(request.POST or None)
    if form.is_valid():
        requests.close_account(actor=request.actor, community_id=current_community(request))
        logout(request)
        return redirect("portal:home")
    return render(request, "portal/close.html", {"form": form}, status=422 if form.errors else 200)


@page(audience="signed_in", methods=("POST",))
def withdraw(request: Request, request_id: UUID) -> HttpResponseBase:
    requests.withdraw(request_id, actor=request.actor)
    return _done("withdrawn")


@page(audience="signed_in", methods=("GET", "POST"))
@bound
def consents(request: Request) -> HttpResponseBase:
    """What one agrees to; ``?child=`` for a child under 14 of one's household."""
    me = _person(request)
    children = children_of(request)
    about = me if not request.GET.get("child") else _child(request.GET["child"], children)
    if request.method == "POST":
        if about == me and needs_guardian(registry.find_person(request.actor, me).born_on):
            raise LinliError(GUARDIAN_DECIDES)
        decide_consent(
            about, request.POST.get("kind", ""), is_given=request.POST.get("decision") == "give",
            how="self" if about == me else "guardian", community_id=current_community(request), actor=request.actor,
        )  # fmt: skip
        query = "" if about == me else f"?child={about}"
        return HttpResponseRedirect(reverse("portal:consents") + query)
    known = consents_of(about)
    context = {
        "notices": [{"notice": one, "decision": known.get(one.kind)} for one in notices()],
        "children": children,
        "child": next((child for child in children if child.person_id == about), None),
        "is_minor": about == me and needs_guardian(registry.find_person(request.actor, me).born_on),
    }
    return render(request, "portal/consents.html", context)


def children_of(request: Request) -> list[registry.Resident]:
    """Those under 14 of the household the person signed in answers for: an adult of the house, by the register."""
    me = request.actor.person_id
    household = registry.household_of(request.actor, me) if me else []
    own = next((one for one in household if one.person_id == me), None)
    if own is None or own.age is None or own.age < 18 or own.role not in GUARDIANS:
        return []
    return [one for one in household if one.age is not None and one.age < MINOR_BELOW_YEARS]


GUARDIANS = ("head", "spouse", "parent", "grandparent", "child")
"""Roles in a household of whom an adult may stand for a child in it; flatmates and carers do not."""


def _child(raw: str, children: list[registry.Resident]) -> UUID:
    for child in children:
        if str(child.person_id) == raw:
            return child.person_id
    raise NotFoundError
