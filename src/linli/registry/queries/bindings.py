"""Reads of requests to be bound: the office's queue."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor

from ..models import BindRequest

INVITE = "account.invite"


def list_bind_requests(actor: Actor) -> QuerySet[BindRequest]:
    """Of the communities whose people the actor may invite, the oldest first."""
    rows = BindRequest.objects.all()
    if not actor.everywhere:
        rows = rows.filter(community_id__in=actor.communities_with(INVITE))
    return rows.order_by("asked_at")


def count_waiting(actor: Actor) -> int:
    return list_bind_requests(actor).filter(state=BindRequest.State.OPEN).count()


def find_bind_request(actor: Actor, request_id: UUID) -> BindRequest:
    found = list_bind_requests(actor).filter(pk=request_id).first()
    if found is None:
        raise NotFoundError
    return found


def may_see_evidence(actor: Actor, request_id: UUID) -> bool:
    return list_bind_requests(actor).filter(pk=request_id).exists()
