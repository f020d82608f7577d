"""Pictures and papers of a draft. What has gone out keeps what it had: readers have seen it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.kernel.errors import LinliError, define
from linli.platform.actors import Actor
from linli.platform.attachments import attach, detach
from linli.platform.attachments.keeping import Sent
from linli.platform.attachments.tables import Attachment

from .. import queries
from ..models import State
from ..rules.writing import NOT_DRAFT

NO_CAPTION = define(
    "notices.no_caption",
    zh="请用一句话写图上是什么，看不见图的人靠它（最多 200 字）",
    en="Say in a sentence what the picture shows, for who cannot see it (at most 200 characters)",
    status=422,
)


def add_file(announcement_id: UUID, sent: Sent, *, caption: str, actor: Actor, now: dt.datetime) -> Attachment:
    """Add a picture (with what it shows) or a PDF to a draft."""
    found = queries.find_to_write(actor, announcement_id, lock=True)
    if found.state != State.DRAFT:
        raise LinliError(NOT_DRAFT)
    if not 1 <= len(caption.strip()) <= 200:
        raise LinliError(NO_CAPTION)
    return attach(
        sent,
        community_id=found.community_id,
        holder_kind=queries.HOLDER,
        holder_id=found.pk,
        caption=caption,
        actor=actor,
        now=now,
    )


def remove_file(announcement_id: UUID, attachment_id: UUID, *, actor: Actor) -> None:
    """Erase a file of a draft."""
    found = queries.find_to_write(actor, announcement_id, lock=True)
    if found.state != State.DRAFT:
        raise LinliError(NOT_DRAFT)
    detach(attachment_id, holder_kind=queries.HOLDER, holder_id=found.pk)
