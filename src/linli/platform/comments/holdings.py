"""What threads hold of a person beside words (which are notes): that they asked, what they reported, that staff wrote of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.models import Account
from linli.platform.privacy.holdings import Erased, Holding, Kept, Section, holding

from .kinds import title_of
from .remarks import forget_about
from .tables import Comment, CommentReport

TABLES = ("platform_comment", "platform_commentreport")


def tell(person_id: UUID) -> Sequence[Section]:
    asked = [
        [(Text("在哪里", "Where"), title_of(row.kind)), (Text("何时", "When"), row.at.isoformat())]
        for row in Comment.objects.filter(person_id=person_id).order_by("at")
    ]
    reported = [
        [(Text("何时", "When"), row.at.isoformat()), (Text("原因", "Reason"), row.reason)]
        for row in CommentReport.objects.filter(account_id__in=_accounts(person_id)).order_by("at")
    ]
    sections = [
        Section("comments", Text("我提过的问题", "Questions I asked"), asked),
        Section("comment_reports", Text("我说不妥的留言", "Comments I reported"), reported),
    ]
    return [section for section in sections if section.rows]


def foretell(person_id: UUID) -> Sequence[Kept]:
    return []


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """A question without words and without a writer stays, so that its answer stands."""
    nobody = UUID(int=0)
    n = Comment.objects.filter(person_id=person_id).update(person_id=None, account_id=nobody, taken_back_at=now())
    n_remarks = forget_about(person_id)
    n_reports, _ = CommentReport.objects.filter(account_id__in=_accounts(person_id)).delete()
    return Erased({"questions": n, "reports": n_reports, "remarks": n_remarks})


def _accounts(person_id: UUID) -> list[UUID]:
    return list(Account.objects.filter(person_id=person_id).values_list("pk", flat=True))


holding(Holding("comments", tell, foretell, erase, order=75, tells=TABLES, erases=TABLES))
