"""What facilities serve beyond being near: who still reaches one that is open, and how many places there are for those within reach.

Owns two more looks at walks already measured: some facilities left out (:func:`without`), and supply shared among those who can come
(:func:`share_places`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.engines.access import nearest_m

from ..rules.coverage import ROUNDING_MIN, Floats
from .field import Field, Ints


def without(field: Field, column: int, closed: Ints) -> tuple[Floats, Floats]:
    """``float64[houses]`` weighed and plain metres to the nearest facility of a category when those at the map's positions ``closed`` do not count."""
    kept = field.goals[column][~np.isin(field.goal_facility[column], closed)]
    zero = np.zeros(len(kept))
    cost = field.from_all(kept, zero)
    return cost, cost if field.level is field.graph else field.from_all(kept, zero, plain=True)


@dataclass(frozen=True, slots=True)
class Places:
    """``per_person: float64[houses]`` places a person there has within the limit, shared with all who can reach the same; nan where not joined.
    ``asked: float64[facilities]`` persons within the limit of each, ``places: float64[facilities]`` its capacity."""

    per_person: Floats
    asked: Floats
    places: Floats


def share_places(
    field: Field,
    column: int,
    capacity: Sequence[float],
    *,
    persons: Floats,
    joined: np.ndarray,
    limit_m: float,
    plain: bool,
) -> Places:
    """The two-step floating catchment: each facility's places are divided among the people within the limit of it, and a person has the sum of
    what is so divided within theirs. ``capacity`` by the position in the category's joined facilities.

    Source: Luo & Wang 2003, doi:10.1068/b29120. Each house goes by the best of its doors, so that nobody is counted twice. Cost: one bounded
    search a facility.
    """
    graph = field.level if plain else field.graph
    goals = [np.array([node]) for node in field.goals[column]]
    supply = np.array(capacity, dtype=np.float64)
    if not goals:
        return Places(np.where(joined, 0.0, np.nan), np.zeros(0), supply)
    within = np.isfinite(field.by_house(nearest_m(graph, goals, limit_m=limit_m + ROUNDING_MIN)))
    asked = within.T.astype(np.float64) @ persons
    ratio = np.divide(supply, asked, out=np.zeros(len(supply)), where=asked > 0)
    return Places(np.where(joined, within @ ratio, np.nan), asked, supply)
