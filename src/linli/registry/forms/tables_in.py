"""The forms of a list to import: the file, then which column is which, then what to do about people who may be one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from linli.kernel.clock import local_day, now
from linli.kernel.text import Text
from linli.platform.installation import installation_kind
from linli.platform.kit.forms import KitForm, both, spoken

from .. import uploads
from ..tablefiles import Layout, Sheet
from ..tablefiles.sheet import letter
from .acts import ActForm, day_field

MIB = 1024 * 1024
SYSTEM_NAMES = {
    "wgs84": Text("WGS-84（GPS、天地图）", "WGS-84 (GPS)"),
    "cgcs2000": Text("CGCS2000（国家大地坐标系）", "CGCS2000 (China Geodetic Coordinate System)"),
    "gcj02": Text("GCJ-02（高德、腾讯）", "GCJ-02 (Amap, Tencent)"),
    "bd09": Text("BD-09（百度）", "BD-09 (Baidu)"),
}


class TableForm(ActForm):
    """The file and the day. ``layout`` holds the limit of size."""

    file = forms.FileField(
        label=both("名单文件", "List"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(uploads.TABLE_SUFFIXES)}),
        max_length=200,
    )
    on = day_field(
        both("从哪天起算", "From which day"),
        hint=both(
            "这一天起册子按名单记；不能晚于今天", "From this day the register follows the list; today at the latest"
        ),
    )

    def __init__(self, *given: Any, layout: Layout, **options: Any) -> None:
        super().__init__(*given, **options)
        self.layout = layout
        if layout.questions:
            self.fields["crs"] = forms.ChoiceField(
                label=both("坐标系", "Coordinate system"), choices=[(id, spoken(text)) for id, text in SYSTEM_NAMES.items()],
                help_text=both("从高德、腾讯地图抄来的选 GCJ-02，从百度地图抄来的选 BD-09", "GCJ-02 for what comes from Amap or Tencent maps, BD-09 from Baidu maps"),
            )  # fmt: skip
        if any(column.is_private for column in layout.columns) and installation_kind() == "demo":
            self.fields["is_made_up"] = forms.BooleanField(
                label=both("名单里都是虚构的人", "Everybody on the list is made up"),
                help_text=both("演示系统只收虚构的人，不能登记真人", "A demo takes made-up people only, never real ones"),
                error_messages={"required": both("演示系统只收虚构的人：请勾选确认", "A demo takes made-up people only: tick to confirm")},
            )  # fmt: skip
        most = layout.limits.file_bytes // MIB
        self.fields["file"].help_text = both(f".xlsx 或 .csv，{most} MB 以内", f".xlsx or .csv, up to {most} MB")

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(uploads.TABLE_SUFFIXES):
            raise forms.ValidationError(
                both(
                    "“%(name)s”读不了；要 .xlsx 或 .csv（旧的 .xls 请另存为 .xlsx）",
                    "“%(name)s” cannot be read; .xlsx or .csv (save an old .xls as .xlsx)",
                ),
                params={"name": file.name},
            )
        if file.size > self.layout.limits.file_bytes:
            raise forms.ValidationError(
                both(
                    "文件有 %(size)s MB，最多 %(most)s MB，请分成几个",
                    "The file has %(size)s MB, at most %(most)s MB; split it",
                ),
                params={"size": round(file.size / MIB, 1), "most": self.layout.limits.file_bytes // MIB},
            )
        return file

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on and on > local_day(now()):
            raise forms.ValidationError(both("不能晚于今天", "Today at the latest"))
        return on


class ColumnsForm(KitForm):
    """One choice for each column of the layout: which of the file's columns it is, or none."""

    def __init__(self, *given: Any, layout: Layout, sheet: Sheet, **options: Any) -> None:
        super().__init__(*given, **options)
        self.layout = layout
        nothing = [("", both("不导入", "Not imported"))]
        choices = [(str(at), _said(sheet, at)) for at in range(len(sheet.headings))]
        for column in layout.columns:
            self.fields[column.id] = forms.ChoiceField(
                label=spoken(column.title), choices=[*nothing, *choices], required=column.is_required, help_text=spoken(column.help) if column.help else "",
                error_messages={"required": both("这一列必须有", "This column is needed")},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        seen: dict[str, str] = {}
        for column in self.layout.columns:
            at = self.cleaned_data.get(column.id)
            if at and at in seen:
                self.add_error(
                    column.id,
                    both("文件里的这一列已给了上面另一项", "This column of the file is taken by another field above"),
                )
            elif at:
                seen[at] = column.id
        return self.cleaned_data

    def chosen(self) -> dict[str, int]:
        return {id: int(at) for id, at in self.cleaned_data.items() if at}


def _said(sheet: Sheet, at: int) -> str:
    samples = "、".join(one[:12] for one in sheet.samples(at, 2))
    return f"{letter(at)} {sheet.headings[at][:30] or '—'}" + (f"（{samples}）" if samples else "")


def read_answers(given: Mapping[str, str], questions: list[dict[str, Any]]) -> dict[str, str]:
    """Line → answer, only what was asked and offered; what nobody answered is as suggested."""
    answers = {}
    for question in questions:
        offered = {option["value"] for option in question["options"]}
        answer = given.get(f"q{question['line']}", "")
        answers[str(question["line"])] = answer if answer in offered else question["suggested"]
    return answers
