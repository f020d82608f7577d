"""Ways of looking at the list that somebody keeps. Theirs alone and about nobody: no fact is told."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor

from ..models import SavedFilter

MOST = 20
NAME_CHARS = 40
QUERY_CHARS = 1000
NOT_KEPT = define(
    "cases.filter_not_kept",
    zh="没有存：名字要 1 到 {chars} 个字，最多存 {most} 个，先选几个筛选条件",
    en="Not kept: a name of 1 to {chars} characters, at most {most} of them, and some filter chosen",
    status=422,
)


def keep_filter(name: str, query: str, *, actor: Actor, now: dt.datetime) -> SavedFilter:
    """``query`` as it stands in the address; words looked for are left out. An older one of the name is replaced."""
    said = " ".join(name.split())
    asked = urlencode([(key, value) for key, value in parse_qsl(query) if key not in ("q", "page", "format", "month")])
    if actor.account_id is None:
        raise NotFoundError
    known = SavedFilter.objects.filter(account_id=actor.account_id)
    is_full = known.exclude(name=said).count() >= MOST
    if not 1 <= len(said) <= NAME_CHARS or not asked or len(asked) > QUERY_CHARS or is_full:
        raise LinliError(NOT_KEPT, chars=NAME_CHARS, most=MOST)
    row, _ = SavedFilter.objects.update_or_create(
        account_id=actor.account_id, name=said, defaults={"query": asked, "made_at": now}
    )
    return row


def forget_filter(filter_id: UUID, *, actor: Actor) -> None:
    if (
        actor.account_id is None
        or not SavedFilter.objects.filter(pk=filter_id, account_id=actor.account_id).delete()[0]
    ):
        raise NotFoundError
