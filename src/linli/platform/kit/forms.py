"""Django forms that speak both languages and draw themselves by the kit.

Django keeps labels, hints, choices and messages as strings, so a bilingual word is given as :func:`both`: a string that is chosen when
it is shown.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import BaseValidator
from django.utils.functional import lazystr
from django.utils.translation import get_language

from linli.kernel.text import Text


class _Both:
    def __init__(self, text: Text) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text.in_(get_language() or "zh-hans")


def both(zh: str, en: str) -> Any:
    """A word in both languages, for labels, hints, choices and messages of forms. ``%(name)s`` marks are filled by Django."""
    return lazystr(_Both(Text(zh, en)))


def spoken(text: Text) -> Any:
    """The same, from a :class:`Text`."""
    return lazystr(_Both(text))


class Card:
    """The label of a big choice: a word and a quieter line under it."""

    def __init__(self, text: Text, hint: Text | None = None) -> None:
        self.text = text
        self.hint = hint

    def __str__(self) -> str:
        return self.text.in_(get_language() or "zh-hans")


MESSAGES = {
    "required": both("请填这一项", "Enter this"),
    "invalid": both("写法不对，请照提示改", "Not readable; see the hint"),
    "invalid_choice": both("请从列出的里面选", "Choose one of those listed"),
    "invalid_list": both("请从列出的里面选", "Choose from those listed"),
    "max_length": both(
        "最多 %(limit_value)d 个字，现在 %(show_value)d 个", "At most %(limit_value)d characters, got %(show_value)d"
    ),
    "min_length": both(
        "至少 %(limit_value)d 个字，现在 %(show_value)d 个", "At least %(limit_value)d characters, got %(show_value)d"
    ),
    "max_value": both("不能大于 %(limit_value)s", "At most %(limit_value)s"),
    "min_value": both("不能小于 %(limit_value)s", "At least %(limit_value)s"),
    "empty": both("这个文件是空的", "This file is empty"),
    "missing": both("请选一个文件", "Choose a file"),
}


class KitForm(forms.Form):
    """A form whose stock messages are ours; a field's own ``error_messages`` stay.

    ``origins`` says where a prefilled value comes from, and stands under the label.
    """

    def __init__(self, *given: Any, origins: dict[str, Text] | None = None, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*given, **options)
        self.origins = origins or {}
        for field in self.fields.values():
            stock = stock_messages(type(field))
            for key, message in MESSAGES.items():
                if field.error_messages.get(key) is stock.get(key):
                    field.error_messages[key] = message
            for validator in field.validators:
                if isinstance(validator, BaseValidator) and validator.code in MESSAGES:
                    validator.message = MESSAGES[validator.code]


def stock_messages(field: type[forms.Field]) -> dict[str, Any]:
    """What Django would say for this kind of field."""
    found: dict[str, Any] = {}
    for base in reversed(field.__mro__):
        found |= getattr(base, "default_error_messages", {})
    return found


def look_of(field: forms.BoundField) -> str:
    """``cards`` for radios and check lists, ``check`` for a single box, ``line`` for everything else."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "cards"
    return "check" if isinstance(widget, forms.CheckboxInput) else "line"


def described_by(field: forms.BoundField, *, has_origin: bool) -> str:
    parts = ["hint"] * bool(field.help_text) + ["origin"] * has_origin + ["error"] * bool(field.errors)
    return " ".join(f"{field.auto_id}-{part}" for part in parts)


def control(field: forms.BoundField, *, described: str) -> str:
    """The input itself, with what a reader of it needs to know."""
    attributes: dict[str, Any] = {"class": "checkbox" if look_of(field) == "check" else "in"}
    if described:
        attributes["aria-describedby"] = described
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)
