"""The program: a variable for every use, room and start that can be; HiGHS chooses.

A time-indexed formulation (Dyer & Wolsey 1990, doi:10.1016/0166-218X(90)90104-K): its relaxation is strong because what cannot be together is said as
"at most one of these" over whole cliques, not pair by pair.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array

from .._highs import Program, finish
from .problem import Obstacle, Room, Use, check, disturbs, obstacle_of, starts_in
from .result import Placed, Timetable

ROOM_SHARE = 1e-3
"""What a room in use costs, in shares of the least worth over the number of rooms: fewer rooms are taken only where no use is lost for it."""


@dataclass(frozen=True, slots=True)
class _Choice:
    use: int
    room: int
    start: int


def allot(rooms: Sequence[Room], uses: Sequence[Use], *, time_limit_s: float = 10.0, seed: int = 0) -> Timetable:
    """The timetable of most worth; of those as good, one in few rooms.

    A room has one use at a time, with its change time round it; uses that disturb each other are not held in rooms that hear each other; a group of people
    is in one place at a time. :class:`TimetableError` with every fault of the numbers. What cannot be held is not refused but told: see
    :class:`Timetable`. Cost: variables are uses × rooms × starts; 5,000 take about a second.
    """
    check(rooms, uses)
    never: dict[int, dict[Obstacle, int]] = {}
    choices: list[_Choice] = []
    for n, use in enumerate(uses):
        own = [_Choice(n, r, s) for r, room in enumerate(rooms) for s in starts_in(room, use)]
        choices += own
        if not own:
            never[n] = dict(Counter(o for room in rooms if (o := obstacle_of(room, use)) is not None))
    if not choices:
        return Timetable((), 0.0, 0.0, 0, never, ())
    placed, bound = _solve(rooms, uses, choices, time_limit_s=time_limit_s, seed=seed)
    held = {one.use for one in placed}
    return Timetable(
        placed=tuple(sorted(placed, key=lambda one: (one.room, one.start))),
        worth=sum(uses[n].worth for n in sorted(held)),
        bound=bound,
        n_rooms=len({one.room for one in placed}),
        never=never,
        crowded=tuple(n for n in range(len(uses)) if n not in held and n not in never),
    )


def _solve(
    rooms: Sequence[Room], uses: Sequence[Use], choices: Sequence[_Choice], *, time_limit_s: float, seed: int
) -> tuple[list[Placed], float]:
    n_rooms, n = len(rooms), len(choices)
    room_cost = ROOM_SHARE * min(use.worth for use in uses) / n_rooms
    groups = _at_most_one(rooms, uses, choices)
    row, column, value = [], [], []
    for number, group in enumerate(groups):
        row += [number] * len(group)
        column += group
        value += [1.0] * len(group)
    # A choice needs its room: summed over the starts of a use in a room, of which at most one holds.
    opens: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, one in enumerate(choices):
        opens[one.use, one.room].append(at)
    for number, ((_, room), members) in enumerate(opens.items(), len(groups)):
        row += [number] * (len(members) + 1)
        column += [*members, n + room]
        value += [*[1.0] * len(members), -1.0]
    n_rows = len(groups) + len(opens)
    matrix = coo_array((value, (row, column)), shape=(n_rows, n + n_rooms)).tocsc()
    program = Program(
        cost=np.concatenate((-np.array([uses[one.use].worth for one in choices]), np.full(n_rooms, room_cost))),
        start=matrix.indptr, index=matrix.indices, value=matrix.data,
        row_low=np.full(n_rows, -np.inf), row_high=np.concatenate((np.ones(len(groups)), np.zeros(len(opens)))),
        is_integer=np.ones(n + n_rooms, dtype=np.int64), low=np.zeros(n + n_rooms),
    )  # fmt: skip
    found = finish(program, start=np.zeros(n + n_rooms), seed=seed, time_limit_s=time_limit_s, gap=0.0)
    placed = [] if found.x is None else [Placed(one.use, one.room, one.start) for one, x in zip(choices, found.x[:n], strict=True) if x > 0.5]  # fmt: skip
    # The rooms taken are in the program's bound; added back they are no part of the worth. Never above everything being held.
    everything = sum(uses[number].worth for number in {one.use for one in choices})
    slack = room_cost * n_rooms
    bound = min(everything, -found.bound + slack) if np.isfinite(found.bound) else everything
    worth = sum(uses[one.use].worth for one in placed)
    return placed, worth if bound - worth <= slack else bound


def _at_most_one(rooms: Sequence[Room], uses: Sequence[Use], choices: Sequence[_Choice]) -> list[list[int]]:
    groups: list[list[int]] = []
    by_use: dict[int, list[int]] = defaultdict(list)
    in_slot: dict[tuple[int, int], list[int]] = defaultdict(list)
    of_people: dict[tuple[str, int], list[int]] = defaultdict(list)
    for at, one in enumerate(choices):
        use = uses[one.use]
        by_use[one.use].append(at)
        for slot in range(one.start, one.start + use.length):
            in_slot[one.room, slot].append(at)
            if use.people:
                of_people[use.people, slot].append(at)
    groups += by_use.values()
    groups += [group for group in in_slot.values() if len(group) > 1]
    groups += [group for group in of_people.values() if len(group) > 1]
    groups += _changes(uses, choices)
    groups += _noises(rooms, uses, choices, in_slot)
    return groups


def _changes(uses: Sequence[Use], choices: Sequence[_Choice]) -> list[list[int]]:
    """A use against everything of another kind that would lie in its change time: pairs, since the gap is the larger of the two's."""
    by_room: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(choices):
        by_room[one.room].append(at)
    found = []
    for members in by_room.values():
        for n, first in enumerate(members):
            a, use_a = choices[first], uses[choices[first].use]
            for second in members[n + 1 :]:
                b, use_b = choices[second], uses[choices[second].use]
                gap = max(use_a.change, use_b.change)
                if not gap or a.use == b.use or use_a.kind == use_b.kind:
                    continue
                apart = b.start - (a.start + use_a.length) if b.start >= a.start else a.start - (b.start + use_b.length)
                if 0 <= apart < gap:
                    found.append([first, second])
    return found


def _noises(
    rooms: Sequence[Room],
    uses: Sequence[Use],
    choices: Sequence[_Choice],
    in_slot: dict[tuple[int, int], list[int]],
) -> list[list[int]]:
    """Per pair of rooms, slot and use in the one: it against everything it disturbs, or is disturbed by, in the other."""
    found = []
    pairs = {(min(r, o), max(r, o)) for r, room in enumerate(rooms) for o in room.near}
    for first, second in sorted(pairs):
        for slot in range(len(rooms[first].open)):
            of_use: dict[int, list[int]] = defaultdict(list)
            for at in in_slot.get((first, slot), ()):
                of_use[choices[at].use].append(at)
            for number, members in of_use.items():
                against = [
                    at
                    for at in in_slot.get((second, slot), ())
                    if choices[at].use != number and disturbs(uses[number], uses[choices[at].use])
                ]
                # At most one of ``against`` can be held in a room at a time, so the whole is one clique.
                if against:
                    found.append([*members, *against])
    return found
