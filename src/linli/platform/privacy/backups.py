"""What the rights tell the backup: who was erased stays erased after an older backup is restored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from linli.kernel.clock import now
from linli.platform.actors import Actor
from linli.platform.backup.hooks import Connection, Erasures, Record, erasures

from .carrying import erase_person
from .models import Request
from .requests import answer

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


erasures(Erasures("privacy.persons", _erased, _erase_again))
