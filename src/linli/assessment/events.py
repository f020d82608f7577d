"""What happened in assessment, as facts: ids, codes and numbers. Words of evidence stay in the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class ValuesObserved:
    """``how`` live, hand or import; ``sha256`` of an imported file, else "". The subject is the community or the import."""

    name: ClassVar[str] = "assessment.values_observed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("记下了指标的观测值", "Values of indicators were recorded")
    community_id: UUID | None
    subject_id: UUID
    period: str
    how: str
    measures: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class PeriodClosed:
    """``score_milli`` thousandths of a point, none where too little was known."""

    name: ClassVar[str] = "assessment.period_closed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("结了一期评估", "A period of assessment was closed")
    community_id: UUID | None
    subject_id: UUID
    system: str
    system_version: int
    sha256: str
    period: str
    weight_set: str
    score_milli: int | None
    known_milli: int


@dataclass(frozen=True, slots=True)
class WarningRaised:
    name: ClassVar[str] = "assessment.warning_raised"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("发出预警", "A warning was raised")
    community_id: UUID | None
    subject_id: UUID
    scheme: str
    about: str
    colour: str
    period: str


@dataclass(frozen=True, slots=True)
class WarningTurned:
    """Another colour, worse or better; "clear" when it is over."""

    name: ClassVar[str] = "assessment.warning_turned"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("预警变了颜色", "A warning changed its colour")
    community_id: UUID | None
    subject_id: UUID
    scheme: str
    about: str
    before: str
    colour: str
    period: str


@dataclass(frozen=True, slots=True)
class PlanOpened:
    name: ClassVar[str] = "assessment.plan_opened"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("开了一份整改方案，限时写出", "An improvement plan was opened, due by a time")
    community_id: UUID | None
    subject_id: UUID
    warning_id: UUID
    due_at: str


@dataclass(frozen=True, slots=True)
class PlanWritten:
    name: ClassVar[str] = "assessment.plan_written"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("写好了整改方案", "An improvement plan was written")
    community_id: UUID | None
    subject_id: UUID
    deeds: tuple[str, ...]
    in_time: bool


@dataclass(frozen=True, slots=True)
class PlanMeasureDone:
    name: ClassVar[str] = "assessment.plan_measure_done"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("做完了方案里的一条措施", "A measure of a plan was done")
    community_id: UUID | None
    subject_id: UUID
    deed: str


@dataclass(frozen=True, slots=True)
class MeasureHanded:
    """A measure became a case, at a desk and with clocks."""

    name: ClassVar[str] = "assessment.measure_handed"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("把一条措施交办成了事项", "A measure of a plan was handed over as a case")
    community_id: UUID | None
    subject_id: UUID
    deed: str
    case_id: UUID


@dataclass(frozen=True, slots=True)
class MeasureReturned:
    """Its case ended without having been solved (``outcome``); the measure waits again."""

    name: ClassVar[str] = "assessment.measure_returned"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("交办的措施没有办成，退回方案", "A measure handed over came back undone")
    community_id: UUID | None
    subject_id: UUID
    deed: str
    case_id: UUID
    outcome: str


@dataclass(frozen=True, slots=True)
class PlanChecked:
    """Measured again: ``outcome`` closed or again (another round). Values in thousandths of the measure's unit."""

    name: ClassVar[str] = "assessment.plan_checked"
    version: ClassVar[int] = 1
    said: ClassVar[Text] = Text("复测了整改的结果", "What a plan brought was measured again")
    community_id: UUID | None
    subject_id: UUID
    outcome: str
    before_milli: int
    after_milli: int
