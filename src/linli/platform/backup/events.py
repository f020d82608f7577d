"""What happens to backups. Facts of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Restored:
    """This database was restored from a backup begun at ``begun_at_ms`` (ms since 1970); what happened between then and now is not in it.
    ``n_erased_again`` erasures of that time were repeated."""

    name: ClassVar[str] = "platform.restored"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("从备份恢复了", "Restored from a backup")
    community_id: UUID | None
    subject_id: UUID
    begun_at_ms: int
    n_erased_again: int
