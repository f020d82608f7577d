"""What announcements say in somebody's inbox."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.inbox import Shown, inbox_kind

from . import queries
from .events import AnnouncementCorrected, AnnouncementPublished, ReadersReminded
from .models import State

TITLES = {
    AnnouncementPublished.name: Text("社区通知", "Notice"),
    AnnouncementCorrected.name: Text("通知有更正", "Notice corrected"),
    ReadersReminded.name: Text("提醒：还没看的通知", "Reminder: a notice not read"),
}


def describe(actor: Actor, announcement_id: UUID) -> Shown | None:
    """None once it was withdrawn, or where the reader is no longer addressed."""
    found = queries.peek(actor, announcement_id)
    if found is None or found.state != State.PUBLISHED:
        return None
    return Shown(found.title, reverse("notices:read", args=[found.pk]))


def declare() -> None:
    for name, title in TITLES.items():
        inbox_kind(name, title, icon="bell", describe=describe)
