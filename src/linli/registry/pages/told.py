"""A record's columns as people read them: labels and values in both languages, for the history of a thing and for differences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.kit import said

from .. import queries
from ..catalogues import catalogue
from ..dated import Dated
from ..dating import SAID_ANEW
from . import words
from .naming import full_names

LABELS: dict[str, Text] = {
    "name": Text("姓名", "Name"),
    "name_zh": Text("名称", "Name"),
    "name_en": Text("英文名称", "Name in English"),
    "kind": Text("种类", "Kind"),
    "category": Text("类别", "Category"),
    "code": Text("区划代码", "Division code"),
    "parent_id": Text("在哪里面", "Lies in"),
    "compound_id": Text("小区", "Compound"),
    "place_id": Text("在哪里", "Where"),
    "address": Text("地址", "Address"),
    "use": Text("用途", "Use"),
    "levels_above": Text("地上层数", "Floors above ground"),
    "levels_below": Text("地下层数", "Floors below ground"),
    "height_dm": Text("高度", "Height"),
    "floor": Text("楼层", "Floor"),
    "area_dm2": Text("面积", "Area"),
    "n_units": Text("套数", "Homes"),
    "n_lifts": Text("电梯数", "Lifts"),
    "built_year": Text("建成年份", "Year built"),
    "point": Text("位置", "Position"),
    "outline": Text("轮廓", "Outline"),
    "sex": Text("性别", "Sex"),
    "born_on": Text("出生日期", "Date of birth"),
    "phone": Text("电话", "Phone"),
    "identity_kind": Text("证件种类", "Kind of document"),
    "identity_number": Text("证件号", "Document number"),
    "care_note": Text("照应说明", "Note on care"),
    "needs": Text("需要照应之处", "Needs"),
    "checked_on": Text("上次核对", "Last checked"),
    "capacity": Text("容量", "Capacity"),
    "opening_hours": Text("开放时间", "Opening hours"),
    "status": Text("状态", "Status"),
    "state": Text("状态", "State"),
    "provider_id": Text("由谁办", "Run by"),
    "owner_id": Text("归谁", "Owner"),
    "serial": Text("编号", "Serial number"),
    "model": Text("型号", "Model"),
    "source_ref": Text("地图里的编号", "Id in the map"),
    "shape": Text("轮廓", "Outline"),
    "lon": Text("经度", "Longitude"),
    "lat": Text("纬度", "Latitude"),
}
"""Every column people are shown, in the order they read them."""
PLACES = ("parent_id", "compound_id", "place_id")
ORGANISATIONS = ("provider_id", "owner_id")
SEALED = {
    "phone": Text("换了号码", "Another number"),
    "identity_number": Text("换了证件号", "Another number"),
    "care_note": Text("另写了一份", "Written anew"),
}
"""What is kept sealed, and how it is said that another value stands there."""
RECORDED = Text("已登记，加密保存", "Recorded, kept encrypted")
DRAWN = Text("来自地图的轮廓", "The outline from the map")


class Teller:
    """Says values of records; looks up the names of the places and organisations they mention, once for all of them."""

    def __init__(self, actor: Actor, records: Iterable[Dated]) -> None:
        contents = [record.content() for record in records]
        places = {content[name] for content in contents for name in PLACES if content.get(name)}
        bodies = {content[name] for content in contents for name in ORGANISATIONS if content.get(name)}
        self._names: dict[UUID, str] = full_names(actor, places)
        if bodies:
            found = queries.list_organisations(actor).filter(organisation_id__in=bodies)
            self._names |= dict(found.values_list("organisation_id", "name_zh"))

    def tell(self, record: Dated) -> dict[str, Any]:
        """Column → what it says, in reading order, empty ones left out. A :class:`Text`, a string or a number."""
        content = _readable(record)
        return {
            name: self._value(record, name, content[name]) for name in LABELS if content.get(name) not in (None, "", [])
        }

    def _value(self, record: Dated, name: str, value: Any) -> Any:
        if name in (*PLACES, *ORGANISATIONS):
            return self._names.get(value, "—")
        return _said(type(record).__name__, name, value)


def _said(kind: str, name: str, value: Any) -> Any:
    if name in ("area_dm2", "height_dm"):
        return _measured(name, value)
    if name == "needs":
        listed = [words.code_text(catalogue("person-needs"), code) for code in value]
        return Text("、".join(text.zh for text in listed), ", ".join(text.en for text in listed))
    if isinstance(value, dt.date):
        return value.isoformat()
    known = _codes(kind).get(name)
    return words.code_text(known, value) if known else value


def say_column(noun: str, name: str, value: Any) -> dict[str, str]:
    """A column of a map's feature (compound, building, facility) as plain JSON; empty where nothing is said."""
    if value is None or value == "":
        return {"zh": "", "en": ""}
    if name == "shape":
        return {"zh": "轮廓", "en": "an outline"}
    told = _said("FacilityRecord" if noun == "facility" else "PlaceRecord", name, value)
    return told.as_mapping() if isinstance(told, Text) else {"zh": str(told), "en": str(told)}


