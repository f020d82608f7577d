"""The report of an assessment: the total and its parts as bars, every indicator, findings in words, method and limits. Chinese, then English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from linli.assessment.rules.entries import HOWS, QUALITIES
from linli.assessment.rules.period import Period
from linli.assessment.summary import finding, findings, limits
from linli.kernel.text import Text

from .paper import set_pdf

LANGUAGES = ("zh-hans", "en")
METHOD = (
    Text(
        "每个指标按自己的 0 分点和满分点换成 0 到 100 分，中间按直线；组内按权重平均，一层一层到总分。",
        "Each indicator becomes 0 to 100 points on a straight line between its own zero and full marks; groups are weighted means, level by level.",
    ),
    Text(
        "没有数的指标不算 0 分，同组其余的按比例顶上权重；知道的权重不到下限就不给总分。",
        "An indicator without a value is not counted as 0: the others of its group carry its weight; below the least known weight no total is told.",
    ),
)


def write_report(path: Path, summary: Mapping[str, Any], *, past: Sequence[tuple[str, float | None]] = ()) -> None:
    """Set the report of ``summary`` (``scores.json``) to ``path`` (PDF/A-2b). ``past``: totals of closed periods, oldest first."""
    data = {"pages": [_page(summary, past, language) for language in LANGUAGES]}
    set_pdf("assessment", data, {}, path, day=dt.date.fromisoformat(summary["on"]))


def _page(summary: Mapping[str, Any], past: Sequence[tuple[str, float | None]], language: str) -> dict[str, Any]:
    key = "en" if language == "en" else "zh"
    name = summary["community"]["name"][key]
    colon = ": " if key == "en" else "："
    closed = Text("已结", "closed") if summary["is_closed"] else Text("还在收数", "still being collected")
    return {
        "lang": "en" if key == "en" else "zh",
        "title": f"{name} · {finding(summary).in_(language)}",
        "lead": f"{summary['system']['title'][key]} · {Period.parse(summary['period']).text.in_(language)} · {closed.in_(language)}",
        "plates": _plates(summary, key),
        "firsts": [_bar(node, key) for node in summary["nodes"] if node["level"] == 0],
        "past": [
            {"period": period, "said": "–" if score is None else f"{score:.1f}", "value": (score or 0) / 100} for period, score in past
        ],
        "findings": [one.in_(language) for one in findings(summary)],
        "rows": [_row(node, key, language) for node in summary["nodes"]],
        "method": [one.in_(language) for one in METHOD],
        "limits": [one.in_(language) for one in limits(summary)],
        "sources": [
            f"{summary['system']['title'][key]}{colon}{summary['system']['id']} v{summary['system']['version']}, SHA-256 {summary['system']['sha256']}",
        ],
        "formulas": [
            f"{node['title'][key]}{colon}{node['formula'][key]}" for node in summary["nodes"] if node.get("formula")
        ],
    }  # fmt: skip


def _plates(summary: Mapping[str, Any], key: str) -> list[dict[str, str]]:
    def say(zh: str, en: str) -> str:
        return en if key == "en" else zh

    leaves = [node for node in summary["nodes"] if "measure" in node]
    n_known = sum(node["value"] is not None for node in leaves)
    reds = sum(one["colour"] == "red" for one in summary["warnings"])
    score = "—" if summary["score"] is None else f"{summary['score']:.1f}"
    return [
        {"label": say("指标", "Indicators"), "value": f"{n_known}", "unit": f"/ {len(leaves)}", "note": say(f"知道 {100 * summary['known_share']:.0f}% 的权重", f"{100 * summary['known_share']:.0f} % of the weight is known")},
        {"label": say("总分", "Total"), "value": score, "unit": say("分", "points"), "note": say(f"权重：{summary['weight_set']}", f"weights: {summary['weight_set']}")},
        {"label": say("没解除的预警", "Warnings that stand"), "value": f"{len(summary['warnings'])}", "unit": "", "note": say(f"红色 {reds}", f"{reds} red")},
    ]  # fmt: skip


def _bar(node: Mapping[str, Any], key: str) -> dict[str, Any]:
    score = node["score"]
    return {
        "title": node["title"][key],
        "said": "–" if score is None else f"{score:.1f}",
        "value": (score or 0) / 100,
        "weight": f"{100 * node['total_weight']:.0f} %",
        "known": "" if node["known"] > 0.999 else f"{100 * node['known']:.0f} %",
    }


def _row(node: Mapping[str, Any], key: str, language: str) -> dict[str, Any]:
    is_leaf = "measure" in node
    value = node.get("value")
    unit = node["unit"][key] if is_leaf else ""
    how = HOWS[node["how"]].in_(language) if node.get("how") else ""
    quality = QUALITIES[node["quality"]].in_(language) if node.get("quality") else ""
    return {
        "level": node["level"],
        "leaf": is_leaf,
        "title": node["title"][key],
        "value": "" if value is None else f"{_plain(value)} {unit}",
        "target": "" if node.get("target") is None else _plain(node["target"]),
        "score": "–" if node["score"] is None else f"{node['score']:.1f}",
        "weight": f"{100 * node['total_weight']:.1f} %",
        "from": f"{how} · {quality} · {node['as_of']}" if how else "",
        "clause": node["clause"],
    }


def _plain(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")
