"""Who gains, and who loses, when a way opens or closes.

Owns the counting of person-minutes. One walk of every person to the nearest facility of every category is counted: not how often
they go. Where no way led before, a person is counted as joined and no minutes are claimed for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .coverage import ROUNDING_MIN, Floats
from .standard import Group, Item

Ints = npt.NDArray[np.int64]
FELT_MIN = 0.5
"""Minutes one way from which a person is counted as gaining or losing; less is not noticed. Designed here."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A change for one group. ``person_min`` minutes saved (lost, where negative) if everybody walks once to each category, in all and
    ``by_category: float64[categories]``; ``persons`` who save (lose) at least half a minute on some walk, ``most_min`` on one walk;
    ``persons_joined`` had no way and get one (or the reverse); ``persons_within: float64[categories]`` come within (or fall beyond,
    where negative) the limit. ``house: int64[n]`` the houses concerned by ``house_min: float64[n]`` minutes per person over all
    categories, most first.
    """

    person_min: float
    by_category: Floats
    persons: float
    persons_joined: float
    persons_within: Floats
    most_min: float
    house: Ints
    house_min: Floats


def measure_effect(
    house: Ints,
    before_m: Floats,
    after_m: Floats,
    *,
    persons: Floats,
    group: Group,
    items: tuple[Item, ...],
    plain: tuple[Ints, Floats, Floats] | None = None,
) -> Effect:
    """``before_m, after_m: float64[n, categories]`` weighed metres of the houses ``house``; ``persons: float64[houses]`` everybody's.

    ``plain`` is the same change in plain metres, by which limits in metres are judged; without it weighed ones stand in.
    """
    here = persons[house]
    with np.errstate(invalid="ignore"):
        saved = (before_m - after_m) / group.speed_m_per_min
    joined = np.isfinite(before_m) != np.isfinite(after_m)
    saved = np.where(np.isfinite(saved), saved, 0.0)
    per_house = saved.sum(axis=1)
    felt = (np.abs(saved) >= FELT_MIN).any(axis=1) | joined.any(axis=1)
    order = np.lexsort((house, -np.abs(per_house * here)))
    order = order[felt[order] & (here[order] > 0)]
    within = np.zeros(len(items))
    for column, item in enumerate(items):
        if item.limit_m is not None:
            rows, was, becomes = (house, before_m, after_m) if plain is None else plain
            limit = item.limit_m + ROUNDING_MIN
        else:
            rows, was, becomes = house, before_m, after_m
            limit = (item.limit_min or 0.0) * group.speed_m_per_min + ROUNDING_MIN
        crossed = (becomes[:, column] <= limit).astype(np.float64) - (was[:, column] <= limit)
        within[column] = float((persons[rows] * crossed).sum())
    lived = here > 0
    return Effect(
        person_min=float((per_house * here).sum()),
        by_category=(saved * here[:, None]).sum(axis=0),
        persons=float(here[felt].sum()),
        persons_joined=float(here[joined.any(axis=1)].sum()),
        persons_within=within,
        most_min=float(np.abs(saved[lived]).max(initial=0.0)),
        house=house[order],
        house_min=per_house[order],
    )
