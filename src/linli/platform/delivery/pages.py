"""What leaves the house, as an administrator sees it: how each channel is carried, what waits, what was given up. Never a text or a whole number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linli.kernel.clock import local_day, now, start_of_day
from linli.kernel.errors import LinliError, NotFoundError
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.platform.home import current_home
from linli.platform.privacy import mask_phone
from linli.platform.web.page import page
from linli.platform.web.request import Request

from .adapters import carriers
from .outbox import MACHINE, address_of
from .tables import Channel, Outgoing

READ, RETRY = "delivery.read", "delivery.retry"
CHANNELS = {Channel.SMS: Text("短信", "Text messages"), Channel.EMAIL: Text("邮件", "Mail")}
CARRIED = {
    "file": Text("存进本机文件，没有发出去", "kept in a file on this machine; nothing leaves it"),
    "http": Text("短信网关", "an SMS gateway"),
    "smtp": Text("邮件服务器", "a mail server"),
}
KINDS = {
    "sign_in_code": Text("登录验证码", "Sign-in code"),
    "bind_answer": Text("绑定申请的答复", "Answer to a request to be bound"),
}
SHOWN = 200


def visible_to(actor: Actor) -> QuerySet[Outgoing]:
    """Messages of the communities one runs, and of none: those one sees as a row, not whose they are."""
    rows = Outgoing.objects.all()
    if actor.everywhere:
        return rows
    return rows.filter(community_id__in=actor.communities_with(READ)) | rows.filter(community_id=None)


@page(permission=READ)
def delivery(request: Request) -> HttpResponseBase:
    rows = visible_to(request.actor)
    today = rows.filter(created_at__gte=start_of_day(local_day(now())))
    states = {channel: {} for channel in Channel}  # type: dict[str, dict[str, int]]
    for row in today.values("channel", "state").annotate(n=Count("id")):
        states[row["channel"]][row["state"]] = row["n"]
    waiting = rows.filter(state=Outgoing.State.WAITING)
    context: dict[str, Any] = {
        "problem": None,
        "channels": [
            {
                "text": CHANNELS[channel], "carried": _carried(channel), "sent": states[channel].get("sent", 0),
                "waiting": waiting.filter(channel=channel).count(), "lapsed": states[channel].get("lapsed", 0),
            }
            for channel in Channel
        ],
        "parked": [_shown(row) for row in rows.filter(state=Outgoing.State.PARKED).order_by("-created_at")[:SHOWN]],
        "may_retry": request.actor.may(RETRY),
    }  # fmt: skip
    return render(request, "platform/delivery.html", context)


@page(permission=RETRY, methods=("POST",))
def delivery_again(request: Request, message_id: UUID) -> HttpResponseBase:
    """Once more from the beginning: the cause was mended."""
    row = visible_to(request.actor).filter(id=message_id, state=Outgoing.State.PARKED).first()
    if row is None or (row.community_id is not None and not request.actor.may(RETRY, row.community_id)):
        raise NotFoundError
    with acting(MACHINE):
        Outgoing.objects.filter(id=row.id, state=Outgoing.State.PARKED).update(
            state=Outgoing.State.WAITING, tries=0, due_at=now(), ended_at=None
        )
    return HttpResponseRedirect(reverse("delivery"))


def _carried(channel: str) -> Text:
    try:
        return CARRIED[carriers(current_home())[channel][0]]
    except LinliError as error:
        return error.text


def _shown(row: Outgoing) -> dict[str, Any]:
    """To whom, masked, where the message is of a community; one of none may be anybody's."""
    to = "—"
    if row.community_id is not None:
        address = address_of(row)
        name, _, host = address.partition("@")
        to = mask_phone(address) if row.channel == Channel.SMS else f"{name[:1]}***@{host}"
    return {
        "row": row,
        "to": to,
        "channel": CHANNELS[Channel(row.channel)],
        "kind": KINDS.get(row.kind, Text(row.kind, row.kind)),
    }
