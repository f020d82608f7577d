"""What happened to cases, as facts: ids, codes and numbers. ``said_id`` names the words, which stay in the room and can be erased."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class CaseReceived:
    """A case began. ``level`` of certainty: ``is_certain`` False where the type was guessed and a person has to look. The dues are of round 1."""

    name: ClassVar[str] = "cases.case_received"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("收到一件事", "A matter was received")
    community_id: UUID | None
    subject_id: UUID
    said_id: UUID
    type_id: str
    type_version: int
    type_sha256: str
    flow_id: str
    flow_version: int
    place_id: UUID
    way: str
    is_sealed: bool
    is_certain: bool
    is_urgent: bool
    respond_due_at: dt.datetime
    answer_due_at: dt.datetime | None
    handle_due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CaseDispatched:
    """It lies with a desk: by the ``duty`` list, ``assigned`` or passed on by somebody, ``returned`` as not theirs, ``escalated``."""

    name: ClassVar[str] = "cases.case_dispatched"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("派到了负责的人那里", "It was sent to those who answer for it")
    community_id: UUID | None
    subject_id: UUID
    desk: str
    level: int
    organisation_id: UUID | None
    handler_id: UUID | None
    how: str
    said_id: UUID | None


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """One move of its flow. ``phase_before`` and ``phase`` say what it meant; ``round`` after it."""

    name: ClassVar[str] = "cases.case_moved"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("往前办了一步", "It went one step on")
    community_id: UUID | None
    subject_id: UUID
    move: str
    state: str
    phase_before: str
    phase: str
    outcome: str
    round: int
    satisfaction: int | None
    said_id: UUID | None
    respond_due_at: dt.datetime | None
    handle_due_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CaseReplied:
    """Words to the reporter (``reply``), of the reporter (``answer``) or among those at work (``note``)."""

    name: ClassVar[str] = "cases.case_replied"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("说了一句话", "Something was said")
    community_id: UUID | None
    subject_id: UUID
    said_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class CaseRetyped:
    """A person decided what kind of case it is."""

    name: ClassVar[str] = "cases.case_retyped"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("改了类型", "Its kind was corrected")
    community_id: UUID | None
    subject_id: UUID
    type_before: str
    type_id: str
    type_version: int
    type_sha256: str
    flow_id: str
    flow_version: int
    respond_due_at: dt.datetime
    answer_due_at: dt.datetime | None
    handle_due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CasePaused:
    name: ClassVar[str] = "cases.case_paused"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("时限暂停", "Its clocks were stopped")
    community_id: UUID | None
    subject_id: UUID
    because: str
    said_id: UUID | None
    round: int


@dataclass(frozen=True, slots=True)
class CaseResumed:
    """``stood_s`` seconds it stood still."""

    name: ClassVar[str] = "cases.case_resumed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("时限继续", "Its clocks run again")
    community_id: UUID | None
    subject_id: UUID
    stood_s: int
    by_cap: bool
    handle_due_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CaseExtended:
    name: ClassVar[str] = "cases.case_extended"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("延长了时限", "It was given more time")
    community_id: UUID | None
    subject_id: UUID
    hours: int
    number: int
    handle_due_at: dt.datetime
    said_id: UUID


@dataclass(frozen=True, slots=True)
class CaseSupported:
    """Somebody else has the same trouble. Who, stands in the room."""

    name: ClassVar[str] = "cases.case_supported"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("又有人说“我家也是”", "Somebody else has the same trouble")
    community_id: UUID | None
    subject_id: UUID
    n_supporters: int


@dataclass(frozen=True, slots=True)
class CaseUrged:
    name: ClassVar[str] = "cases.case_urged"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("报事人催了一次", "The reporter asked how it stands")
    community_id: UUID | None
    subject_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class PartyAsked:
    name: ClassVar[str] = "cases.party_asked"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("请另一方一起办", "Another desk was asked to join")
    community_id: UUID | None
    subject_id: UUID
    desk: str
    organisation_id: UUID | None


@dataclass(frozen=True, slots=True)
class PartyCame:
    name: ClassVar[str] = "cases.party_came"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("协办的一方到了", "The desk asked has joined")
    community_id: UUID | None
    subject_id: UUID
    desk: str
    after_s: int


@dataclass(frozen=True, slots=True)
class CasePublished:
    """Worded for everybody, or taken from public view."""

    name: ClassVar[str] = "cases.case_published"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("改了是否公开", "What everybody sees of it changed")
    community_id: UUID | None
    subject_id: UUID
    is_public: bool


@dataclass(frozen=True, slots=True)
class ClockWarned:
    """A clock has run so far that its warning share is reached, or over (``is_over``). ``due_at`` is when it was over."""

    name: ClassVar[str] = "cases.clock_warned"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("时限临近或已过", "A time limit is near or over")
    community_id: UUID | None
    subject_id: UUID
    clock: str
    is_over: bool
    due_at: dt.datetime
    round: int


@dataclass(frozen=True, slots=True)
class CaseCalledBack:
    """Somebody asked the reporter by telephone whether it is solved: ``is_solved`` None where nobody answered."""

    name: ClassVar[str] = "cases.case_called_back"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("电话回访过", "The reporter was called back")
    community_id: UUID | None
    subject_id: UUID
    is_solved: bool | None
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class WordsErased:
    """The words of who reported it were emptied, at their wish."""

    name: ClassVar[str] = "cases.words_erased"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("抹去了来件的文字", "Words of the report were erased")
    community_id: UUID | None
    subject_id: UUID
    n_rows: int


@dataclass(frozen=True, slots=True)
class CaseMerged:
    """It is a duplicate of ``lead_id`` and goes where that one goes. Its own limits stay; ``phase`` is where it stands from now."""

    name: ClassVar[str] = "cases.case_merged"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("和另一件并在一起办", "It is handled together with another")
    community_id: UUID | None
    subject_id: UUID
    lead_id: UUID
    lead_number: str
    state: str
    phase_before: str
    phase: str
    said_id: UUID | None


@dataclass(frozen=True, slots=True)
class CaseParted:
    """It is on its own again: by its ``reporter``, by a ``worker``, or because its ``lead`` goes no further. ``phase_before``: where it stood."""

    name: ClassVar[str] = "cases.case_parted"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("分出来单独办", "It is handled on its own again")
    community_id: UUID | None
    subject_id: UUID
    lead_id: UUID
    because: str
    phase_before: str
    said_id: UUID | None
