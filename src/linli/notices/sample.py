"""The announcements of a demo: what three made-up communities told their people in the last days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

from linli.platform.actors import Actor

from . import queries
from .commands import Writing, draft, publish

WATER_ZH = """因更换二次供水水泵，后天上午 9:00 到 11:30 停水。请提前存水。

- 停水时请关好水龙头，来水后先放一两分钟再用
- 家里有老人、病人需要送水的，请打社区电话

恢复供水后会在这里告诉大家。"""
WATER_EN = """Water is off from 9:00 to 11:30 the day after tomorrow while the pumps are replaced. Please store some.

- Close your taps; when it is back, let it run for a minute or two
- If somebody at home needs water brought, call the community office

We will say here when it is back."""
CANTEEN_ZH = """长者食堂从下周一起开早餐，6:30 到 8:30。60 岁以上凭卡八折，腿脚不便的可以送到家。

头一天晚上 8 点前打社区电话，或到柜台说一声。"""
MEETING_ZH = """周六下午 3:00 在社区会议室说明水泵房改造的三个方案和各家要出的钱，请业主来听、来问。

## 来不了怎么办
方案和答复会后贴在这里，也可以请家里人代来。"""
SAMPLE = (
    (5, Writing("长者食堂下周一起开早餐", CANTEEN_ZH, groups=("elders_60",), is_public=True)),
    (2, Writing("周六说明会：水泵房改造怎么改、花多少钱", MEETING_ZH, groups=("owners",))),
    (0, Writing("后天上午停水 2 个半小时", WATER_ZH, "Water off for two and a half hours the day after tomorrow", WATER_EN, is_important=True, is_public=True)),
)  # fmt: skip
"""How many days ago, and what."""


def announce(community_id: UUID, *, actor: Actor, now: dt.datetime) -> None:
    """Publish the sample in the name of the residents' committee, where nothing was published yet."""
    if queries.list_for_staff(actor, community_id).exists():
        return
    issuer = next(iter(queries.issuers(actor, community_id)), None)
    for days, writing in SAMPLE:
        at = now - dt.timedelta(days=days, hours=1)
        signed = replace(writing, issuer_id=issuer.organisation_id if issuer else None)
        publish(draft(community_id, signed, actor=actor, now=at).pk, actor=actor, now=at)
