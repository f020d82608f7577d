"""What happened to people's rights in their data, as facts: ids, codes and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class DataRequested:
    """A person asked for something about their data: ``kind`` correct, copy, erase or close."""

    name: ClassVar[str] = "privacy.data_requested"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("有人就自己的资料提出要求", "A person asked for something about their data")
    community_id: UUID | None
    subject_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class DataRequestAnswered:
    """``state`` done, refused or withdrawn."""

    name: ClassVar[str] = "privacy.data_request_answered"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("答复了资料方面的要求", "A request about data was answered")
    community_id: UUID | None
    subject_id: UUID
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class PersonErased:
    """What is held of a person was erased; ``because`` asked, expired or restored."""

    name: ClassVar[str] = "privacy.person_erased"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("删除了一个人的资料", "The data of a person were erased")
    community_id: UUID | None
    subject_id: UUID
    because: str
    n_rows: int
    n_kept: int


@dataclass(frozen=True, slots=True)
class ImpactAssessed:
    """The ``number``-th assessment of a purpose was signed."""

    name: ClassVar[str] = "privacy.impact_assessed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("签署了影响评估", "An impact assessment was signed")
    community_id: UUID | None
    subject_id: UUID
    purpose: str
    number: int
    risk: str
    decision: str


@dataclass(frozen=True, slots=True)
class ConsentDecided:
    """A person, or the guardian of a child, gave or withdrew consent to one kind of use."""

    name: ClassVar[str] = "privacy.consent_decided"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("同意或撤回了同意", "Consent was given or withdrawn")
    community_id: UUID | None
    subject_id: UUID
    kind: str
    is_given: bool
    how: str
    policy_version: int
