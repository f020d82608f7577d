"""The tables of the life circle: buildings under the planner's map, categories in the public ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
