"""What the rights tell the backup: who and what was erased stays erased after an older backup is restored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from linli.kernel.clock import now
from linli.platform.actors import Actor
from linli.platform.backup.hooks import Connection, Erasures, Record, erasures
from linli.platform.models import Account
from linli.platform.models import Note as Words

from .carrying import erase_person
from .models import Request
from .requests import answer, shut_account

AGAIN = "again"


def _erased(connection: Connection) -> Iterator[Record]:
    rows = connection.execute(
        "SELECT DISTINCT person_id, community_id FROM privacy_request WHERE kind = 'erase' AND state = 'done' ORDER BY 1"
    )
    for person_id, community_id in rows:
        yield {"person_id": str(person_id), "community_id": str(community_id)}


def _erase_again(records: Sequence[Record], actor: Actor) -> int:
    """Those whose request the restored database does not know as done: erased again, and the request written anew."""
    done = set(Request.objects.filter(kind="erase", state="done").values_list("person_id", flat=True))
    n_again = 0
    for record in records:
        person_id, community_id = UUID(str(record["person_id"])), UUID(str(record["community_id"]))
        if person_id in done:
            continue
        asked = Request.objects.create(
            community_id=community_id,
            person_id=person_id,
            account_id=UUID(int=0),
            kind="erase",
            field=AGAIN,
            due_at=now(),
        )
        erase_person(person_id, because="restored", community_id=community_id, actor=actor)
        answer(asked, Request.State.DONE, actor=actor)
        n_again += 1
    return n_again


def _closed(connection: Connection) -> Iterator[Record]:
    for (account_id,) in connection.execute(
        "SELECT DISTINCT account_id FROM privacy_request WHERE kind = 'close' AND state = 'done' ORDER BY 1"
    ):
        yield {"account_id": str(account_id)}


def _close_again(records: Sequence[Record], actor: Actor) -> int:
    ids = [UUID(str(record["account_id"])) for record in records]
    open_again = list(Account.objects.filter(pk__in=ids, ended_at=None).values_list("pk", flat=True))
    for account_id in open_again:
        shut_account(account_id, actor=actor)
    return len(open_again)


def _emptied(connection: Connection) -> Iterator[Record]:
    """Words erased one by one, as a moderator does; those of an erased person go with the person."""
    for (note_id,) in connection.execute("SELECT id FROM platform_note WHERE erased_at IS NOT NULL ORDER BY 1"):
        yield {"note_id": str(note_id)}


def _empty_again(records: Sequence[Record], actor: Actor) -> int:
    rows = Words.objects.filter(pk__in=[UUID(str(record["note_id"])) for record in records], erased_at=None)
    return rows.update(text=None, erased_at=now())


erasures(Erasures("privacy.persons", _erased, _erase_again))
erasures(Erasures("privacy.accounts", _closed, _close_again))
erasures(Erasures("platform.notes", _emptied, _empty_again))
