"""Rooms by the hour: how many sessions in the address, the day as a drawing and a table, and what found no room and why (S304)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import local_day, now
from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Table, TableSpec
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..queries.coverage import READ
from ..queries.sharing import RoomPlan, Session, plan_rooms, sharing_policy
from ..rules.sharing import DayKind, Sharing
from .asked import asked_community

MOST_SESSIONS = 20
DAYS: tuple[tuple[DayKind, Text], ...] = (
    ("workday", Text("工作日", "Working day")),
    ("weekend", Text("周末", "Weekend")),
)
HOUR, ROW, NAME, HEAD = 44, 34, 0, 22
"""The drawing in its own units: width of an hour, height of a room, of the hours' head."""
N_LOOKS = 6


def _hours(session: Session) -> Text:
    words = f"{session.start}:00–{session.end}:00"
    return Text(words, words)


SESSIONS = TableSpec(
    "lifecircle-rooms-by-hour",
    (
        Column("room", Text("房间", "Room"), value=lambda row: row["room"]),
        Column("hours", Text("时间", "Hours"), value=lambda row: _hours(row["session"])),
        Column("use", Text("用途", "Use"), value=lambda row: row["session"].kind.title),
        Column("persons", Text("人", "People"), kind="number", value=lambda row: row["session"].kind.persons),
        Column("m2", Text("房间面积", "Room"), kind="area", value=lambda row: row["area_dm2"], narrow=True),
        Column("said", Text("开放时间", "Open hours"), narrow=True, value=lambda row: row["said"]),
    ),
    thing=Text("场", "sessions"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    x: float
    y: float
    width: float
    look: str
    label: str
    title: Text


@dataclass(frozen=True, slots=True)
class DayDrawing:
    """Rooms downward, numbered as in the list below; hours to the right; a block for each session with the number of its use."""

    width: float
    height: float
    blocks: tuple[Block, ...]
    shut: tuple[tuple[float, float, float], ...]
    hours: tuple[tuple[float, int], ...]
    rows: tuple[tuple[float, int], ...]
    legend: tuple[tuple[int, str, Text], ...]
    names: tuple[tuple[int, Text], ...]


@page(permission=READ)
def sharing(request: Request) -> HttpResponseBase:
    """``?day=workday`` or ``weekend``; ``?s_<use>=`` sessions of a use."""
    community_id = asked_community(request)
    day: DayKind = "weekend" if request.GET.get("day") == "weekend" else "workday"
    on = local_day(now())
    asked, said = _asked(request, sharing_policy(on))
    plan = plan_rooms(community_id, request.actor, day, asked, on=on)
    table = Table(SESSIONS, request.GET, [_row(plan, one) for one in plan.sessions])
    unknown = sum(not room.hours_known for room in plan.rooms)
    context = {
        "plan": plan, "table": table, "days": DAYS, "said": said, "drawing": draw(plan) if plan.sessions else None, "n_unknown": unknown,
        "uses": [(kind, plan.asked[kind.id]) for kind in plan.sharing.uses],
    }  # fmt: skip
    return table.download() or render(request, "lifecircle/sharing.html", context)


def _asked(request: Request, policy: Sharing) -> tuple[dict[str, int], list[Text]]:
    asked, said = {}, []
    for kind in policy.uses:
        given = request.GET.get(f"s_{kind.id}", "").strip()
        if not given:
            continue
        if given.isascii() and given.isdigit() and int(given) <= MOST_SESSIONS:
            asked[kind.id] = int(given)
        else:
            said.append(
                Text(
                    f"{kind.title.zh}：“{given[:20]}”不是 0 到 {MOST_SESSIONS} 的整数，按政策的场数算",
                    f"{kind.title.en}: “{given[:20]}” is no whole number from 0 to {MOST_SESSIONS}; the policy's number is taken",
                )
            )
    return asked, said


def _row(plan: RoomPlan, session: Session) -> dict[str, Any]:
    room = plan.rooms[session.room]
    said = (
        Text("册子里的", "as registered")
        if room.hours_known
        else Text("没登记，按政策", "not registered, the policy's")
    )
    return {"session": session, "room": room.name, "area_dm2": round(room.area_m2 * 100), "said": said}


def draw(plan: RoomPlan) -> DayDrawing:
    """Only rooms that are used; grey where a room is shut."""
    used = sorted({one.room for one in plan.sessions})
    row_of = {room: n for n, room in enumerate(used)}
    number = {kind.id: n for n, kind in enumerate(plan.sharing.uses, 1)}
    first = plan.sharing.first_hour
    blocks = tuple(
        Block(
            (one.start - first) * HOUR, HEAD + row_of[one.room] * ROW, (one.end - one.start) * HOUR, f"u{(number[one.kind.id] - 1) % N_LOOKS + 1}",
            str(number[one.kind.id]), one.kind.title,
        )
        for one in plan.sessions
    )  # fmt: skip
    shut = tuple(
        (hour * HOUR, HEAD + row_of[room] * ROW, HOUR)
        for room in used
        for hour, is_open in enumerate(plan.rooms[room].open)
        if not is_open
    )
    held = {one.kind.id for one in plan.sessions}
    legend = tuple((number[kind.id], f"u{(number[kind.id] - 1) % N_LOOKS + 1}", kind.title) for kind in plan.sharing.uses if kind.id in held)  # fmt: skip
    return DayDrawing(
        len(plan.sharing.hours) * HOUR, HEAD + len(used) * ROW, blocks, shut,
        tuple(((hour - first) * HOUR, hour) for hour in plan.sharing.hours),
        tuple((HEAD + n * ROW + ROW / 2, n + 1) for n in range(len(used))), legend,
        tuple((n + 1, plan.rooms[room].name) for n, room in enumerate(used)),
    )  # fmt: skip
