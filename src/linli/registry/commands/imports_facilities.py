"""Importing a list of facilities: positions in a declared system, compared with what is registered, all or nothing, one fact."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import now
from linli.kernel.errors import FaultList, LinliError, define
from linli.kernel.geo import distance_m, to_wgs84
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.installation import installation_kind

from .. import bulk, events
from ..dating import check_fits
from ..models import Facility, FacilityRecord, Place, TableImport
from ..rules.places import cell_of
from ..rules.positions import Shift, find_shift
from ..tablefiles import Row, load_layout
from .imports import Tell, change_rows, check_import, check_seen, comparing, mark_applied, raise_faults, read_list

UNDECIDED_SHIFT = define(
    "registry.table_shift_undecided",
    zh="{n} 处位置和册子里差几百米，请先选定坐标系，或确认位置没有错",
    en="{n} positions lie hundreds of metres from the register; choose the system first, or confirm that they are right",
    status=409,
)
KEEP = "keep"
MOVED_M = 0.5
"""Less is the rounding of five decimals, not a move."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line: ``known`` the registered record, ``content`` what it shall say, ``fields`` what differs, ``away_m`` how far it moved."""

    line: int
    name: str
    content: Mapping[str, Any]
    known: FacilityRecord | None
    fields: tuple[str, ...]
    away_m: float = 0.0

    @property
    def action(self) -> str:
        return "new" if self.known is None else "changed" if self.fields else "unchanged"


