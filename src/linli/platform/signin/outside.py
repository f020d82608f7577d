"""Signing in by an outside identity (OpenID Connect): out to the provider and back."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, define
from linli.platform.models import Account
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import oidc
from .identities import account_id_of, code_for
from .pages import own_address, proved

SESSION = "oidc"
NO_PROVIDER = define(
    "platform.oidc_none",
    zh="这里没有接统一身份认证，请用用户名和密码登录",
    en="No identity provider is set up here; sign in by name and password",
    status=400,
)


@page(audience="public")
def go_out(request: Request) -> HttpResponse:
    provider = _provider()
    url, begun = oidc.begin(provider, back_url=_back_url(request))
    request.session[SESSION] = asdict(begun) | {"next": own_address(request.GET.get("next", ""))}
    return HttpResponseRedirect(url)


@page(audience="public")
def come_back(request: Request) -> HttpResponse:
    """Used once: what the session kept is gone whatever the answer, so that a code replayed finds nothing."""
    provider = _provider()
    kept = request.session.pop(SESSION, None)
    if kept is None or "error" in request.GET:
        raise LinliError(oidc.REFUSED, why="no request" if kept is None else "refused there")
    target = kept.pop("next")
    subject = oidc.finish(
        provider, oidc.Begun(**kept), state=request.GET.get("state", ""), code=request.GET.get("code", ""),
        back_url=_back_url(request),
    )  # fmt: skip
    account_id = account_id_of(provider.issuer, subject)
    if account_id is None:
        code = code_for(provider.issuer, subject, now=now())
        return render(request, "platform/not_tied.html", {"code": f"{code[:4]} {code[4:]}"}, status=403)
    account = Account.objects.filter(pk=account_id, is_active=True, ended_at=None).first()
    if account is None:
        raise LinliError(oidc.REFUSED, why="account ended")
    return proved(request, account, target=target)


def _provider() -> oidc.Provider:
    provider = oidc.configured()
    if provider is None:
        raise LinliError(NO_PROVIDER)
    return provider


def _back_url(request: Request) -> str:
    return request.build_absolute_uri(reverse("sign-in-outside-back"))
