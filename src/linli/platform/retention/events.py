"""That what was past its term has gone. A fact of the installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class TermsCarriedOut:
    """``rules`` are those under which something went, ``n_gone`` how much under each, in the same order; ``failed`` those that could not."""

    name: ClassVar[str] = "platform.terms_carried_out"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("到期的资料清除了", "What was past its term was cleared away")
    community_id: UUID | None
    subject_id: UUID
    policy_version: int
    rules: tuple[str, ...]
    n_gone: tuple[int, ...]
    failed: tuple[str, ...]
