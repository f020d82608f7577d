"""My way in: the second factor and the browsers that are signed in. Everybody's own; nobody else's is ever shown here."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.kit.forms import KitForm, both, spoken
from linli.platform.models import Account
from linli.platform.ports import ports
from linli.platform.privacy import seal, unseal
from linli.platform.web.middleware import VERIFIED
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import events, factor, sessions

FRESH, SHOWN = "fresh_factor", "recovery_codes"
SHOWN_FOR_S = 600
PURPOSE = "platform.second_factor.shown"


class CodeForm(KitForm):
    code = forms.CharField(
        label=both("六位数", "Six digits"),
        help_text=both("应用里现在显示的数，每个只能用一次", "What the app shows now; each works once"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


@page()
def security(request: Request) -> HttpResponse:
    account_id = _own(request)
    context: dict[str, Any] = {
        "has_factor": factor.has_factor(account_id),
        "is_required": factor.is_required_of(request.actor.grants),
        "n_codes": factor.n_codes_left(account_id),
        "codes": _shown(request, SHOWN),
        "here": request.session.get(sessions.SLOT),
        "sessions": sessions.list_open(
            account_id, idle=dt.timedelta(seconds=settings.SESSION_IDLE_S),
            whole=dt.timedelta(seconds=settings.SESSION_COOKIE_AGE), now=now(),
        ),
        "ended": request.GET.get("done") == "ended",
    }  # fmt: skip
    return render(request, "platform/security.html", context)


@page(methods=("GET", "POST"))
def factor_enrol(request: Request) -> HttpResponse:
    account_id = _own(request)
    if factor.has_factor(account_id):
        return redirect("security")
    secret = _shown(request, FRESH)
    if not secret:
        secret = factor.new_secret()
        _show(request, FRESH, secret)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = factor.enrol(
                account_id, secret=secret, code=form.cleaned_data["code"], actor=request.actor, now=now()
            )
        except LinliError as error:
            form.add_error("code", spoken(error.text))
        else:
            request.session.pop(FRESH, None)
            request.session.cycle_key()
            request.session[VERIFIED] = True
            _show(request, SHOWN, json.dumps(made))
            sessions.end_sessions(account_id, because="second_factor", but=UUID(request.session[sessions.SLOT]))
            return redirect("security")
    account = Account.objects.get(pk=account_id)
    uri = factor.enrolment_uri(secret, username=account.username, issuer="邻里 Linli")
    drawn = segno.make(uri, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=True)
    context = {
        "form": form, "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), "uri": uri,
        "qr": mark_safe(drawn),  # noqa: S308  # drawn by us from our own address, no words of anybody in it
        "must": bool(request.actor.extra),
    }  # fmt: skip
    return render(request, "platform/security_factor.html", context, status=422 if form.errors else 200)


@page(methods=("GET", "POST"))
def factor_off(request: Request) -> HttpResponse:
    form = CodeForm(request.POST or None)
    account_id = _own(request)
    if not factor.has_factor(account_id):
        return redirect("security")
    if request.method == "POST" and form.is_valid():
        try:
            factor.take_off(account_id, code=form.cleaned_data["code"], actor=request.actor, now=now())
        except LinliError as error:
            form.add_error("code", spoken(error.text))
        else:
            return redirect("security")
    return render(request, "platform/security_off.html", {"form": form}, status=422 if form.errors else 200)


@page(methods=("POST",))
def codes(request: Request) -> HttpResponse:
    if factor.has_factor(_own(request)):
        _show(request, SHOWN, json.dumps(factor.renew_recovery_codes(_own(request))))
    return redirect("security")


@page(methods=("POST",))
def codes_noted(request: Request) -> HttpResponse:
    request.session.pop(SHOWN, None)
    return redirect("security")


@page(methods=("POST",))
def sessions_end(request: Request) -> HttpResponse:
    """``session``: one of mine; without it, all but the one that asks."""
    account_id, which = _own(request), request.POST.get("session", "")
    try:
        only = UUID(which) if which else None
    except ValueError:
        raise NotFoundError from None
    here = UUID(request.session[sessions.SLOT])
    if sessions.end_sessions(account_id, because="owner", only=only, but=here) == 0 and only is not None:
        raise NotFoundError
    with acting(System("sessions")):
        ports.audit.append(events.SessionsEnded(None, account_id), actor=request.actor)
    return HttpResponseRedirect(f"{reverse('security')}?done=ended")


def _own(request: Request) -> UUID:
    if request.actor.account_id is None:
        raise NotFoundError
    return request.actor.account_id


def _show(request: Request, slot: str, words: str) -> None:
    """Keep what is told once sealed in the reader's own session, so that a second click shows the same for ten minutes."""
    sealed = seal(PURPOSE, words, table="session", column=slot, row=_own(request))
    request.session[slot] = {"sealed": sealed.hex(), "until_s": int(time.time()) + SHOWN_FOR_S}


def _shown(request: Request, slot: str) -> Any:
    kept = request.session.get(slot)
    if not kept or kept["until_s"] < time.time():
        request.session.pop(slot, None)
        return ""
    words = unseal(PURPOSE, bytes.fromhex(kept["sealed"]), table="session", column=slot, row=_own(request))
    return json.loads(words) if slot == SHOWN else words
