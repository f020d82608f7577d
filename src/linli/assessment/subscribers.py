"""What assessment takes from other rooms: a case that ends carries its measure with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli.cases.events import CaseMoved
from linli.journal import subscriber

from .commands.handing import follow_case
from .live import MACHINE

if TYPE_CHECKING:
    from linli.journal.models import Fact


@subscriber("assessment.tasks", events=(CaseMoved.name,), from_now=True)
def follow_tasks(fact: Fact) -> None:
    said = fact.payload or {}
    if said.get("phase") == "closed" and fact.subject_id is not None:
        follow_case(fact.subject_id, outcome=str(said.get("outcome", "")), actor=MACHINE, now=fact.occurred_at)
