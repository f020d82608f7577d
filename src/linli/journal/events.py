"""What the journal says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class FactErased:
    """The payload of a fact was erased; its commitment stays, so its chain still verifies. ``reason`` is a code."""

    name: ClassVar[str] = "journal.fact_erased"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("抹去了一条记录的内容", "The content of a fact was erased")
    community_id: UUID | None
    subject_id: UUID
    fact_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class FactParked:
    """A subscriber could not take a fact after several tries; later facts of the same subject wait behind it."""

    name: ClassVar[str] = "journal.fact_parked"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一条记录没有办成，已搁置", "A fact could not be acted on and was parked")
    community_id: UUID | None
    subject_id: UUID
    fact_id: UUID
    subscriber: str
    error_code: str
    tries: int


@dataclass(frozen=True, slots=True)
class ParkedRetried:
    """Somebody asked for a parked fact to be tried again."""

    name: ClassVar[str] = "journal.parked_retried"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("把搁置的记录重新办理", "A parked fact was sent to be tried again")
    community_id: UUID | None
    subject_id: UUID
    fact_id: UUID
    subscriber: str


@dataclass(frozen=True, slots=True)
class HistoryLost:
    """The end of a chain was lost (an older backup was restored) and an operator took note: positions after ``kept_position``
    up to ``lost_position`` are gone; the last head that stood there had the hash ``lost_hash``."""

    name: ClassVar[str] = "journal.history_lost"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("确认丢失了一段历史", "A lost stretch of history was acknowledged")
    community_id: UUID | None
    subject_id: UUID
    kept_position: int
    lost_position: int
    lost_hash: str
