"""Where the forms of a thread are sent, and what waits for the office. Each leads back to the page of the thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor
from linli.platform.inbox.kinds import Shown
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import commands, queries


def _back(request: Request, comment_id: UUID, deed: Callable[..., Any], *given: str) -> HttpResponseBase:
    row, kind = commands.find_comment(comment_id, actor=request.actor)
    deed(comment_id, *given, actor=request.actor, now=now())
    return HttpResponseRedirect(f"{kind.url(request.actor, row.holder_id)}#questions")


@page(audience="signed_in", methods=("POST",))
def answered(request: Request, comment_id: UUID) -> HttpResponseBase:
    return _back(request, comment_id, commands.answer, request.POST.get("text", ""))


@page(audience="signed_in", methods=("POST",))
def hidden(request: Request, comment_id: UUID) -> HttpResponseBase:
    """POST ``reason``; empty shows it again."""
    return _back(request, comment_id, commands.hide, request.POST.get("reason", ""))


@page(audience="signed_in", methods=("POST",))
def reported(request: Request, comment_id: UUID) -> HttpResponseBase:
    return _back(request, comment_id, commands.report, request.POST.get("reason", ""))


@page(audience="signed_in", methods=("POST",))
def taken_back(request: Request, comment_id: UUID) -> HttpResponseBase:
    return _back(request, comment_id, commands.take_back)


@page(permission=queries.ANSWER)
def comments(request: Request) -> HttpResponseBase:
    """Questions without an answer and comments reported, in the present community."""
    rows = queries.waiting(request.actor, community_id=current_community(request))
    return render(request, "platform/comments.html", {"rows": rows})


def describe_answer(actor: Actor, question_id: UUID) -> Shown | None:
    """For the inbox of whoever asked: the thing it was asked about, and where the answer stands."""
    try:
        row, kind = commands.find_comment(question_id, actor=actor)
    except NotFoundError:
        return None
    name = kind.name_of(actor, row.holder_id)
    return Shown(name, f"{kind.url(actor, row.holder_id)}#questions") if name else None


def n_waiting(request: Request) -> int:
    """For the menu."""
    actor: Actor = request.actor
    if not choices(request) or not actor.may(queries.ANSWER):
        return 0
    return len(queries.waiting(actor, community_id=current_community(request)))
