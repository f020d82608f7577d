"""The life-circle report on paper: the finding, a map, the table of categories, blind spots, method and what is not certain.

Puts the words and pictures of one analysis together in both languages; :mod:`linli.reports.paper` sets them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from linli.kernel.text import Text
from linli.lifecircle.analysis import Analysis
from linli.lifecircle.analysis.proposals import Proposals
from linli.lifecircle.analysis.words import finding, limit_words, noun, percent, uncertainty, whole
from linli.lifecircle.rules.coverage import BANDS_MIN, CategoryCoverage
from linli.lifecircle.rules.gaps import Gap, ranked_places, worst_extra

from . import mapdraw
from .lifecircle_map import Drawing
from .lifecircle_proposals import compared, proposed
from .paper import set_pdf

LANGUAGES = ("zh", "en")
MAP_POINTS = (511.0, 480.0)
LINKS_POINTS = 300.0
SMALL_POINTS = (121.0, 108.0)
N_SMALL = 12
N_GAPS = 12
N_NUMBERED = 5
MOST_SMALL_HOUSES = 4000
"""Above this many houses the small maps would weigh more than they show."""


def write_report(path: Path, analysis: Analysis, proposals: Proposals | None = None) -> None:
    """Set the report of ``analysis`` to ``path`` (PDF/A-2b), Chinese first, English after it."""
    data, pictures = compose(analysis, proposals)
    set_pdf("lifecircle", data, pictures, path, day=analysis.on)


def compose(analysis: Analysis, proposals: Proposals | None = None) -> tuple[dict[str, Any], dict[str, str]]:
    """The report's data and its pictures by file name."""
    ground = Drawing(analysis)
    chosen = _worst(analysis)
    pictures = {}
    frame = mapdraw.frame_of(ground.bounds_m, width=MAP_POINTS[0], height=MAP_POINTS[1])
    gaps = list(analysis.shown.gaps[chosen][:N_NUMBERED])
    pictures["map.svg"] = mapdraw.draw(ground.picture(chosen, gaps), frame)
    small = [n for n, one in enumerate(analysis.shown.categories) if one.is_found][:N_SMALL]
    if len(analysis.places) > MOST_SMALL_HOUSES:
        small = []
    window = mapdraw.frame_of(ground.bounds_m, width=SMALL_POINTS[0], height=SMALL_POINTS[1], margin=5)
    for number in small:
        pictures[f"small{number}.svg"] = mapdraw.draw(ground.picture(number, []), window, plain=True)
    bar_m = frame.scale_bar_m()
    ways = mapdraw.frame_of(ground.bounds_m, width=MAP_POINTS[0], height=LINKS_POINTS)
    if proposals and proposals.links:
        pictures["links.svg"] = mapdraw.draw(ground.ways([link.shape for link in proposals.links]), ways)
    shared = {
        "map": {
            "file": "map.svg",
            "width": frame.width,
            "height": frame.height,
            "bar_m": bar_m,
            "bar": bar_m * frame.points_per_m,
            "marks": [_mark(frame, gap.shape) for gap in gaps],
        },
        "links_map": {
            "height": ways.height,
            "marks": [_mark(ways, link.shape) for link in (proposals.links if proposals else ())],
        },
        "small": {"width": window.width, "height": window.height},
        "has_outlines": bool(gaps),
    }
    return {
        **shared,
        "pages": [
            _page(analysis, chosen, small, language) | proposed(analysis, proposals, language) for language in LANGUAGES
        ],
    }, pictures


def _worst(analysis: Analysis) -> int:
    """The category the large map shows: of those found, the one most people lack; the first if none is found."""
    categories = analysis.shown.categories
    return max(range(len(categories)), key=lambda n: (categories[n].is_found, categories[n].persons_beyond, -n))


def _mark(frame: mapdraw.Frame, shape: BaseGeometry) -> dict[str, float]:
    point = shape.representative_point()
    x, y = frame.at(point.x, point.y)
    return {"x": min(max(x, 8.0), frame.width - 8), "y": min(max(y, 8.0), frame.height - 8)}


