"""Printed invitations: made at a person or a building, shown for printing for a short while, and the door they open."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.kernel.text import Text
from linli.platform.kit.forms import both
from linli.platform.privacy import seal, unseal
from linli.platform.signin import throttle
from linli.platform.signin.limits import sign_in_limits
from linli.platform.signin.pages import SLOWED, client_address, let_in
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import queries
from ..commands.invitations import (
    INVITE,
    Sheet,
    accept_invitation,
    find_invitation,
    invite_building,
    invite_person,
    invited_name,
)
from ..forms.acts import ActForm, ActWords
from .naming import full_names

PURPOSE, SLOT, CODE = "registry.invitation.shown", "invitations", "invitation_code"
SHOWN_FOR_S = 1800  # designed here: long enough to print a building's sheets
WORDS = ActWords(
    Text("打印邀请", "Print an invitation"),
    Text(
        "每人一张，上面有二维码和 12 位码，凭它开自己的账号。只能用一次；重新打印，旧的那张就作废。",
        "One sheet each, with a QR code and twelve characters that open an account of their own. Each works once; a new one voids the old.",
    ),
    Text("做好，去打印", "Make them and print"),
)


class InviteForm(ActForm):
    evidence = forms.CharField(
        label=both("怎么核对的", "How you made sure"), max_length=120,
        help_text=both("如 当面核对身份证；入户当面交给本人", "As: identity card seen; handed over at the door"),
    )  # fmt: skip


class JoinForm(ActForm):
    username = forms.CharField(
        label=both("给自己起个用户名", "Choose a username"), max_length=70,
        help_text=both("小写字母、数字，3 个以上，如 zhang.wei88", "Small letters and digits, 3 or more, as zhang.wei88"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    password = forms.CharField(
        label=both("设一个密码", "Choose a password"), max_length=256, strip=False,
        help_text=both("至少 10 个字符，几个词连起来最好记", "At least 10 characters; a few words in a row are easiest"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


@page(permission=INVITE, methods=("GET", "POST"))
def person_invite(request: Request, person_id: UUID) -> HttpResponseBase:
    record = queries.find_person(request.actor, person_id)
    request.actor.require(INVITE, record.community_id)
    form = InviteForm(request.POST or None)
    made: list[Sheet] = []
    if form.is_valid() and form.carried_out(
        lambda: made.append(invite_person(person_id, form.cleaned_data["evidence"], actor=request.actor))
    ):
        _keep(request, made)
        return redirect("registry:invitations-print")
    return _ask(request, form, subject=record.name, back=reverse("registry:person", args=[person_id]))


@page(permission=INVITE, methods=("GET", "POST"))
def place_invite(request: Request, place_id: UUID) -> HttpResponseBase:
    record = queries.find_place(request.actor, place_id)
    if record.place.community_id is None or record.place.kind not in ("building", "entrance", "unit"):
        raise NotFoundError
    request.actor.require(INVITE, record.place.community_id)
    form = InviteForm(request.POST or None)
    made: list[tuple[list[Sheet], int]] = []
    if form.is_valid() and form.carried_out(
        lambda: made.append(invite_building(place_id, form.cleaned_data["evidence"], actor=request.actor))
    ):
        _keep(request, *made[0])
        return redirect("registry:invitations-print")
    return _ask(request, form, subject=record.name_zh, back=reverse("registry:place", args=[place_id]))


@page(permission=INVITE)
def invitations_print(request: Request) -> HttpResponse:
    kept = _kept(request)
    address = request.build_absolute_uri(reverse("registry:join"))
    for sheet in kept["sheets"]:
        drawn = segno.make(f"{address}?code={sheet['code']}", error="m")
        sheet["qr"] = mark_safe(drawn.svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=True))  # noqa: S308
    context = {**kept, "address": address, "minutes": SHOWN_FOR_S // 60}
    return render(request, "registry/invitations_print.html", context)


@page(permission=INVITE, methods=("POST",))
def invitations_printed(request: Request) -> HttpResponse:
    request.session.pop(SLOT, None)
    return redirect("registry:people")


@page(audience="public", methods=("GET", "POST"))
def join(request: Request) -> HttpResponse:
    """The door of the sheet. The code leaves the address at once; wrong ones are slowed by address like wrong passwords."""
    if "code" in request.GET:
        request.session[CODE] = request.GET["code"][:40]
        return redirect("registry:join")
    given = request.POST.get("code", request.session.get(CODE, ""))[:40]
    context: dict[str, Any] = {"code": given, "form": None, "problem": None, "name": ""}
    status = 200
    if given:
        status = _look(request, given, context)
    if context["name"] and request.method == "POST" and "username" in request.POST:
        form = JoinForm(request.POST)
        made: list[Any] = []
        if form.is_valid() and form.carried_out(
            lambda: made.append(
                accept_invitation(given, form.cleaned_data["username"], form.cleaned_data["password"], now=now())
            )
        ):
            request.session.pop(CODE, None)
            return let_in(request, made[0], target=reverse("portal:welcome"))
        context["form"], status = form, 422
    elif context["name"]:
        context["form"] = JoinForm()
    return render(request, "registry/join.html", context, status=status)


def _look(request: Request, given: str, context: dict[str, Any]) -> int:
    address = client_address(request)
    where = {"name": f"invitation {address}", "address": address, "token": ""}
    if throttle.is_slowed(**where, limits=sign_in_limits(), now=now()):
        context["problem"] = SLOWED
        return 429
    try:
        context["name"] = invited_name(find_invitation(given))
    except LinliError as error:
        throttle.note_failure(**where, now=now())
        request.session.pop(CODE, None)
        context["problem"] = error.text
        return 422
    request.session[CODE] = given
    return 200


def _ask(request: Request, form: InviteForm, *, subject: str, back: str) -> HttpResponse:
    context = {"form": form, "title": WORDS.title, "words": WORDS, "back_url": back, "subject": Text(subject, subject)}
    return render(request, "registry/write.html", context, status=422 if form.errors else 200)


def _keep(request: Request, sheets: list[Sheet], n_passed: int = 0) -> None:
    homes = _homes(request, [sheet.person_id for sheet in sheets])
    kept = [
        {"name": one.name, "code": one.code, "until": one.expires_at.isoformat(), "home": homes.get(one.person_id, "")}
        for one in sheets
    ]
    kept.sort(key=lambda one: (one["home"], one["name"]))
    words = json.dumps({"sheets": kept, "n_passed": n_passed}, ensure_ascii=False)
    sealed = seal(PURPOSE, words, table="session", column=SLOT, row=_own(request))
    request.session[SLOT] = {"sealed": sealed.hex(), "until_s": int(time.time()) + SHOWN_FOR_S}


def _kept(request: Request) -> dict[str, Any]:
    import datetime as dt

    kept = request.session.get(SLOT)
    if not kept or kept["until_s"] < time.time():
        request.session.pop(SLOT, None)
        return {"sheets": [], "n_passed": 0}
    words = json.loads(unseal(PURPOSE, bytes.fromhex(kept["sealed"]), table="session", column=SLOT, row=_own(request)))
    for sheet in words["sheets"]:
        sheet["until"] = dt.datetime.fromisoformat(sheet["until"])
    found: dict[str, Any] = words
    return found


def _homes(request: Request, people: list[UUID]) -> dict[UUID, str]:
    units: dict[UUID, UUID] = {}
    for person_id in people:
        family = queries.household_of(request.actor, person_id)
        if family:
            units[person_id] = family[0].unit_id
    names = full_names(request.actor, list(units.values()))
    return {person: names.get(unit, "") for person, unit in units.items()}


def _own(request: Request) -> UUID:
    if request.actor.account_id is None:
        raise NotFoundError
    return request.actor.account_id
