"""The report of a life-circle scenario on paper: what it changes, who gains and loses, the map before and after.

For those who work on the community: people are counted exactly. Chinese first, English after it; :mod:`linli.reports.paper` sets it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from linli.kernel.clock import local_day
from linli.kernel.text import Text
from linli.lifecircle.analysis import Analysis
from linli.lifecircle.bench import bench_of
from linli.lifecircle.models import Scenario
from linli.lifecircle.queries.scenario_rows import change_row, shown_category
from linli.lifecircle.queries.scenarios import Result, as_changes, changes_of, known_cost_fen
from linli.platform.kit.said import money, money_wan

from . import mapdraw
from .lifecircle_map import Drawing
from .paper import qr_svg, set_pdf

LANGUAGES = ("zh", "en")
MAP_POINTS = (251.0, 230.0)
N_HOUSES = 6


def write_scenario(path: Path, scenario: Scenario, result: Result, *, community: Text, url: str) -> None:
    """Set the scenario's newest measuring to ``path`` (PDF/A-2b). ``url`` is its page. Cost: one measuring where the bench has forgotten it."""
    data, pictures = compose(scenario, result, community=community, url=url)
    set_pdf("scenario", data, pictures, path, day=local_day(result.row.measured_at))


def compose(scenario: Scenario, result: Result, *, community: Text, url: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The report's data and its pictures by file name."""
    told = result.group(scenario.run.groups[0])
    rows = changes_of(scenario)
    before, after = bench_of(scenario.run).analysis, bench_of(scenario.run, as_changes(rows)).analysis
    column = scenario.run.categories.index(shown_category(scenario, told, ""))
    drawings = {"before.svg": Drawing(before), "after.svg": Drawing(after)}
    frame = mapdraw.frame_of(drawings["before.svg"].bounds_m, width=MAP_POINTS[0], height=MAP_POINTS[1])
    pictures = {name: mapdraw.draw(drawing.picture(column, []), frame) for name, drawing in drawings.items()}
    pictures["qr.svg"] = qr_svg(url)
    marks = []
    for number, row in enumerate(rows, 1):
        lon, lat = _where(row, before)
        if lon is not None and lat is not None:
            x, y = frame.at(*(float(one) for one in before.plane.to_xy_m(lon, lat)))
            marks.append(
                {"n": number, "x": float(np.clip(x, 8, frame.width - 8)), "y": float(np.clip(y, 8, frame.height - 8))}
            )
    shared = {"map": {"width": frame.width, "height": frame.height, "marks": marks}}
    pages = [_page(scenario, result, told, rows, before, column, community, url, language) for language in LANGUAGES]
    return {**shared, "pages": pages}, pictures


def _where(row: Any, before: Analysis) -> tuple[float | None, float | None]:
    """A change's point; of a facility that closes, where it stands."""
    if row.kind == "close_facility":
        return next(
            ((one.lon, one.lat) for one in before.data.facilities if one.ref == str(row.facility_id)), (None, None)
        )
    if row.kind == "open_way":
        return (row.lon + row.to_lon) / 2, (row.lat + row.to_lat) / 2
    return row.lon, row.lat


def _page(  # noqa: PLR0917  # everything one language's page is made of
    scenario: Scenario,
    result: Result,
    told: Any,
    rows: Any,
    before: Analysis,
    column: int,
    community: Text,
    url: str,
    language: str,
) -> dict[str, Any]:
    def say(zh: str, en: str) -> str:
        return en if language == "en" else zh

    run, item = scenario.run, before.standard.items[column]
    return {
        "lang": language,
        "title": scenario.title,
        "lead": say(
            f"{community.zh} · {run.standard_title.zh} · 从 {run.as_of:%Y-%m-%d} 量的结果出发",
            f"{community.en} · {run.standard_title.en} · from what was measured on {run.as_of:%Y-%m-%d}",
        ),
        "note": scenario.note,
        "plates": _plates(told, known_cost_fen(rows), say, language),
        "changes": [_change(one, number, language) for number, one in enumerate(rows, 1)],
        "category": item.title.in_(language),
        "legend": _legend(item.limit_minutes(before.group), say),
        "rows": [_row(one, language) for one in told["categories"]],
        "groups": [_group(one, language) for one in result.row.figures["groups"]],
        "nearer": _houses(told["houses_nearer"], say, language),
        "farther": _houses(told["houses_farther"], say, language),
        "method": _method(say),
        "sources": [
            say(f"标准：{run.standard_title.zh}（{run.standard_id} 第 {run.standard_version} 版）", f"Standard: {run.standard_title.en} ({run.standard_id} version {run.standard_version})"),
            f"SHA-256 {run.standard_sha256}",
            say(f"改动的摘要 {result.row.changes_sha256}", f"Digest of the changes {result.row.changes_sha256}"),
        ],
        "attribution": before.data.attribution,
        "url": url,
    }  # fmt: skip


def _plates(told: Any, cost_fen: int | None, say: Any, language: str) -> list[dict[str, str]]:
    nearer, farther = round(told["nearer"]), round(told["farther"])
    unknown = say("有改动没填花费", "one of the changes has no cost")
    return [
        {
            "label": say("单程少走半分钟以上", "Walk half a minute less, or more"), "value": f"{nearer:,}", "unit": say("人", "people"),
            "note": say(f"{farther:,} 人要多走" if farther else "没有人多走", f"{farther:,} walk further" if farther else "nobody walks further"),
        },
        {
            "label": say("平均够得到的类别", "Kinds within reach, on average"), "value": _percent(told["mean_of_items_after"]), "unit": "",
            "note": say(f"现在 {_percent(told['mean_of_items_before'])}", f"now {_percent(told['mean_of_items_before'])}"),
        },
        {
            "label": say("花费", "Cost"), "value": "—" if cost_fen is None else money_wan(cost_fen, language), "unit": "",
            "note": unknown if cost_fen is None else say("各处改动之和", "all changes together"),
        },
    ]  # fmt: skip


def _change(row: Any, number: int, language: str) -> dict[str, str]:
    told = change_row(row, number)
    how = []
    if row.capacity is not None:
        how.append(Text(f"能服务 {row.capacity} 人", f"serves {row.capacity}").in_(language))
    if told["filling"]:
        how.append(told["filling"].in_(language))
    if row.cost_fen is not None:
        how.append(money(row.cost_fen, language))
    category = f" · {told['category'].in_(language)}" if told["category"] else ""
    return {
        "what": told["kind"].in_(language) + category,
        "where": row.name.in_(language) if row.name else "",
        "how": " · ".join(how),
    }


def _row(one: Any, language: str) -> dict[str, Any]:
    before, after = one["n_before"], one["n_after"]
    return {
        "title": Text.from_mapping(one["title"]).in_(language),
        "n": str(before) if before == after else f"{before} → {after}",
        "now": _percent(one["share_before"]),
        "then": _percent(one["share_after"]),
        "moved": one["share_before"] != one["share_after"],
        "gained": f"+{round(one['gained']):,}" if round(one["gained"]) else "",
        "lost": f"−{round(one['lost']):,}" if round(one["lost"]) else "",
        "mean_now": _minutes(one["mean_before"]),
        "mean_then": _minutes(one["mean_after"]),
    }


def _group(one: Any, language: str) -> dict[str, str]:
    return {
        "title": Text.from_mapping(one["title"]).in_(language),
        "nearer": f"{round(one['nearer']):,}",
        "farther": f"{round(one['farther']):,}",
        "reach": f"{_percent(one['mean_of_items_before'])} → {_percent(one['mean_of_items_after'])}",
    }


def _houses(rows: Any, say: Any, language: str) -> list[dict[str, str]]:
    return [
        {
            "name": Text.from_mapping(one["name"]).in_(language),
            "said": say(f"{round(one['persons'])} 人，各类合计 {abs(one['saved_min']):.1f} 分钟", f"{round(one['persons'])} people, {abs(one['saved_min']):.1f} min over all"),
        }
        for one in rows[:N_HOUSES]
    ]  # fmt: skip


def _legend(limit_min: float, say: Any) -> list[dict[str, str]]:
    ends = [end for end in (5.0, 10.0, 15.0) if end < limit_min - 1e-9] + [min(limit_min, 15.0)]
    entries = [
        {"colour": mapdraw.WALK[n], "hatched": "", "label": say(f"{end:.3g} 分钟内", f"to {end:.3g} min")}
        for n, end in enumerate(ends)
    ]
    return [*entries, {"colour": mapdraw.BEYOND, "hatched": "yes", "label": say("超过限值", "over the limit")}]


def _method(say: Any) -> list[str]:
    return [
        say(
            "把改动做在地图上，用同样的规则、同样的居民，整个重新量一遍，再逐户相比；少走和多走都从单程半分钟起算。",
            "The changes are made on the map and the whole is measured again by the same rules for the same residents, then compared house by house; walking less or further counts from half a minute one way.",
        ),
        say(
            "堵上的门，两边都能走到门前，过不去。新开的路按直线，接到最近的路上；有没有台阶、高差、产权，要到现场看。",
            "A blocked gate can be walked up to from both sides and not passed. A new way is straight and joins the nearest path; steps, levels and ownership must be looked at on the ground.",
        ),
        say(
            "能服务多少人和花费是拟方案的人填的，没有核过；没填的总价不算。",
            "How many a place serves and what it costs were entered by who made the scenario and not checked; without them no total is claimed.",
        ),
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}%"


def _minutes(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
