"""Rooms by the hour: what counts as a room, whom it serves, and why a use finds none."""

from __future__ import annotations

import dataclasses

import pytest

from linli.kernel.clock import local_day, now
from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.lifecircle.bridges.sharing import allot_rooms
from linli.lifecircle.queries.sharing import plan_rooms
from linli.lifecircle.rules.sharing import near_of, read_sharing, rooms_of, why_never
from linli.platform.db import acting
from tests.world import World

SHARING = read_sharing(find_policy("room_sharing", "default"))
NAME = Text("样", "made")
PAGE = "/console/lifecircle/hours/"


def test_the_policy_holds_the_eight_kinds_of_the_source() -> None:
    assert len(SHARING.uses) == 8
    assert {one for kind in SHARING.uses for one in kind.needs} <= set(SHARING.equipment)


def test_a_facility_counts_as_rooms_no_larger_than_the_policy_says() -> None:
    rooms = rooms_of(SHARING, NAME, "f", 600, category="service_centre", hours="Mo-Fr 08:30-17:30", day="workday")
    assert [(room.area_m2, room.holds) for room in rooms] == [(75.0, 37)] * 4  # half of 600 in rooms of at most 80
    assert [hour for hour, is_open in zip(SHARING.hours, rooms[0].open, strict=True) if is_open] == list(range(9, 17))
    shut = rooms_of(SHARING, NAME, "f", 600, category="service_centre", hours="Mo-Fr 08:30-17:30", day="weekend")
    assert not any(shut[0].open)
    idle = rooms_of(SHARING, NAME, "p", 60, category=None, hours="", day="workday")
    assert (len(idle), idle[0].hours_known, all(idle[0].open)) == (1, False, True)
    assert near_of([*rooms, *idle]) == [(1,), (0, 2), (1, 3), (2,), ()]


def test_nobody_is_served_in_a_room_without_what_the_use_needs() -> None:
    meal = next(kind for kind in SHARING.uses if kind.id == "elder_meal")
    idle = rooms_of(SHARING, NAME, "p", 60, category=None, hours="", day="workday")
    found = allot_rooms(SHARING, idle, [meal])
    assert found.never == {0: {"equipment": 1}}
    assert "厨房" in why_never(found.never[0], meal, SHARING).zh
    canteen = rooms_of(
        SHARING, NAME, "c", 120, category="canteen", hours="Mo-Su 10:30-13:00,16:30-18:30", day="workday"
    )
    sittings = allot_rooms(SHARING, canteen, [meal] * 4)  # 18:00 to 19:00 is half shut, so three hours are left
    assert sorted(one.start + SHARING.first_hour for one in sittings.placed) == [11, 12, 17]
    assert len(sittings.crowded) == 1
    late = dataclasses.replace(meal, starts=(20,))
    assert allot_rooms(SHARING, canteen, [late]).never == {0: {"hours": 1}}


def test_the_sample_is_allotted_and_what_is_left_is_told(in_world: World) -> None:
    planner = in_world.actor("planner")
    with acting(planner):
        plan = plan_rooms(in_world.own, planner, "workday", {}, on=local_day(now()))
        full = plan_rooms(in_world.own, planner, "workday", {"dance": 20, "reading": 20}, on=local_day(now()))
    assert plan.rooms
    assert plan.is_best
    assert len(plan.sessions) + sum(one.n for one in plan.left) == plan.n_asked
    assert plan.persons == sum(one.kind.persons for one in plan.sessions)
    hours: set[tuple[int, int]] = set()
    for one in plan.sessions:
        own = {(one.room, hour) for hour in range(one.start, one.end)}
        assert not own & hours
        hours |= own
        assert all(plan.rooms[one.room].open[hour - plan.sharing.first_hour] for hour in range(one.start, one.end))
    assert full.persons >= plan.persons
    assert full.persons <= full.most_persons


def test_the_page_asks_draws_and_exports(in_world: World) -> None:
    client = in_world.client("planner")
    page = client.get(PAGE).content.decode()
    assert '<svg class="plan wide"' in page
    assert "怎么排的" in page
    assert client.get(f"{PAGE}?day=weekend").status_code == 200
    wrong = client.get(f"{PAGE}?s_dance=many&s_reading=99").content.decode()
    assert wrong.count("按政策的场数算") == 2
    nothing = "&".join(f"s_{kind.id}=0" for kind in SHARING.uses)
    assert "一场也没要" in client.get(f"{PAGE}?{nothing}").content.decode()
    rows = client.get(f"{PAGE}?format=csv").content.decode("utf-8-sig")
    assert rows.splitlines()[0].startswith("房间")
    assert in_world.client("resident").get(PAGE).status_code == 403


@pytest.mark.parametrize("day", ["workday", "weekend"])
def test_every_use_of_the_policy_can_begin_within_its_day(day: str) -> None:
    for kind in SHARING.uses:
        assert all(SHARING.first_hour <= start <= SHARING.last_hour - kind.length_hours for start in kind.starts)
        assert kind.sessions[day] >= 0  # type: ignore[index]
