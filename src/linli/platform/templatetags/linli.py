"""Template tags and filters of the kit: words in two languages, icons, badges, plates, numbers and dates.

Loaded as a builtin, so templates need no ``{% load %}``. The language is the one active for the request.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.template.base import FilterExpression
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from linli.kernel.clock import now as clock_now
from linli.platform.kit import assets, forms, icons, said
from linli.platform.kit import birdview as drawing
from linli.platform.kit.charts import Bullet
from linli.platform.kit.prose import prose as set_prose
from linli.platform.web import nav

register = template.Library()
LOOP_STEPS = (
    ("发现", "Find"),
    ("协商", "Decide"),
    ("处置", "Act"),
    ("反馈", "Feed back"),
    ("评估", "Assess"),
    ("优化", "Improve"),
)
SHAPES = ("red", "yellow", "blue", "green", "ring", "dash")


def language() -> str:
    return get_language() or "zh-hans"


@register.simple_tag
def t(zh: str, en: str, **values: Any) -> str:
    """``{% t "还差 {n} 人" "{n} more needed" n=left %}``; values are escaped, :class:`Text` values said in the same language."""
    sentence = conditional_escape(en if said.is_english(language()) else zh)
    chosen = mark_safe(said.close_dots(sentence))  # noqa: S308  # escaped above
    if not values:
        return chosen
    return mark_safe(chosen.format(**{k: conditional_escape(said.words(v, language())) for k, v in values.items()}))  # noqa: S308  # parts are escaped


@register.filter
def waiting(groups: Any) -> list[Any]:
    """The doors of a menu behind which something waits, apart from the one stood in."""
    return [item for group in groups for item in group["items"] if item["count"] and not item["current"]]


@register.filter
def say(value: Any) -> str:
    """A bilingual text in the reader's language."""
    return said.words(value, language())


@register.filter
def prose(value: Any, heading: str = "h2") -> SafeString:
    """Typed text as paragraphs, lists and headings; everything in it escaped."""
    return set_prose(said.words(value, language()), heading=heading)


@register.simple_tag
def marked(shown: Any) -> SafeString:
    """A :class:`linli.platform.search.kinds.Marked`: what was asked for stands in ``<mark>``."""
    parts = [format_html("<mark>{}</mark>" if hit else "{}", part) for part, hit in shown.parts(language())]
    return mark_safe("".join(parts))  # noqa: S308  # parts are escaped


@register.simple_tag
def icon(name: str, label: str = "", css: str = "i") -> SafeString:
    """``{% icon "walk" %}`` beside a word; ``{% icon "plus" label="放大" %}`` when it stands alone."""
    return mark_safe(icons.svg(name, css=css, label=label))  # noqa: S308  # our own file; attributes escaped there


@register.simple_tag
def shape(kind: str) -> SafeString:
    return mark_safe(icons.shape(kind))  # noqa: S308


@register.simple_tag
def asset(name: str, *, quiet: bool = False) -> str:
    """Address of a built asset: ``{% asset "app.css" %}``. ``quiet`` gives nothing where it is not built (the page of last resort)."""
    try:
        return assets.asset_url(name)
    except assets.AssetError:
        if quiet:
            return ""
        raise


@register.simple_tag
def badge(kind: str, zh: Any, en: str = "") -> SafeString:
    """Shape and word on soft ground: ``{% badge "red" "今天到期" "Due today" %}`` or ``{% badge kind text %}`` with a Text."""
    word = (en if said.is_english(language()) else zh) if en else said.words(zh, language())
    if kind not in SHAPES:
        raise ValueError(f"badge kind must be one of {', '.join(SHAPES)}, got {kind!r}")
    return format_html('<span class="badge {}">{}{}</span>', kind, mark_safe(icons.shape(kind)), word)  # noqa: S308


@register.simple_tag
def query(current: Any, **changes: Any) -> str:
    """The present query string with ``changes`` made (``None`` drops a key): ``{% query request.GET page=2 %}``."""
    items = {key: current.getlist(key) for key in current}
    for key, value in changes.items():
        items.pop(key, None)
        if value is not None:
            items[key] = [str(value)]
    return "?" + urlencode([(key, one) for key, many in items.items() for one in many])


@register.filter
def num(value: Any, decimals: int | None = None) -> str:
    return said.number(value, language(), decimals=decimals)


@register.filter
def percent(share: Any, decimals: int = 1) -> str:
    return said.percent(share, language(), decimals=decimals)


@register.filter
def money(fen: int | None) -> str:
    return said.money(fen, language())


