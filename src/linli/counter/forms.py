"""The counter's forms."""

from __future__ import annotations

from typing import Any

from django import forms

from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.kit.forms import Card, KitForm, both

from .rules import CODE_DIGITS, MAX_NOTE


class MatterForm(KitForm):
    matter = forms.ChoiceField(label=both("办什么", "What for"), widget=forms.RadioSelect)
    phone = forms.CharField(
        label=both("新号码", "New number"), required=False, max_length=30,
        help_text=both("只有换电话号码才填", "Only for a new telephone number"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    note = forms.CharField(
        label=both("办了什么", "What is done"), required=False, max_length=MAX_NOTE, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=both("用本人的话写，本人在回执上看得到", "In the person's words; it stands on their receipt"),
    )  # fmt: skip

    def __init__(self, *given: Any, without: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(*given, **options)
        entries = find_policy("catalogue", "counter-matters").body["entries"]
        if "phone" in without:
            del self.fields["phone"]
        field: Any = self.fields["matter"]
        field.choices = [
            (entry["id"], Card(Text.from_mapping(entry["title"]), Text.from_mapping(entry["note"])))
            for entry in entries
            if entry["id"] not in without
        ]


class CodeForm(KitForm):
    code = forms.CharField(
        label=both("确认码", "Code"), max_length=12,
        help_text=both(
            f"本人登录“我”里的“柜台代办”看得到 {CODE_DIGITS} 位数字，请他念给您",
            f"{CODE_DIGITS} digits that stand on the person's own page, under “Me”, “Counter”; ask them to read it out",
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
