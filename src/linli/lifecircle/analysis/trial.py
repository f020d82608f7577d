"""A facility tried at a point: what it would change for one category and group, without measuring anything else anew."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..bridges.standing import stand_at, walk_from_houses
from ..rules.compare import CategoryChange, compare_group
from ..rules.coverage import Bools, Floats, Walks, is_within
from .run import Analysis


@dataclass(frozen=True, slots=True)
class Trial:
    """``walk_min, walk_m: float64[houses]`` after it opened (inf where no way leads, nan where not joined); ``new_m: float64[houses]`` level metres
    to it alone; ``within: bool[houses]``. ``leg_m`` straight from the point to the way it would open onto."""

    change: CategoryChange
    walk_min: Floats
    new_m: Floats
    within: Bools
    leg_m: float


def try_facility(analysis: Analysis, column: int, group: str, lon: float, lat: float) -> Trial | None:
    """A facility of the standard's ``column``-th category at ``lon, lat``; None where no way is near enough to join it.

    Equal to measuring the map with it in (:mod:`.scenario`) for this category. Cost: one or two searches, a few milliseconds for a community.
    """
    standing = stand_at(analysis.measured, group, lon, lat, max_leg_m=analysis.assumed.max_leg_m)
    if standing is None:
        return None
    result, field = analysis.groups[group], analysis.measured.fields[group]
    cost_m, level_m = walk_from_houses(field, standing)
    walks, item = result.walks, analysis.standard.items[column]
    before = replace(walks, walk_m=walks.walk_m[:, [column]], walk_min=walks.walk_min[:, [column]])
    after = _with(before, level_m, cost_m / result.group.speed_m_per_min)
    persons = analysis.residents.of_group(result.group)
    change = compare_group(before, after, items=(item,), persons=persons).categories[0]
    return Trial(change, after.walk_min[:, 0], level_m, is_within(after, 0, item), standing.leg_m)


def _with(before: Walks, level_m: Floats, walk_min: Floats) -> Walks:
    return replace(
        before,
        walk_m=np.minimum(before.walk_m, level_m[:, None]),
        walk_min=np.minimum(before.walk_min, walk_min[:, None]),
    )
