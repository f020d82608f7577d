"""Fields the registry's forms share: days, areas, heights, codes with bilingual words, and picking a thing by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from linli.kernel.text import Text
from linli.platform.kit.forms import both, spoken

ASK = Text("请选一项", "Choose one")
MOST_FOUND = 12  # as many as one reads through before writing more of the name


@dataclass(frozen=True, slots=True)
class Found:
    """Something a name may mean: what it is called, and what tells it from others of that name."""

    id: UUID
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a pick field looks. ``find(text)`` gives at most :data:`MOST_FOUND` + 1 things it may mean, the exact ones alone where
    there are any; ``recall(id)`` the thing of an id, None where it is not the actor's to see; ``suggest()`` names to offer.
    """

    find: Callable[[str], Sequence[Found]]
    recall: Callable[[UUID], Found | None]
    suggest: Callable[[], Sequence[str]] = tuple


@dataclass(frozen=True, slots=True)
class Typed:
    """What a pick field received: the words, the thing chosen among several, and the words that choice was offered for."""

    text: str
    chosen: str = ""
    offered_for: str = ""


class PickInput(forms.TextInput):
    """A name to type, with suggestions; where it means several things, a choice among them under it. Needs no script."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off"} | (attrs or {}))
        self.suggestions: Sequence[str] = ()
        self.candidates: Sequence[Found] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return Typed(data.get(name, ""), data.get(f"{name}_id", ""), data.get(f"{name}_for", ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> Any:
        typed = _typed(value)
        attributes = dict(attrs or {})
        listed = mark_safe("")
        if self.suggestions:
            attributes["list"] = f"{attributes.get('id', name)}-list"
            options = format_html_join("", '<option value="{}"></option>', ((one,) for one in self.suggestions))
            listed = format_html('<datalist id="{}">{}</datalist>', attributes["list"], options)
        box = super().render(name, typed.text, attributes, renderer)
        kept = format_html('<input type="hidden" name="{}_for" value="{}">', name, typed.text)
        if self.candidates:
            return box + listed + kept + self._choice(name, typed)
        if typed.chosen:
            kept += format_html('<input type="hidden" name="{}_id" value="{}">', name, typed.chosen)
        return box + listed + kept

    def _choice(self, name: str, typed: Typed) -> Any:
        row = (
            '<label class="choice"><input type="radio" class="radio" name="{}_id" value="{}"{}>'
            "<span>{}<small>{}</small></span></label>"
        )
        rows = (
            (name, one.id, mark_safe(" checked") if str(one.id) == typed.chosen else "", one.title, one.detail)
            for one in self.candidates[:MOST_FOUND]
        )
        legend = both("您说的是哪一个？", "Which one do you mean?")
        return format_html(
            '<fieldset class="field mt-2"><legend class="lab">{}</legend><div class="choice-cards">{}</div></fieldset>',
            legend,
            format_html_join("", row, rows),
        )


class PickField(forms.Field):
    """A thing picked by its name; the cleaned value is its id, None where nothing is typed.

    :meth:`look_in` is called by each form. A choice already made stands as long as the words beside it stay the same.
    """

    widget = PickInput
    default_error_messages = {  # noqa: RUF012  # Django's own way
        "nothing_found": both(
            "没有找到“%(text)s”，换个写法试试", "Nothing is called “%(text)s” here; write it another way"
        ),
        "which": both("“%(text)s”有 %(n)s 个，在下面选一个", "%(n)s are called “%(text)s”; choose one below"),
        "too_many": both(
            "“%(text)s”有 %(n)s 个以上，写得再细些，或在下面选",
            "More than %(n)s are called “%(text)s”; write more of the name, or choose below",
        ),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.source: Source | None = None

    def look_in(self, source: Source) -> None:
        self.source = source
        self.widget.suggestions = source.suggest()

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, UUID):
            found = self._source.recall(value)
            return picked(found) if found else Typed("")
        return value

    @property
    def _source(self) -> Source:
        if self.source is None:
            raise RuntimeError("a pick field was used before its form said where it looks")
        return self.source

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _typed(initial).chosen != _typed(data).chosen

    def clean(self, value: Any) -> UUID | None:
        typed = _typed(value)
        text = " ".join(typed.text.split())
        if not text:
            self.validate(None)
            return None
        if typed.chosen and typed.offered_for.strip() == typed.text.strip():
            kept = self._source.recall(_id_of(typed.chosen))
            if kept is not None:
                return kept.id
        found = list(self._source.find(text))
        if len(found) == 1:
            return found[0].id
        self.widget.candidates = found
        if not found:
            raise ValidationError(self.error_messages["nothing_found"], params={"text": text})
        code = "too_many" if len(found) > MOST_FOUND else "which"
        raise ValidationError(self.error_messages[code], params={"text": text, "n": min(len(found), MOST_FOUND)})


def picked(found: Found) -> Typed:
    """The starting value of a pick field that stands on ``found``."""
    return Typed(found.title, str(found.id), found.title)


def _id_of(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError:
        return UUID(int=0)


def _typed(value: Any) -> Typed:
    return value if isinstance(value, Typed) else Typed("" if value is None else str(value))


class DayField(forms.DateField):
    """A day as ``2026-03-01``."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d"], **options)

    def to_python(self, value: Any) -> dt.date | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                both(
                    "看不懂日期“%(got)s”，要写成 2026-03-01", "Cannot read the day “%(got)s”; write it like 2026-03-01"
                ),
                params={"got": value},
            ) from None


