"""An assessment as files: the JSON document, the workbook, and the findings said in words. Numbers of ``scores.json`` are not rounded."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from linli.kernel.text import Text

from .queries import Sheet
from .rules.entries import HOWS, QUALITIES

N_NAMED = 3


def summarise(found: Sheet, *, code: str, name: Text, on: dt.date, warnings: Sequence[Any] = ()) -> dict[str, Any]:
    """``scores.json``: system, community, period, the total, the tree, what is missing, warnings that stand."""
    policy = found.system.policy
    grade = found.system.grade(found.score)
    run = found.run
    return {
        "system": {
            "id": found.system.id,
            "version": run.system_version if run else policy.version,
            "sha256": run.system_sha256 if run else policy.sha256,
            "title": (run.system_title if run else found.system.title).as_mapping(),
        },
        "community": {"code": code, "name": name.as_mapping()},
        "period": found.period.code,
        "variant": found.variant,
        "weight_set": found.scored.weight_set,
        "is_closed": found.is_closed,
        "on": on.isoformat(),
        "score": found.score,
        "known_share": run.known_share if run else min(1.0, found.scored.known),
        "least_known_share": found.system.least_known_share,
        "grade": grade.id if grade else None,
        "nodes": found.tree["nodes"],
        "shifts": found.tree["shifts"],
        "missing": [one.measure for one in found.missing],
        "warnings": [
            {"scheme": one.scheme, "about": one.subject, "title": one.title.as_mapping(), "colour": one.colour, "value": one.value}
            for one in warnings
        ],
    }  # fmt: skip


def finding(summary: Mapping[str, Any]) -> Text:
    """The first sentence: the total, or that none can be told."""
    period = summary["period"]
    if summary["score"] is None:
        known, least = f"{100 * summary['known_share']:.1f}", f"{100 * summary['least_known_share']:.0f}"
        return Text(f"{period}：只知道 {known}% 的权重，不给总分（至少 {least}%）", f"{period}: no total; {known} % of the weight is known, {least} % is needed")  # fmt: skip
    return Text(f"{period}：{summary['score']:.1f} 分", f"{period}: {summary['score']:.1f} points of 100")


def findings(summary: Mapping[str, Any]) -> list[Text]:
    """What stands out: strongest and weakest first-level indicator, what costs most points, what is missing, what is red."""
    firsts = [node for node in summary["nodes"] if node["level"] == 0 and node["score"] is not None]
    found: list[Text] = []
    if len(firsts) > 1:
        ranked = sorted(firsts, key=lambda node: -node["score"])
        best, worst = ranked[0], ranked[-1]
        found.append(
            Text(
                f"最高的是{best['title']['zh']}（{best['score']:.1f} 分），最低的是{worst['title']['zh']}（{worst['score']:.1f} 分）。",
                f"Highest is {best['title']['en']} ({best['score']:.1f} points), lowest {worst['title']['en']} ({worst['score']:.1f}).",
            )
        )
    leaves = [node for node in summary["nodes"] if node.get("value") is not None]
    costly = sorted(leaves, key=lambda node: -(100 - node["score"]) * node["total_weight"])[:N_NAMED]
    costly = [node for node in costly if node["score"] < 100]
    if costly:
        said = [(node, (100 - node["score"]) * node["total_weight"]) for node in costly]
        zh = "、".join(f"{node['title']['zh']}（{loss:.1f} 分）" for node, loss in said)
        en = ", ".join(f"{node['title']['en']} ({loss:.1f})" for node, loss in said)
        found.append(Text(f"丢分最多的：{zh}。", f"Most points are lost on: {en}."))
    if summary["missing"]:
        n = len(summary["missing"])
        found.append(Text(f"{n} 项没有数，由同组其余的顶上权重，不当 0 分。", f"{n} indicators have no value; the others of their group carry the weight, they are not counted as 0."))  # fmt: skip
    reds = [one for one in summary["warnings"] if one["colour"] == "red"]
    if reds:
        zh = "、".join(one["title"]["zh"] for one in reds[:6])
        en = ", ".join(one["title"]["en"] for one in reds[:6])
        found.append(Text(f"没解除的红色预警：{zh}。", f"Red warnings that stand: {en}."))
    return found


def limits(summary: Mapping[str, Any]) -> list[Text]:
    """How far the result can be trusted, in sentences."""
    nodes = [node for node in summary["nodes"] if node.get("value") is not None]
    typed = [node for node in nodes if node["how"] != "live"]
    claimed = [node for node in nodes if node["quality"] in ("claimed", "estimated")]
    found = []
    if typed:
        found.append(Text(f"{len(typed)} 个数是录入或导入的，凭所写的依据，系统没有核过。", f"{len(typed)} values were typed or imported; they rest on what was written beside them and were not checked by the system."))  # fmt: skip
    if claimed:
        found.append(Text(f"{len(claimed)} 个数是估算或自报的。", f"{len(claimed)} values are estimates or claims."))
    shifts = summary["shifts"]
    if shifts:
        widest = max(abs(one["more"] - one["less"]) for one in shifts) / 2
        found.append(Text(f"任一一级权重加减一成，总分最多变 {widest:.2f} 分。", f"With any first-level weight a tenth more or less, the total moves by at most {widest:.2f} points."))  # fmt: skip
    if not summary["is_closed"]:
        found.append(Text("这一期还没有结，数还会变。", "The period is not closed; values may still change."))
    return found


def workbook(summary: Mapping[str, Any], *, language: str = "zh-hans") -> bytes:
    """``scores.xlsx``: the tree with its values, and a sheet that says what it is of."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    is_english = language.startswith("en")
    key = "en" if is_english else "zh"
    sheet.title = "Scores" if is_english else "得分"
    heads = (
        ("id", "parent", "Indicator", "Value", "Unit", "Points", "Weight in group", "Weight of total", "Target", "As of", "How", "Quality", "Clause")
        if is_english
        else ("编号", "上级", "指标", "数值", "单位", "得分", "组内权重", "总权重", "目标", "数据日期", "来法", "质量", "条款")
    )  # fmt: skip
    sheet.append(list(heads))
    for node in summary["nodes"]:
        how, quality = node.get("how"), node.get("quality")
        sheet.append(
            [
                node["id"], node["parent"], "　" * node["level"] + node["title"][key], node.get("value"),
                node["unit"][key] if "unit" in node else None, node["score"], node["weight"], node["total_weight"], node.get("target"),
                node.get("as_of"), HOWS[how].in_(language) if how else None, QUALITIES[quality].in_(language) if quality else None,
                node["clause"],
            ]
        )  # fmt: skip
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEFGHIJKLM", (24, 18, 34, 10, 10, 10, 12, 12, 10, 12, 10, 14, 36), strict=True):
        sheet.column_dimensions[column].width = width
    for row in sheet.iter_rows(min_row=2, min_col=6, max_col=8):
        for cell, form in zip(row, ("0.00", "0.0%", "0.0%"), strict=True):
            cell.number_format = form
    sheet.freeze_panes = "D2"
    about = book.create_sheet("About" if is_english else "说明")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 90
    for label, value in (
        (
            "系统 System",
            f"{summary['system']['title'][key]} · {summary['system']['id']} v{summary['system']['version']}",
        ),
        ("SHA-256", summary["system"]["sha256"]),
        ("社区 Community", f"{summary['community']['name'][key]} {summary['community']['code']}"),
        ("期 Period", summary["period"]),
        ("总分 Total", summary["score"]),
        ("已结 Closed", "是 yes" if summary["is_closed"] else "否 no"),
        ("知道的权重 Weight known", summary["known_share"]),
        ("权重方案 Weights", summary["weight_set"]),
    ):
        about.append([label, value])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
