"""The staff's list of cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.platform.kit.tables import BulkAction, Choice, Column, Filter, TableSpec

from .. import queries
from ..models import Phase, Way
from ..rules import clocks
from ..rules.types import CLOCK_WORDS, GROUPS, case_types, cases_policy
from . import told

PHASES = {
    "waiting": Text("等人接手", "Waiting"),
    "working": Text("办理中", "Being handled"),
    "answered": Text("等报事人确认", "Waiting for the reporter"),
    "closed": Text("已结束", "Closed"),
}
WAYS = {
    Way.PORTAL: Text("居民端", "Portal"),
    Way.QR: Text("扫码", "Code on a wall"),
    Way.COUNTER: Text("柜台代报", "At the counter"),
    Way.TELEPHONE: Text("电话代报", "By telephone"),
    Way.STAFF: Text("工作人员", "By staff"),
    Way.OPEN311: Text("Open311", "Open311"),
    Way.API: Text("接口", "API"),
    Way.SENSOR: Text("设备", "Device"),
}


def _kind(row: Any) -> Text:
    return queries.kind_of(row).title


def _standing(row: Any) -> tuple[str, Text]:
    standing = clocks.standing(row, now(), cases_policy().warn_share)
    return told.SHAPES[standing], clocks.STANDING[standing]


def _state(row: Any) -> Text:
    return queries.kind_of(row).flow.states[row.state].title


def _with_lead(row: Any) -> Text | None:
    return Text(f"并在 {row.lead.number} 里办", f"together with {row.lead.number}") if row.lead_id else None


def _due(row: Any) -> Any:
    return row.due_at if row.phase != "closed" else None


def _clock(row: Any) -> Text | None:
    return CLOCK_WORDS.get(row.due_clock) if row.phase != "closed" else None


def _types() -> list[Choice]:
    return [Choice(kind.id, kind.title) for kind in case_types().values()]


def _by_group(rows: Any, chosen: list[str]) -> Any:
    return rows.filter(type_id__in=[kind.id for kind in case_types().values() if kind.group in chosen])


def _by_standing(rows: Any, chosen: list[str]) -> Any:
    """Overdue: the running clock is over. The other two are told apart by the share of time gone, which the list shows."""
    at = now()
    wanted = rows.none()
    if "overdue" in chosen:
        wanted = wanted | rows.filter(due_at__lt=at, phase__in=[Phase.WAITING, Phase.WORKING], paused_at=None)
    if "today" in chosen:
        wanted = wanted | rows.filter(
            due_at__gte=at, due_at__lt=at + dt.timedelta(hours=24), phase__in=[Phase.WAITING, Phase.WORKING]
        )
    if "undecided" in chosen:
        wanted = wanted | rows.filter(is_certain=False).exclude(phase=Phase.CLOSED)
    if "callback" in chosen:
        wanted = wanted | rows.filter(phase=Phase.CLOSED, callback_due_at__isnull=False, called_at=None)
    return wanted


def _by_hands(rows: Any, chosen: list[str]) -> Any:
    """``mine`` needs the reader: the page narrows by it before (see :func:`.console.cases`)."""
    wanted = Q()
    if "nobody" in chosen:
        wanted |= Q(handler_id=None, lead=None) & ~Q(phase=Phase.CLOSED)
    if "returned" in chosen:
        wanted |= Q(n_returns__gt=0)
    if "merged" in chosen:
        wanted |= Q(lead__isnull=False)
    if "mine" in chosen:
        wanted |= Q(is_mine=True)
    return rows.filter(wanted)


CASES = TableSpec(
    key="cases",
    columns=(
        Column("number", Text("编号", "Number"), kind="plate", link=lambda row: reverse("cases:case", args=[row.pk]), narrow=True),
        Column("type_id", Text("什么事", "What"), value=_kind, link=lambda row: reverse("cases:case", args=[row.pk]), sub=lambda row: getattr(row, "place_name", None)),
        Column("state", Text("到哪一步", "State"), value=_state, sub=_with_lead),
        Column("standing", Text("时限", "Time"), kind="badge", value=_standing),
        Column("due_at", Text("最近的时限", "Next limit"), kind="moment", value=_due, sub=_clock, sort=True),
        Column("desk", Text("在谁那里", "With"), value=lambda row: told.role_title(row.desk), narrow=True),
        Column("n_supporters", Text("也是", "Me too"), kind="number", value=lambda row: row.n_supporters or None, sort=True, narrow=True),
        Column("received_at", Text("收到", "Received"), kind="moment", sort=True, narrow=True),
    ),
    filters=(
        Filter("phase", Text("进度", "Progress"), choices=[Choice(key, text) for key, text in PHASES.items()]),
        Filter("standing", Text("要紧的", "Pressing"), choices=[
            Choice("overdue", Text("已超时", "Overdue")), Choice("today", Text("24 小时内到期", "Due within 24 hours")),
            Choice("undecided", Text("类型要人定", "Kind undecided")), Choice("callback", Text("要回访", "To be called back")),
        ], apply=_by_standing),
        Filter("group", Text("哪一类", "Group"), choices=[Choice(key, text) for key, text in GROUPS.items()], apply=_by_group),
        Filter("type_id", Text("类型", "Kind"), choices=_types),
        Filter("way", Text("怎么来的", "Came by"), choices=[Choice(str(key), text) for key, text in WAYS.items()]),
        Filter("received", Text("收到的日子", "Received"), kind="day", field="received_at"),
        Filter("due", Text("到期的日子", "Due"), kind="day", field="due_at"),
        Filter("hands", Text("在谁手上", "In whose hands"), choices=[
            Choice("mine", Text("我手上", "Mine")), Choice("nobody", Text("没人接", "Nobody's")), Choice("returned", Text("退回过", "Given back")),
            Choice("merged", Text("并在别件里办的", "Handled with another")),
        ], apply=_by_hands),
    ),
    search=("number__icontains", "words__body__icontains", "where__icontains", "public_title__icontains"),
    thing=Text("件", "cases"),
)  # fmt: skip

BULK = {
    "take": BulkAction("cases:bulk-take", Text("接手", "Take"), "check"),
    "resume": BulkAction("cases:bulk-resume", Text("继续计时", "Go on"), "play"),
    "escalate": BulkAction("cases:bulk-escalate", Text("上报", "Raise"), "up"),
    "merge": BulkAction("cases:bulk-merge", Text("是同一件事，并在一起办", "One matter: handle together"), "link"),
    "assign": BulkAction("cases:bulk-assign", Text("指派", "Assign"), "share"),
}


def table_for(actor: Actor, community_id: UUID) -> TableSpec:
    """The list with the deeds this worker may do on several at once."""
    wanted = [what for what in BULK if what != "assign" or actor.may(queries.DISPATCH, community_id)]
    return replace(CASES, bulk=tuple(BULK[what] for what in wanted))
