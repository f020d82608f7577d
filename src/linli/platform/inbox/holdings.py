"""What the ground holds of a person beside their account: where their digest goes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.inbox.entries import address_of
from linli.platform.inbox.tables import InboxWish
from linli.platform.models import Account
from linli.platform.privacy.holdings import Erased, Holding, Kept, Section, holding

MAILBOX = Text("收摘要的邮箱", "Mailbox of the digest")


def tell(person_id: UUID) -> Sequence[Section]:
    rows = [[(MAILBOX, address)] for address in filter(None, map(address_of, _wishes(person_id)))]
    return [Section("inbox", Text("消息", "Inbox"), rows)] if rows else []


def foretell(person_id: UUID) -> Sequence[Kept]:
    return []


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """No digest goes anywhere any more."""
    pks = [wish.pk for wish in _wishes(person_id)]
    return Erased({"mailboxes": InboxWish.objects.filter(pk__in=pks).exclude(address=b"").update(address=b"")})


def _wishes(person_id: UUID) -> list[InboxWish]:
    accounts = Account.objects.filter(person_id=person_id).values("pk")
    return list(InboxWish.objects.filter(account_id__in=accounts))


holding(Holding("inbox", tell, foretell, erase, order=70))
