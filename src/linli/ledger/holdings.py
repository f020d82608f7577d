"""What the ledger holds of a person: their accounts and entries. Entries stay, since the others' must add up; who they were goes with the register."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.privacy.holdings import Erased, Holding, Kept, Section, holding

from .models import Account, Entry
from .queries import policy_of

KEPT = Kept(
    Text("积分和时间的分录", "Entries of points and hours"),
    Text(
        "每一笔的另一头是别人的账，删了就对不上；姓名删掉以后，只剩一个查不到人的编号。",
        "The other side of each is somebody else's account and would no longer add up; once the name is gone, only a number stays that leads to nobody.",
    ),
)


def tell(person_id: UUID) -> Sequence[Section]:
    rows = Entry.objects.filter(account__person_id=person_id).select_related("transfer", "account__book").order_by("pk")
    cells = [
        [
            (Text("账本", "Book"), policy_of(row.account.book).title),
            (Text("日期", "Day"), row.transfer.at),
            (Text("事由", "Reason"), policy_of(row.account.book).title_of(row.transfer.reason)),
            (Text("数额", "Amount"), policy_of(row.account.book).shown(row.amount)),
        ]
        for row in rows
    ]
    return [Section("ledger", Text("我的积分和时间", "My points and hours"), cells)] if cells else []


def foretell(person_id: UUID) -> Sequence[Kept]:
    return [KEPT] if Account.objects.filter(person_id=person_id).exists() else []


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    return Erased({}, list(foretell(person_id)))


holding(
    Holding(
        "ledger", tell, foretell, erase, order=80, tells=("ledger_account", "ledger_entry", "ledger_transfer"),
    )
)  # fmt: skip
