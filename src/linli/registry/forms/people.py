"""The form of a person. What is kept sealed is never shown back in a field: it is left, replaced or taken out."""

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
from ..pages import words
from ..rules.people import check_birth, check_care_note, normal_phone
from ..sealed import read_identity
from .acts import RecordForm, told_here
from .fields import CodeField, DayField

FORGETS = {"phone": "forget_phone", "identity_number": "forget_identity", "care_note": "forget_care_note"}
"""A sealed column and the box that takes it out."""
KEPT = both(
    "已经登记，加密保存；要换就填新的，不填就不动",
    "One is recorded, encrypted; write a new one to replace it, or leave it",
)
SEXES = {"female": Text("女", "Female"), "male": Text("男", "Male")}


class PersonForm(RecordForm):
    mends_start = True
    beside: ClassVar[frozenset[str]] = RecordForm.beside | {*FORGETS, *FORGETS.values(), "identity_kind"}

    name = forms.CharField(label=both("姓名", "Name"), max_length=80)
    name_en = forms.CharField(label=both("英文姓名", "Name in Latin letters"), max_length=80, required=False)
    sex = CodeField(SEXES, none=Text("不登记", "Not recorded"), label=both("性别", "Sex"), required=False)
    born_on = DayField(label=both("出生日期", "Date of birth"), required=False)
    phone = forms.CharField(
        label=both("电话", "Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=both("手机，或带区号的固话；加密保存", "A mobile, or a land line with area code; kept encrypted"),
    )  # fmt: skip
    forget_phone = forms.BooleanField(label=both("删去登记的电话", "Take the recorded phone out"), required=False)
    identity_kind = CodeField(
        words.DOCUMENTS, none=Text("不登记", "Not recorded"), label=both("证件种类", "Kind of document"), required=False
    )
    identity_number = forms.CharField(
        label=both("证件号", "Document number"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=both("只在办事用得着时登记；加密保存。身份证号会一并填上出生日期和性别", "Only where a service needs it; kept encrypted. A citizen number fills in birth and sex"),
    )  # fmt: skip
    forget_identity = forms.BooleanField(label=both("删去登记的证件", "Take the recorded document out"), required=False)
    needs = forms.MultipleChoiceField(
        label=both("需要照应之处", "What they need"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=both("只记上门、疏散时用得着的", "Only what matters on a visit or in an evacuation"),
    )  # fmt: skip
    care_note = forms.CharField(
        label=both("照应说明", "Note on care"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=both("健康和照护方面非知道不可的；本人或监护人同意才记。加密保存，看要说明原因", "Health and care, only what must be known and with the person's or guardian's consent. Kept encrypted; looking needs a reason"),
    )  # fmt: skip
    forget_care_note = forms.BooleanField(label=both("删去照应说明", "Take the note out"), required=False)
    checked_on = DayField(label=both("上次核对的日子", "Last checked with them on"), required=False)

    def look_up(self) -> None:
        self.fields["needs"].choices = [(code, spoken(text)) for code, text in catalogue("person-needs").items()]  # type: ignore[attr-defined]
        for column, box in FORGETS.items():
            if self.record is not None and getattr(self.record, column) is not None:
                self.fields[column].help_text = KEPT
            else:
                del self.fields[box]
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
        return super().starting(record) | dict.fromkeys((*FORGETS, "identity_kind"), "")

    def clean_phone(self) -> str:
        with told_here():
            return normal_phone(self.cleaned_data["phone"]) if self.cleaned_data["phone"] else ""

    def clean_identity_number(self) -> str:
        kind, number = self.cleaned_data.get("identity_kind", ""), self.cleaned_data["identity_number"]
        with told_here():
            return read_identity(kind, number) if kind and number else number

    def clean_care_note(self) -> str:
        with told_here():
            return check_care_note(self.cleaned_data["care_note"])

    def clean_born_on(self) -> dt.date | None:
        with told_here():
            return check_birth(self.cleaned_data["born_on"], today=local_day(now()))

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        kind, number = (self.cleaned_data.get(name) for name in ("identity_kind", "identity_number"))
        if number and not kind:
            self.add_error("identity_kind", both("填了证件号，请选证件种类", "Choose what kind of document it is"))
        if kind and not number and "identity_number" not in self.errors:
            self.add_error("identity_number", both("选了证件种类，请填证件号", "Write the number of the document"))
        return said

    def said(self) -> dict[str, Any]:
        return super().said() | (self._sealed_said() if self.act == "new" else {})

    def _sealed_said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*FORGETS, "identity_kind")}

    def changes(self) -> dict[str, Any]:
        """What is sealed changes where something was written, or its box was ticked."""
        columns = super().changes()
        for column, box in FORGETS.items():
            if self.cleaned_data.get(column):
                columns[column] = self.cleaned_data[column]
            elif self.cleaned_data.get(box):
                columns[column] = ""
        if "identity_number" in columns:
            columns["identity_kind"] = self.cleaned_data["identity_kind"] if columns["identity_number"] else ""
        return columns

    def details(self) -> PersonDetails:
        return PersonDetails(**self.said())
