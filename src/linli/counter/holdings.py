"""What the counter holds of a person: services done for them, with the words said and the signature given."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.privacy.holdings import Cell, Erased, Holding, Kept, Section, holding
from linli.platform.privacy.rotation import SealedColumn, sealed_column
from linli.registry.catalogues import catalogue

from .commands import TABLE, opened
from .models import Service
from .retention import SEALED
from .rules import PURPOSE

THAT_IT_WAS_DONE = Kept(
    Text("柜台办过什么事、哪天、怎样确认的", "That a service was done at the counter, when, and how it was confirmed"),
    Text("社区办事的凭据，没有姓名和内容。", "Evidence of what was done, without name or words."),
)


def tell(person_id: UUID) -> Sequence[Section]:
    titles = catalogue("counter-matters")
    rows: list[list[Cell]] = [
        [
            (Text("编号", "Number"), row.number),
            (Text("什么事", "Matter"), titles.get(row.matter, Text(row.matter, row.matter))),
            (Text("何时", "When"), row.begun_at.isoformat()),
            (Text("状态", "State"), str(Service.State(row.state).label)),
            (Text("确认", "Confirmed by"), str(Service.Way(row.way).label)),
            (Text("说明", "Words"), opened(row, "note")),
            (Text("签了名", "Signed"), Text("是", "yes") if bytes(row.signature) else Text("没有", "no")),
        ]
        for row in Service.objects.filter(person_id=person_id).order_by("begun_at")
    ]
    return [Section("counter", Text("柜台替我办的事", "Done for me at the counter"), rows)] if rows else []


def foretell(person_id: UUID) -> Sequence[Kept]:
    return [THAT_IT_WAS_DONE] if Service.objects.filter(person_id=person_id).exists() else []


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """Words, change and signature go; what was still open is not done any more."""
    rows = Service.objects.filter(person_id=person_id)
    open_ = rows.filter(state__in=[Service.State.OPEN, Service.State.UNDECIDED])
    open_.update(state=Service.State.CANCELLED, ended_at=now())
    n = rows.update(**dict.fromkeys(SEALED, b""))
    return Erased({"services": n}, list(foretell(person_id)))


for column in SEALED:
    sealed_column(SealedColumn(PURPOSE, TABLE, column, TABLE, column))
holding(Holding("counter", tell, foretell, erase, order=50, tells=(TABLE,), erases=(TABLE,)))
