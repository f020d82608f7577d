"""The tables of the life circle: buildings under the planner's map, categories in the public ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from linli.kernel.text import Text
from linli.platform.kit.tables import Column, TableSpec

from ..queries import BuildingWalk, CoverageRow

BUILDINGS_SHOWN = 200


def _state(row: BuildingWalk) -> tuple[str, Text]:
    if not row.is_joined:
        return ("dash", Text("没接上路网", "not joined"))
    if row.minutes is None:
        return ("red", Text("走不通", "no way"))
    return ("yellow", Text("超过限值", "beyond")) if row.is_beyond else ("green", Text("够得到", "within"))


_COLUMNS = (
    Column("name", Text("楼栋", "Building")),
    Column("n_persons", Text("居民", "Residents"), kind="number", sort=True, decimals=0, narrow=True),
    Column("n_beyond", Text("走不到的人", "Out of reach"), kind="number", sort=True, decimals=0),
    Column("minutes", Text("步行", "Walk"), kind="minutes", sort=True),
    Column(
        "extra_min",
        Text("超出", "Over"),
        kind="minutes",
        value=lambda row: row.extra_min or None,
        sort=True,
        narrow=True,
    ),
    Column("metres", Text("路程", "Distance"), kind="length", sort=True, narrow=True),
    Column("state", Text("情况", "State"), kind="badge", value=_state),
)
BUILDINGS = TableSpec("lifecircle-buildings", _COLUMNS, page_size=BUILDINGS_SHOWN, thing=Text("幢", "buildings"))


def _if_found(name: str) -> Callable[[CoverageRow], Any]:
    return lambda row: getattr(row, name) if row.is_found else None


def _target(row: CoverageRow) -> Any:
    if not row.is_found:
        return ("dash", Text("册子里没有", "not registered"))
    if row.target_share is None:
        return None
    met = {True: ("green", Text("达到", "met")), False: ("yellow", Text("未达到", "not met"))}
    return met.get(row.meets_target, ("ring", Text("无从判断", "cannot be told")))  # type: ignore[arg-type]


CATEGORIES = TableSpec(
    "lifecircle-categories",
    (
        Column("title", Text("设施", "Facility")),
        Column("limit", Text("限值", "Limit")),
        Column("n_facilities", Text("处", "Found"), kind="number", sort=True),
        Column("share", Text("走得到的居民", "Residents within"), kind="percent", value=_if_found("share"), sort=True),
        Column(
            "n_beyond",
            Text("走不到的人（约）", "Out of reach, about"),
            kind="number",
            value=_if_found("n_beyond"),
            sort=True,
        ),
        Column("median_min", Text("中位步行", "Median walk"), kind="minutes", sort=True, narrow=True),
        Column("target_share", Text("目标", "Target"), kind="percent", narrow=True),
        Column("meets", Text("是否达到", "Met"), kind="badge", value=_target, narrow=True),
    ),
    thing=Text("类", "kinds"),
)


STATES = {
    "draft": ("ring", Text("比较中", "compared")),
    "chosen": ("green", Text("已选定", "chosen")),
    "dropped": ("dash", Text("已放弃", "dropped")),
}


def _measured(row: Any) -> tuple[str, Text]:
    if row["state"] != "draft" or row["is_current"]:
        return STATES[row["state"]]
    return ("yellow", Text("改后没量", "not measured"))


SCENARIOS = TableSpec(
    "lifecircle-scenarios",
    (
        Column(
            "title",
            Text("方案", "Scenario"),
            link=lambda row: reverse("lifecircle:scenario", args=[row["scenario"].pk]),
            sub=lambda row: row["standard"],
        ),
        Column("state", Text("情况", "State"), kind="badge", value=_measured),
        Column("n_changes", Text("改动", "Changes"), kind="number", narrow=True),
        Column("gained", Text("新走得到（人·类）", "Newly within"), kind="number", sort=True, decimals=0),
        Column("lost", Text("不再走得到", "No longer"), kind="number", sort=True, decimals=0, narrow=True),
        Column("nearer", Text("少走的人", "Walk less"), kind="number", sort=True, decimals=0, narrow=True),
        Column("cost_fen", Text("花费", "Cost"), kind="money", sort=True),
        Column("made_at", Text("拟于", "Begun"), kind="moment", sort=True, narrow=True),
    ),
    thing=Text("个", "scenarios"),
)


def _signed(key: str) -> Callable[[Any], Any]:
    return lambda row: row[key] or None


def changes_table(group: str) -> TableSpec:
    """Every category before and after, for one group."""
    return TableSpec(
        f"lifecircle-changes-{group}" if group else "lifecircle-changes",
        (
            Column("title", Text("设施", "Facility"), value=lambda row: Text.from_mapping(row["title"])),
            Column("n_before", Text("处", "Found"), value=_counts, kind="text", narrow=True),
            Column("share_before", Text("现在走得到", "Within now"), kind="percent"),
            Column("share_after", Text("以后走得到", "Within then"), kind="percent", sort=True),
            Column(
                "gained",
                Text("新走得到的人", "Newly within"),
                kind="number",
                value=_signed("gained"),
                sort=True,
                decimals=0,
            ),
            Column(
                "lost",
                Text("不再走得到的人", "No longer within"),
                kind="number",
                value=_signed("lost"),
                sort=True,
                decimals=0,
            ),
            Column("mean_before", Text("现在平均", "Mean now"), kind="minutes", narrow=True),
            Column("mean_after", Text("以后平均", "Mean then"), kind="minutes", narrow=True),
        ),
        thing=Text("类", "kinds"),
    )


def _counts(row: Any) -> str:
    before, after = row["n_before"], row["n_after"]
    return str(before) if before == after else f"{before}→{after}"
