"""What cases hold of a person: what they reported, openly or sealed, what was said with it, and where they said "me too"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.attachments.keeping import detach_all
from linli.platform.privacy.holdings import Erased, Holding, Kept, Section, holding
from linli.platform.privacy.rotation import SealedColumn, sealed_column

from . import queries
from .commands.handling import erase_words
from .models import Case, Draft, Supporter

KEPT = Kept(
    Text("您报过的事办到哪一步、什么时候", "How matters you reported went, and when"),
    Text(
        "文字、照片和您是谁已抹去；剩下编号、类型、楼栋和时间，时限和满意率要对得上。",
        "Words, pictures and who you are are gone; number, kind, building and times stay, because rates must hold.",
    ),
)


def tell(person_id: UUID) -> Sequence[Section]:
    cells = []
    for case in Case.objects.filter(queries.reported_by(person_id)).order_by("received_at"):
        kind = queries.kind_of(case)
        row: list[tuple[Text, Any]] = [
            (Text("编号", "Number"), case.number),
            (Text("什么事", "What"), kind.title),
            (Text("收到", "Received"), case.received_at),
            (Text("到哪一步", "State"), kind.flow.states[case.state].title),
        ]
        words = " / ".join(one.body for one in case.words.filter(by="reporter").order_by("at") if one.body)
        cells.append([*row, (Text("您写的话", "Your words"), words or "—")])
    return [Section("cases", Text("我报过的事", "What I reported"), cells)] if cells else []


def foretell(person_id: UUID) -> Sequence[Kept]:
    return [KEPT] if Case.objects.filter(queries.reported_by(person_id)).exists() else []


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """Words, pictures, answers and the person go from their cases; the case itself stays, of nobody."""
    rows = list(Case.objects.select_for_update().filter(queries.reported_by(person_id)))
    n_words = 0
    for case in rows:
        n_words += erase_words(case, actor=actor, now=now())
        detach_all(queries.HOLDER, case.pk)
    gone = {"person": None, "account_id": None, "entered_by": None, "reporter": b"", "reporter_index": b""}
    Case.objects.filter(pk__in=[case.pk for case in rows]).update(**gone)
    n_supports, _ = Supporter.objects.filter(person_id=person_id).delete()
    accounts = {case.account_id for case in rows if case.account_id}
    n_drafts, _ = Draft.objects.filter(account_id__in=accounts).delete()
    n = {"cases": len(rows), "words": n_words, "me_too": n_supports, "drafts": n_drafts}
    return Erased({name: count for name, count in n.items() if count}, [KEPT] if rows else [])


holding(
    Holding(
        "cases", tell, foretell, erase, order=55,
        tells=("cases_case", "cases_said"), erases=("cases_case", "cases_said", "cases_draft", "cases_supporter"),
    )
)  # fmt: skip
sealed_column(SealedColumn(queries.REPORTER_KEY, "cases_case", "reporter", "cases_case", "reporter"))
