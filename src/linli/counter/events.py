"""What happened at the counter, as facts: ids and codes. What was said and signed stays in the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class PersonServed:
    """Somebody was served and confirmed it: ``way`` ``code``, ``signature`` or ``witness`` (then ``witness`` is who). The fact is on behalf of the person."""

    name: ClassVar[str] = "counter.person_served"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("柜台代办了一件事", "Somebody was served at the counter")
    community_id: UUID | None
    subject_id: UUID
    person_id: UUID
    matter: str
    way: str
    witness: UUID | None


@dataclass(frozen=True, slots=True)
class ServiceCancelled:
    """What had been begun was not done."""

    name: ClassVar[str] = "counter.service_cancelled"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("柜台的一件事没有办", "Something begun at the counter was not done")
    community_id: UUID | None
    subject_id: UUID
    matter: str


@dataclass(frozen=True, slots=True)
class EntriesSynchronised:
    """Entries made without the network came in; ``n_doubtful`` of them wait for a decision."""

    name: ClassVar[str] = "counter.entries_synchronised"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("断网时记下的柜台事项传上来了", "Counter entries made offline came in")
    community_id: UUID | None
    subject_id: UUID
    n_entries: int
    n_doubtful: int
