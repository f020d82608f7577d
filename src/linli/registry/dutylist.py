"""A list of organisations and their duties against the register: what is new, what differs, what cannot be told. Reads; writes nothing.

One row is an organisation and one of its duties. What a row leaves empty says nothing; what two rows of one organisation say differently
is a fault, as is everything that could mean two things.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from linli.kernel.errors import FaultList, LinliError

from .commands.things import duty_phone_of
from .dating import check_fits
from .models import Duty, DutyRecord, OrganisationRecord, Place, PlaceKind, PlaceRecord
from .residents.homes import building_key, normal
from .tablefiles import Row

SAYS = ("name_zh", "name_en", "kind", "phone")
WHOLE = frozenset({"", "全社区", "整个社区", "本社区", "社区", "WHOLECOMMUNITY", "THEWHOLECOMMUNITY"})
LISTED = 6
Known = Mapping[Any, Sequence[Any]]


@dataclass(slots=True)
class OrganisationItem:
    """One organisation of the list: ``line`` its first, ``content`` what its lines say, ``known`` its record, ``fields`` what differs."""

    line: int
    content: dict[str, Any]
    known: OrganisationRecord | None
    fields: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        return "new" if self.known is None else "changed" if self.fields else "unchanged"


@dataclass(frozen=True, slots=True)
class DutyItem:
    """One duty of the list. ``duty`` the identity, where it was ever registered; ``known`` its record in force on the day."""

    line: int
    organisation: OrganisationItem
    place_id: UUID
    place: str
    code: str
    said: Mapping[str, str]
    duty: Duty | None
    known: DutyRecord | None
    fields: tuple[str, ...]

    @property
    def action(self) -> str:
        return "new" if self.known is None else "changed" if self.fields else "unchanged"


@dataclass(slots=True)
class DutyPlan:
    organisations: list[OrganisationItem] = field(default_factory=list)
    duties: list[DutyItem] = field(default_factory=list)
    n_absent: int = 0
    """Duties in force that the list does not name: they stay as they are."""

    def counts(self) -> dict[str, int]:
        counts = {action: sum(one.action == action for one in self.organisations) for action in ("new", "changed", "unchanged")}  # fmt: skip
        duties = {f"duties_{action}": sum(one.action == action for one in self.duties) for action in ("new", "changed")}
        return counts | duties | {"absent": self.n_absent}

    @property
    def is_empty(self) -> bool:
        actions = {one.action for one in self.organisations} | {one.action for one in self.duties}
        return actions <= {"unchanged"}

    def digest(self) -> str:
        lines = [
            f"{one.line} {one.known.id if one.known else ''} {','.join(one.fields)} {one.content.get('place_id', '')}"
            for one in self.organisations
        ]
        lines += [
            f"{one.line} {one.place_id} {one.code} {one.known.id if one.known else ''} {','.join(one.fields)}"
            for one in self.duties
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def make_plan(
    rows: Sequence[Row], faults: FaultList, *, community: Place, on: dt.date, columns: Mapping[str, str]
) -> DutyPlan:
    """``columns``: column id → how its place in the file is told. Faults are added; the plan is worth something only without any."""
    reader = _Reader(faults, community, on, columns)
    for row in rows:
        reader.read(row)
    return reader.plan()


class _Reader:
    """Takes rows one after another and remembers what earlier ones said."""

    def __init__(self, faults: FaultList, community: Place, on: dt.date, columns: Mapping[str, str]) -> None:
        self.faults, self.community, self.on, self.columns = faults, community, on, columns
        self.places = PlaceNames(community.pk, on)
        records = list(_here(OrganisationRecord, community).overlapping(on, None))
        self.by_id = _first_of(records, "organisation_id")
        self.by_name: dict[str, list[OrganisationRecord]] = defaultdict(list)
        for record in self.by_id.values():
            self.by_name[_folded(record.name_zh)].append(record)
        self.duties = {(one.organisation_id, one.place_id, one.code): one for one in Duty.objects.filter(community=community)}  # fmt: skip
        self.records = _first_of(list(_here(DutyRecord, community).overlapping(on, None)), "duty_id")
        self.found: dict[Any, OrganisationItem] = {}
        self.said_on: dict[tuple[Any, str], int] = {}
        self.items: dict[tuple[Any, UUID, str], DutyItem] = {}

    def read(self, row: Row) -> None:
        n_before = len(self.faults.faults)
        key, known = self._whose(row)
        if len(self.faults.faults) > n_before:
            return
        item = self.found.setdefault(key, OrganisationItem(row.line, {}, known))
        self._take(row, key, item)
        if row.get("duty"):
            self._take_duty(row, key, item)
        elif any(row.get(name) for name in ("duty_place", "contact", "contact_phone")):
            self._fault(
                row, "duty", "联系人和范围是职责的：请写明负责什么", "whom to call and the place belong to a duty: name it"
            )  # fmt: skip

    def plan(self) -> DutyPlan:
        for item in self.found.values():
            self._finish(item)
        named = {one.known.id for one in self.items.values() if one.known}
        in_force = [one for one in self.records.values() if one.valid_from <= self.on]
        return DutyPlan(
            list(self.found.values()), list(self.items.values()), sum(one.id not in named for one in in_force)
        )

    def _whose(self, row: Row) -> tuple[Any, OrganisationRecord | None]:
        """By register id, else by name."""
        name, ref = _folded(row.get("name_zh")), row.get("organisation_ref")
        if ref and ref not in self.by_id:
            self._fault(row, "organisation_ref", "册子里没有这个登记编号", "the register has no such id")
            return None, None
        alike = [self.by_id[ref]] if ref else self.by_name.get(name, [])
        if len(alike) > 1:
            self._fault(
                row, "name_zh", f"册子里有 {len(alike)} 个单位叫这个名字，请填登记编号（在导出的名单里）",
                f"{len(alike)} organisations of the register have this name; give the register id (it stands in exported lists)",
            )  # fmt: skip
            return None, None
        if not alike:
            return name, None
        known = alike[0]
        if known.valid_from > self.on:
            self._fault(
                row, "name_zh", f"册子里这个单位从 {known.valid_from} 才有；请把起算日改到那天或以后",
                f"the register has this organisation from {known.valid_from} only; let the list hold from that day or later",
            )  # fmt: skip
        return known.organisation_id, known

    def _take(self, row: Row, key: Any, item: OrganisationItem) -> None:
        said = {name: row.get(name) for name in SAYS if row.get(name)}
        if row.get("seat"):
            place_id = self._place(row, "seat")
            if place_id is not None:
                said["place_id"] = place_id
        for name, value in said.items():
            first = self.said_on.setdefault((key, name), row.line)
            if item.content.setdefault(name, value) != value:
                column = "seat" if name == "place_id" else name
                self._fault(
                    row, column, f"和第 {first} 行写的不一样，同一个单位只能有一种写法", f"line {first} says otherwise of the same organisation"
                )  # fmt: skip

    def _take_duty(self, row: Row, key: Any, item: OrganisationItem) -> None:
        place_id = self._place(row, "duty_place")
        if place_id is None:
            return
        code = row.get("duty")
        earlier = self.items.get((key, place_id, code))
        if earlier is not None:
            self._fault(
                row, "duty", f"和第 {earlier.line} 行是同一个单位、同一件事、同一片", f"the same organisation, duty and place as line {earlier.line}"
            )  # fmt: skip
            return
        duty = self.duties.get((item.known.organisation_id, place_id, code)) if item.known else None
        known = self.records.get(duty.pk) if duty else None
        if known is not None and known.valid_from > self.on:
            self._fault(
                row, "duty", f"册子里这项职责从 {known.valid_from} 才有；请把起算日改到那天或以后",
                f"the register has this duty from {known.valid_from} only; let the list hold from that day or later",
            )  # fmt: skip
            return
        said = {name: row.get(column) for name, column in (("contact", "contact"), ("phone", "contact_phone")) if row.get(column)}  # fmt: skip
        self._check_fits(row.line, DutyRecord, {"contact": said.get("contact", "")}, "contact")
        fields = tuple(name for name, value in said.items() if known and _stands(known, name) != value)
        name = row.get("duty_place") or ""
        self.items[key, place_id, code] = DutyItem(row.line, item, place_id, name, code, said, duty, known, fields)

    def _finish(self, item: OrganisationItem) -> None:
        if item.known is None and "kind" not in item.content:
            self.faults.add(
                "新单位要写明种类（至少一行）", "a new organisation needs its kind (in one of its rows)", line=item.line, column=self.columns.get("kind")
            )  # fmt: skip
        self._check_fits(item.line, OrganisationRecord, item.content, "name_zh")
        if item.known is None:
            return
        before = item.known.content()
        item.fields = tuple(name for name, value in item.content.items() if before[name] != value)
        if item.fields and item.known.community_id is None:
            self.faults.add(
                "这个单位不只属于本社区，名称、种类和电话不能在这里改；这几格请留空",
                "this organisation is not this community's alone; leave its name, kind and number as registered",
                line=item.line,
            )

    def _place(self, row: Row, column: str) -> UUID | None:
        try:
            return self.places.find(row.get(column) or "")
        except NoPlaceError as wrong:
            self._fault(row, column, wrong.zh, wrong.en)
            return None

    def _check_fits(self, line: int, kind: Any, content: Mapping[str, Any], column: str) -> None:
        try:
            check_fits(kind, content)
        except LinliError as error:
            self.faults.add(error.text.zh, error.text.en, line=line, column=self.columns.get(column))

    def _fault(self, row: Row, column: str, zh: str, en: str) -> None:
        self.faults.add(zh, en, line=row.line, column=self.columns.get(column))


class NoPlaceError(Exception):
    """Why a place is not found: what was asked, and what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class PlaceNames:
    """The places of a community down to entrances by what people call them: 清河苑, 3号楼, 清河苑3栋, 3号楼2单元, 第一网格."""

    def __init__(self, community_id: UUID, on: dt.date) -> None:
        self.community_id = community_id
        rows = list(
            PlaceRecord.objects.as_of(on).filter(community_id=community_id).exclude(place__kind=PlaceKind.UNIT).select_related("place")
        )  # fmt: skip
        by_place = {row.place_id: row for row in rows}
        self.named: dict[str, set[UUID]] = defaultdict(set)
        self.numbered: dict[str, list[tuple[str, UUID]]] = defaultdict(list)
        self.label = {row.place_id: _label(row, by_place) for row in rows}
        for row in rows:
            for name in {row.name_zh, row.name_en, self.label[row.place_id]} - {""}:
                self.named[_folded(name)].add(row.place_id)
            if row.place.kind == PlaceKind.BUILDING:
                before, key = building_key(row.name_zh)
                inside = by_place.get(row.compound_id)  # type: ignore[arg-type]
                self.numbered[key].append((normal(inside.name_zh) if inside else before, row.place_id))

    def written(self, place_id: UUID | None) -> str:
        """A place as :meth:`find` reads it again; empty for the community and for none."""
        return "" if place_id in (None, self.community_id) else self.label.get(place_id, "")

    def find(self, written: str) -> UUID:
        """The community for an empty name. Raises :class:`NoPlaceError` for none and for several."""
        plain = _folded(written)
        if plain in WHOLE:
            return self.community_id
        found = self.named.get(plain) or self._by_number(written)
        if not found:
            raise NoPlaceError(
                f"册子里没有“{written[:30]}”；要写册子里的小区、网格、楼栋或单元，如：{self._some()}",
                f"the register has no {written[:30]!r}; name a compound, grid, building or entrance of it, as: {self._some()}",
            )  # fmt: skip
        if len(found) > 1:
            alike = sorted(self.label[one] for one in found)[:LISTED]
            raise NoPlaceError(
                f"有 {len(found)} 处叫“{written[:30]}”，请写明小区：{'、'.join(alike)}",
                f"{len(found)} places are called {written[:30]!r}; name the compound: {', '.join(alike)}",
            )
        return next(iter(found))

    def _by_number(self, written: str) -> set[UUID]:
        before, key = building_key(written)
        return {id for compound, id in self.numbered.get(key, []) if not before or before in compound or compound in before}  # fmt: skip

    def _some(self) -> str:
        return "、".join(sorted(self.label.values(), key=lambda name: (len(name), name))[:LISTED]) or "—"


def _label(row: PlaceRecord, known: Mapping[UUID, PlaceRecord]) -> str:
    """A name that tells a place from its namesakes: a building's compound before it, an entrance's building."""
    within = row.parent_id if row.place.kind == PlaceKind.ENTRANCE else row.compound_id
    above = known.get(within) if within else None
    return (_label(above, known) if above else "") + row.name_zh


def _here(kind: Any, community: Place) -> Any:
    if kind is OrganisationRecord:
        return kind.objects.filter(community_id=community.pk) | kind.objects.filter(community_id=None)
    return kind.objects.filter(community_id=community.pk)


def _first_of(rows: Iterable[Any], about: str) -> dict[UUID, Any]:
    """The earliest record of each identity: the one in force on the day, or the first to come."""
    found: dict[UUID, Any] = {}
    for row in sorted(rows, key=lambda row: row.valid_from, reverse=True):
        found[getattr(row, about)] = row
    return found


def _stands(known: DutyRecord, name: str) -> str:
    return duty_phone_of(known) if name == "phone" else known.contact


def _folded(name: str) -> str:
    return "".join(normal(name or "").split())
