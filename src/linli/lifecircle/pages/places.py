"""All idle rooms compared for one kind of facility: who would gain where, how many a room holds, how it could be come by; and which rooms together."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from linli.kernel.text import Text
from linli.platform.kit.tables import Column, Table, TableSpec
from linli.platform.web.page import page
from linli.platform.web.request import Request

from ..analysis.trial import try_facility
from ..bench import Bench, bench_of
from ..bridges.rooms import choose_rooms
from ..commands import PERMISSION
from ..offers import Offers, Room
from ..queries.coverage import READ, group_titles
from ..rules.coverage import ROUNDING_MIN, is_within
from ..rules.filling import Filling, RoomNeed, capacity_of, is_large_enough, judge_room
from .asked import Asked, asked

MOST_TOGETHER = 5
OWNERS = {
    "public": Text("公家的", "public"),
    "other": Text("其他业主", "another owner"),
    "unknown": Text("没写", "not told"),
}


def _ways(row: Any) -> tuple[str, Text]:
    first = row["ways"][0]
    if first.fits is None:
        return ("ring", Text("先问是谁的房", "ask whose it is"))
    return ("green", first.way.title) if first.fits else ("dash", Text("不合适", "none fits"))


ROOMS = TableSpec(
    "lifecircle-rooms",
    (
        Column("name", Text("闲置房", "Idle room"), link=lambda row: row["url"], sub=lambda row: OWNERS[row["room"].owner]),
        Column("area_dm2", Text("面积", "Area"), kind="area", value=lambda row: row["room"].area_dm2, narrow=True),
        Column("holds", Text("装得下", "Holds"), kind="number", sort=True, narrow=True),
        Column("gained", Text("新走得到的人", "Newly within"), kind="number", sort=True, decimals=0),
        Column("nearer", Text("少走的人", "Walk less"), kind="number", sort=True, decimals=0),
        Column("mean_after", Text("平均步行", "Mean walk"), kind="minutes", sort=True),
        Column("way", Text("怎么补", "How"), kind="badge", value=_ways),
        Column("cost_fen", Text("花费", "Cost"), kind="wan", sort=True, narrow=True),
    ),
    thing=Text("间", "rooms"),
)  # fmt: skip


@page(permission=READ)
def places(request: Request) -> HttpResponseBase:
    """The rooms as a table, most gain first, and with ``?n=`` which of them to open together within what each holds."""
    look = asked(request)
    request.actor.require(READ, look.run.community_id)
    bench, offers = bench_of(look.run), Offers(look.run, request.actor)
    column = look.run.categories.index(look.category)
    judged = [_row(bench, offers, look, column, room) for room in offers.rooms]
    rows = sorted((row for row in judged if row), key=lambda row: (-row["gained"], -row["nearer"]))
    table = Table(ROOMS, request.GET, rows)
    download = table.download()
    if download is not None:
        return download
    n = _together(request)
    item = bench.analysis.standard.items[column]
    context = {
        "look": look, "table": table, "item": item, "groups": group_titles(look.run), "category_options": offers.categories, "n": n,
        "n_range": range(1, MOST_TOGETHER + 1), "plan": _plan(bench, offers.filling, look, rows, n) if n and rows else None,
        "order_note": offers.filling.order_note, "ways": offers.ways, "may_plan": request.actor.may(PERMISSION, look.run.community_id),
        "least_m2": offers.filling.rooms.get(look.category, RoomNeed()).least_m2,
    }  # fmt: skip
    return render(request, "lifecircle/places.html", context)


def _row(bench: Bench, offers: Offers, look: Asked, column: int, room: Room) -> dict[str, Any]:
    """Empty where no way is near enough to the room."""
    trial = try_facility(bench.analysis, column, look.group, room.lon, room.lat)
    if trial is None:
        return {}
    public = sum(one.owner == "public" and one.space_id != room.space_id for one in offers.rooms)
    ways = judge_room(offers.filling, look.category, area_dm2=room.area_dm2, owner=room.owner, n_public_rooms=public)
    query = {
        "standard": look.run.standard_id,
        "kind": "open_facility",
        "category": look.category,
        "where": f"space:{room.space_id}",
    }
    return {
        "room": room, "name": room.name, "trial": trial, "gained": trial.change.gained, "nearer": trial.change.nearer,
        "mean_after": trial.change.mean_after, "holds": capacity_of(offers.filling, look.category, room.area_dm2), "ways": ways,
        "cost_fen": ways[0].cost_fen, "is_large": is_large_enough(offers.filling, look.category, room.area_dm2),
        "url": f"{reverse('lifecircle:begin')}?{urlencode(query)}" if offers.actor.may(PERMISSION, look.run.community_id) else None,
    }  # fmt: skip


def _plan(bench: Bench, filling: Filling, look: Asked, rows: list[dict[str, Any]], n: int) -> dict[str, Any]:
    """``n`` rooms that together serve most of those beyond the limit, each within what it holds."""
    analysis, column = bench.analysis, look.run.categories.index(look.category)
    result, item = analysis.groups[look.group], analysis.standard.items[column]
    persons = analysis.residents.of_group(result.group)
    large = [row for row in rows if row["is_large"]]
    beyond = np.flatnonzero(result.walks.joined & ~is_within(result.walks, column, item) & (persons > 0))
    need = filling.rooms.get(look.category, RoomNeed())
    walk_m = np.column_stack([row["trial"].new_m for row in large]) if large else np.zeros((len(persons), 0))
    choice = choose_rooms(
        walk_m, n, demand=beyond, asked=persons * need.asked_per_person, limit_m=item.limit_metres(result.group) + ROUNDING_MIN,
        capacity=[row["holds"] for row in large],
    )  # fmt: skip
    served = [float(persons[houses].sum()) for houses in choice.houses]
    return {
        "rooms": [
            {"row": large[room], "persons": persons_served, "asked": asked_for}
            for room, persons_served, asked_for in zip(choice.room.tolist(), served, choice.asked, strict=True)
        ],
        "served": sum(served),
        "beyond": float(persons[beyond].sum()),
        "is_best": choice.is_best,
        "places_per_person": need.places_per_person,
        "residents_per_place": f"{1 / need.asked_per_person:.3g}",
    }


def _together(request: Request) -> int:
    given = request.GET.get("n", "")
    return min(int(given), MOST_TOGETHER) if given.isdigit() else 0