@register.filter
def wan(fen: int | None) -> str:
    return said.money_wan(fen, language())


@register.filter
def area(area_dm2: int | None) -> str:
    return said.area(area_dm2, language())


@register.filter
def metres(length_m: float | None) -> str:
    return said.length(length_m, language())


@register.filter
def walk(walk_min: float | None) -> str:
    return said.minutes(walk_min, language())


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    return said.day(value, language(), now=clock_now())


@register.filter
def weekday(value: dt.date | dt.datetime) -> str:
    return said.weekday(value, language())


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    return said.clock(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    return said.moment(value, language(), now=clock_now())


@register.filter
def span(seconds: float) -> str:
    return said.span(seconds, language())


@register.filter
def iso(value: dt.date | dt.datetime) -> str:
    """For ``<time datetime>`` and fields."""
    return said.local(value).isoformat(timespec="minutes") if isinstance(value, dt.datetime) else value.isoformat()


class PartNode(template.Node):
    """``{% part "kit/sheet.html" title="…" %} … {% endpart %}``: the inside goes to the template as ``inside``."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], inside: template.NodeList) -> None:
        self.name = name
        self.values = values
        self.inside = inside

    def render(self, context: template.Context) -> SafeString:
        values = {key: value.resolve(context) for key, value in self.values.items()}
        inside = self.inside.render(context)
        engine = context.template.engine  # type: ignore[union-attr]  # set while rendering
        with context.push(**values, inside=inside):
            return engine.get_template(self.name.resolve(context)).render(context)


@register.tag
def part(parser: template.base.Parser, token: template.base.Token) -> PartNode:
    bits = token.split_contents()[1:]
    inside = parser.parse(("endpart",))
    parser.delete_first_token()
    values = template.base.token_kwargs(bits[1:], parser)
    return PartNode(parser.compile_filter(bits[0]), values, inside)


class DoorNode(template.Node):
    """``{% door "registry:people" css="plate" query="?age=60-" %} … {% enddoor %}``: a link where the reader may open the page, else the same without one.

    Whether they may is the rule of the page itself, so that a door and what is behind it never disagree.
    """

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], inside: template.NodeList) -> None:
        self.name = name
        self.values = values
        self.inside = inside

    def render(self, context: template.Context) -> SafeString:
        values = {key: value.resolve(context) for key, value in self.values.items()}
        url = nav.open_to(context["actor"], self.name.resolve(context))
        inside = self.inside.render(context)
        css = values.get("css", "")
        if not url:
            return format_html('<div class="{} shut">{}</div>', css, inside)
        return format_html('<a class="{}" href="{}{}">{}</a>', css, url, values.get("query", ""), inside)


@register.tag
def door(parser: template.base.Parser, token: template.base.Token) -> DoorNode:
    bits = token.split_contents()[1:]
    inside = parser.parse(("enddoor",))
    parser.delete_first_token()
    return DoorNode(parser.compile_filter(bits[0]), template.base.token_kwargs(bits[1:], parser), inside)


@register.simple_tag
def bar(share: float | None, look: str = "v") -> SafeString:
    """A bar filled to ``share`` (0–1; ``None`` is not known yet). The number stands beside it in words."""
    filled = 0 if share is None else round(100 * min(1.0, max(0.0, float(share))), 2)
    return format_html(
        '<svg class="bar" aria-hidden="true"><rect class="{}" width="{}%" height="100%"/></svg>',
        look or "v",
        f"{filled:g}",
    )


@register.inclusion_tag("kit/loop.html")
def loop(at: int) -> dict[str, Any]:
    """The six steps with the present one lit: ``{% loop 3 %}`` is 处置."""
    return {"at": at, "loop_steps": LOOP_STEPS}


@register.inclusion_tag("kit/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field of a form: label, hint, error, field."""
    origin = getattr(bound.form, "origins", {}).get(bound.name)
    described = forms.described_by(bound, has_origin=origin is not None)
    return {
        "field": bound,
        "look": forms.look_of(bound),
        "control": forms.control(bound, described=described),
        "described": described,
        "origin": origin,
    }


@register.inclusion_tag("kit/birdview.html")
def birdview() -> dict[str, Any]:
    """The made-up neighbourhood from above, in the page's own colours."""
    return {"shapes": drawing.shapes(), "view_box": drawing.view_box()}


@register.inclusion_tag("kit/bullet.html")
def bullet(one: Bullet) -> dict[str, Any]:
    return {"b": one}
