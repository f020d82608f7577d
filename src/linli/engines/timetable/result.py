"""What the timetable answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .problem import Obstacle


@dataclass(frozen=True, slots=True)
class Placed:
    """``use`` in ``room`` from slot ``start``."""

    use: int
    room: int
    start: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """``placed`` by room and start; ``worth`` of those placed, ``bound`` what no timetable can pass; ``n_rooms`` rooms used. ``never[use]`` for each use that fits
    no room even when all are empty: how many rooms each obstacle rules out; ``crowded`` uses that fit a room but lost it to others."""

    placed: tuple[Placed, ...]
    worth: float
    bound: float
    n_rooms: int
    never: Mapping[int, Mapping[Obstacle, int]]
    crowded: tuple[int, ...]

    @property
    def proved(self) -> bool:
        """No timetable is worth more than a thousandth of the least use's worth beyond this one; where worths are whole numbers, none is worth more."""
        return self.bound - self.worth <= 1e-6 * max(1.0, self.bound)
