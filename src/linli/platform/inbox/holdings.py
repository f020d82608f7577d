"""What the ground holds of a person beside their account: what came to them, and where their digest goes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.inbox.entries import address_of
from linli.platform.inbox.kinds import find_kind
from linli.platform.inbox.tables import InboxEntry, InboxWish
from linli.platform.models import Account
from linli.platform.privacy.holdings import Erased, Holding, Kept, Section, holding

TABLES = ("platform_inboxentry", "platform_inboxwish")
MAILBOX = Text("收摘要的邮箱", "Mailbox of the digest")


def tell(person_id: UUID) -> Sequence[Section]:
    boxes = [[(MAILBOX, address)] for address in filter(None, map(address_of, _wishes(person_id)))]
    entries = [
        [
            (Text("关于", "About"), kind.title if (kind := find_kind(row.kind)) else row.kind),
            (Text("何时", "When"), row.at.isoformat()),
            (Text("看过", "Read"), row.read_at.isoformat() if row.read_at else Text("没有", "no")),
        ]
        for row in InboxEntry.objects.filter(account_id__in=_accounts(person_id)).order_by("at")
    ]
    sections = [
        Section("mailbox", Text("怎样收消息", "How messages come"), boxes),
        Section("inbox", Text("收到的消息", "Messages received"), entries),
    ]
    return [section for section in sections if section.rows]


def foretell(person_id: UUID) -> Sequence[Kept]:
    return []


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """No digest goes anywhere any more, and nothing waits to be read."""
    accounts = _accounts(person_id)
    n_boxes, _ = InboxWish.objects.filter(account_id__in=accounts).delete()
    n_entries, _ = InboxEntry.objects.filter(account_id__in=accounts).delete()
    return Erased({"mailboxes": n_boxes, "entries": n_entries})


def _accounts(person_id: UUID) -> list[UUID]:
    return list(Account.objects.filter(person_id=person_id).values_list("pk", flat=True))


def _wishes(person_id: UUID) -> list[InboxWish]:
    return list(InboxWish.objects.filter(account_id__in=_accounts(person_id)))


holding(Holding("inbox", tell, foretell, erase, order=70, tells=TABLES, erases=TABLES))
