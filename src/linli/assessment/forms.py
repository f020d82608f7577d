"""The forms of assessment: a value, a sheet, a closing, a plan, what was done, what was learned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db import transaction

from linli.kernel.errors import InputError, LinliError
from linli.platform.kit.forms import KitForm, both, spoken

from .commands.planning import Own
from .rules.entries import QUALITIES, Entry
from .rules.period import Period
from .rules.system import Indicator

ABOUT_ERRORS = {
    "assessment.impossible_value": "value",
    "assessment.not_a_share": "numerator",
    "assessment.bad_denominator": "denominator",
    "assessment.out_of_period": "as_of",
    "assessment.no_evidence": "evidence",
    "assessment.no_measures": "deeds",
    "assessment.due_before": "own_due_on",
}


class ActForm(KitForm):
    """Tries a command once; its refusal stands beside the field it is about."""

    about: Mapping[str, str] = ABOUT_ERRORS

    def carried_out(self, act: Callable[[], Any]) -> bool:
        try:
            with transaction.atomic():
                act()
        except InputError as error:
            self.faults = error.faults
            self.add_error(None, spoken(error.text))
            return False
        except LinliError as error:
            if error.status not in (403, 409, 422):
                raise
            field = self.about.get(error.code)
            self.add_error(field if field in self.fields else None, spoken(error.text))
            return False
        return True


class EntryForm(ActForm):
    value = forms.FloatField(label=both("数值", "Value"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    numerator = forms.FloatField(label=both("分子", "Numerator"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}))  # fmt: skip
    denominator = forms.FloatField(
        label=both("分母", "Denominator"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=both("能数出来的就填，两个一起填", "Where it was counted; both or neither"),
    )  # fmt: skip
    as_of = forms.DateField(label=both("数据日期", "As of"), widget=forms.DateInput(attrs={"type": "date"}))
    quality = forms.ChoiceField(label=both("质量", "Quality"), choices=[(key, spoken(text)) for key, text in QUALITIES.items()])  # fmt: skip
    evidence = forms.CharField(
        label=both("依据", "What it rests on"), max_length=300,
        help_text=both("哪张表、谁报的、怎么数的；不写人名", "Which table, which office told it, how it was counted; no names of people"),
    )  # fmt: skip

    def __init__(self, *given: Any, indicator: Indicator, period: Period, **options: Any) -> None:
        super().__init__(*given, **options)
        unit = indicator.unit
        self.fields["value"].help_text = both(f"单位：{unit.zh}", f"Unit: {unit.en}")
        self.fields["as_of"].help_text = both(f"{period.first_day} 到 {period.last_day}", f"{period.first_day} to {period.last_day}")  # fmt: skip
        self.measure = indicator.measure

    def entry(self) -> Entry:
        said = self.cleaned_data
        return Entry(
            self.measure, said["value"], said["as_of"], said["quality"], said["evidence"], said["numerator"], said["denominator"]
        )  # fmt: skip


class SheetForm(ActForm):
    file = forms.FileField(
        label=both("填好的表", "The filled-in sheet"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=both("用这里下载的模板填；先预览，确认了才记下", "In the template offered here; it is shown first and kept only when you confirm"),
    )  # fmt: skip


class WriteForm(ActForm):
    aim = forms.CharField(
        label=both("想做到什么", "What it should come to"), max_length=200,
        help_text=both("一句话，写得出数的写数", "One sentence, with a number where there is one"),
    )  # fmt: skip
    deeds = forms.MultipleChoiceField(
        label=both("策略库里的措施", "Measures of the library"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=both("花费和效果是估计；做过的会显示实际跟着变了多少", "Costs and effects are estimates; where one was done before, what went with it is told"),
    )  # fmt: skip
    own_title = forms.CharField(label=both("自己想的办法", "A measure of your own"), required=False, max_length=120)
    own_who = forms.CharField(label=both("谁来办", "By whom"), required=False, max_length=100)
    own_due_on = forms.DateField(label=both("哪天做完", "Done by"), required=False, widget=forms.DateInput(attrs={"type": "date"}))  # fmt: skip

    def __init__(self, *given: Any, choices: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["deeds"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["deeds"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        parts = [said.get("own_title"), said.get("own_who"), said.get("own_due_on")]
        if any(parts) and not all(parts):
            for name, part in zip(("own_title", "own_who", "own_due_on"), parts, strict=True):
                if not part and name not in self.errors:
                    self.add_error(name, both("自己的办法要写全：办法、谁办、哪天做完", "Say all three: what, by whom, by when"))  # fmt: skip
        return said

    def own(self) -> list[Own]:
        said = self.cleaned_data
        return [Own(said["own_title"], said["own_who"], said["own_due_on"])] if said.get("own_title") else []


class DoneForm(ActForm):
    row = forms.IntegerField(widget=forms.HiddenInput)
    evidence = forms.CharField(label=both("怎么知道做完了", "How one knows it was done"), max_length=300)


class CheckForm(ActForm):
    learned = forms.CharField(
        label=both("学到什么", "What was learned"), max_length=300,
        help_text=both("有用没用、为什么；下次会有人看", "What helped or did not, and why; the next one will read it"),
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=both("接下来", "Next"), widget=forms.RadioSelect,
        choices=[("close", both("闭环", "Close the plan")), ("again", both("还不够，再做一轮", "Not enough: once more round"))],
    )  # fmt: skip


def starting_day(period: Period, today: dt.date) -> dt.date:
    """The day offered for a value: the last of the period, or today while it runs."""
    return period.reading_day(today)
