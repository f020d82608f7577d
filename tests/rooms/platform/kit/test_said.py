"""Numbers, dates, money and areas as people read them, in both languages; tags put words in safely."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation

from linli.kernel.clock import SHANGHAI
from linli.kernel.errors import LinliError
from linli.kernel.text import Text
from linli.platform.kit import assets, icons, said

NOW = dt.datetime(2026, 11, 20, 14, 32, tzinfo=SHANGHAI)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("spoken", "zh", "en"),
    [
        (lambda lang: said.number(1140, lang), "1140", "1,140"),
        (lambda lang: said.number("31904.25", lang), "31904.25", "31,904.25"),
        (lambda lang: said.number(2.345, lang, decimals=2), "2.35", "2.35"),
        (lambda lang: said.number(-0.5, lang, decimals=0), "-1", "-1"),
        (lambda lang: said.number(None, lang), "—", "—"),
        (lambda lang: said.percent(0.8207, lang), "82.1%", "82.1%"),
        (lambda lang: said.money(81536, lang), "815.36 元", "¥815.36"),
        (lambda lang: said.money(-550, lang), "-5.50 元", "-¥5.50"),
        (lambda lang: said.money_wan(46_780_000, lang), "46.78 万元", "¥467,800"),
        (lambda lang: said.area(8960, lang), "89.60 ㎡", "89.60 m²"),
        (lambda lang: said.length(620.4, lang), "620 米", "620 m"),
        (lambda lang: said.length(1240, lang), "1.2 公里", "1.2 km"),
        (lambda lang: said.minutes(21.34, lang), "21.3 分", "21.3 min"),
        (lambda lang: said.day(dt.date(2026, 11, 20), lang, now=NOW), "11月20日", "20 Nov"),
        (lambda lang: said.day(dt.date(2025, 1, 2), lang, now=NOW), "2025年1月2日", "2 Jan 2025"),
        (lambda lang: said.day(at(11, 21, 0, 30), lang, now=NOW), "11月21日", "21 Nov"),
        (lambda lang: said.moment(at(11, 20, 15, 52), lang, now=NOW), "今天 15:52", "Today 15:52"),
        (lambda lang: said.moment(at(11, 19, 23, 59), lang, now=NOW), "昨天 23:59", "Yesterday 23:59"),
        (lambda lang: said.moment(at(11, 18, 8), lang, now=NOW), "11月18日 08:00", "18 Nov 08:00"),
        (lambda lang: said.weekday(dt.date(2026, 11, 20), lang), "周五", "Fri"),
        (lambda lang: said.span(5280, lang), "1 小时 28 分", "1 h 28 min"),
        (lambda lang: said.span(3 * 86400 + 4 * 3600 + 59, lang), "3 天 4 小时", "3 d 4 h"),
        (lambda lang: said.span(86400, lang), "1 天", "1 d"),
        (lambda lang: said.span(59, lang), "不到 1 分", "under 1 min"),
    ],
)
def test_values_are_said_as_the_visual_guide_says_them(spoken, zh: str, en: str) -> None:
    assert (spoken("zh-hans"), spoken("en")) == (zh, en)


def render(source: str, language: str = "zh-hans", **context: object) -> str:
    with translation.override(language):
        return Template(source).render(Context(context))


def test_a_sentence_is_chosen_by_the_language_and_its_values_are_escaped() -> None:
    source = '{% t "还差 {n} 人，{who}" "{n} more needed, {who}" n=n who=who %}'
    assert render(source, n=37, who="<b>") == "还差 37 人，&lt;b&gt;"
    assert render(source, "en", n=37, who=Text("林", "Lin")) == "37 more needed, Lin"


def test_words_from_data_are_escaped_even_as_the_sentence() -> None:
    assert render("{% t zh en %}", zh="<script>", en="x") == "&lt;script&gt;"
    assert render("{{ word|say }}", word=Text("<i>", "x")) == "&lt;i&gt;"


def test_braces_without_values_stay_as_they_are() -> None:
    assert render('{% t "集合 {x}" "set {x}" %}') == "集合 {x}"


def test_separators_stand_without_spaces() -> None:
    assert render('{% t "一 · 二" "one · two" %}', "en") == "one·two"


def test_badges_always_have_a_shape_and_a_word() -> None:
    badge = render('{% badge "red" word %}', word=Text("今天到期", "Due today"))
    assert "<svg" in badge
    assert "今天到期" in badge
    with pytest.raises(ValueError, match="badge kind must be one of"):
        render('{% badge "purple" "x" "y" %}')


def test_an_icon_alone_is_named_and_beside_a_word_is_silent() -> None:
    assert 'aria-hidden="true"' in render('{% icon "walk" %}')
    assert 'role="img" aria-label="放大&quot;"' in render("{% icon name label=label %}", name="plus", label='放大"')


def test_every_symbol_of_the_sprite_can_be_drawn_without_style_attributes() -> None:
    for name in icons.symbols():
        drawn = icons.svg(name)
        assert "style=" not in drawn
        assert "ns0:" not in drawn


def test_a_missing_asset_says_how_to_build_it() -> None:
    with pytest.raises(LinliError) as refused:
        assets.asset_url("nothing.css")
    assert "nothing.css" in refused.value.text.zh
    assert "npm run build" in refused.value.text.en
    assert render('{% asset "nothing.css" quiet=True as sheet %}[{{ sheet }}]') == "[]"


def test_a_part_takes_what_stands_between_its_tags() -> None:
    source = '{% part "kit/sheet.html" title=title %}<p>{{ word }}</p>{% endpart %}'
    drawn = render(source, title=Text("今天", "Today"), word="<x>")
    assert "<h2>今天</h2>" in drawn
    assert "<p>&lt;x&gt;</p>" in drawn


def test_a_query_string_keeps_what_is_not_changed() -> None:
    from django.http import QueryDict

    drawn = render("{% query given page=2 q=None %}", given=QueryDict("grid=3&grid=4&q=x&page=1"))
    assert drawn == "?grid=3&amp;grid=4&amp;page=2"


@pytest.mark.parametrize(("share", "width"), [(0.64, "64%"), (None, "0%"), (7, "100%"), (-1, "0%")])
def test_a_bar_never_leaves_its_track(share: float | None, width: str) -> None:
    assert f'width="{width}"' in render("{% bar share %}", share=share)
