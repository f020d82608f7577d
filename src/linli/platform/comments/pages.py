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
from .kinds import REMARK, USE, find_remark_kind
from .remarks import remark
from .tables import Comment


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
    commands.take_back(comment_id, actor=request.actor, now=now())
    row = Comment.objects.get(pk=comment_id)
    if row.kind.startswith(REMARK):
        return HttpResponseRedirect(f"{find_remark_kind(row.kind).url(row.holder_id)}#remarks")
    kind = commands.find_comment(comment_id, actor=request.actor)[1]
    return HttpResponseRedirect(f"{kind.url(request.actor, row.holder_id)}#questions")


@page(permission=USE, methods=("POST",))
def remarked(request: Request, remark_kind: str, holder_id: UUID) -> HttpResponseBase:
    """POST ``text`` and any number of ``mention`` (account ids)."""
    chosen = [one for one in map(_uuid, request.POST.getlist("mention")) if one]
    remark(remark_kind, holder_id, request.POST.get("text", ""), mentions=chosen, actor=request.actor, now=now())
    return HttpResponseRedirect(f"{find_remark_kind(remark_kind).url(holder_id)}#remarks")


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None


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
