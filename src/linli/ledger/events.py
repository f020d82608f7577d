"""What happened in the books, as facts: ids, codes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class BookOpened:
    name: ClassVar[str] = "ledger.book_opened"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("开了一本账", "A book was opened")
    community_id: UUID | None
    subject_id: UUID
    policy_id: str
    policy_version: int
    policy_sha256: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """``subject_id`` the transfer; ``kind`` direct, pending, post, void or reversal; ``accounts[i]`` changed by ``amounts[i]``."""

    name: ClassVar[str] = "ledger.transferred"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("账上动了一笔", "A transfer was made")
    community_id: UUID | None
    subject_id: UUID
    book_id: UUID
    kind: str
    reason: str
    of_id: UUID | None
    rests_on: UUID | None
    accounts: tuple[UUID, ...]
    amounts: tuple[int, ...]
