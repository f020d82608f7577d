"""A plan of residents written in bulk, in the caller's transaction: every row recorded at one instant, by which an undo finds them again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from linli.kernel.ids import uuid7
from linli.platform import bulkrows

from .. import bulk
from ..dated import Dated
from ..dating import SAID_ANEW
from ..models import Household, Membership, Person, PersonRecord, Place, PlaceRecord, Residence, Tenure, TenureRecord
from ..rules.periods import Period, decide_change
from ..sealed import sealed_identity, sealed_phone
from .homes import HomeKey, NewHome
from .known import Register, Span
from .plan import PersonPlan, Plan

Replaced = list[tuple[str, str]]
"""(table, id) of rows that were ended or taken back because something else holds from the day on."""
Tell = Callable[[float], None]


def write_plan(
    plan: Plan, register: Register, *, community: Place, on: dt.date, stamp: dt.datetime, synthetic: bool, tell: Tell
) -> Replaced:
    """Everything the plan says, from ``on``. About seven rows for a person and home. What it replaced."""
    writer = _Writer(plan, register, community, on, stamp, synthetic)
    with bulkrows.ahead():
        writer.homes()
        tell(0.1)
        writer.people()
        tell(0.55)
        writer.households()
        tell(0.8)
        writer.tenures()
    tell(1.0)
    return writer.replaced


@dataclass(slots=True)
class _Writer:
    plan: Plan
    register: Register
    community: Place
    on: dt.date
    stamp: dt.datetime
    synthetic: bool
    replaced: Replaced = field(default_factory=list)
    units: dict[NewHome, UUID] = field(default_factory=dict)
    person: dict[int, tuple[UUID, int]] = field(default_factory=dict)
    """Number in the plan → id and number of the identity."""

    def homes(self) -> None:
        entrances = {(home.building_id, home.entrance) for home in self.plan.new_homes if home.entrance}
        missing = sorted(
            (pair for pair in entrances if pair[1] not in self.register.homes.entrances.get(pair[0], {})), key=str
        )
        for (building_id, key), place_id in zip(missing, self._places("entrance", missing), strict=True):
            self.register.homes.entrances[building_id][key] = place_id
        parents = [(self._parent(home), home) for home in self.plan.new_homes]
        self.units = dict(zip(self.plan.new_homes, self._places("unit", parents), strict=True))

    def _parent(self, home: NewHome) -> UUID:
        return self.register.homes.entrances[home.building_id][home.entrance] if home.entrance else home.building_id

    def _places(self, kind: str, wanted: Sequence[tuple[UUID, Any]]) -> list[UUID]:
        """New entrances ``(building, number)`` or homes ``(parent, home)``."""
        rows = []
        for parent_id, _ in wanted:
            place_id = uuid7()
            path = [*self.register.place[parent_id], place_id]
            rows.append(
                {
                    "id": place_id,
                    "kind": kind,
                    "community_id": self.community.pk,
                    "path": path,
                    "synthetic": self.synthetic,
                    "created_at": self.stamp,
                }
            )
        places = bulk.identities(Place, rows)
        contents = [
            {"name_zh": f"{one}单元", "name_en": f"Entrance {one}"} if kind == "entrance" else _unit(one.unit) for _, one in wanted
        ]  # fmt: skip
        records = [
            self._record(PlaceRecord, place, Period(self.on), parent_id=parent, **content)
            for place, (parent, _), content in zip(places, wanted, contents, strict=True)
        ]
        bulk.write(places, records)
        if kind == "entrance":
            self.register.place |= {place.pk: list(place.path) for place in places}
        return [place.pk for place in places]

    def people(self) -> None:
        new = [(number, one) for number, one in enumerate(self.plan.people) if one.known is None]
        rows = [
            {"id": uuid7(), "community_id": self.community.pk, "synthetic": self.synthetic, "created_at": self.stamp}
            for _ in new
        ]
        persons = bulk.identities(Person, rows)
        records = [
            self._record(
                PersonRecord, person, Period(self.on), name=one.entry.name, sex=one.entry.sex, born_on=one.entry.born_on,
                checked_on=self.on, **sealed_phone(person.pk, one.entry.phone), **sealed_identity(person.pk, *(one.entry.identity or ("", ""))),
            )
            for person, (_, one) in zip(persons, new, strict=True)
        ]  # fmt: skip
        bulk.write(persons, records)
        for person, (number, _) in zip(persons, new, strict=True):
            self.person[number] = (person.pk, person.num)
        self._change_people()

    def _change_people(self) -> None:
        changed = []
        for number, one in enumerate(self.plan.people):
            if one.known is None:
                continue
            span = self.register.people[one.known].span
            self.person[number] = (one.known, span.num)
            if one.fields:
                changed.append((span, _said(one)))
        self._replace(PersonRecord, changed)

    def households(self) -> None:
        plans = self.plan.households
        made = [one for one in plans if one.known is None]
        rows = [
            {"id": uuid7(), "community_id": self.community.pk, "synthetic": self.synthetic, "created_at": self.stamp}
            for _ in made
        ]
        households = bulk.identities(Household, rows)
        bulk.write(households)
        new = iter(households)
        ids = [one.known or next(new).pk for one in plans]
        fresh = {household.pk: household for household in households}
        residences: list[Dated] = []
        moved = []
        for one, id in zip(plans, ids, strict=True):
            if one.home is None:
                continue
            before = self.register.residence.get(id)
            content = {"unit_id": self._unit(one.home)}
            if before:
                moved.append((before[0], content))
            elif id in fresh:
                residences.append(self._record(Residence, fresh[id], Period(self.on), **content))
            else:
                residences.append(self._record(Residence, Household.objects.get(pk=id), Period(self.on), **content))
        bulk.write(residences)
        self._replace(Residence, moved)
        self._end(Residence, [self.register.residence[id][0] for id in self.plan.emptied])
        self._stays(ids)

    def _stays(self, ids: Sequence[UUID]) -> None:
        joined, moved = [], []
        for stay in self.plan.stays:
            person_id, num = self.person[stay.person]
            content = {"household_id": ids[stay.household], "role": stay.role}
            before = self.register.stay.get(person_id)
            if before:
                moved.append((before.span, content))
            else:
                joined.append(self._record(Membership, Person(id=person_id, num=num), Period(self.on), **content))
        bulk.write(joined)
        self._replace(Membership, moved)

    def tenures(self) -> None:
        made, changed, records = [], [], []
        for one in self.plan.tenures:
            person_id, _ = self.person[one.person]
            unit_id = self._unit(one.home)
            content = {
                "kind": one.kind,
                "share_num": one.share.numerator,
                "share_den": one.share.denominator,
                "evidence": "",
            }
            held = self.register.tenure.get((unit_id, person_id))
            known = self.register.tenure_ids.get((unit_id, person_id))
            if held:
                changed.append((held.span, content))
            elif known:
                records.append(
                    self._record(TenureRecord, Tenure(id=known[0], num=known[1]), Period(self.on), **content)
                )
            else:
                made.append(
                    (
                        {
                            "id": uuid7(),
                            "community_id": self.community.pk,
                            "unit_id": unit_id,
                            "person_id": person_id,
                            "synthetic": self.synthetic,
                            "created_at": self.stamp,
                        },
                        content,
                    )
                )
        tenures = bulk.identities(Tenure, [row for row, _ in made])
        records += [
            self._record(TenureRecord, tenure, Period(self.on), **content)
            for tenure, (_, content) in zip(tenures, made, strict=True)
        ]
        bulk.write(tenures, records)
        self._replace(TenureRecord, changed)

    def _unit(self, home: HomeKey) -> UUID:
        return self.units[home] if isinstance(home, NewHome) else home

    def _record(self, kind: Any, about: Any, period: Period, /, **content: Any) -> Any:
        return bulk.record(
            kind, about, period.start, period.end, community_id=self.community.pk, recorded_at=self.stamp, **content
        )

    def _replace(self, kind: Any, changes: Sequence[tuple[Span, Mapping[str, Any]]]) -> None:
        """From the day on rows say otherwise: as :func:`linli.registry.dating.change`, for many."""
        if not changes:
            return
        before = {row.id: row for row in kind.objects.filter(id__in=[span.id for span, _ in changes])}
        ended: list[UUID] = []
        retracted: list[UUID] = []
        records: list[Dated] = []
        for span, content in changes:
            row = before[span.id]
            cut = decide_change(Period(row.valid_from, row.valid_to), self.on)
            (ended if cut.act == "end" else retracted).append(row.id)
            said = row.content()
            for period, words in ((cut.before, {}), (cut.after, content)):
                if period is not None:
                    records.append(
                        kind(
                            **(said | dict(words)),
                            valid_from=period.start,
                            valid_to=period.end,
                            recorded_at=self.stamp,
                        )
                    )
        self._close(kind, ended, retracted)
        bulk.write(records)

    def _end(self, kind: Any, spans: Sequence[Span]) -> None:
        """From the day on it is no longer so; a row of that very day was never so."""
        self._close(
            kind,
            [span.id for span in spans if span.valid_from < self.on and span.valid_to is None],
            [span.id for span in spans if span.valid_from >= self.on],
        )

    def _close(self, kind: Any, ended: Sequence[UUID], retracted: Sequence[UUID]) -> None:
        kind.objects.filter(id__in=ended).update(valid_to=self.on)
        kind.objects.filter(id__in=retracted).update(retracted_at=self.stamp, retracted_because=SAID_ANEW)
        self.replaced += [(kind._meta.model_name, str(id)) for id in (*ended, *retracted)]


def _unit(key: str) -> dict[str, Any]:
    """``floor`` where the number tells it: 502 and 1203 are a floor and a door."""
    digits = key if key.isdigit() else ""
    floor = int(digits[:-2]) if len(digits) in (3, 4) else None
    return {"name_zh": key, "use": "residential", "floor": floor}


def _said(one: PersonPlan) -> dict[str, Any]:
    """What changes of a known person, as columns."""
    assert one.known is not None
    columns: dict[str, Any] = {
        name: getattr(one.entry, name) for name in ("name", "sex", "born_on") if name in one.fields
    }
    if "phone" in one.fields:
        columns |= sealed_phone(one.known, one.entry.phone)
    if "identity" in one.fields and one.entry.identity:
        columns |= sealed_identity(one.known, *one.entry.identity)
    return columns
