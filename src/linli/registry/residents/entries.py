"""One line of a list of residents: who, where, in which household, holding what. Checked across its columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from linli.kernel import identity
from linli.kernel.errors import FaultList, LinliError

from ..rules.people import check_birth, check_name
from ..rules.tenure import OWNING
from ..tablefiles import Row
from .homes import AskedHome, read_home


@dataclass(frozen=True, slots=True)
class Entry:
    """``identity`` is kind and number as kept; ``home`` None where the line names none; ``role`` and ``tenure`` empty where not said."""

    line: int
    name: str
    ref: UUID | None = None
    sex: str = ""
    born_on: dt.date | None = None
    phone: str = ""
    identity: tuple[str, str] | None = None
    home: AskedHome | None = None
    resides: bool = True
    household: str = ""
    role: str = ""
    tenure: str = ""
    share: Fraction | None = None


def read_entries(
    rows: Collection[Row], faults: FaultList, *, places: Mapping[str, str], today: dt.date, provinces: Collection[str]
) -> list[Entry]:
    """``places`` names the column of each id, for faults. Rows with a fault are told and left out."""
    entries = []
    for row in rows:
        n_told = len(faults.faults) + faults.n_dropped
        told = _Teller(faults, row.line, places)
        entry = _entry(row, told, today=today, provinces=provinces)
        if len(faults.faults) + faults.n_dropped == n_told:
            entries.append(entry)
    return entries


@dataclass(frozen=True, slots=True)
class _Teller:
    faults: FaultList
    line: int
    places: Mapping[str, str]

    def __call__(self, id: str, zh: str, en: str) -> None:
        self.faults.add(zh, en, line=self.line, column=self.places.get(id, ""))

    def error(self, id: str, error: LinliError) -> None:
        self(id, error.text.zh, error.text.en)


def _entry(row: Row, told: _Teller, *, today: dt.date, provinces: Collection[str]) -> Entry:
    document = _document(row, told, provinces)
    born_on, sex = row.get("born_on"), row.get("sex") or ""
    if document and document[0] == "resident":
        said = identity.read_citizen_number(document[1])
        if born_on not in (None, said.born_on):
            told(
                "born_on",
                "和身份证号里的出生日期不一样，请核对哪个写错了",
                "not the birth date in the citizen number; check which is wrong",
            )
        if sex not in ("", said.sex):
            told(
                "sex",
                "和身份证号里的性别不一样，请核对哪个写错了",
                "not the sex in the citizen number; check which is wrong",
            )
        born_on, sex = said.born_on, said.sex
    try:
        check_birth(born_on, today=today)
    except LinliError:
        told(
            "born_on",
            "出生日期在今天之后，或早于 130 年前",
            "the birth date lies after today or more than 130 years ago",
        )
    name = row.get("name")
    try:
        name = check_name(name)
    except LinliError as error:
        told.error("name", error)
    entry = Entry(
        line=row.line, name=name, ref=row.get("person_ref"), sex=sex, born_on=born_on, phone=row.get("phone") or "",
        identity=document, home=_home(row, told), resides=row.values.get("resides", True),
        household=(row.get("household") or "")[:40], role=row.get("role") or "", tenure=row.get("tenure") or "", share=row.get("share"),
    )  # fmt: skip
    _check_whole(entry, told)
    return entry


def _document(row: Row, told: _Teller, provinces: Collection[str]) -> tuple[str, str] | None:
    number, kind = row.get("identity_number"), row.get("identity_kind")
    if not number:
        if kind:
            told("identity_number", "选了证件种类，就要填号码", "a kind of document needs its number")
        return None
    kind = kind or "resident"
    try:
        if kind == "resident":
            return kind, identity.read_citizen_number(number, provinces=provinces).number
        return kind, identity.normal_number(kind, number)
    except LinliError as error:
        told.error("identity_number", error)
        return None


def _home(row: Row, told: _Teller) -> AskedHome | None:
    column = "home" if row.get("home") else "building"
    try:
        return read_home(
            row.get("home") or "", compound=row.get("compound") or "", building=row.get("building") or "",
            entrance=row.get("entrance") or "", unit=row.get("unit") or "",
        )  # fmt: skip
    except ValueError:
        told(
            column,
            "看不出楼、单元、室；写作 3-2-501，没有单元写 3-501",
            "building, entrance and room cannot be told; write 3-2-501, or 3-501",
        )
        return None


def _check_whole(entry: Entry, told: _Teller) -> None:
    if entry.home is None and (entry.tenure or entry.role or entry.household):
        told("home", "写了户主关系、户号或产权，就要写房号", "a relation, household number or tenure needs a home")
    if entry.share is not None and entry.tenure not in OWNING:
        told("share", "只有业主和共有人有份额", "only owners and co-owners hold a share")
    if not entry.resides and (entry.role or entry.household):
        told(
            "resides",
            "不住在这里的人，不写户主关系和户号",
            "who does not live here has no relation and household number here",
        )
