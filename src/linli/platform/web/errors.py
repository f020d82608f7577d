"""Refusals as answers: a page for people, ``{"code", "message", "data"}`` for machines, never a trace."""

from __future__ import annotations

import logging
import secrets
import sys

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from linli.kernel.errors import InputError, LinliError, define
from linli.platform.web.request import Request

log = logging.getLogger("linli.web")
CSRF = define(
    "platform.form_expired",
    zh="这一页放得太久，或不是从本站打开的，没有提交。请返回重试，内容还在",
    en="This page was open too long or did not come from here; nothing was sent. Go back and try again",
    status=403,
)
INTERNAL = define(
    "platform.internal",
    zh="系统出了问题，什么都没有改动。编号 {reference}，请告诉社区工作人员",
    en="Something went wrong and nothing was changed. Reference {reference}; please tell the community office",
    status=500,
)
UNSTORABLE = define(
    "platform.text_unstorable",
    zh="里面有存不下的内容（看不见的空字符，或太大的数）。请删掉重填",
    en="Something in it cannot be kept (an invisible NUL character, or a number too large). Take it out and send it again",
    status=400,
)


def wants_json(request: Request) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def answer_error(request: Request, error: LinliError) -> HttpResponse:
    """The answer to a refusal, with the status its definition gives."""
    log.info("refused %s %s %s", error.code, request.method, request.path)
    if wants_json(request):
        return JsonResponse(error_body(error), status=error.status)
    template = {403: "403.html", 404: "404.html"}.get(error.status, "400.html")
    return render(
        request, template, {"error": error, "message": error.text, "status": error.status}, status=error.status
    )


def internal_error(request: Request) -> HttpResponse:
    """What nobody foresaw: logged under a reference, which is all the answer tells."""
    reference = secrets.token_hex(4)
    log.error("internal error %s %s %s", reference, request.method, _route(request), exc_info=sys.exc_info())
    if wants_json(request):
        return JsonResponse(error_body(LinliError(INTERNAL, reference=reference)), status=500)
    return render(request, "500.html", {"reference": reference}, status=500)


def _route(request: Request) -> str:
    """The pattern of the address, never what was typed into it."""
    return request.resolver_match.route if request.resolver_match else "no route"


def error_body(error: LinliError) -> dict[str, object]:
    body: dict[str, object] = {"code": error.code, "message": error.text.as_mapping(), "data": _plain(error.data)}
    if isinstance(error, InputError):
        body["faults"] = [
            {"where": fault.where(), "line": fault.line, "column": fault.column, "feature": fault.feature,
             "message": fault.message.as_mapping()}
            for fault in error.faults
        ]  # fmt: skip
    return body


def _plain(data: dict[str, object]) -> dict[str, object]:
    return {
        key: value if isinstance(value, str | int | float | bool | None) else str(value) for key, value in data.items()
    }


def csrf_failed(request: Request, reason: str = "") -> HttpResponse:
    return answer_error(request, LinliError(CSRF))
