"""Questions about an announcement: who may ask, who answers, where they stand; and remarks of the staff who see it."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.comments import RemarkKind, ThreadKind, remark_kind, thread_kind
from linli.platform.comments.queries import Thread, put_names, thread
from linli.platform.db import acting
from linli.platform.privacy.reading import record_read
from linli.registry.queries.accounts import colleagues, names_of_accounts

from . import queries
from .models import Announcement, State

KIND = queries.HOLDER
REMARKS = "announcement"


def may_answer(actor: Actor, announcement_id: UUID) -> bool:
    """Whoever may write here answers for it: the author, and those who write for the whole community."""
    found = queries.peek(actor, announcement_id)
    return found is not None and queries.may_write(actor, found)


def community(announcement_id: UUID) -> UUID | None:
    """Only what is out is asked about; what was withdrawn is answered no more than it is shown."""
    with acting(queries.AUDIENCE):
        row = Announcement.objects.filter(pk=announcement_id, state=State.PUBLISHED).first()
    return row.community_id if row else None


def url(actor: Actor, announcement_id: UUID) -> str:
    page = "notices:notice" if may_answer(actor, announcement_id) else "notices:read"
    return reverse(page, args=[announcement_id])


def name_of(actor: Actor, announcement_id: UUID) -> Text | None:
    found = queries.peek(actor, announcement_id)
    return found.title if found else None


def thread_of(actor: Actor, found: Announcement) -> Thread | None:
    """As the actor reads it; who answers sees names, which is a read of those persons."""
    shown = thread(KIND, found.pk, actor=actor)
    if shown is None or not shown.may_answer:
        return shown
    accounts = {line.account_id for line in shown.lines if line.account_id}
    put_names(shown, names_of_accounts(accounts))
    record_read(actor, queries.persons_of(accounts), community_id=found.community_id, what="page", fields=["name"])
    return shown


def _nobody(_announcement_id: UUID) -> list[UUID]:
    return []


def _home(announcement_id: UUID) -> UUID | None:
    with acting(queries.AUDIENCE):
        row = Announcement.objects.filter(pk=announcement_id).first()
    return row.community_id if row else None


def _desk(announcement_id: UUID) -> str:
    return reverse("notices:notice", args=[announcement_id])


def declare() -> None:
    remark_kind(
        RemarkKind(
            REMARKS,
            Text("通知的内部备注", "Remarks on announcements"),
            queries.may_see,
            _home,
            _desk,
            _nobody,
            colleagues,
        )
    )
    thread_kind(
        ThreadKind(
            KIND,
            Text("通知下的提问", "Questions about announcements"),
            queries.may_see,
            may_answer,
            community,
            url,
            name_of,
        )
    )
