"""Works and crews: pure checks, and what follows from the order of works alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


class ScheduleError(ValueError):
    """``code`` ``bad`` with every fault, ``cycle`` naming works that wait for each other in a ring, or ``no_time`` naming works that no slots of the horizon
    hold; ``works`` the positions."""

    def __init__(self, code: str, words: str, *, works: Sequence[int] = ()) -> None:
        super().__init__(words)
        self.code, self.works = code, tuple(works)


@dataclass(frozen=True, slots=True)
class Work:
    """``length`` slots without a break, after all of ``after`` are done; ``crews`` how many of each crew it holds, by the crew's position."""

    length: int
    after: tuple[int, ...] = ()
    crews: dict[int, int] = field(default_factory=dict)


def check(works: Sequence[Work], capacity: IntArray) -> None:
    """``capacity: int64[crews, slots]``."""
    faults = []
    if not works:
        faults.append("works must hold at least one")
    if capacity.ndim != 2 or (capacity.size and capacity.min() < 0):
        faults.append(f"capacity must be [crews, slots] and >= 0, got shape {capacity.shape}")
    n_crews = capacity.shape[0] if capacity.ndim == 2 else 0
    for n, one in enumerate(works):
        if one.length < 1:
            faults.append(f"work {n}: length must be >= 1, got {one.length}")
        if any(not 0 <= before < len(works) or before == n for before in one.after):
            faults.append(f"work {n}: after must name other works 0 to {len(works) - 1}, got {one.after}")
        if any(not 0 <= crew < n_crews or need < 1 for crew, need in one.crews.items()):
            faults.append(f"work {n}: crews must name crews 0 to {n_crews - 1} with >= 1 each, got {one.crews}")
    if faults:
        raise ScheduleError("bad", "; ".join(faults))


def in_order(works: Sequence[Work]) -> list[int]:
    """Every work after those it waits for. ScheduleError ``cycle`` where there is no such order."""
    order: list[int] = []
    left = set(range(len(works)))
    while left:
        free = sorted(n for n in left if not left & set(works[n].after))
        if not free:
            raise ScheduleError("cycle", f"works {sorted(left)} wait for each other in a ring", works=sorted(left))
        order += free
        left -= set(free)
    return order


def heads_and_tails(works: Sequence[Work], order: Sequence[int]) -> tuple[list[int], list[int]]:
    """Slots that must pass before each work can begin, and after it is done, by the order of works alone."""
    head, tail = [0] * len(works), [0] * len(works)
    for n in order:
        head[n] = max((head[before] + works[before].length for before in works[n].after), default=0)
    for n in reversed(order):
        for before in works[n].after:
            tail[before] = max(tail[before], tail[n] + works[n].length)
    return head, tail
