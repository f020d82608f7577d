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


@dataclass(frozen=True, slots=True)
class ScenarioMade:
    """A scenario was begun from the run ``run_id``; its words stay in the room."""

    name: ClassVar[str] = "lifecircle.scenario_made"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("拟了一个方案", "A scenario was begun")
    community_id: UUID | None
    subject_id: UUID
    run_id: UUID


@dataclass(frozen=True, slots=True)
class ScenarioMeasured:
    """``changes_sha256`` says with which changes; persons are those of everybody newly within, or no longer within, some limit."""

    name: ClassVar[str] = "lifecircle.scenario_measured"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("量了一个方案", "A scenario was measured")
    community_id: UUID | None
    subject_id: UUID
    result_id: UUID
    changes_sha256: str
    n_changes: int


@dataclass(frozen=True, slots=True)
class ScenarioChosen:
    """The community takes this way. Each of its changes is a :class:`ChangeChosen` caused by this fact."""

    name: ClassVar[str] = "lifecircle.scenario_chosen"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("选定了一个方案", "A scenario was chosen")
    community_id: UUID | None
    subject_id: UUID
    run_id: UUID
    result_id: UUID
    n_changes: int
    cost_fen: int | None


@dataclass(frozen=True, slots=True)
class ChangeChosen:
    """One thing to be done: what (``kind``), where, and for a new facility which, how large, in which building and idle room, how it is come by and
    at what cost where known. ``subject_id`` is the scenario."""

    name: ClassVar[str] = "lifecircle.change_chosen"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("定下要做的一件事", "Something to be done was settled")
    community_id: UUID | None
    subject_id: UUID
    number: int
    kind: str
    category: str
    lon: float | None
    lat: float | None
    to_lon: float | None
    to_lat: float | None
    facility_id: UUID | None
    place_id: UUID | None
    space_id: UUID | None
    capacity: int | None
    filling: str
    cost_fen: int | None


@dataclass(frozen=True, slots=True)
class ScenarioDropped:
    name: ClassVar[str] = "lifecircle.scenario_dropped"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("放弃了一个方案", "A scenario was dropped")
    community_id: UUID | None
    subject_id: UUID
