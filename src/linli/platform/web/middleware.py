"""What every request passes: language and look from cookies, the actor from the session, errors as pages people can read."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.db import DataError
from django.http import HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.platform.actors import ANONYMOUS, ENROL, MUST, Actor, System
from linli.platform.db import acting
from linli.platform.ports import Mandate, Standing, ports

from .errors import UNSTORABLE, answer_error
from .request import Request

Handler = Callable[[Request], HttpResponse]
VERIFIED = "second_factor"  # in a session: it was opened with a second factor (by us, or by an identity provider that is trusted for it)
UNATTENDED = frozenset({"/live/"})  # asked by the browser by itself: it keeps nobody signed in
THEMES = ("light", "dark", "care", "care-2")
log = logging.getLogger("linli.web")


class PreferencesMiddleware:
    """``request.theme`` and the active language, from cookies only: no account is needed to read comfortably."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        theme = request.COOKIES.get("theme", "")
        request.theme = theme if theme in THEMES else ""
        request.lang = "en" if request.COOKIES.get("lang") == "en" else "zh-hans"
        with translation.override(request.lang):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "en" if request.lang == "en" else "zh-Hans")
        return response


class ActorMiddleware:
    """``request.actor``: found when first asked for, so that static files and health checks touch no table."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.actor = cast(Actor, SimpleLazyObject(lambda: actor_of(request)))
        return self.get_response(request)


class ErrorMiddleware:
    """A refusal becomes a page (or JSON) that says what would be right; anything else is logged and answered without detail."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):  # a value PostgreSQL has no room for: NUL in a text, a number of 70 digits
            return answer_error(request, LinliError(UNSTORABLE))
        return answer_error(request, exception) if isinstance(exception, LinliError) else None


def actor_of(request: Request) -> Actor:
    """The actor of a browser session. Ended accounts and idle sessions are signed out here, at the next request."""
    from linli.platform.signin.factor import has_factor, is_required_of

    with acting(System("who-is-asking")):
        public = ports.scope_tree.public_communities()
        account = _account_of(request)
        if account is None:
            return Actor(kind="anonymous", public_communities=public)
        helper = _acting_for(request, account, public)
        if helper is not None:
            return helper
        standing = ports.scope_tree.standing(account.person_id, account_id=account.id, at=now())
        if is_required_of(standing.grants) and not has_factor(account.id):
            # Until a second factor is there, a holder of such a role is let in for nothing else.
            return Actor(
                kind="person", account_id=account.id, person_id=account.person_id, name=account.shown_name,
                public_communities=public, extra={MUST: ENROL},
            )  # fmt: skip
    return _person(account, standing, public)


def _person(account: Any, standing: Standing, public: frozenset[UUID]) -> Actor:
    return Actor(
        kind="person",
        account_id=account.id,
        person_id=account.person_id,
        name=account.shown_name,
        grants=standing.grants,
        own_communities=standing.own_communities,
        public_communities=public,
    )


def actor_of_account(account_id: UUID | None, *, mandate_id: str = "") -> Actor:
    """The actor a signed ticket names, with the rights of this moment: nobody known once the account has ended or the mandate has."""
    from linli.platform.models import Account

    with acting(System("who-is-asking")):
        public = ports.scope_tree.public_communities()
        account = Account.objects.filter(pk=account_id or NOBODY, is_active=True, ended_at=None).first()
        if account is None:
            return Actor(kind="anonymous", public_communities=public)
        if mandate_id:
            mandate = ports.scope_tree.mandate(UUID(mandate_id), account_id=account.id, at=now())
            if mandate is None:
                return Actor(kind="anonymous", public_communities=public)
            return _helper(account, mandate, public)
        standing = ports.scope_tree.standing(account.person_id, account_id=account.id, at=now())
    return _person(account, standing, public)


ACTING_FOR = "acting_for"
NOBODY = UUID(int=0)


def _acting_for(request: Request, account: Any, public: frozenset[UUID]) -> Actor | None:
    """The actor of a helper who has chosen to act for somebody; None, and back to oneself, once the mandate has ended."""
    mandate_id = request.session.get(ACTING_FOR)
    if not mandate_id:
        return None
    mandate = ports.scope_tree.mandate(UUID(mandate_id), account_id=account.id, at=now())
    if mandate is None:
        del request.session[ACTING_FOR]
        return None
    return _helper(account, mandate, public)


def _helper(account: Any, mandate: Mandate, public: frozenset[UUID]) -> Actor:
    return Actor(
        kind="person",
        account_id=account.id,
        person_id=mandate.person_id,
        name=mandate.name,
        own_communities=mandate.communities,
        public_communities=public,
        on_behalf_of=mandate.person_id,
        acts=mandate.acts,
        extra={"helper": account.shown_name},
    )


def _account_of(request: Request) -> Any:  # Account or None; the model is imported late
    from django.contrib.auth import get_user

    from linli.platform.models import Account
    from linli.platform.signin import sessions
    from linli.platform.signin.factor import has_factor

    user = get_user(request)
    if not isinstance(user, Account):
        return None
    seen_s = request.session.get("seen_s", 0)
    now_s = int(time.time())
    is_idle = bool(seen_s) and now_s - seen_s > settings.SESSION_IDLE_S
    if not user.is_active or user.ended_at or is_idle or not sessions.is_open(request.session, user):
        logout(request)
        return None
    if not request.session.get(VERIFIED) and has_factor(user.id):
        logout(request)  # begun before the second factor was there
        return None
    if now_s - seen_s > sessions.SEEN_EVERY_S and request.path not in UNATTENDED:
        sessions.note_seen(request.session)
        request.session["seen_s"] = now_s
        request.session.set_expiry(max(1, request.session.get("until_s", now_s + settings.SESSION_COOKIE_AGE) - now_s))
    return user


__all__ = ["ANONYMOUS", "ActorMiddleware", "ErrorMiddleware", "PreferencesMiddleware", "actor_of"]