class NumberField(forms.IntegerField):
    """A whole number."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(
                both("“%(got)s”不是整数，写成 6 这样", "“%(got)s” is not a whole number; write it like 6"),
                params={"got": value},
            ) from None


class ScaledField(forms.DecimalField):
    """A decimal people write (㎡, 米, 度) and what is kept: ``places`` decimals, multiplied into a whole number."""

    def __init__(self, *, places: int, example: str, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        self.places, self.example = places, example
        super().__init__(max_digits=12, decimal_places=places, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stub follows IntegerField
        try:
            return super().to_python(str(value).replace(",", "") if value not in self.empty_values else None)
        except ValidationError:
            raise self._unreadable(value) from None

    def clean(self, value: Any) -> Any:
        number = self.to_python(value)
        if number is not None and number != number.quantize(Decimal(1).scaleb(-self.places)):
            raise self._unreadable(value)
        number = super().clean(value)
        return None if number is None else self.kept(number)

    def kept(self, number: Decimal) -> Any:
        return int(number.scaleb(self.places))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value).scaleb(-self.places):f}" if isinstance(value, int) else value

    def _unreadable(self, value: Any) -> ValidationError:
        words = both(
            "“%(got)s”不是最多 %(places)s 位小数的数，写成 %(example)s 这样",
            "“%(got)s” is not a number of at most %(places)s decimals; write it like %(example)s",
        )
        return ValidationError(words, params={"got": value, "places": self.places, "example": self.example})


class AreaField(ScaledField):
    """Square metres with two decimals, kept as whole dm²."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=2, example="89.60", **options)


class HeightField(ScaledField):
    """Metres with one decimal, kept as whole dm."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=1, example="18.5", **options)


class DegreesField(ScaledField):
    """Degrees with up to seven decimals (a centimetre), kept as they are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(places=7, example="116.3214567", **options)

    def kept(self, number: Decimal) -> float:
        return float(number)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.7f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


class CodeField(forms.ChoiceField):
    """One code of a list with bilingual words. Nothing is chosen beforehand unless ``initial`` says so; ``none`` names the choice
    that says nothing, for a field that may stay empty."""

    def __init__(self, words: dict[str, Text] | None = None, *, none: Text | None = None, **options: Any) -> None:
        self.none = none or ASK
        super().__init__(**options)
        self.offer(words or {})

    def offer(self, words: dict[str, Text]) -> None:
        """Set the list, for words that are known only when the form is made."""
        self.choices = [("", spoken(self.none)), *((code, spoken(text)) for code, text in words.items() if code)]

    def keep(self, code: str) -> None:
        """Offer also a code that stands in the record and is in no list."""
        if code and not self.valid_value(code):
            self.choices = [*list(self.choices), (code, code)]  # type: ignore[arg-type]
