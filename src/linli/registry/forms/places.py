"""Forms of places: each kind asks only what is said of that kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import shapely
from django import forms

from linli.kernel.text import Text
from linli.platform.kit.forms import both

from .. import queries
from ..commands import PlaceDetails
from ..dated import Dated
from ..pages import words
from ..rules.places import PARENTS, RANGES
from . import finding
from .acts import RecordForm
from .fields import AreaField, CodeField, DegreesField, HeightField, NumberField, PickField

NOT_KNOWN = Text("不清楚", "Not known")
NAMES = ("name_zh", "name_en")
POINT = ("lon", "lat")
FIELDS: dict[str, tuple[str, ...]] = {
    "province": (*NAMES, "code"),
    "city": (*NAMES, "parent_id", "code"),
    "district": (*NAMES, "parent_id", "code"),
    "street": (*NAMES, "parent_id", "code"),
    "community": (*NAMES, "parent_id", "code", "address", *POINT),
    "grid": (*NAMES, "parent_id"),
    "compound": (*NAMES, "parent_id", "address", "built_year", *POINT),
    "building": (*NAMES, "parent_id", "compound_id", "address", "use", "levels_above", "levels_below", "height_dm", "n_units",
                 "n_lifts", "built_year", *POINT),
    "entrance": (*NAMES, "parent_id", "n_units", "n_lifts", *POINT),
    "unit": (*NAMES, "parent_id", "floor", "area_dm2", "use"),
}  # fmt: skip
"""What is asked of each kind of place, in order."""


def _between(name: str, label: Any, hint: Any = "") -> NumberField:
    low, high = RANGES[name]
    return NumberField(label=label, help_text=hint, min_value=low, max_value=high, required=False)


class PlaceForm(RecordForm):
    """``kind`` is chosen on the page before. A point is typed as degrees; an outline that came with a map is not changed here."""

    mends_start = True
    beside: ClassVar[frozenset[str]] = RecordForm.beside | {"lon", "lat"}

    name_zh = forms.CharField(label=both("名称", "Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=both("英文名称", "Name in English"), max_length=120, required=False)
    parent_id = PickField(label=both("在哪里面", "What it lies in"))
    compound_id = PickField(label=both("哪个小区", "Which compound"), required=False)
    code = forms.CharField(
        label=both("区划代码", "Division code"), max_length=12, required=False,
        help_text=both("国家统一的 6、9 或 12 位数字", "The national number of 6, 9 or 12 digits"),
    )  # fmt: skip
    address = forms.CharField(label=both("地址", "Address"), max_length=200, required=False)
    use = CodeField(words.PLACE_USES, none=NOT_KNOWN, label=both("用途", "Use"), required=False)
    floor = _between("floor", both("楼层", "Floor"), both("地下写负数，如 -1", "Below ground is negative: -1"))
    area_dm2 = AreaField(
        label=both("建筑面积（㎡）", "Floor area (m²)"),
        required=False,
        help_text=both("最多两位小数", "At most two decimals"),
    )
    levels_above = _between("levels_above", both("地上层数", "Floors above ground"))
    levels_below = _between("levels_below", both("地下层数", "Floors below ground"))
    height_dm = HeightField(label=both("高度（米）", "Height (m)"), required=False)
    n_units = NumberField(label=both("套数", "Homes in it"), min_value=0, max_value=100_000, required=False)
    n_lifts = _between("n_lifts", both("电梯数", "Lifts"))
    built_year = _between("built_year", both("建成年份", "Year built"))
    lon = DegreesField(
        label=both("经度（度）", "Longitude (degrees)"), required=False, min_value=-180, max_value=180,
        help_text=both("WGS-84，如 112.9345678；不清楚可不填", "WGS-84, as 112.9345678; leave empty if not known"),
    )  # fmt: skip
    lat = DegreesField(label=both("纬度（度）", "Latitude (degrees)"), required=False, min_value=-90, max_value=90)

    def __init__(self, *given: Any, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(*given, **options)

    def look_up(self) -> None:
        wanted: Sequence[str] = FIELDS[self.kind]
        for name in [name for name in self.base_fields if name not in wanted or (name in POINT and self._is_drawn())]:
            del self.fields[name]
        self.order_fields([*wanted, "since", "on", "because"])
        if "parent_id" in self.fields:
            kinds = [kind for kind in PARENTS[self.kind] if kind]
            inside = self.community_id if self.kind not in ("city", "district", "street", "community") else None
            near = kinds[0] if kinds[0] in ("grid", "building", "entrance", "community") else ""
            self.fields["parent_id"].look_in(finding.places(self.actor, inside, *kinds, suggest=near))  # type: ignore[attr-defined]
            self.fields["parent_id"].help_text = _hint(kinds)
        if "compound_id" in self.fields:
            self.fields["compound_id"].look_in(  # type: ignore[attr-defined]
                finding.places(self.actor, self.community_id, "compound", suggest="compound")
            )

    def _is_drawn(self) -> bool:
        """Whether an outline, not a mere point, is known."""
        shape = queries.shape_of(self.record) if self.record is not None else None
        return shape is not None and shape.geom_type != "Point"

    def starting(self, record: Dated) -> dict[str, Any]:
        return super().starting(record) | {"lon": record.lon, "lat": record.lat}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if ("lon" in self.errors) or ("lat" in self.errors) or not set(POINT) <= set(self.fields):
            return cleaned
        for name, other in (POINT, POINT[::-1]):
            if cleaned.get(name) is None and cleaned.get(other) is not None:
                self.add_error(name, both("经度和纬度要一起填", "Give longitude and latitude together"))
        return cleaned

    def said(self) -> dict[str, Any]:
        columns = super().said()
        if set(POINT) <= set(self.fields):
            lon, lat = self.cleaned_data.get("lon"), self.cleaned_data.get("lat")
            columns["shape"] = shapely.Point(lon, lat) if lon is not None and lat is not None else None
        return columns

    def changes(self) -> dict[str, Any]:
        columns = super().changes()
        if {"lon", "lat"} & set(self.changed_data):
            columns["shape"] = self.said()["shape"]
        return columns

    def details(self) -> PlaceDetails:
        columns = self.said()
        return PlaceDetails(**{name: value for name, value in columns.items() if name in PlaceDetails.__slots__})


def _hint(kinds: Sequence[str]) -> Any:
    named = [words.PLACE_KINDS[kind] for kind in kinds]
    return both(
        f"写{'或'.join(text.zh for text in named)}的名称",
        f"Write the name of a {' or '.join(text.en.lower() for text in named)}",
    )
