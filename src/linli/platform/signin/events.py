"""What happens at the door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class SignedIn:
    name: ClassVar[str] = "platform.signed_in"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("登录了", "Signed in")
    community_id: UUID | None
    subject_id: UUID
