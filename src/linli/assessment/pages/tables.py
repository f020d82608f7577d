"""Tables of assessment: the score tree as it is downloaded, and plans."""

from __future__ import annotations

from typing import Any

from linli.kernel.text import Text
from linli.platform.kit.tables import Column, TableSpec


def _of(key: str) -> Any:
    return lambda row: row.get(key)


TREE = TableSpec(
    key="assessment-tree",
    columns=(
        Column("id", Text("编号", "Code"), value=_of("id")),
        Column("parent", Text("上级", "Holder"), value=_of("parent")),
        Column("title", Text("指标", "Indicator"), value=_of("title")),
        Column("value", Text("数值", "Value"), kind="number", value=_of("value")),
        Column("unit", Text("单位", "Unit"), value=_of("unit_text")),
        Column("score", Text("得分", "Points"), kind="number", value=_of("score"), decimals=2),
        Column("weight", Text("组内权重", "Weight in its group"), kind="percent", value=_of("weight")),
        Column("total_weight", Text("总权重", "Weight of the total"), kind="percent", value=_of("total_weight")),
        Column("as_of", Text("数据日期", "As of"), value=_of("as_of")),
        Column("how", Text("来法", "How"), value=_of("how_text")),
        Column("quality", Text("质量", "Quality"), value=_of("quality_text")),
        Column("source", Text("来源", "Source"), value=_of("source")),
        Column("clause", Text("条款", "Clause"), value=_of("clause")),
    ),
    row_key=lambda row: row["id"],
    page_size=500,
    thing=Text("项", "indicators"),
)
