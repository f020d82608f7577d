"""The programming interface: one ninja API at ``/api/v1/``, each operation with its rule, in one transaction of the asking actor.

Errors have one shape (see ``errors.error_body``). Unsafe operations take an ``Idempotency-Key`` header: equal requests under one key
have one effect and one answer.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db import DataError
from django.http import HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError
from ninja.security import SessionAuth

from linli import __version__
from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError, define
from linli.platform.db import acting
from linli.platform.web.request import Request

from .errors import UNSTORABLE, answer_error, error_body
from .idempotency import replay_or_claim, store_answer
from .page import Audience, Rule, refuse_unentrusted

INVALID = define("platform.api_invalid", zh="请求不合要求：{what}", en="The request is not valid: {what}", status=422)
SIGN_IN_FIRST = define("platform.api_sign_in", zh="请先登录", en="Sign in first", status=401)
NO_TOKEN_STATUS = 403
NO_TOKEN = define(
    "platform.api_no_token",
    zh="用浏览器会话写入要带 X-CSRFToken；程序请用密钥",
    en="Writing with a browser session needs X-CSRFToken; programs use a key",
    status=NO_TOKEN_STATUS,
)
Operation = TypeVar("Operation", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")


class SessionOrNobody(SessionAuth):
    """The browser session with its CSRF check. Who may do what is each operation's rule, so nobody is refused here."""

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def authenticate(self, request: Any, key: str | None) -> Any:
        return request.actor


class DescribedAPI(NinjaAPI):
    """Says of every operation, in the OpenAPI document, that it may refuse, and in which shape."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"]["schemas"]["Refusal"] = REFUSAL
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
        for operations in schema["paths"].values():
            for described in operations.values():
                described["responses"].setdefault("4XX", {"description": "Refused", "content": content})
        return schema


REFUSAL = {
    "title": "Refusal",
    "type": "object",
    "required": ["code", "message", "data"],
    "properties": {
        "code": {"type": "string", "description": "Stable; see docs/errors.md"},
        "message": {
            "type": "object",
            "required": ["zh", "en"],
            "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
        },
        "data": {"type": "object"},
        "faults": {"type": "array", "items": {"type": "object"}, "description": "All faults of an input, with places"},
    },
}

api = DescribedAPI(title="Linli 邻里", version=__version__, urls_namespace="api", auth=SessionOrNobody(), docs_url=None)


def operation(
    *, permission: str | None = None, audience: Audience = "signed_in", within: str = ""
) -> Callable[[Operation], Operation]:
    """State who may call an API operation; put it below the router's decorator. Whoever may not learns nothing of what it would take.

    ``within``: the path parameter that names a community; to who has no part in it, it is not there, whatever they sent.
    """

    def check(request: Request, community: str) -> None:
        if audience != "public" and request.actor.kind == "anonymous":
            raise LinliError(SIGN_IN_FIRST)
        if audience != "public":
            refuse_unentrusted(request.actor, "")
        if permission and not request.actor.may(permission):
            raise NotAllowedError(permission)
        if community and community not in {str(one) for one in request.actor.scope}:
            raise NotFoundError

    def before_reading(run: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(run)
        def checked(request: Request, *args: Any, **kwargs: Any) -> Any:
            try:
                check(request, str(kwargs.get(within, "")).lower())
            except LinliError as error:
                return answer_error(request, error)
            return run(request, *args, **kwargs)

        return checked

    def decorate(function: Operation) -> Operation:
        @wraps(function)
        def ruled(request: Request, *args: Any, **kwargs: Any) -> Any:
            with acting(request.actor):
                return function(request, *args, **kwargs)

        # ninja reads the annotations in the globals of what it is given, which is this wrapper; so they are read here.
        ruled.__signature__ = inspect.signature(function, eval_str=True)  # type: ignore[attr-defined]
        ruled.linli_rule = Rule(audience, permission, ())  # type: ignore[attr-defined]
        return decorate_view(before_reading)(ruled)  # type: ignore[return-value]

    return decorate


def once(request: Request, effect: Callable[[], dict[str, Any]], *, status: int = 201) -> HttpResponse:
    """Run ``effect`` once per (caller, Idempotency-Key) inside the operation's transaction and answer its JSON; replay otherwise."""
    key = request.headers.get("Idempotency-Key", "")
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).digest()
    if key:
        earlier = replay_or_claim(caller=request.actor.code, key=key, request_digest=digest)
        if earlier is not None:
            return earlier
    response = JsonResponse(effect(), status=status)
    if key:
        store_answer(caller=request.actor.code, key=key, request_digest=digest, response=response)
    return response


@api.exception_handler(LinliError)
def _refused(request: Request, error: LinliError) -> HttpResponse:
    return answer_error(request, error)


@api.exception_handler(HttpError)
def _refused_by_ninja(request: Request, error: HttpError) -> HttpResponse:
    """What ninja refuses by itself: a session's request without its CSRF token (403), a body that is none (400)."""
    code = NO_TOKEN if error.status_code == NO_TOKEN_STATUS else INVALID
    return JsonResponse(error_body(LinliError(code, what=str(error))), status=error.status_code)


@api.exception_handler(DataError)
def _unstorable(request: Request, _error: DataError) -> HttpResponse:
    return answer_error(request, LinliError(UNSTORABLE))


@api.exception_handler(ValidationError)
def _invalid(request: Request, error: ValidationError) -> HttpResponse:
    places = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors[:20])
    return JsonResponse(error_body(LinliError(INVALID, what=places)), status=422)
