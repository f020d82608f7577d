"""Vitality blocks: which communities of a street to pool, what each block shares and still lacks, against leaving them apart (S046)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import local_day, now
from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Table, TableSpec
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..bridges.blocks import DistrictingError
from ..queries.blocks import BlockAsk, BlockPlan, block_rules, plan_blocks
from ..queries.coverage import READ
from .asked import Numbers, asked_community
from .plans import Drawing, Spot, draw_areas

MOST_TOGETHER = 8
MOST_PERSONS = 1_000_000


def _members(row: dict[str, Any]) -> Text:
    names = row["block"].members
    number = row["block"].number
    return Text(f"{number} {'、'.join(one.zh for one in names)}", f"{number} {', '.join(one.en for one in names)}")


def _facilities(row: dict[str, Any]) -> Text:
    names = row["kind"].names
    if not names:
        return Text("街区里没有", "none in the block")
    return Text("、".join(f"{name.zh}（{where.zh}）" for name, where in names), ", ".join(f"{name.en} ({where.en})" for name, where in names))  # fmt: skip


KINDS = TableSpec(
    "lifecircle-blocks",
    (
        Column("block", Text("街区", "Block"), value=_members),
        Column("kind", Text("合用什么", "Shared"), value=lambda row: row["kind"].item.title, sub=_facilities),
        Column("pooled", Text("街区里走得到的人", "Reach one in the block"), kind="number", value=lambda row: row["kind"].pooled, sort=True, decimals=0),
        Column("alone", Text("各社区自己的走得到", "Reach their own community's"), kind="number", value=lambda row: row["kind"].alone, sort=True, decimals=0),
        Column("without", Text("街区里走不到", "Reach none in the block"), kind="number", value=lambda row: row["kind"].without, sort=True, decimals=0),
        Column("anywhere", Text("不管是谁的，走得到", "Reach one, whoever's"), kind="number", value=lambda row: row["kind"].anywhere, sort=True, decimals=0, narrow=True),
    ),
    thing=Text("项", "lines"),
)  # fmt: skip


@page(permission=READ)
def blocks(request: Request) -> HttpResponseBase:
    """``?most=`` communities in a block, ``?least=`` persons a joining must newly serve; without them the policy's."""
    community_id, on = asked_community(request), local_day(now())
    ask, said = _asked(request, block_rules(on).most_communities, block_rules(on).least_persons)
    try:
        plan = plan_blocks(community_id, request.actor, ask, on=on)
    except DistrictingError as refused:
        if refused.code != "too_many":
            raise
        n = len(refused.areas)
        words = Text(
            f"这条街有 {n} 个社区，每个街区至多 {ask.most} 个，拼法太多列不完。把“至多几个社区”改小再试",
            f"This street has {n} communities: with up to {ask.most} in a block there are too many ways to list. Ask for fewer in a block",
        )
        return render(request, "lifecircle/blocks.html", {"ask": ask, "said": said, "too_many": words})
    rows = [{"block": block, "kind": kind} for block in plan.blocks for kind in block.kinds]
    table = Table(KINDS, request.GET, rows)
    context = {"ask": ask, "said": said, "plan": plan, "table": table, "drawing": draw(plan)}
    return table.download() or render(request, "lifecircle/blocks.html", context)


def _asked(request: Request, most: int, least: int) -> tuple[BlockAsk, list[Text]]:
    numbers = Numbers(request)
    ask = BlockAsk(numbers.whole("most", most, 1, MOST_TOGETHER), numbers.whole("least", least, 1, MOST_PERSONS))
    return ask, numbers.said


def draw(plan: BlockPlan) -> Drawing | None:
    """Buildings filled by block, a line round each community with its block's number, shared facilities as rings."""
    if plan.ground is None:
        return None
    ground = plan.ground
    return draw_areas(
        ground.shapes_m, ground.block, ground.community, [Spot(x, y, title) for x, y, title in ground.points]
    )
