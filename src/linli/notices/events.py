"""What happened to announcements, as facts: ids, codes and numbers. The words stay in the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class AnnouncementDrafted:
    name: ClassVar[str] = "notices.announcement_drafted"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("起草了一条通知", "An announcement was drafted")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class AnnouncementDiscarded:
    name: ClassVar[str] = "notices.announcement_discarded"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("丢弃了一条通知的草稿", "The draft of an announcement was discarded")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class AnnouncementPublished:
    """``place_ids`` none: the whole community; ``groups`` none: everybody. ``n_owners`` live elsewhere."""

    name: ClassVar[str] = "notices.announcement_published"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("发布了一条通知", "An announcement was published")
    community_id: UUID | None
    subject_id: UUID
    place_ids: tuple[UUID, ...]
    groups: tuple[str, ...]
    is_public: bool
    is_important: bool
    n_households: int
    n_owners: int


@dataclass(frozen=True, slots=True)
class AnnouncementCorrected:
    name: ClassVar[str] = "notices.announcement_corrected"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("更正了一条通知", "An announcement was corrected")
    community_id: UUID | None
    subject_id: UUID
    edition_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class AnnouncementWithdrawn:
    name: ClassVar[str] = "notices.announcement_withdrawn"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("撤回了一条通知", "An announcement was withdrawn")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class AnnouncementRead:
    """A household, or an owner living elsewhere, has read it for the first time. Which one stands in the room, not in the fact."""

    name: ClassVar[str] = "notices.announcement_read"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一户看了通知", "A household read an announcement")
    community_id: UUID | None
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class HouseholdsTold:
    """Staff told households at the door, by telephone or on paper."""

    name: ClassVar[str] = "notices.households_told"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("上门或电话告知了住户", "Households were told in person")
    community_id: UUID | None
    subject_id: UUID
    n_households: int


@dataclass(frozen=True, slots=True)
class ReadersReminded:
    name: ClassVar[str] = "notices.readers_reminded"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("提醒了还没看通知的住户", "Those who had not read were reminded")
    community_id: UUID | None
    subject_id: UUID
    n_addressees: int
