"""The door for a telephone: a number, the code sent there, and at the first time the registered name."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError, define
from linli.kernel.policyfile import find_policy
from linli.platform.kit.forms import KitForm, both, spoken
from linli.platform.signin import phonecodes, throttle
from linli.platform.signin.limits import sign_in_limits
from linli.platform.signin.pages import SLOWED, client_address, let_in, own_address, proved
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..commands import phones

CODE, FIRST = "phone_code", "phone_first"
WRONG = define(
    "registry.phone_wrong_code",
    zh="验证码不对、用过了或过期了。看清短信再填，或者重新要一个",
    en="That code is wrong, used or expired. Look at the message again, or ask for a new one",
    status=422,
)
TOO_OFTEN = define(
    "registry.phone_name_tries",
    zh="姓名试的次数太多。请到社区柜台，或重新要一个验证码",
    en="The name was tried too often. Come to the community office, or ask for a new code",
    status=429,
)


class NumberForm(KitForm):
    phone = forms.CharField(
        label=both("手机号", "Telephone number"), max_length=30,
        help_text=both("社区登记过的号码", "The number the community has registered"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "spellcheck": "false"}),
    )  # fmt: skip


class CodeForm(KitForm):
    code = forms.CharField(
        label=both("短信里的六位数", "The six digits in the message"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )  # fmt: skip


class NameForm(KitForm):
    name = forms.CharField(
        label=both("您的姓名", "Your name"), max_length=80,
        help_text=both("写身份证上的姓名", "As on the identity card"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )  # fmt: skip


@page(audience="public", methods=("GET", "POST"))
def phone(request: Request) -> HttpResponse:
    """Known and unknown numbers are answered alike, after the same work."""
    target = own_address(request.POST.get("next") or request.GET.get("next") or "")
    form = NumberForm(request.POST or None)
    if form.is_valid():
        try:
            code_id = _ask(request, form.cleaned_data["phone"])
        except LinliError as error:
            form.add_error("phone", spoken(error.text))
            return _answer(request, "phone", form, status=error.status, next=target)
        life_s = find_policy("sign_in", "default").body["phone_code"]["life_min"] * 60
        request.session[CODE] = {"id": str(code_id), "until_s": int(time.time()) + life_s, "next": target}
        return redirect("registry:phone-code")
    return _answer(request, "phone", form, status=422 if form.errors else 200, next=target)


def _ask(request: Request, raw: str) -> UUID:
    at = now()
    number, index = phones.number_index(raw)
    kept = request.session.get(CODE)
    if kept and phonecodes.is_same_number(UUID(kept["id"]), index, now=at) and "again" not in request.POST:
        return UUID(kept["id"])  # a second click
    return phonecodes.ask_code(
        number, number_index=index, is_wanted=phones.is_registered(index, on=local_day(at)), address=client_address(request),
        lang="en" if request.lang == "en" else "zh", now=at,
    )  # fmt: skip


@page(audience="public", methods=("GET", "POST"))
def phone_code(request: Request) -> HttpResponse:
    kept = request.session.get(CODE)
    if not kept or kept["until_s"] < time.time():
        return redirect("registry:phone")
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        return _answer(request, "phone_code", form, status=422 if form.errors else 200)
    where = _where(request)
    if throttle.is_slowed(**where, limits=sign_in_limits(), now=now()):
        form.add_error("code", spoken(SLOWED))
        return _answer(request, "phone_code", form, status=429)
    index = phonecodes.take_code(UUID(kept["id"]), form.cleaned_data["code"], now=now())
    if index is None:
        throttle.note_failure(**where, now=now())
        form.add_error("code", spoken(LinliError(WRONG).text))
        return _answer(request, "phone_code", form, status=422)
    request.session.pop(CODE, None)
    return _come_in(request, kept, index)


def _come_in(request: Request, kept: dict[str, Any], index: bytes) -> HttpResponse:
    """With a code that was right: into the account, on to the name, or told why neither."""
    try:
        owner = phones.owner_of(index, now=now())
    except LinliError as error:
        return render(request, "registry/phone_refused.html", {"problem": error.text}, status=error.status)
    if owner.account is not None:
        return proved(request, owner.account, target=kept["next"])
    request.session.cycle_key()
    request.session[FIRST] = {
        "person": str(owner.person_id), "code": kept["id"], "until_s": int(time.time()) + _name_min() * 60, "next": kept["next"],
    }  # fmt: skip
    return redirect("registry:phone-name")


def _name_min() -> int:
    return int(find_policy("sign_in", "default").body["phone_code"]["name_min"])


@page(audience="public", methods=("GET", "POST"))
def phone_name(request: Request) -> HttpResponse:
    """The first time: one more thing that a number's next owner does not know."""
    kept = request.session.get(FIRST)
    if not kept or kept["until_s"] < time.time():
        request.session.pop(FIRST, None)
        return redirect("registry:phone")
    form = NameForm(request.POST or None)
    if form.is_valid():
        most = find_policy("sign_in", "default").body["phone_code"]["name_tries"]
        if not phonecodes.may_try_again(UUID(kept["code"]), most=most):
            request.session.pop(FIRST, None)
            problem = LinliError(TOO_OFTEN)
            return render(request, "registry/phone_refused.html", {"problem": problem.text}, status=problem.status)
        try:
            account = phones.open_by_phone(UUID(kept["person"]), form.cleaned_data["name"], now=now())
        except LinliError as error:
            if error.code != phones.WRONG_NAME:
                request.session.pop(FIRST, None)
                return render(request, "registry/phone_refused.html", {"problem": error.text}, status=error.status)
            form.add_error("name", spoken(error.text))
        else:
            request.session.pop(FIRST, None)
            return let_in(request, account, target=kept["next"] or reverse("portal:welcome"))
    return _answer(request, "phone_name", form, status=422 if form.errors else 200)


def _where(request: Request) -> dict[str, str]:
    address = client_address(request)
    return {"name": f"phone {address}", "address": address, "token": ""}


def _answer(request: Request, name: str, form: forms.Form, *, status: int, **more: Any) -> HttpResponse:
    return render(request, f"registry/{name}.html", {"form": form, **more}, status=status)
