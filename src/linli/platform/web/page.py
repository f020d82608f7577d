"""The one way a page comes to be: a view with a rule.

``@page(permission=…)`` states who may open it, runs it as the asking actor in one transaction with the database's scope set, and
answers a form sent twice with the first answer. A route whose view carries no rule fails the build (see the permission matrix).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from django.conf import settings
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import urlencode

from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError, define
from linli.platform.actors import ENROL, MUST, Actor
from linli.platform.db import acting
from linli.platform.installation import installation_kind
from linli.platform.web.request import Request

from .idempotency import replay_or_claim, store_answer

Audience = Literal["public", "signed_in", "demo"]
METHOD = define(
    "platform.method",
    zh="这里不接受 {method}，只接受 {allowed}",
    en="{method} is not taken here, only {allowed}",
    status=405,
)
NOT_ENTRUSTED = define(
    "platform.not_entrusted",
    zh="您正替别人办事，对方没有委托这一项。先“回到自己”，或请对方到社区柜台加上",
    en="You are acting for somebody who has not entrusted this to you. Return to yourself first, or have it added at the community office",
    status=403,
)
KEY_FIELD = "_key"
ANY_ACT = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call a route: everybody (``demo``: in a demo only), anybody signed in, or holders of ``permission`` (on any community; commands check which).

    ``act``: the act of a mandate that lets a helper call it in somebody's place (:data:`ANY_ACT`: whatever the mandate). Without one, what is
    not public is closed to whoever acts for another.
    """

    audience: Audience
    permission: str | None
    methods: tuple[str, ...]
    act: str = ""


View = Callable[..., HttpResponseBase]


def page(
    *,
    permission: str | None = None,
    audience: Audience = "signed_in",
    methods: tuple[str, ...] = ("GET",),
    act: str = "",
) -> Callable[[View], View]:
    """Decorate a view. GET answers HEAD too. ``permission`` implies ``signed_in``; views of personal pages are never cached."""
    rule = Rule(audience, permission, (*methods, "HEAD") if "GET" in methods else methods, act)

    def decorate(view: View) -> View:
        @wraps(view)
        def ruled(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = _refuse(request, rule)
            if refusal is not None:
                return refusal
            with acting(request.actor):
                response = _answer_once(view, request, *args, **kwargs)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
            if rule.audience != "public" or request.actor.kind == "person":
                response.headers.setdefault("Cache-Control", "no-store")
            return response

        ruled.linli_rule = rule  # type: ignore[attr-defined]
        return ruled

    return decorate


def _refuse(request: Request, rule: Rule) -> HttpResponseBase | None:
    if request.method not in rule.methods:
        raise LinliError(METHOD, method=request.method, allowed=", ".join(rule.methods))
    if rule.audience == "demo" and installation_kind() != "demo":
        raise NotFoundError
    if rule.audience in ("public", "demo") and rule.permission is None:
        return None
    if request.actor.kind == "anonymous":
        return redirect(f"{_sign_in_url()}?{urlencode({'next': request.get_full_path()})}")
    refuse_unentrusted(request.actor, rule.act)
    if request.actor.extra.get(MUST) == ENROL and not request.path.startswith(_security_url()):
        return redirect(f"{_security_url()}factor/")
    if rule.permission and not request.actor.may(rule.permission):
        raise NotAllowedError(rule.permission)
    return None


def refuse_unentrusted(actor: Actor, act: str) -> None:
    """Refuse what somebody acting for another was not entrusted with."""
    if actor.acts is not None and act != ANY_ACT and act not in actor.acts:
        raise LinliError(NOT_ENTRUSTED)


def _security_url() -> str:
    from django.urls import reverse

    return reverse("security")


def _sign_in_url() -> str:
    from django.urls import reverse

    return reverse(settings.LOGIN_URL)


def _answer_once(view: View, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
    key = request.POST.get(KEY_FIELD, "") if request.method == "POST" else ""
    if not key:
        return view(request, *args, **kwargs)
    caller = request.actor.code
    digest = hashlib.sha256(f"{request.path}\n".encode() + urlencode(_fields(request)).encode()).digest()
    earlier = replay_or_claim(caller=caller, key=key, request_digest=digest)
    if earlier is not None:
        return earlier
    response = view(request, *args, **kwargs)
    if isinstance(response, HttpResponseRedirect):
        # Only an effect (post, then redirect) is final; a form shown again with its errors may be sent again.
        store_answer(caller=caller, key=key, request_digest=digest, response=response)
    return response


def _fields(request: Request) -> list[tuple[str, str]]:
    return sorted(
        (name, value)
        for name in request.POST
        for value in request.POST.getlist(name)
        if name not in ("csrfmiddlewaretoken",)
    )
