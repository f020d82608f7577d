"""Uses in rooms by the hour: equal to every timetable tried, never two at once, and told why something is not held."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.timetable import Placed, Room, Timetable, TimetableError, Use, allot

ALL_DAY = (True,) * 6


def clash(rooms: list[Room], uses: list[Use], a: Placed, b: Placed) -> bool:
    """The rules once more, pair by pair and slot by slot."""
    one, two = uses[a.use], uses[b.use]
    own, other = set(range(a.start, a.start + one.length)), set(range(b.start, b.start + two.length))
    together = bool(own & other)
    if a.use == b.use or (together and one.people and one.people == two.people):
        return True
    if a.room == b.room:
        gap = 0 if one.kind == two.kind else max(one.change, two.change)
        return any(abs(s - t) <= gap for s in own for t in other)
    heard = b.room in rooms[a.room].near or a.room in rooms[b.room].near
    return together and heard and (one.noise > two.bears or two.noise > one.bears)


def may(room: Room, use: Use, start: int) -> bool:
    slots = range(start, start + use.length)
    fits = room.area_m2 >= use.least_m2 and room.holds >= use.persons and use.needs <= room.has
    return fits and start in use.starts and max(slots) < len(room.open) and all(room.open[s] for s in slots)


def best_of_all(rooms: list[Room], uses: list[Use]) -> float:
    options = [
        [None, *(Placed(n, r, s) for r, room in enumerate(rooms) for s in range(len(room.open)) if may(room, use, s))]
        for n, use in enumerate(uses)
    ]
    best = 0.0
    for chosen in itertools.product(*options):
        placed = [one for one in chosen if one]
        if not any(clash(rooms, uses, a, b) for a, b in itertools.combinations(placed, 2)):
            best = max(best, sum(uses[one.use].worth for one in placed))
    return best


def holds(rooms: list[Room], uses: list[Use], found: Timetable) -> None:
    assert not any(clash(rooms, uses, a, b) for a, b in itertools.combinations(found.placed, 2))
    assert all(may(rooms[one.room], uses[one.use], one.start) for one in found.placed)
    told = sorted([one.use for one in found.placed] + list(found.never) + list(found.crowded))
    assert told == list(range(len(uses)))  # each use is held or told why not, once
    assert found.worth == pytest.approx(sum(uses[one.use].worth for one in found.placed))
    assert found.n_rooms == len({one.room for one in found.placed})


room_of = st.builds(
    Room, open=st.lists(st.booleans(), min_size=4, max_size=4).map(tuple), area_m2=st.sampled_from([20.0, 60.0]),
    holds=st.integers(5, 30), has=st.sets(st.sampled_from(["water", "stage"])).map(frozenset),
)  # fmt: skip
use_of = st.builds(
    Use, kind=st.sampled_from("ab"), length=st.integers(1, 3), starts=st.sets(st.integers(0, 3), min_size=1).map(tuple), worth=st.integers(1, 9).map(float),
    least_m2=st.sampled_from([0.0, 40.0]), persons=st.integers(0, 25), needs=st.sampled_from([frozenset(), frozenset({"stage"})]),
    noise=st.integers(0, 2), bears=st.integers(0, 2), change=st.integers(0, 1), people=st.sampled_from(["", "", "old"]),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(room_of, min_size=1, max_size=2), st.lists(use_of, min_size=1, max_size=4), st.booleans())
def test_the_timetable_is_worth_the_most_of_all(rooms: list[Room], uses: list[Use], hear: bool) -> None:
    if len(rooms) == 2 and hear:
        rooms = [Room(rooms[0].open, rooms[0].area_m2, rooms[0].holds, rooms[0].has, (1,)), rooms[1]]
    found = allot(rooms, uses)
    holds(rooms, uses, found)
    assert found.proved
    assert found.worth == pytest.approx(best_of_all(rooms, uses))


def test_a_quiet_class_and_a_drum_are_not_held_next_door_at_once() -> None:
    rooms = [Room(ALL_DAY[:2], 50, 30, near=(1,)), Room(ALL_DAY[:2], 50, 30, near=(0,))]
    drum = Use("music", 1, (0, 1), noise=3)
    class_ = Use("class", 1, (0, 1), bears=1)
    found = allot(rooms, [drum, class_])
    assert found.worth == 2
    a, b = found.placed
    assert a.start != b.start or a.room == b.room
    only_first = Use("class", 1, (0,), bears=1)
    assert allot(rooms, [Use("music", 1, (0,), noise=3), only_first]).worth == 1


def test_one_room_is_used_where_one_will_do() -> None:
    rooms = [Room(ALL_DAY, 50, 30)] * 4
    found = allot(rooms, [Use("a", 1, tuple(range(6)))] * 6)
    assert (found.worth, found.n_rooms, found.proved) == (6.0, 1, True)


def test_change_time_stands_between_kinds_and_not_within_one() -> None:
    room = [Room(ALL_DAY[:4], 50, 30)]
    meal, game = Use("meal", 2, (0, 1, 2), change=1), Use("game", 2, (0, 1, 2))
    assert allot(room, [meal, game]).worth == 1
    assert allot(room, [meal, meal]).worth == 2
    assert allot([Room(ALL_DAY[:5], 50, 30)], [meal, Use("game", 2, (0, 1, 2, 3))]).worth == 2


def test_what_is_not_held_says_why() -> None:
    rooms = [Room(ALL_DAY, 30, 10), Room((False,) * 6, 200, 90, frozenset({"stage"}))]
    uses = [
        Use("play", 1, (0,), least_m2=100),
        Use("play", 1, (0,), needs=frozenset({"stage"})),
        Use("talk", 6, (0,)),
        Use("talk", 1, (0,)),
    ]
    found = allot(rooms, uses)
    assert found.never == {0: {"size": 1, "hours": 1}, 1: {"equipment": 1, "hours": 1}}
    assert len(found.crowded) == 1
    assert allot([], uses).never == {n: {} for n in range(4)}


def test_wrong_numbers_are_told_together() -> None:
    with pytest.raises(TimetableError) as refused:
        allot([Room((True,), 0, 1), Room((True, True), 9, 1, near=(7,))], [Use("a", 0, (0,), worth=float("nan"))])
    for words in ("room 0: area_m2", "room 1: open", "room 1: near", "use 0: length", "use 0: worth"):
        assert words in str(refused.value)


def test_a_week_of_a_service_centre_is_solved_and_proved() -> None:
    rooms = [
        Room((True,) * 14, area, int(area / 2), near=tuple({n - 1, n + 1} & set(range(6))))
        for n, area in enumerate((40, 60, 60, 80, 120, 200))
    ]
    kinds = [
        ("meal", 2, 80, 30, 2, 3),
        ("care", 4, 40, 15, 0, 1),
        ("class", 2, 40, 20, 1, 1),
        ("play", 2, 40, 15, 3, 9),
        ("talk", 2, 30, 12, 0, 2),
        ("dance", 2, 100, 30, 3, 9),
    ]
    uses = [
        Use(k, length, tuple(range(14)), 1.0, m2, people, noise=noise, bears=bears)
        for k, length, m2, people, noise, bears in kinds
        for _ in range(4)
    ]
    found = allot(rooms, uses, time_limit_s=20)
    holds(rooms, uses, found)
    assert found.proved
    assert found.crowded == ()
