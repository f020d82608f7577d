"""What happens in threads, as facts: ids and codes, never words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class CommentWritten:
    """``answer_to``: the question, for an answer."""

    name: ClassVar[str] = "platform.comment_written"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("有人提问或答复", "A question or answer was written")
    community_id: UUID | None
    subject_id: UUID
    kind: str
    holder_id: UUID
    answer_to: UUID | None


@dataclass(frozen=True, slots=True)
class RemarkWritten:
    """A remark of staff on a thing, for staff; to how many colleagues it was pointed out."""

    name: ClassVar[str] = "platform.remark_written"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("写了一条内部备注", "A remark for staff was written")
    community_id: UUID | None
    subject_id: UUID
    kind: str
    holder_id: UUID
    n_mentioned: int


@dataclass(frozen=True, slots=True)
class CommentReported:
    name: ClassVar[str] = "platform.comment_reported"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("有人说一条留言不妥", "A comment was reported")
    community_id: UUID | None
    subject_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class CommentHidden:
    """``reason`` empty: it is shown again."""

    name: ClassVar[str] = "platform.comment_hidden"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("隐藏或恢复了一条留言", "A comment was hidden or shown again")
    community_id: UUID | None
    subject_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class CommentTakenBack:
    name: ClassVar[str] = "platform.comment_taken_back"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("本人收回了留言", "A comment was taken back by its writer")
    community_id: UUID | None
    subject_id: UUID
