"""Two measurings of the same houses and people, before and after a change: who comes within, who falls beyond, who walks less or more.

Owns the counting. A person who reaches a facility before and after counts with their minutes; one who gains or loses every way is counted
apart, since no minutes can be told of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .coverage import Floats, Walks, is_within
from .links import FELT_MIN
from .standard import Item

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """One category for one group. ``gained`` persons newly within its limit, ``lost`` no longer; ``nearer, farther`` walk at least half a minute
    less or more; ``joined, cut_off`` get a first way or lose the last one. ``mean_before, mean_after`` minutes over persons with a way then
    (None without any); ``person_min`` minutes saved by all together, one walk each (negative: lost), of those with a way in both."""

    item: Item
    persons: float
    within_before: float
    within_after: float
    gained: float
    lost: float
    nearer: float
    farther: float
    joined: float
    cut_off: float
    mean_before: float | None
    mean_after: float | None
    person_min: float

    @property
    def share_before(self) -> float | None:
        return self.within_before / self.persons if self.persons > 0 else None

    @property
    def share_after(self) -> float | None:
        return self.within_after / self.persons if self.persons > 0 else None


@dataclass(frozen=True, slots=True)
class GroupChange:
    """All categories for one group. ``nearer, farther`` are persons who gain or lose on some walk (some do both). ``house_min: float64[houses]``
    minutes a person there saves over all categories together; ``persons: float64[houses]`` of the group."""

    categories: tuple[CategoryChange, ...]
    nearer: float
    farther: float
    joined: float
    cut_off: float
    person_min: float
    house_min: Floats
    persons: Floats

    def houses(self, n: int, *, worse: bool) -> Ints:
        """Up to ``n`` houses by person-minutes gained (lost, if ``worse``), most first."""
        worth = self.house_min * self.persons * (-1 if worse else 1)
        order = np.argsort(-worth, kind="stable")
        return order[worth[order] > 0.5][:n].astype(np.int64)


def compare_group(before: Walks, after: Walks, *, items: tuple[Item, ...], persons: Floats) -> GroupChange:
    """``before`` and ``after`` of the same houses; ``persons: float64[houses]`` who count. Houses not joined in one of them are left out of minutes."""
    categories = []
    total = np.zeros(len(persons))
    felt_less = felt_more = joined_any = cut_any = np.zeros(len(persons), dtype=bool)
    for column, item in enumerate(items):
        was, now = before.walk_min[:, column], after.walk_min[:, column]
        has, will = np.isfinite(was) & before.joined, np.isfinite(now) & after.joined
        saved = np.zeros(len(persons))
        saved[has & will] = was[has & will] - now[has & will]
        inside, stays = is_within(before, column, item), is_within(after, column, item)
        less, more = saved >= FELT_MIN, saved <= -FELT_MIN
        joined, cut = will & ~has, has & ~will
        categories.append(
            CategoryChange(
                item=item,
                persons=float(persons[before.joined].sum()),
                within_before=float(persons[inside].sum()),
                within_after=float(persons[stays].sum()),
                gained=float(persons[stays & ~inside].sum()),
                lost=float(persons[inside & ~stays].sum()),
                nearer=float(persons[less].sum()),
                farther=float(persons[more].sum()),
                joined=float(persons[joined].sum()),
                cut_off=float(persons[cut].sum()),
                mean_before=_mean(was, persons, has),
                mean_after=_mean(now, persons, will),
                person_min=float((saved * persons).sum()),
            )
        )
        total += saved
        felt_less, felt_more = felt_less | less | joined, felt_more | more | cut
        joined_any, cut_any = joined_any | joined, cut_any | cut
    return GroupChange(
        categories=tuple(categories),
        nearer=float(persons[felt_less].sum()),
        farther=float(persons[felt_more].sum()),
        joined=float(persons[joined_any].sum()),
        cut_off=float(persons[cut_any].sum()),
        person_min=float((total * persons).sum()),
        house_min=total,
        persons=persons,
    )


def _mean(minutes: Floats, persons: Floats, counted: npt.NDArray[np.bool_]) -> float | None:
    weight = float(persons[counted].sum())
    return float((minutes[counted] * persons[counted]).sum()) / weight if weight > 0 else None
