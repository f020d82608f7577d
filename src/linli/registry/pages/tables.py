"""The registry's lists, declared once."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from linli.kernel.clock import local_day, now
from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Filter, TableSpec

from ..catalogues import catalogue
from ..models import PlaceKind
from ..rules.people import age_on, latest_birth
from . import words


def _link(name: str, attribute: str) -> Any:
    return lambda row: reverse(f"registry:{name}", args=[getattr(row, attribute)])


def _age(row: Any) -> int | None:
    return age_on(row.born_on, local_day(now())) if row.born_on else None


def _needs(row: Any) -> Text | None:
    found = [words.code_text(catalogue("person-needs"), code) for code in row.needs]
    return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found)) if found else None


def _compound(row: Any) -> Text | None:
    is_within = row.compound_zh and row.place.kind != PlaceKind.COMPOUND
    return Text(row.compound_zh, row.compound_en or row.compound_zh) if is_within else None


def _by_age(rows: Any, ends: tuple[Any, Any]) -> Any:
    low, high = ends
    today = local_day(now())
    if low is not None:
        rows = rows.filter(born_on__lte=latest_birth(int(low), today))
    if high is not None:
        rows = rows.filter(born_on__gt=latest_birth(int(high) + 1, today))
    return rows


NAME = Text("名称", "Name")
KIND = Text("种类", "Kind")
SINCE = Text("自", "Since")
STATUS = Text("状态", "Status")
AREA = Text("面积", "Area")

TITLES = {
    "places": Text("房屋和地方", "Places"),
    "people": Text("居民", "Residents"),
    "facilities": Text("设施", "Facilities"),
    "organisations": Text("单位和组织", "Organisations"),
    "spaces": Text("闲置空间", "Vacant spaces"),
    "devices": Text("设备", "Devices"),
}
PLACES = TableSpec(
    key="places",
    columns=(
        Column("name_zh", NAME, link=_link("place", "place_id"), sub=lambda row: row.address, sort=True),
        Column("compound", Text("小区", "Compound"), value=_compound, sort="compound_zh"),
        Column("kind", KIND, value=lambda row: words.code_text(words.PLACE_KINDS, row.place.kind), sort="place__kind"),
        Column("levels_above", Text("层数", "Floors"), kind="number", sort=True, narrow=True),
        Column("area_dm2", AREA, kind="area", sort=True, narrow=True),
        Column("built_year", Text("建成", "Built"), value=lambda row: row.built_year, sort=True, narrow=True),
        Column("valid_from", SINCE, kind="day", sort=True, narrow=True),
    ),
    filters=(Filter("kind", KIND, field="place__kind", choices=words.choices(words.PLACE_KINDS)),),
    search=("name_zh__icontains", "name_en__icontains", "address__icontains", "code__startswith"),
    order="name_zh",
    thing=Text("处", "places"),
)
PEOPLE = TableSpec(
    key="people",
    columns=(
        Column("name", Text("姓名", "Name"), link=_link("person", "person_id"), sort=True),
        Column("sex", Text("性别", "Sex"), value=lambda row: words.code_text(words.SEXES, row.sex)),
        Column("age", Text("年龄", "Age"), kind="number", value=_age, sort="-born_on"),
        Column(
            "has_phone", Text("电话", "Phone"), kind="flag", value=lambda row: row.phone_index is not None, narrow=True
        ),
        Column("needs", Text("需要", "Needs"), value=_needs, narrow=True),
        Column("checked_on", Text("上次核对", "Last checked"), kind="day", sort=True, narrow=True),
    ),
    filters=(
        Filter("sex", Text("性别", "Sex"), choices=words.choices(words.SEXES)),
        Filter("age", Text("年龄", "Age"), kind="number", apply=_by_age, unit=Text("岁", "years")),
    ),
    search=("name__icontains", "name_en__icontains"),
    order="name",
    thing=Text("人", "people"),
)
FACILITIES = TableSpec(
    key="facilities",
    columns=(
        Column("name_zh", NAME, value=lambda row: row.name_zh or words.code_text(words.categories(), row.category),
               link=_link("facility", "facility_id"), sort=True),
        Column("category", Text("类别", "Category"), value=lambda row: words.code_text(words.categories(), row.category), sort=True),
        Column("capacity", Text("容量", "Capacity"), kind="number", sort=True, narrow=True),
        Column("area_dm2", AREA, kind="area", sort=True, narrow=True),
        Column("opening_hours", Text("开放时间", "Hours"), narrow=True),
        Column("status", STATUS, kind="badge", value=lambda row: words.FACILITY_STATUS[row.status]),
    ),
    filters=(
        Filter("category", Text("类别", "Category"), choices=words.category_choices),
        Filter("status", STATUS, choices=words.marked_choices(words.FACILITY_STATUS)),
    ),
    search=("name_zh__icontains", "name_en__icontains"),
    order="category",
    thing=Text("处", "facilities"),
)  # fmt: skip
ORGANISATIONS = TableSpec(
    key="organisations",
    columns=(
        Column("name_zh", NAME, link=_link("organisation", "organisation_id"), sort=True),
        Column("kind", KIND, value=lambda row: words.code_text(words.ORGANISATIONS, row.kind), sort=True),
        Column("phone", Text("电话", "Phone"), narrow=True),
        Column("valid_from", SINCE, kind="day", sort=True, narrow=True),
    ),
    filters=(Filter("kind", KIND, choices=words.choices(words.ORGANISATIONS)),),
    search=("name_zh__icontains", "name_en__icontains"),
    order="name_zh",
    thing=Text("个", "organisations"),
)
SPACES = TableSpec(
    key="spaces",
    columns=(
        Column(
            "name_zh",
            NAME,
            value=lambda row: row.name_zh or Text("闲置空间", "Vacant space"),
            link=_link("space", "space_id"),
            sort=True,
        ),
        Column("floor", Text("楼层", "Floor"), kind="number", sort=True, narrow=True),
        Column("area_dm2", AREA, kind="area", sort=True),
        Column("state", STATUS, kind="badge", value=lambda row: words.SPACE_STATES[row.state]),
        Column("valid_from", SINCE, kind="day", sort=True, narrow=True),
    ),
    filters=(Filter("state", STATUS, choices=words.marked_choices(words.SPACE_STATES)),),
    search=("name_zh__icontains", "name_en__icontains"),
    order="-area_dm2",
    thing=Text("处", "spaces"),
)
DEVICES = TableSpec(
    key="devices",
    columns=(
        Column("serial", Text("编号", "Serial"), kind="plate", link=_link("device", "device_id"), sort=True),
        Column("kind", KIND, value=lambda row: words.code_text(words.device_kinds(), row.kind), sort=True),
        Column("model", Text("型号", "Model"), narrow=True),
        Column("status", STATUS, kind="badge", value=lambda row: words.DEVICE_STATUS[row.status]),
        Column("valid_from", SINCE, kind="day", sort=True, narrow=True),
    ),
    filters=(Filter("status", STATUS, choices=words.marked_choices(words.DEVICE_STATUS)),),
    search=("serial__icontains", "kind__icontains", "model__icontains"),
    order="serial",
    thing=Text("台", "devices"),
)