def _page(analysis: Analysis, chosen: int, small: list[int], language: str) -> dict[str, Any]:
    result, categories = analysis.shown, analysis.shown.categories
    shown = categories[chosen]

    def say(zh: str, en: str) -> str:
        return en if language == "en" else zh

    return {
        "lang": language,
        "title": finding(analysis, result).in_(language),
        "lead": _lead(analysis, language),
        "plates": _plates(analysis, language),
        "map_title": say(f"步行到{shown.item.title.zh}要几分钟", f"Minutes on foot to a {shown.item.title.en.lower()}"),
        "legend": _legend(analysis, shown, language),
        "rows": [_row(one, language) for one in categories],
        "groups": compared(analysis, language),
        "gaps": [_gap(same, language) for same in ranked_places(result.gaps)[:N_GAPS]],
        "numbered": [_gap([gap], language) for gap in result.gaps[chosen][:N_NUMBERED]],
        "small": [
            {
                "file": f"small{n}.svg",
                "title": categories[n].item.title.in_(language),
                "share": percent(categories[n].share),
            }
            for n in small
        ],
        "method": [text.in_(language) for text in _method(analysis)],
        "uncertainty": [statement.text.in_(language) for statement in uncertainty(analysis, result)],
        "sources": [text.in_(language) for text in _sources(analysis)],
        "attribution": analysis.data.attribution,
    }


def _lead(analysis: Analysis, language: str) -> str:
    standard, group = analysis.standard, analysis.shown.group
    day = analysis.data.data_on
    data = (
        Text(f"地图数据 {day:%Y-%m-%d}", f"map data of {day:%Y-%m-%d}")
        if day
        else Text("地图未写数据日期", "map data undated")
    )
    at = analysis.open_at
    zh, en = (f"·只算 {at.time:%H:%M} 开着的", f" · only what is open at {at.time:%H:%M}") if at else ("", "")
    return Text(
        f"{standard.pin.title.zh}·{group.title.zh}，每分钟 {group.speed_m_per_min:g} 米·{data.zh}{zh}",
        f"{standard.pin.title.en} · {group.title.en}, {group.speed_m_per_min:g} m a minute · {data.en}{en}",
    ).in_(language)


def _plates(analysis: Analysis, language: str) -> list[dict[str, str]]:
    def say(zh: str, en: str) -> str:
        return en if language == "en" else zh

    circle, residents, who = analysis.shown.circle, analysis.residents, noun(analysis)
    n, n_found = len(analysis.standard.items), sum(one.is_found for one in analysis.shown.categories)
    persons = whole(analysis.shown.categories[0].persons)
    low, high = whole(residents.low_total), whole(residents.high_total)
    between = (
        say(f"可能在 {low} 到 {high} 之间", f"between {low:,} and {high:,}") if low < high else say("按名册", "as told")
    )
    counted = say("幢", "") if residents.basis == "buildings" else say("人", "")
    every = say(f"{n} 类全够得到的占 {percent(circle.every_item)}", f"all {n} for {percent(circle.every_item)}")
    target = circle.target_share
    asked = say(f"标准要求 {percent(target)}；{every}", f"target {percent(target)}; {every}") if target else every
    kinds = say("平均够得到的类别", "Kinds within reach, on average")
    return [
        _plate(say(who.zh, who.en.capitalize()), say(f"{persons}", f"{persons:,}"), counted, between),
        _plate(kinds, percent(circle.mean_of_items), "", asked),
        _plate(
            say("地图上找得到", "Found on the map"),
            f"{n_found}",
            say(f"/ {n} 类", f"of {n} kinds"),
            say("没有标出的，先到现场核对", "check the others on the ground"),
        ),
    ]


def _plate(label: str, value: str, unit: str, note: str) -> dict[str, str]:
    return {"label": label, "value": value, "unit": unit, "note": note}