@dataclass(slots=True)
class FacilityPlan:
    items: list[Item] = field(default_factory=list)
    shift: Shift | None = None
    n_absent: int = 0

    def counts(self) -> dict[str, int]:
        counts = {
            action: sum(item.action == action for item in self.items) for action in ("new", "changed", "unchanged")
        }
        return counts | {"absent": self.n_absent}

    @property
    def is_empty(self) -> bool:
        return all(item.action == "unchanged" for item in self.items)

    def digest(self) -> str:
        lines = [
            f"{item.line} {item.known.facility_id if item.known else ''} {','.join(item.fields)} "
            f"{item.content['lon']:.7f} {item.content['lat']:.7f}"
            for item in self.items
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def import_facilities(
    done: TableImport, path: Path, *, actor: Actor, dry_run: bool, tell: Tell | None = None
) -> tuple[FacilityPlan, tuple[Text, ...]]:
    """The list in ``path``. ``done.crs`` is the declared system (:data:`linli.kernel.geo.SYSTEMS`); ``done.answers["shift"]`` says that
    positions far from the registered ones are right. ``InputError`` with every fault; then nothing is written."""
    say = tell or (lambda _stage, _share: None)
    community = check_import(done, actor)
    read = read_list(done, path, say)
    with comparing(community, say):
        plan = _plan(read.rows, done, read.faults, read.columns)
        raise_faults(read.faults)
        if not dry_run:
            check_seen(done, plan.digest())
            if plan.shift and done.answers.get("shift") != KEEP:
                raise LinliError(UNDECIDED_SHIFT, n=plan.shift.n_moved)
            say("write", 0.1)
            _write(plan, done, community, path, actor=actor)
    say("write", 1.0)
    return plan, read.notes


def _plan(rows: Sequence[Row], done: TableImport, faults: FaultList, places: Mapping[str, str]) -> FacilityPlan:
    records = list(FacilityRecord.objects.as_of(done.valid_from).filter(community_id=done.community_id))
    by_id = {record.facility_id: record for record in records}
    by_name: dict[tuple[str, str], list[FacilityRecord]] = defaultdict(list)
    for record in records:
        by_name[record.category, _folded(record.name_zh)].append(record)
    plan, taken, matched = FacilityPlan(), set[UUID](), []
    for row in rows:
        lon, lat = (float(part) for part in to_wgs84(done.crs or "wgs84", row.get("lon"), row.get("lat")))
        known = _known(row, by_id, by_name, taken, lon=lon, lat=lat)
        if row.get("facility_ref") and known is None:
            faults.add(
                "册子里没有这个登记编号，或前面的行已用过",
                "the register has no such id, or an earlier line has used it",
                line=row.line,
                column=places.get("facility_ref"),
            )
        if known is not None:
            taken.add(known.facility_id)
            matched.append((row, known))
        content = _content(row, lon, lat)
        try:
            check_fits(FacilityRecord, content)
        except LinliError as error:
            faults.add(error.text.zh, error.text.en, line=row.line)
        plan.items.append(_item(row, content, known))
    plan.shift = _shift(matched, done)
    plan.n_absent = len(by_id) - len(taken)
    return plan


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def _known(
    row: Row, by_id: Mapping[UUID, FacilityRecord], by_name: Mapping[tuple[str, str], list[FacilityRecord]], taken: set[UUID], *, lon: float, lat: float
) -> FacilityRecord | None:  # fmt: skip
    """By register id, else by category and name; of several (a chain's shops) the nearest."""
    if row.get("facility_ref"):
        found = by_id.get(row.get("facility_ref"))
        return found if found and found.facility_id not in taken else None
    alike = [
        one
        for one in by_name.get((row.get("category"), _folded(row.get("name_zh"))), ())
        if one.facility_id not in taken
    ]
    return min(alike, key=lambda one: float(distance_m(lon, lat, one.lon, one.lat)), default=None)


def _content(row: Row, lon: float, lat: float) -> dict[str, Any]:
    """What the line says, only what is filled in."""
    area = row.get("area_m2")
    said = {name: row.get(name) for name in ("name_zh", "name_en", "category", "capacity", "opening_hours", "status")}
    said |= {"lon": lon, "lat": lat, "cell": cell_of(lon, lat), "area_dm2": round(area * 100) if area else None}
    return {name: value for name, value in said.items() if value not in (None, "")}


def _item(row: Row, content: dict[str, Any], known: FacilityRecord | None) -> Item:
    if known is None:
        return Item(row.line, row.get("name_zh"), content, None, ())
    away_m = float(distance_m(content["lon"], content["lat"], known.lon, known.lat))
    before = known.content()
    fields = [name for name, value in content.items() if name not in ("lon", "lat", "cell") and before[name] != value]
    if away_m >= MOVED_M:
        fields.append("point")
    else:
        content |= {"lon": known.lon, "lat": known.lat, "cell": known.cell}
    return Item(row.line, row.get("name_zh"), content, known, tuple(fields), away_m)


def _shift(matched: Sequence[tuple[Row, FacilityRecord]], done: TableImport) -> Shift | None:
    asked = load_layout("facilities").questions
    if asked is None:
        return None
    given = [(row.get("lon"), row.get("lat")) for row, _ in matched]
    registered = [(known.lon, known.lat) for _, known in matched]
    return find_shift(
        given,
        registered,
        done.crs or "wgs84",
        from_m=asked.shift_from_m,
        share=asked.shift_share,
        same_place_m=asked.same_place_m,
    )


def _write(plan: FacilityPlan, done: TableImport, community: Place, path: Path, *, actor: Actor) -> None:
    stamp = now()
    new = [item for item in plan.items if item.known is None]
    made = {"community_id": community.pk, "synthetic": installation_kind() == "demo", "created_at": stamp}
    facilities = bulk.identities(Facility, [dict(made) for _ in new])
    records = [
        bulk.record(
            FacilityRecord, facility, done.valid_from, community_id=community.pk, recorded_at=stamp, **item.content
        )
        for facility, item in zip(facilities, new, strict=True)
    ]
    bulk.write(facilities, records)
    changed = [(item.known, item.content) for item in plan.items if item.known and item.fields]
    done.replaced = change_rows(FacilityRecord, changed, on=done.valid_from, stamp=stamp)
    counts = plan.counts()
    sha256 = hashlib.sha256(path.read_bytes()).digest()
    mark_applied(done, stamp=stamp, sha256=sha256, counts=counts)
    append(
        events.TableApplied(
            community.pk, done.pk, done.noun, sha256.hex(), done.digest, n_added=counts["new"], n_changed=counts["changed"],
            n_unchanged=counts["unchanged"], n_homes=0, n_households=0, n_tenures=0, valid_from=done.valid_from,
        ),
        actor=actor,
    )  # fmt: skip
