"""What residents read: the announcements that are theirs, and those anybody may read."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode

from linli.kernel.clock import now
from linli.kernel.errors import NotFoundError
from linli.platform.comments import commands as questions
from linli.platform.inbox import mark_read
from linli.platform.web.community import choices, current_community
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .. import commands, queries
from ..models import State
from ..questions import KIND, thread_of

MOST = 100


@page(audience="public")
def mine(request: Request) -> HttpResponseBase:
    """Newest first; ``?unread`` leaves out what the household has read."""
    if not choices(request):
        return render(request, "portal/nothing_yet.html")
    rows = queries.list_for_reader(request.actor, current_community(request))
    n_unread = rows.filter(is_unread=True).count()
    only_unread = "unread" in request.GET
    if only_unread:
        rows = rows.filter(is_unread=True)
    context = {"notices": rows[:MOST], "n_unread": n_unread, "only_unread": only_unread}
    return render(request, "notices/mine.html", context)


@page(audience="public")
def read(request: Request, notice_id: UUID) -> HttpResponseBase:
    """The reading page. Opened by somebody it is addressed to, it counts as read by their household, except when a browser only
    prefetches it. Somebody not signed in is asked to sign in for what they may not see, whether it exists or not."""
    try:
        found = queries.find(request.actor, notice_id)
        if found.state == State.DRAFT:
            raise NotFoundError
    except NotFoundError:
        if request.actor.kind != "anonymous":
            raise
        return HttpResponseRedirect(f"{resolve_url('sign-in')}?{urlencode({'next': request.get_full_path()})}")
    is_glance = request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
    if not is_glance:
        commands.note_read(found, actor=request.actor, now=now())
        mark_read(request.actor, now=now(), subject_id=found.pk)
    context = {
        "notice": found,
        "issuer": queries.issuer_name(request.actor, found),
        "editions": queries.editions_of(found),
        "files": queries.files_of(found),
        "thread": thread_of(request.actor, found) if request.actor.kind == "person" else None,
        "is_mine": found.addressees.filter(queries.mine(request.actor)).exists(),
    }
    return render(request, "notices/read.html", context)


@page(audience="signed_in", methods=("POST",))
def ask(request: Request, notice_id: UUID) -> HttpResponseBase:
    """A question under an announcement one may read."""
    questions.ask(KIND, notice_id, request.POST.get("text", ""), actor=request.actor, now=now())
    return HttpResponseRedirect(f"{resolve_url('notices:read', notice_id)}#questions")
