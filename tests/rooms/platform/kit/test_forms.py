"""Forms in two languages: our words, errors tied to their fields, prefills that say where they come from."""

from __future__ import annotations

from django import forms
from django.template import Context, Template
from django.utils import translation

from linli.kernel.text import Text
from linli.platform.kit.forms import Card, KitForm, both, spoken


class Visit(KitForm):
    phone = forms.CharField(label=both("电话", "Phone"), help_text=both("上门前打", "Before they come"), min_length=11)
    place = forms.ChoiceField(
        label=both("在哪里", "Where"),
        widget=forms.RadioSelect,
        choices=[
            ("a", Card(Text("楼道", "Stairs"), Text("您家门口", "At your door"))),
            ("b", both("别处", "Elsewhere")),
        ],
    )
    note = forms.CharField(
        label=both("说明", "Note"),
        required=False,
        error_messages={"max_length": both("太长", "Too long")},
        max_length=3,
    )


def draw(form: KitForm, language: str = "zh-hans") -> str:
    source = '{% include "kit/errors.html" %}{% for one in form %}{% field one %}{% endfor %}'
    with translation.override(language):
        form.full_clean() if form.is_bound else None
        return Template(source).render(Context({"form": form}))


def test_every_error_is_told_twice_in_the_same_words_and_linked() -> None:
    drawn = draw(Visit({"phone": "139", "note": "四个字了"}))
    assert drawn.count("至少 11 个字，现在 3 个") == 2
    assert drawn.count("请填这一项") == 2
    assert drawn.count("太长") == 2
    assert '<a href="#id_phone">' in drawn
    assert '<a href="#id_place_0">' in drawn
    assert 'id="id_place_0"' in drawn
    assert "还差 3 处" in drawn


def test_the_same_form_speaks_english() -> None:
    drawn = draw(Visit({"phone": "139"}), "en")
    assert "At least 11 characters, got 3" in drawn
    assert "Enter this" in drawn
    assert "Stairs<small>At your door</small>" in drawn
    assert "电话" not in drawn


def test_a_field_names_what_describes_it() -> None:
    drawn = draw(Visit({"phone": "1"}, origins={"phone": Text("来自住户登记", "From the register")}))
    assert 'aria-describedby="id_phone-hint id_phone-origin id_phone-error"' in drawn
    for part in ("hint", "origin", "error"):
        assert f'id="id_phone-{part}"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_a_fresh_form_shows_no_errors_and_selects_nothing() -> None:
    drawn = draw(Visit())
    assert "error-summary" not in drawn
    assert " checked" not in drawn
    assert "可不填" in drawn


def test_words_are_chosen_when_shown_not_when_made() -> None:
    word = spoken(Text("电话", "Phone"))
    with translation.override("en"):
        assert str(word) == "Phone"
    with translation.override("zh-hans"):
        assert str(word) == "电话"
