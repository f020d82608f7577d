"""Serving a file: by the right of the thing it belongs to, asked anew each time; on a host of its own where one is set.

With ``LINLI_FILES_HOST`` a page's link leads here, the right is checked, and the browser is sent on to that host with a ticket of a minute that
names the account and the file. There no cookie is read; who the account is and what it may see is found anew. So a link that
was copied ends within the minute, and with the right it rested on.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import content_disposition_header, urlencode

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor, System
from linli.platform.db import acting
from linli.platform.web.middleware import ACTING_FOR, actor_of_account
from linli.platform.web.page import page
from linli.platform.web.request import Request

from . import files
from .access import may_see
from .checking import limits
from .tables import Attachment

SALT = "linli.attachments"
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@page(audience="public")
def attached(request: Request, attachment_id: UUID) -> HttpResponseBase:
    """The file. ``?t=`` is a ticket for the files' own host; ``?download`` hands a picture over instead of showing it."""
    ticket = request.GET.get("t", "")
    try:
        if ticket:
            return _serve(request, _found(attachment_id, _holder_of(ticket, attachment_id)))
        if _is_files_host(request):
            raise NotFoundError  # no cookie counts here
        row = _found(attachment_id, request.actor)
    except NotFoundError:
        if request.actor.kind != "anonymous" or ticket:
            raise
        return HttpResponseRedirect(f"{resolve_url('sign-in')}?{urlencode({'next': request.get_full_path()})}")
    if settings.FILES_HOST:
        query = {"t": _ticket(request, attachment_id)} | ({"download": "1"} if "download" in request.GET else {})
        return HttpResponseRedirect(f"{request.scheme}://{settings.FILES_HOST}{request.path}?{urlencode(query)}")
    return _serve(request, row)


def _is_files_host(request: Request) -> bool:
    return bool(settings.FILES_HOST) and request.get_host() == settings.FILES_HOST


def _found(attachment_id: UUID, actor: Actor) -> Attachment:
    """The row, for who may see what it belongs to; NotFoundError otherwise."""
    with acting(System("attachments")):
        row = Attachment.objects.filter(pk=attachment_id).first()
    if row is None:
        raise NotFoundError
    with acting(actor):
        if not may_see(actor, row.holder_kind, row.holder_id):
            raise NotFoundError
    return row


def _serve(request: Request, row: Attachment) -> HttpResponseBase:
    path = files.path_of(row.sha256)
    if not path.is_file():
        raise NotFoundError
    response = FileResponse(path.open("rb"), content_type=row.media_type)
    is_shown = row.is_picture and "download" not in request.GET
    response.headers["Content-Disposition"] = content_disposition_header(not is_shown, row.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-site"
    response.headers["Cache-Control"] = "private, no-store"
    response._csp_exempt = True  # type: ignore[attr-defined]  # the policy above is stricter than the pages'
    return response


def _ticket(request: Request, attachment_id: UUID) -> str:
    actor = request.actor
    said = {"f": str(attachment_id), "a": str(actor.account_id or "")}
    if actor.on_behalf_of:
        said["m"] = request.session[ACTING_FOR]
    return signing.dumps(said, salt=SALT)


def _holder_of(ticket: str, attachment_id: UUID) -> Actor:
    """Who the ticket was given to, with the rights they have now."""
    try:
        said: dict[str, Any] = signing.loads(ticket, salt=SALT, max_age=limits()["link_s"])
    except signing.BadSignature:
        raise NotFoundError from None
    if said["f"] != str(attachment_id):
        raise NotFoundError
    return actor_of_account(UUID(said["a"]) if said["a"] else None, mandate_id=said.get("m", ""))
