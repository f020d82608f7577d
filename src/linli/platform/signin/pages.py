"""Signing in and out."""

from __future__ import annotations

import time

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.ports import ports
from linli.platform.signin import events
from linli.platform.signin.limits import sign_in_limits
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import throttle

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
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = ""
    form = SignInForm(request.POST or None)
    problem: Text | None = None
    status = 200
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"].strip().lower()
        problem, status = _try(request, name, form.cleaned_data["password"])
        if problem is None:
            response = HttpResponseRedirect(target or _first_page(request))
            response.set_cookie(
                throttle.COOKIE, throttle.known_token(name), max_age=180 * 86400, httponly=True, samesite="Lax",
                secure=settings.TLS,
            )  # fmt: skip
            return response
    elif request.method == "POST":
        problem, status = WRONG, 422
    return render(request, "platform/sign_in.html", {"form": form, "problem": problem, "next": target}, status=status)


def _try(request: Request, name: str, password: str) -> tuple[Text | None, int]:
    token = request.COOKIES.get(throttle.COOKIE, "")
    where = {"name": name, "address": client_address(request), "token": token}
    if throttle.is_slowed(**where, limits=sign_in_limits(), now=now()):
        return SLOWED, 429
    account = authenticate(request, username=name, password=password)
    if account is None or account.ended_at:
        throttle.note_failure(**where, now=now())
        return WRONG, 422
    login(request, account)
    now_s = int(time.time())
    request.session["seen_s"] = now_s
    request.session["until_s"] = now_s + settings.SESSION_COOKIE_AGE
    with acting(System("sign-in")) as actor:
        ports.audit.append(events.SignedIn(community_id=None, subject_id=account.id), actor=actor)
    return None, 200


def _first_page(request: Request) -> str:
    from linli.platform.web.middleware import actor_of
    from linli.platform.web.nav import first_face_of

    with transaction.atomic():
        return first_face_of(actor_of(request))


@page(audience="public", methods=("POST",))
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/")
