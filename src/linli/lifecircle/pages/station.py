"""A modular emergency station: modules, crews and plot in the address; does it fit, when does it stand, what decides it, what does it cost (S232)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponseBase
from django.shortcuts import render

from linli.kernel.clock import local_day, now
from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Table, TableSpec
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..queries.coverage import READ
from ..queries.station import StationAsk, StationPlan, plan_station, station_rules
from ..rules.station import SLOTS_PER_H, StationRules, Task
from .asked import Numbers, asked_community
from .plans import Tile, look_of

MOST_UNITS = 8
MOST_CREWS = 9
LEAST_M, MOST_M = 3.0, 100.0
HOUR, ROW, BAR, HEAD = 18, 30, 24, 22
"""The drawing in its own units: width of an hour, height of a line, of a bar, of the hours' head."""
EACH_H = 6


def _when(plan: StationPlan, slot: int) -> Text:
    hours = plan.ask.begin_hour + slot / SLOTS_PER_H
    day, hour = int(hours // 24) + 1, hours % 24
    clock = f"{int(hour):02d}:{'30' if hour % 1 else '00'}"
    return Text(f"第 {day} 天 {clock}", f"day {day}, {clock}")


WORKS = TableSpec(
    "lifecircle-station-works",
    (
        Column("title", Text("工序", "Work"), value=lambda row: row["task"].title),
        Column("crew", Text("班组", "Crew"), value=lambda row: row["crew"]),
        Column("begin", Text("开始", "Begins"), value=lambda row: row["begin"]),
        Column("end", Text("做完", "Done"), value=lambda row: row["end"]),
        Column("hours", Text("小时", "Hours"), kind="number", decimals=1, value=lambda row: row["hours"], narrow=True),
    ),
    thing=Text("道", "works"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    look: str
    title: Text


@dataclass(frozen=True, slots=True)
class Gantt:
    """A line for each module and the site, hours to the right; bars coloured by crew."""

    width: float
    height: float
    bars: tuple[Bar, ...]
    hours: tuple[tuple[float, int], ...]
    lines: tuple[tuple[float, int, Text], ...]
    limit_x: float
    legend: tuple[tuple[str, Text], ...]


@page(permission=READ)
def station(request: Request) -> HttpResponseBase:
    """``?m_<module>=`` units, ``?c_<crew>=`` crews, ``?width=``, ``?depth=`` metres, ``?begin=`` hour of the day; without them the policy's."""
    community_id, on = asked_community(request), local_day(now())
    rules = station_rules(on)
    ask, said = _asked(request, rules)
    plan = plan_station(community_id, request.actor, ask, on=on)
    table = Table(WORKS, request.GET, _rows(plan))
    context = {
        "plan": plan, "ask": ask, "said": said, "table": table, "gantt": draw(plan) if plan.schedule else None,
        "modules": [(one, plan.counts[one.id]) for one in rules.modules], "crews": [(one, ask.crews[one.id]) for one in rules.crews],
        "tiles": tiles(plan), "view_box": f"-6 -6 {round(ask.width_m * 10) + 12} {round(ask.depth_m * 10) + 12}",
        "plot_w": str(round(ask.width_m * 10)), "plot_d": str(round(ask.depth_m * 10)), "legend": _legend(plan),
    }  # fmt: skip
    return table.download() or render(request, "lifecircle/station.html", context)


def _asked(request: Request, rules: StationRules) -> tuple[StationAsk, list[Text]]:
    numbers = Numbers(request)
    ask = StationAsk(
        {one.id: numbers.whole(f"m_{one.id}", one.n, 0, MOST_UNITS) for one in rules.modules},
        {one.id: numbers.whole(f"c_{one.id}", one.n, 0, MOST_CREWS) for one in rules.crews},
        numbers.number("width", rules.width_m, LEAST_M, MOST_M),
        numbers.number("depth", rules.depth_m, LEAST_M, MOST_M),
        numbers.whole("begin", rules.begin_hour, 0, 23),
    )
    return ask, numbers.said


def _rows(plan: StationPlan) -> list[dict[str, object]]:
    if plan.schedule is None:
        return []
    pairs = sorted(zip(plan.schedule.start, plan.tasks, strict=True), key=lambda pair: pair[0])
    return [
        {
            "task": task, "crew": plan.rules.crews[task.crew].title, "begin": _when(plan, start), "end": _when(plan, start + task.kind.slots),
            "hours": task.kind.slots / SLOTS_PER_H,
        }
        for start, task in pairs
    ]  # fmt: skip


def draw(plan: StationPlan) -> Gantt:
    assert plan.schedule is not None
    lines: dict[tuple[str, int], list[tuple[int, Task]]] = {}
    for start, task in zip(plan.schedule.start, plan.tasks, strict=True):
        lines.setdefault((task.module.id if task.module else "", task.unit), []).append((start, task))
    names = [_line_name(own[0][1]) for own in lines.values()]
    bars = [bar for n, own in enumerate(lines.values()) for bar in _bars(own, HEAD + n * ROW + 3)]
    last = max(plan.schedule.end / SLOTS_PER_H, plan.rules.within_h)
    used = sorted({task.crew for task in plan.tasks})
    return Gantt(
        last * HOUR + HOUR, HEAD + len(names) * ROW, tuple(bars), tuple((h * HOUR, h) for h in range(0, int(last) + 1, EACH_H)),
        tuple((HEAD + n * ROW + ROW / 2, n + 1, name) for n, name in enumerate(names)), plan.rules.within_h * HOUR,
        tuple((look_of(n + 1), plan.rules.crews[n].title) for n in used),
    )  # fmt: skip


def _line_name(task: Task) -> Text:
    if task.module is None:
        return Text("场地", "Site")
    return Text(f"{task.module.title.zh} {task.unit}", f"{task.module.title.en} {task.unit}")


def _bars(own: list[tuple[int, Task]], y: float) -> list[Bar]:
    """Works of one line; where some go on at once they lie in two halves, the third of three over the second."""
    lanes, free = [], 0
    for start, task in sorted(own, key=lambda pair: pair[0]):
        lanes.append((start, task, int(start < free)))
        free = free if start < free else start + task.kind.slots
    half = any(lane for _, _, lane in lanes)
    height = (BAR - 2) / 2 if half else BAR
    return [
        Bar(start / SLOTS_PER_H * HOUR, y + lane * (height + 2), task.kind.slots / SLOTS_PER_H * HOUR - 1, height, look_of(task.crew + 1), task.title)
        for start, task, lane in lanes
    ]  # fmt: skip


def _standing(plan: StationPlan) -> list[tuple[int, Text, int]]:
    wanted = [one for one in plan.rules.modules if plan.counts[one.id]]
    return [(n, one.title, plan.counts[one.id]) for n, one in enumerate(wanted, 1)]


def _legend(plan: StationPlan) -> list[tuple[int, Text, int]]:
    return _standing(plan) if plan.plan else []


def tiles(plan: StationPlan) -> tuple[Tile, ...]:
    if plan.plan is None:
        return ()
    named = _standing(plan)
    return tuple(
        Tile(at.x_dm, at.y_dm, at.width_dm, at.depth_dm, look_of(at.module + 1), at.module + 1, named[at.module][1])
        for at in plan.plan.placed
    )
