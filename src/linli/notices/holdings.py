"""What announcements hold of a person: those addressed to their household, and to them as an owner living elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor, System
from linli.platform.models import Account
from linli.platform.privacy.holdings import Erased, Holding, Kept, Section, holding
from linli.registry import queries as registry

from .models import Addressee, Announcement, Edition

WHAT = Text("发给您家的通知看过没有", "Whether announcements to your household were read")
OF_THE_HOUSEHOLD = Kept(
    WHAT,
    Text(
        "记的是一户看过没有，不是哪一个人；户数要对得上。",
        "It says that a household has read, not who of it; the counts must hold.",
    ),
)


def tell(person_id: UUID) -> Sequence[Section]:
    homes = registry.households_of(System("privacy"), person_id)
    rows = Addressee.objects.filter(household_id__in=homes) | Addressee.objects.filter(person_id=person_id)
    cells = [
        [
            (Text("通知", "Announcement"), row.announcement.title),
            (Text("看过", "Read"), row.read_at or Text("没有", "no")),
        ]
        for row in rows.select_related("announcement").order_by("added_at")
    ]
    accounts = Account.objects.filter(person_id=person_id).values("pk")
    written = [
        [(Text("通知", "Announcement"), row.announcement.title), (Text("写于", "Written"), row.at)]
        for row in Edition.objects.filter(written_by__in=accounts).select_related("announcement").order_by("at")
    ]
    drafts = [
        [(Text("草稿", "Draft"), row.title), (Text("写于", "Written"), row.written_at)]
        for row in Announcement.objects.filter(written_by__in=accounts, state="draft").order_by("written_at")
    ]
    sections = [
        Section("notices", Text("发给我家的通知", "Announcements to my household"), cells),
        Section("notices_written", Text("我写的通知", "Announcements I wrote"), [*written, *drafts]),
    ]
    return [section for section in sections if section.rows]


def foretell(person_id: UUID) -> Sequence[Kept]:
    homes = registry.households_of(System("privacy"), person_id)
    return [OF_THE_HOUSEHOLD] if Addressee.objects.filter(household_id__in=homes).exists() else []


def erase(person_id: UUID, because: str, actor: Actor) -> Erased:
    """Rows of an owner living elsewhere go; those of a household stay the household's."""
    n, _ = Addressee.objects.filter(person_id=person_id).delete()
    return Erased({"addressees": n}, list(foretell(person_id)))


holding(
    Holding(
        "notices", tell, foretell, erase, order=60,
        tells=("notices_addressee", "notices_announcement", "notices_edition"), erases=("notices_addressee",),
    )
)  # fmt: skip
