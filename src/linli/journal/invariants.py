"""What must hold of the journal, for ``linli verify``."""

from __future__ import annotations

from collections.abc import Iterator

from linli.kernel.text import Text
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.verify import Finding, invariant

from .models import Fact, Parked
from .rules import free_text
from .verification import verify_journal


@invariant("journal.chains", Text("记录没有被改写", "The past was not rewritten"))
def chains() -> Iterator[Finding]:
    yield from verify_journal()


@invariant("journal.parked", Text("没有搁置的记录", "No fact is parked"))
def parked() -> Iterator[Finding]:
    with acting(System("verify")):
        for row in Parked.objects.filter(state=Parked.State.PARKED).order_by("chain", "position").iterator():
            data = {"fact_id": row.fact_id, "subscriber": row.subscriber, "error": row.error_code}
            text = Text("{subscriber} 搁置了记录 {fact_id}（{error}）", "{subscriber} parked fact {fact_id} ({error})")
            yield Finding("journal.is_parked", text.fill(**data), data)


@invariant(
    "journal.no_free_text", Text("记录里只有编号、代码、数字和日期", "Facts hold ids, codes, numbers and dates only")
)
def no_free_text() -> Iterator[Finding]:
    with acting(System("verify")):
        for fact_id, payload in Fact.objects.exclude(payload=None).values_list("id", "payload").iterator():
            for key in free_text(payload or {}):
                data = {"fact_id": fact_id, "field": key}
                text = Text("记录 {fact_id} 的 {field} 是自由文字", "field {field} of fact {fact_id} is free text")
                yield Finding("journal.free_text", text.fill(**data), data)
