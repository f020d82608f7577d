"""What an account has looked for: its last searches and those it saved. Sealed, its own, erased at a word.

A search has an address by its id, so that going back and loading again work, and the words stand in no address, log or referrer.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from linli.kernel.clock import now
from linli.kernel.errors import NotAllowedError, NotFoundError
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor
from linli.platform.privacy import blind_index, seal, unseal

from .models import Search
from .readings import normal

PURPOSE = "platform.search"
N_RECENT = 8
N_SAVED = 30


@dataclass(frozen=True, slots=True)
class Kept:
    id: UUID
    text: str
    is_saved: bool


def keep(actor: Actor, text: str) -> UUID:
    """Remember what was looked for, once each; the oldest go. The id it has from now on."""
    account_id = _account(actor)
    index = blind_index(PURPOSE, f"{account_id}\n{normal(text)}")
    search = Search.objects.filter(account_id=account_id, words_index=index).first()
    if search is None:
        search_id = uuid7()
        sealed = seal(PURPOSE, text, table="platform_search", column="words", row=search_id)
        search = Search(id=search_id, account_id=account_id, words=sealed, words_index=index)
    search.used_at = now()
    search.save()
    _forget_old(account_id)
    return search.id


def _forget_old(account_id: UUID) -> None:
    recent = Search.objects.filter(account_id=account_id, is_saved=False).order_by("-used_at")
    kept = list(recent.values_list("id", flat=True)[:N_RECENT])
    recent.exclude(id__in=kept).delete()


def find_kept(actor: Actor, search_id: UUID) -> Kept:
    """One of the actor's own; NotFoundError for anybody else's."""
    return _read(_own(actor, search_id))


def list_kept(actor: Actor) -> tuple[list[Kept], list[Kept]]:
    """The last ones, latest first, and the saved ones."""
    rows = [_read(row) for row in Search.objects.filter(account_id=_account(actor)).order_by("-used_at")]
    return [row for row in rows if not row.is_saved], [row for row in rows if row.is_saved]


def save(actor: Actor, search_id: UUID, *, is_saved: bool) -> None:
    search = _own(actor, search_id)
    search.is_saved = is_saved
    search.save(update_fields=["is_saved"])
    beyond = Search.objects.filter(account_id=search.account_id, is_saved=True).order_by("-used_at")
    beyond.exclude(id__in=list(beyond.values_list("id", flat=True)[:N_SAVED])).delete()


def erase(actor: Actor, search_id: UUID | None = None) -> None:
    """One search, or all of the actor's."""
    if search_id is not None:
        _own(actor, search_id).delete()
    else:
        Search.objects.filter(account_id=_account(actor)).delete()


def _own(actor: Actor, search_id: UUID) -> Search:
    search = Search.objects.filter(pk=search_id, account_id=_account(actor)).first()
    if search is None:
        raise NotFoundError
    return search


def _account(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise NotAllowedError("console.use")
    return actor.account_id


def _read(row: Search) -> Kept:
    text = unseal(PURPOSE, bytes(row.words), table="platform_search", column="words", row=row.id)
    return Kept(row.id, text, row.is_saved)