def _measured(name: str, value: int) -> Text:
    if name == "area_dm2":
        return Text(said.area(value, "zh"), said.area(value, "en"))
    return Text(f"{value / 10:.1f} 米", f"{value / 10:.1f} m")


def _readable(record: Dated) -> dict[str, Any]:
    """The record's columns with positions and sealed values as something that can be said."""
    content = record.content()
    shape, lon, lat = (content.pop(name, None) for name in ("shape", "lon", "lat"))
    for name in SEALED:
        if content.get(name) is not None and not isinstance(content[name], str):
            content[name] = RECORDED
    if shape is not None and content.get("west") != content.get("east"):
        content["outline"] = DRAWN
    elif lon is not None and lat is not None:
        content["point"] = f"{lon:.5f}, {lat:.5f}"
    return content


def _codes(kind: str) -> dict[str, dict[str, Text]]:
    """The words of the coded columns of a kind of record."""
    return {
        "PlaceRecord": {"use": words.PLACE_USES},
        "PersonRecord": {"sex": words.SEXES, "identity_kind": words.DOCUMENTS},
        "OrganisationRecord": {"kind": words.ORGANISATIONS},
        "FacilityRecord": {"category": words.categories(), "status": _plain(words.FACILITY_STATUS)},
        "VacantSpaceRecord": {"state": _plain(words.SPACE_STATES)},
        "DeviceRecord": {"kind": words.device_kinds(), "status": _plain(words.DEVICE_STATUS)},
    }.get(kind, {})


def _plain(marked: dict[str, tuple[str, Text]]) -> dict[str, Text]:
    return {code: text for code, (_, text) in marked.items()}


def periods_of(actor: Actor, rows: Sequence[Dated], covered: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Newest first: what each record says otherwise than the one believed before it, and of a record struck out, what stands in its
    place. ``rows`` oldest first, struck-out ones after what replaced them. ``covered``: columns the reader may not see.
    """
    teller = Teller(actor, rows)
    periods: list[dict[str, Any]] = []
    before: tuple[Dated, dict[str, Any]] | None = None
    for row in rows:
        told = (row, {name: value for name, value in teller.tell(row).items() if name not in covered})
        if row.is_believed:
            changes = _differences(before, told) if before else []
            periods.append({"row": row, "is_first": before is None, "changes": changes, "because": ""})
            before = told
        else:
            periods.append({"row": row, "is_first": False, "changes": _differences(told, before), "because": _why(row)})
    return periods[::-1]


def _differences(
    before: tuple[Dated, dict[str, Any]] | None, after: tuple[Dated, dict[str, Any]] | None
) -> list[dict[str, Any]]:
    old, new = (one[1] if one else {} for one in (before, after))
    found = [
        {"label": label, "before": old.get(name), "after": new.get(name)}
        for name, label in LABELS.items()
        if old.get(name) != new.get(name)
    ]
    for name, anew in SEALED.items():
        values = {bytes(getattr(one[0], name, None) or b"") for one in (before, after) if one}
        if len(values) == 2 and b"" not in values:
            found.append({"label": LABELS[name], "before": RECORDED, "after": anew})
    return found


def _why(row: Dated) -> Any:
    """Why a record was struck out: as it was written, or in words where the register itself rewrote it."""
    if row.retracted_because == SAID_ANEW:
        return Text("同一时段里又记了变化", "A change was recorded within its period")
    return row.retracted_because