def _legend(analysis: Analysis, one: CategoryCoverage, language: str) -> list[dict[str, str]]:
    limit = one.item.limit_minutes(one.group)
    ends = [0.0, *(end for end in BANDS_MIN if end < limit - 1e-9), min(limit, BANDS_MIN[-1])]
    entries = []
    for band, (low, high) in enumerate(itertools.pairwise(ends)):
        label = (
            Text(f"{high:.3g} 分钟内", f"to {high:.3g} min")
            if band == 0
            else Text(f"{low:.3g}–{high:.3g}", f"{low:.3g}–{high:.3g}")
        )
        entries.append({"colour": mapdraw.WALK[band], "hatched": "", "label": label.in_(language)})
    words = limit_words(one)
    beyond = Text(f"超过 {words.zh}", f"over {words.en}").in_(language)
    entries.append({"colour": mapdraw.BEYOND, "hatched": "yes", "label": beyond})
    entries.append({"colour": mapdraw.HOUSE, "hatched": "", "label": Text("不住人", "not a home").in_(language)})
    return entries


def _row(one: CategoryCoverage, language: str) -> dict[str, Any]:
    low, high = percent(one.share_low), percent(one.share_high)
    return {
        "title": one.item.title.in_(language),
        "limit": limit_words(one).in_(language),
        "found": one.is_found,
        "n": str(one.n_facilities),
        "share": percent(one.share),
        "value": one.share or 0.0,
        "range": "" if low == high else f"{low}–{high}",
        "beyond": f"{whole(one.persons_beyond):,}" if language == "en" else f"{whole(one.persons_beyond)}",
        "median": "–" if one.median_min is None else f"{one.median_min:.1f}",
        "target": one.item.target_share,
        "meets": one.meets_target,
    }


def _gap(same: Sequence[Gap], language: str) -> dict[str, str]:
    """A row of the list: one place and everything it lacks."""
    persons, worst = whole(same[0].persons), worst_extra(same)
    extra = Text("走不通", "no way").in_(language) if worst is None else f"{worst:.1f}"
    return {
        "name": same[0].name.in_(language),
        "lacks": ("、" if language == "zh" else ", ").join(gap.item.title.in_(language) for gap in same),
        "persons": f"{persons:,}" if language == "en" else f"{persons}",
        "extra": extra,
    }


def _method(analysis: Analysis) -> list[Text]:
    group, assumed = analysis.shown.group, analysis.assumed
    steps = [
        Text(
            "每幢楼沿步行网走到最近的一处设施，用精确的最短路；门口画到路上的从门口走，没画的从楼中间直线走到最近的路。",
            "From each building along the walk network to the nearest facility, by exact shortest paths; from its door where a path "
            "ends there, else straight from its middle to the nearest path.",
        ),
        Text(
            f"“{group.title.zh}”每分钟走 {group.speed_m_per_min:g} 米，台阶、坡道另计；锁着的门不走。",
            f"“{group.title.en}” walk {group.speed_m_per_min:g} m a minute, steps and ramps apart; locked gates are not passed.",
        ),
        Text(
            f"够得到：到最近一处不超过限值（含）。盲区：超过限值、彼此相距 {assumed.join_m:g} 米以内的楼，人多的在前。",
            f"Within: no further than the limit, inclusive. Blind spot: buildings beyond it within {assumed.join_m:g} m of each other, "
            "most people first.",
        ),
    ]
    if analysis.residents.basis == "estimated_residents":
        steps.append(
            Text(
                f"估算居民 = 基底面积 × 层数 ÷ 每人 {assumed.m2_per_person:g} 平方米；知道户数的，每户 {assumed.persons_per_home:g} 人。",
                f"Estimated residents = footprint × storeys ÷ {assumed.m2_per_person:g} m² a person; where the number of homes is "
                f"known, {assumed.persons_per_home:g} a home.",
            )
        )
    return steps


def _sources(analysis: Analysis) -> list[Text]:
    pins = (analysis.standard.pin, analysis.walkers.pin, analysis.assumed.pin)
    found = [
        Text(
            f"{pin.title.zh}：{pin.id} v{pin.version}，SHA-256 {pin.sha256}",
            f"{pin.title.en}: {pin.id} v{pin.version}, SHA-256 {pin.sha256}",
        )
        for pin in pins
    ]
    words = "；".join(analysis.standard.sources)
    if words:
        found.insert(1, Text(f"标准的依据：{words}", f"The standard rests on: {words}"))
    name = Path(analysis.data.source).name
    found.append(Text(f"地图：{name}。{analysis.data.attribution}", f"Map: {name}. {analysis.data.attribution}"))
    return found
