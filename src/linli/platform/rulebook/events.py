"""What happens to policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class PolicyAdopted:
    name: ClassVar[str] = "platform.policy_adopted"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("一项政策生效", "A policy was adopted")
    community_id: UUID | None
    subject_id: UUID
    kind: str
    policy_id: str
    policy_version: int
    sha256: str
