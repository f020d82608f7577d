"""What people and machines do with the journal beyond appending: erase a payload, try a parked fact again, take note of a loss."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError, define
from linli.platform.actors import Actor
from linli.platform.home import Home, current_home

from .appending import append
from .events import FactErased, HistoryLost, ParkedRetried
from .headfiles import HeadFiles
from .models import Fact, Head, Parked, Seal
from .queries import RETRY
from .rules import INSTALLATION

ERASE = "journal.erase"
NOT_SEALED_YET = define(
    "journal.not_sealed_yet",
    zh="记录 {fact_id} 还没有封存，请过一秒再试",
    en="Fact {fact_id} is not sealed yet; try again in a second",
    status=409,
)
NOT_ERASABLE = define(
    "journal.not_erasable",
    zh="{name} 是记录自身的事实，不能抹去",
    en="{name} is a fact of the journal itself and cannot be erased",
    status=409,
)
NOTHING_LOST = define(
    "journal.nothing_lost",
    zh="链 {chain} 的链头文件与数据库一致，没有可确认的丢失",
    en="The head file of chain {chain} agrees with the database; there is no loss to acknowledge",
    status=409,
)


def erase_fact(fact_id: UUID, *, reason: str, actor: Actor) -> bool:
    """Destroy payload and salt of a fact; its chain still verifies. ``reason`` is a code. False if it was erased before.

    The erasure is a fact of its own. Old row versions go with the next VACUUM, copies in backups with the backups.
    """
    fact = Fact.objects.filter(id=fact_id).first()
    if fact is None or not actor.may(ERASE, fact.community_id):
        raise NotFoundError
    if fact.name.startswith("journal."):
        raise LinliError(NOT_ERASABLE, name=fact.name)
    if not Seal.objects.filter(fact_id=fact_id).exists():
        raise LinliError(NOT_SEALED_YET, fact_id=fact_id)
    if fact.is_erased:
        return False
    append(FactErased(fact.community_id, fact.subject_id, fact.id, reason), actor=actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal_erase(%s, %s)", [fact_id, reason])
        return bool(cursor.fetchone()[0])


def retry_parked(subscriber: str, fact_id: UUID, *, actor: Actor) -> None:
    """Let a parked fact be tried again from the first try on. Trying again what is not parked is no error."""
    row = Parked.objects.filter(subscriber=subscriber, fact_id=fact_id).select_for_update().first()
    if row is None or not actor.may(RETRY, row.community_id):
        raise NotFoundError
    if row.state != Parked.State.PARKED:
        return
    row.state, row.tries, row.next_try_at, row.parked_at = Parked.State.RETRYING, 0, now(), None
    row.save()
    append(ParkedRetried(row.community_id, row.subject_id, fact_id, subscriber), actor=actor)


def acknowledge_loss(chain: UUID, *, actor: Actor, at: dt.datetime, home: Home | None = None) -> HistoryLost:
    """An operator takes note that the database lost the end of ``chain`` (an older backup was restored), so that sealing may go on.

    The file that knew more is set aside beside the others, as evidence; the loss becomes a fact of the chain. Runs where the head files are.
    """
    files = HeadFiles.of(home or current_home(), connection.settings_dict["NAME"])
    known = files.last(chain)
    stored = Head.objects.filter(chain=chain).order_by("-position").first()
    if known is None or (stored is not None and Head.objects.filter(chain=chain, hash=known.chain).exists()):
        raise LinliError(NOTHING_LOST, chain=chain)
    event = HistoryLost(
        community_id=None if chain == INSTALLATION else chain,
        subject_id=chain,
        kept_position=stored.position if stored else 0,
        lost_position=known.size,
        lost_hash=known.chain.hex(),
    )
    append(event, actor=actor)
    transaction.on_commit(lambda: files.set_aside(chain, at.strftime("%Y%m%dT%H%M%SZ")))
    return event
