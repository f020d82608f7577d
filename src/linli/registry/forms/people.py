"""The form of a person. A telephone that is kept sealed is never shown back in a field: it is left, replaced or taken out."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms

from linli.kernel.clock import local_day, now
from linli.kernel.text import Text
from linli.platform.installation import installation_kind
from linli.platform.kit.forms import both, spoken

from ..catalogues import catalogue
from ..commands import PersonDetails
from ..rules.people import check_birth, normal_phone
from .acts import RecordForm, told_here
from .fields import CodeField, DayField

SEXES = {"female": Text("女", "Female"), "male": Text("男", "Male")}


class PersonForm(RecordForm):
    mends_start = True
    beside: ClassVar[frozenset[str]] = RecordForm.beside | {"forget_phone", "phone"}

    name = forms.CharField(label=both("姓名", "Name"), max_length=80)
    name_en = forms.CharField(label=both("英文姓名", "Name in Latin letters"), max_length=80, required=False)
    sex = CodeField(SEXES, none=Text("不登记", "Not recorded"), label=both("性别", "Sex"), required=False)
    born_on = DayField(label=both("出生日期", "Date of birth"), required=False)
    phone = forms.CharField(
        label=both("电话", "Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=both("手机，或带区号的固话；加密保存", "A mobile, or a land line with area code; kept encrypted"),
    )  # fmt: skip
    forget_phone = forms.BooleanField(label=both("删去登记的电话", "Take the recorded phone out"), required=False)
    needs = forms.MultipleChoiceField(
        label=both("需要照应之处", "What they need"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=both("只记上门、疏散时用得着的", "Only what matters on a visit or in an evacuation"),
    )  # fmt: skip
    checked_on = DayField(label=both("上次核对的日子", "Last checked with them on"), required=False)

    def look_up(self) -> None:
        self.fields["needs"].choices = [(code, spoken(text)) for code, text in catalogue("person-needs").items()]  # type: ignore[attr-defined]
        has_phone = self.record is not None and self.record.phone_index is not None
        if has_phone:
            self.fields["phone"].help_text = both(
                "已经登记，加密保存；要换就填新的，不填就不动",
                "One is recorded, encrypted; write a new one to replace it, or leave it",
            )
        else:
            del self.fields["forget_phone"]
        if self.act == "new" and installation_kind() == "demo":
            self.fields["is_made_up"] = forms.BooleanField(
                label=both("这是虚构的人", "This person is made up"),
                help_text=both(
                    "演示系统只收虚构的人，不能登记真人", "A demo takes made-up people only, never real ones"
                ),
                error_messages={
                    "required": both(
                        "演示系统只收虚构的人：请勾选确认", "A demo takes made-up people only: tick to confirm"
                    )
                },
            )

    def starting(self, record: Any) -> dict[str, Any]:
        return super().starting(record) | {"phone": ""}

    def clean_phone(self) -> str:
        with told_here():
            return normal_phone(self.cleaned_data["phone"]) if self.cleaned_data["phone"] else ""

    def clean_born_on(self) -> dt.date | None:
        with told_here():
            return check_birth(self.cleaned_data["born_on"], today=local_day(now()))

    def said(self) -> dict[str, Any]:
        return super().said() | ({"phone": self.cleaned_data["phone"]} if self.act == "new" else {})

    def changes(self) -> dict[str, Any]:
        columns = super().changes()
        if self.cleaned_data.get("phone"):
            columns["phone"] = self.cleaned_data["phone"]
        elif self.cleaned_data.get("forget_phone"):
            columns["phone"] = ""
        return columns

    def details(self) -> PersonDetails:
        return PersonDetails(**self.said())
