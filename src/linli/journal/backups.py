"""What the journal tells the backup: heads end where the snapshot ends, erased facts stay erased, a restored journal is sealed at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from linli.platform.actors import Actor
from linli.platform.backup.hooks import Connection, EndedFile, Erasures, Record, ended_files, erasures, preparation
from linli.platform.home import Home

from .commands import erase_fact
from .connecting import connect
from .headfiles import HeadFiles
from .models import Fact, Seal
from .sealer import Sealer

RESTORED = "erased_before_restore"


@ended_files("journal.heads", folders=("heads",))
def heads(connection: Connection, home: Home) -> Iterator[EndedFile]:
    """Of each head file, the lines whose heads the snapshot holds: a file must never know more than its database."""
    files = HeadFiles.of(home, connection.info.dbname)
    for chain in files.chains():
        row = connection.execute("SELECT max(position) FROM journal_head WHERE chain = %s", [chain]).fetchone()
        position = row[0] if row and row[0] else 0
        yield EndedFile(files.path(chain), f"heads/{chain}.jsonl", files.size_up_to(chain, position))
    for kept in sorted(files.folder.glob("*.lost-*.jsonl")):
        yield EndedFile(kept, f"heads/{kept.name}", kept.stat().st_size)


def _erased(connection: Connection) -> Iterator[Record]:
    rows = connection.execute(
        "SELECT DISTINCT payload ->> 'fact_id' FROM journal_fact WHERE name = 'journal.fact_erased' ORDER BY 1"
    )
    for (fact_id,) in rows:
        yield {"fact_id": fact_id}


def _erase_again(records: Sequence[Record], actor: Actor) -> int:
    ids = [UUID(str(record["fact_id"])) for record in records]
    back = Fact.objects.filter(id__in=ids).exclude(payload=None).values_list("id", flat=True)
    return sum(
        erase_fact(fact_id, reason=RESTORED, actor=actor)
        for fact_id in list(back)
        if Seal.objects.filter(fact_id=fact_id).exists()
    )


def _seal(home: Home) -> None:
    """Seal what is not sealed yet, as the worker will go on doing."""
    with connect("sealer", purpose="sealer") as connection:
        files = HeadFiles.of(home, connection.info.dbname)
        if (
            files.folder != home.heads and not files.folder.exists()
        ):  # the database has another name here than where it came from
            home.heads.rename(home.path / "heads.restored")
            home.heads.mkdir(mode=0o700)
            (home.path / "heads.restored").rename(files.folder)
        sealer = Sealer(connection, home=home)
        if sealer.is_alone():
            sealer.reconcile()
            sealer.seal()


erasures(Erasures("journal.facts", _erased, _erase_again))
preparation("journal.seal", _seal)
