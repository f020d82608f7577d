"""What happened in the life circle, as facts: ids, codes, numbers and days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class CoverageMeasured:
    """A community was measured by a standard; ``subject_id`` is the run. Shares are of the reference group, None where nobody lives."""

    name: ClassVar[str] = "lifecircle.coverage_measured"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("测量了生活圈", "The life circle was measured")
    community_id: UUID | None
    subject_id: UUID
    standard_id: str
    standard_version: int
    standard_sha256: str
    edition_id: UUID
    as_of: dt.date
    basis: str
    n_buildings: int
    n_facilities: int
    index_share: float | None
