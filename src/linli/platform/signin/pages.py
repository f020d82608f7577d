"""Signing in and out."""

from __future__ import annotations

import time
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.actors import ENROL, MUST, System
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.ports import ports
from linli.platform.signin import events
from linli.platform.signin.limits import sign_in_limits
from linli.platform.web.middleware import VERIFIED
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import oidc, throttle
from .factor import WRONG_CODE, has_factor, take_code

HALF = "half_signed_in"
HALF_S = 300  # between the password and the code

WRONG = Text("用户名或密码不对。忘了可以到社区柜台重设", "Wrong name or password. The community office can reset it")
SLOWED = Text(
    "试的次数太多，请 15 分钟后再试，或到社区柜台", "Too many tries. Wait 15 minutes, or come to the community office"
)


class SignInForm(forms.Form):
    username = forms.CharField(max_length=64)
    password = forms.CharField(max_length=256, strip=False, widget=forms.PasswordInput)


def client_address(request: Request) -> str:
    """The peer's own address. Forwarding headers are believed by no one here: behind a proxy, uvicorn is told which proxy to trust."""
    return request.META.get("REMOTE_ADDR", "")


@page(audience="public", methods=("GET", "POST"))
def sign_in(request: Request) -> HttpResponse:
    target = own_address(request.POST.get("next") or request.GET.get("next") or "")
    form = SignInForm(request.POST or None)
    problem: Text | None = None
    status = 200
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"].strip().lower()
        account, problem, status = _try(request, name, form.cleaned_data["password"])
        if account is not None:
            return proved(request, account, target=target)
    elif request.method == "POST":
        problem, status = WRONG, 422
    shown = {"form": form, "problem": problem, "next": target, "has_outside": oidc.configured() is not None}
    return render(request, "platform/sign_in.html", shown, status=status)


def proved(request: Request, account: Account, *, target: str) -> HttpResponse:
    """The first step is done, by password or by an outside identity: on to the second where the account has one, else in."""
    if not has_factor(account.id):
        return let_in(request, account, target=target)
    request.session.flush()
    request.session[HALF] = {"account": str(account.id), "until_s": int(time.time()) + HALF_S, "next": target}
    return redirect("sign-in-code")


def _try(request: Request, name: str, password: str) -> tuple[Account | None, Text | None, int]:
    where = _where(request, name)
    if throttle.is_slowed(**where, limits=sign_in_limits(), now=now()):
        return None, SLOWED, 429
    account = authenticate(request, username=name, password=password)
    if not isinstance(account, Account) or account.ended_at:
        throttle.note_failure(**where, now=now())
        return None, WRONG, 422
    return account, None, 200


@page(audience="public", methods=("GET", "POST"))
def sign_in_code(request: Request) -> HttpResponse:
    """The second step: a code of the app, or a recovery code. Wrong ones count against the account's name like wrong passwords."""
    half = request.session.get(HALF)
    if not half or half["until_s"] < time.time():
        return redirect("sign-in")
    account = Account.objects.filter(id=UUID(half["account"]), is_active=True, ended_at=None).first()
    if account is None:
        return redirect("sign-in")
    problem: Text | None = None
    status = 200
    if request.method == "POST":
        where = _where(request, f"{account.username} code")
        if throttle.is_slowed(**where, limits=sign_in_limits(), now=now()):
            problem, status = SLOWED, 429
        elif take_code(account.id, request.POST.get("code", "")[:40], now=now()):
            return let_in(request, account, target=half["next"], is_verified=True)
        else:
            throttle.note_failure(**where, now=now())
            problem, status = LinliError(WRONG_CODE).text, 422
    return render(request, "platform/sign_in_code.html", {"problem": problem}, status=status)


def let_in(request: Request, account: Account, *, target: str = "", is_verified: bool = False) -> HttpResponse:
    """Open a session of ``account`` under a fresh id, whichever way it proved itself; ``is_verified``: with a second factor."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop(HALF, None)
    now_s = int(time.time())
    request.session["seen_s"] = now_s
    request.session["until_s"] = now_s + settings.SESSION_COOKIE_AGE
    if is_verified:
        request.session[VERIFIED] = True
    with acting(System("sign-in")) as actor:
        ports.audit.append(events.SignedIn(community_id=None, subject_id=account.id), actor=actor)
    response = HttpResponseRedirect(target or _first_page(request))
    response.set_cookie(
        throttle.COOKIE, throttle.known_token(account.username), max_age=180 * 86400, httponly=True, samesite="Lax",
        secure=settings.TLS,
    )  # fmt: skip
    return response


def _where(request: Request, name: str) -> dict[str, str]:
    return {"name": name, "address": client_address(request), "token": request.COOKIES.get(throttle.COOKIE, "")}


def own_address(target: str) -> str:
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else ""


def _first_page(request: Request) -> str:
    from linli.platform.web.middleware import actor_of
    from linli.platform.web.nav import first_face_of

    with transaction.atomic():
        actor = actor_of(request)
        return reverse("security-factor") if actor.extra.get(MUST) == ENROL else first_face_of(actor)


@page(audience="public", methods=("POST",))
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/")
