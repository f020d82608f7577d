"""Forms of organisations, facilities, vacant spaces and devices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from linli.platform.kit.forms import both

from .. import queries
from ..catalogues import facility_categories
from ..commands import DeviceDetails, FacilityDetails, OrganisationDetails, SpaceDetails
from ..pages import words
from ..rules.places import RANGES
from . import finding
from .acts import RecordForm
from .fields import AreaField, CodeField, DegreesField, NumberField, PickField

INSIDE = ("compound", "building", "entrance", "unit")
BY_NAME = both("写楼栋、小区或房号的名称", "Write the name of a building, compound or home")
ORGANISATION = both("写单位的名称", "Write the name of an organisation")


class OrganisationForm(RecordForm):
    kind = CodeField(words.ORGANISATIONS, label=both("种类", "Kind"))
    name_zh = forms.CharField(label=both("名称", "Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=both("英文名称", "Name in English"), max_length=160, required=False)
    phone = forms.CharField(
        label=both("电话", "Phone"), max_length=32, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=both("对外公开的号码，不要写个人手机", "A number for the public, not somebody's own"),
    )  # fmt: skip
    place_id = PickField(label=both("在哪里", "Where"), help_text=BY_NAME, required=False)

    def look_up(self) -> None:
        _look_for_place(self)

    def details(self) -> OrganisationDetails:
        return OrganisationDetails(**self.said())


class FacilityForm(RecordForm):
    """Where it is: a building picked by name, or degrees typed. Degrees typed by hand are never overruled."""

    category = CodeField(label=both("类别", "Category"))
    name_zh = forms.CharField(label=both("名称", "Name in Chinese"), max_length=120, required=False)
    name_en = forms.CharField(label=both("英文名称", "Name in English"), max_length=160, required=False)
    place_id = PickField(label=both("在哪幢楼", "In which building"), required=False, help_text=BY_NAME)
    lon = DegreesField(
        label=both("经度（度）", "Longitude (degrees)"), required=False, min_value=-180, max_value=180,
        help_text=both("不填就用所选楼栋的位置；WGS-84，如 112.9345678", "Empty: where the chosen building stands. WGS-84, as 112.9345678"),
    )  # fmt: skip
    lat = DegreesField(label=both("纬度（度）", "Latitude (degrees)"), required=False, min_value=-90, max_value=90)
    status = CodeField(
        {code: text for code, (_, text) in words.FACILITY_STATUS.items()}, label=both("状态", "Status"), initial="open"
    )
    opening_hours = forms.CharField(
        label=both("开放时间", "Opening hours"), max_length=200, required=False,
        help_text=both("如 Mo-Fr 08:30-17:30", "As Mo-Fr 08:30-17:30"),
    )  # fmt: skip
    capacity = NumberField(
        label=both("容量（人）", "Capacity (persons)"), min_value=0, max_value=10_000_000, required=False
    )
    area_dm2 = AreaField(label=both("面积（㎡）", "Area (m²)"), required=False)
    provider_id = PickField(label=both("由谁办", "Run by"), required=False, help_text=ORGANISATION)

    def look_up(self) -> None:
        self.fields["category"].offer(facility_categories())  # type: ignore[attr-defined]
        _look_for_place(self)
        _look_for_organisation(self, "provider_id")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"lon", "lat", "place_id"} & set(self.errors):
            return cleaned
        typed = [name for name in ("lon", "lat") if cleaned.get(name) is not None]
        if len(typed) == 1:
            other = "lat" if typed == ["lon"] else "lon"
            self.add_error(other, both("经度和纬度要一起填", "Give longitude and latitude together"))
        elif not typed or self._is_moved_by_name():
            self._stand_at(cleaned, cleaned.get("place_id"))
        return cleaned

    def _is_moved_by_name(self) -> bool:
        """Another building was picked and the degrees were left as they stood."""
        touched = set(self.changed_data)
        return (
            self.act != "new"
            and "place_id" in touched
            and bool(self.cleaned_data["place_id"])
            and not {"lon", "lat"} & touched
        )

    def _stand_at(self, cleaned: dict[str, Any], place_id: UUID | None) -> None:
        if place_id is None:
            self.add_error("place_id", both("选一幢楼，或填经纬度", "Pick a building, or give longitude and latitude"))
            return
        place = queries.find_place(self.actor, place_id)
        if place.lon is None or place.lat is None:
            self.add_error(
                "lon",
                both(
                    "这处地方在册子里没有位置，请填经纬度",
                    "The register does not know where this stands; give longitude and latitude",
                ),
            )
            return
        cleaned |= {"lon": place.lon, "lat": place.lat}

    def changes(self) -> dict[str, Any]:
        columns = super().changes()
        stood = {"lon": self.record.lon, "lat": self.record.lat}
        return columns | {name: self.cleaned_data[name] for name in stood if self.cleaned_data[name] != stood[name]}

    def details(self) -> FacilityDetails:
        return FacilityDetails(**self.said())


class SpaceForm(RecordForm):
    name_zh = forms.CharField(label=both("名称", "Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=both("英文名称", "Name in English"), max_length=160, required=False)
    place_id = PickField(label=both("在哪里", "Where"), help_text=BY_NAME)
    floor = NumberField(
        label=both("楼层", "Floor"), help_text=both("地下写负数，如 -1", "Below ground is negative: -1"), required=False,
        min_value=RANGES["floor"][0], max_value=RANGES["floor"][1],
    )  # fmt: skip
    area_dm2 = AreaField(label=both("面积（㎡）", "Area (m²)"), help_text=both("最多两位小数", "At most two decimals"))
    state = CodeField(
        {code: text for code, (_, text) in words.SPACE_STATES.items()}, label=both("状态", "State"), initial="idle"
    )
    owner_id = PickField(label=both("归谁", "Whose it is"), required=False, help_text=ORGANISATION)

    def look_up(self) -> None:
        _look_for_place(self)
        _look_for_organisation(self, "owner_id")

    def details(self) -> SpaceDetails:
        return SpaceDetails(**self.said())


class DeviceForm(RecordForm):
    serial = forms.CharField(label=both("编号", "Serial number"), max_length=80)
    kind = CodeField(label=both("种类", "Kind"))
    place_id = PickField(label=both("装在哪里", "Where it is fitted"), help_text=BY_NAME)
    model = forms.CharField(label=both("型号", "Model"), max_length=80, required=False)
    status = CodeField(
        {code: text for code, (_, text) in words.DEVICE_STATUS.items()}, label=both("状态", "Status"), initial="working"
    )

    def look_up(self) -> None:
        self.fields["kind"].offer(words.device_kinds())  # type: ignore[attr-defined]
        _look_for_place(self)

    def details(self) -> DeviceDetails:
        return DeviceDetails(**self.said())


def _look_for_place(form: RecordForm) -> None:
    source = finding.places(form.actor, form.community_id, *INSIDE, suggest="building")
    form.fields["place_id"].look_in(source)  # type: ignore[attr-defined]


def _look_for_organisation(form: RecordForm, name: str) -> None:
    form.fields[name].look_in(finding.organisations(form.actor, form.community_id))  # type: ignore[attr-defined]
