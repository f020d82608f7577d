"""The run as a person reads it in a terminal: the finding, a table of categories, the worst blind spots, what is not certain."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from linli.kernel.text import Text

from ..rules.coverage import CategoryCoverage
from ..rules.gaps import ranked_places, worst_extra
from .proposals import Proposals, gain_words, loss_words
from .run import Analysis
from .sites import plan_words
from .words import finding, limit_words, noun, percent, uncertainty, whole

N_GAPS = 8
PIPED_WIDTH = 120
"""Columns where nobody said how wide the screen is: wide enough for the tables whole."""


def print_summary(
    analysis: Analysis, language: str, out: Path, *, console: Console | None = None, proposals: Proposals | None = None
) -> None:
    """Print in ``language`` (zh or en) to stdout, or to ``console``."""
    to = console or Console(highlight=False, soft_wrap=True)
    if not to.is_terminal:
        to.width = max(to.width, PIPED_WIDTH)
    result, standard = analysis.shown, analysis.standard

    def say(zh: str, en: str) -> str:
        return en if language == "en" else zh

    to.print(f"[bold]{finding(analysis, result).in_(language)}[/bold]")
    day = analysis.data.data_on.isoformat() if analysis.data.data_on else say("未写明", "not stated")
    to.print(
        say(
            f"标准：{standard.pin.title.zh}（{standard.pin.id} v{standard.pin.version}）·谁在走：{result.group.title.zh}，"
            f"每分钟 {result.group.speed_m_per_min:g} 米·地图数据日期：{day}",
            f"Standard: {standard.pin.title.en} ({standard.pin.id} v{standard.pin.version}) · walking: "
            f"{result.group.title.en}, {result.group.speed_m_per_min:g} m/min · map data of: {day}",
        )
    )
    who, total = noun(analysis), whole(result.categories[0].persons)
    to.print(say(f"{who.zh}：{total}", f"{who.en.capitalize()}: {total:,}"))
    to.print(_categories(analysis, language))
    to.print(_circle(analysis, language))
    gaps = _gaps(analysis, language)
    if gaps is not None:
        to.print(gaps)
    for line in _sites(analysis, proposals, language):
        to.print(line)
    for line in _links(analysis, proposals, language):
        to.print(line)
    to.print(f"[bold]{say('要当心的', 'Keep in mind')}[/bold]")
    for statement in uncertainty(analysis, result):
        to.print(f"- {statement.text.in_(language)}")
    to.print(say(f"文件在 {out}", f"Files are in {out}"))
    to.print(analysis.data.attribution)


def _categories(analysis: Analysis, language: str) -> Table:
    heads = (
        Text("设施", "Facility"),
        Text("限值", "Limit"),
        Text("处", "Found"),
        Text("够得到", "Within"),
        Text("可能范围", "Range"),
        Text("走不到", "Beyond"),
        Text("中位分钟", "Median min"),
        Text("目标", "Target"),
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, head in enumerate(heads):
        table.add_column(head.in_(language), justify="left" if number == 0 else "right", no_wrap=number > 0)
    for one in analysis.shown.categories:
        table.add_row(*_row(one, language))
    return table


def _row(one: CategoryCoverage, language: str) -> tuple[str, ...]:
    title, limit = one.item.title.in_(language), limit_words(one).in_(language)
    if not one.is_found:
        return (title, limit, "0", Text("地图上没有", "not on the map").in_(language), "", "", "", "")
    low, high = percent(one.share_low), percent(one.share_high)
    target = ""
    if one.item.target_share is not None:
        sign = {True: "✓", False: "✗", None: ""}[one.meets_target]
        target = f"{percent(one.item.target_share)} {sign}"
    return (
        title,
        limit,
        str(one.n_facilities),
        percent(one.share),
        "" if low == high else f"{low}–{high}",
        f"{whole(one.persons_beyond):,}",
        "–" if one.median_min is None else f"{one.median_min:.1f}",
        target,
    )


def _circle(analysis: Analysis, language: str) -> str:
    circle, n = analysis.shown.circle, len(analysis.standard.items)
    zh = f"整个生活圈：平均够得到 {percent(circle.mean_of_items)} 的类别；{n} 类全都够得到的占 {percent(circle.every_item)}"
    en = (
        f"The whole circle: on average {percent(circle.mean_of_items)} of the kinds are within reach; "
        f"all {n} for {percent(circle.every_item)}"
    )
    if circle.target_share is not None:
        sign = {True: Text("达到", "met"), False: Text("未达到", "not met"), None: Text("无法判断", "cannot be told")}
        word = sign[circle.meets_target]
        zh += f"·标准要求 {percent(circle.target_share)}，{word.zh}（{percent(circle.index)}）"
        en += f" · the standard asks {percent(circle.target_share)}: {word.en} ({percent(circle.index)})"
    return Text(zh, en).in_(language)


def _sites(analysis: Analysis, proposals: Proposals | None, language: str) -> list[str]:
    if proposals is None or proposals.sites is None:
        return []
    head = Text("可以设点的地方", "Places to open one").in_(language)
    lines = [f"[bold]{head}[/bold]", plan_words(proposals.sites).in_(language)]
    for rank, site in enumerate(proposals.sites.sites, 1):
        name = analysis.places[site.house].name.in_(language)
        more = Text(f"多 {site.persons:.0f} 人走得到", f"{site.persons:,.0f} more within reach").in_(language)
        lines.append(f"{rank}. {name}: {more}")
    return lines


def _links(analysis: Analysis, proposals: Proposals | None, language: str) -> list[str]:
    """Each opening in three lines: what, who gains, who loses."""
    if proposals is None or not proposals.was_asked_for_links:
        return []
    head = Text("可以打通的（省时多的在前）", "Ways to open, most saved first").in_(language)
    if not proposals.links:
        return [f"[bold]{head}[/bold]", Text("没有找到值得打通的地方", "Nothing worth opening was found").in_(language)]
    lines = [f"[bold]{head}[/bold]"]
    for rank, link in enumerate(proposals.links, 1):
        metres = Text(f"{link.length_m:.0f} 米", f"{link.length_m:.0f} m").in_(language)
        lines.append(f"{rank}. {link.title.in_(language)} ({metres})")
        lines += [
            f"   + {gain_words(link, analysis).in_(language)}",
            f"   - {loss_words(link, analysis).in_(language)}",
        ]
    return lines


def _gaps(analysis: Analysis, language: str) -> Table | None:
    ranked = ranked_places(analysis.shown.gaps)[:N_GAPS]
    if not ranked:
        return None
    heads = (Text("盲区（人多的在前）", "Blind spots, most people first"), Text("缺", "Lacks"), Text("人", "People"),
             Text("多走分钟", "Extra min"))  # fmt: skip
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, head in enumerate(heads):
        table.add_column(head.in_(language), justify="left" if number < 2 else "right")
    for place in ranked:
        worst = worst_extra(place)
        extra = Text("走不通", "no way").in_(language) if worst is None else f"{worst:.1f}"
        lacks = ("、" if language == "zh" else ", ").join(gap.item.title.in_(language) for gap in place)
        table.add_row(place[0].name.in_(language), lacks, f"{whole(place[0].persons):,}", extra)
    return table
