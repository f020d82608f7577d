"""How much of what a standard asks is within reach, for whom, and how sure that is.

Owns shares, bands and the coverage index. Walks come in as arrays; where they come from is :mod:`linli.lifecircle.bridges`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .standard import Group, Item, Standard

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BANDS_MIN = (5.0, 10.0, 15.0)
"""Upper ends of the drawn bands of minutes, the last inclusive: VISUAL's four walking colours."""
ROUNDING_MIN = 1e-9
"""Sums of floating lengths may pass a limit by this many minutes (or metres) and still be on it."""


@dataclass(frozen=True, slots=True)
class Walks:
    """One group's walks from every house to the nearest facility of every category.

    ``walk_m, walk_min: float64[houses, categories]`` metres along the network and minutes at the group's pace (steps and ramps
    as its policy has them); inf where no way leads. ``facility: int64[houses, categories]`` position in the map's facilities,
    -1 where none. ``joined: bool[houses]`` false where a house lies too far from any path: its rows hold nan.
    ``edge_m: float64[houses]`` straight metres to the edge of the mapped area.
    """

    walk_m: Floats
    walk_min: Floats
    facility: npt.NDArray[np.int64]
    joined: Bools
    edge_m: Floats


@dataclass(frozen=True, slots=True)
class CategoryCoverage:
    """One category for one group. Persons may be estimated; shares are of persons in joined houses, None where there are none.

    ``share_low`` counts unjoined houses as beyond the limit, and those that reach it only through a gate of which nobody knows
    whether it opens; ``share_high`` counts unjoined houses as within. ``persons_gates`` depend on such gates. ``persons_edge`` are
    beyond the limit but live closer to the edge of the map than it, so that a facility outside the file may serve them: no
    number here allows for those. ``mean_min`` and ``gini`` (of minutes: 0 all alike, towards 1 all on a few) are over persons with a way.
    """

    item: Item
    group: Group
    n_facilities: int
    n_facilities_unjoined: int
    persons: float
    persons_within: float
    persons_beyond: float
    persons_no_way: float
    persons_unjoined: float
    persons_edge: float
    persons_gates: float
    share: float | None
    share_low: float | None
    share_high: float | None
    share_good: float | None
    median_min: float | None
    p90_min: float | None
    mean_min: float | None
    gini: float | None
    n_houses: int
    n_houses_within: int
    band_persons: tuple[float, ...]
    band_houses: tuple[int, ...]

    @property
    def is_found(self) -> bool:
        """False where the map holds no facility of the category: not far, but absent from the map."""
        return self.n_facilities > 0

    @property
    def meets_target(self) -> bool | None:
        target = self.item.target_share
        return None if target is None or self.share is None else self.share + ROUNDING_MIN >= target


@dataclass(frozen=True, slots=True)
class CircleCoverage:
    """The whole circle for one group. ``every_item``: share of residents with every category of the standard within its limit;
    ``mean_of_items``: mean over residents of the share of categories within reach. ``index`` is the one the standard names.

    ``every_found_item`` leaves out categories of which the map holds nothing. ``n_within: float64[n_items + 1]`` persons by
    number of categories within reach.
    """

    every_item: float | None
    every_found_item: float | None
    mean_of_items: float | None
    index: float | None
    target_share: float | None
    persons_by_n_within: tuple[float, ...]

    @property
    def meets_target(self) -> bool | None:
        if self.target_share is None or self.index is None:
            return None
        return self.index + ROUNDING_MIN >= self.target_share


def is_within(walks: Walks, column: int, item: Item) -> Bools:
    """True per house whose walk is within the item's limit (inclusive); false where not joined or no way leads."""
    if item.limit_m is not None:
        return np.asarray(walks.walk_m[:, column] <= item.limit_m + ROUNDING_MIN)
    assert item.limit_min is not None
    return np.asarray(walks.walk_min[:, column] <= item.limit_min + ROUNDING_MIN)


def measure_category(
    walks: Walks,
    column: int,
    *,
    item: Item,
    group: Group,
    persons: Floats,
    n_facilities: int,
    n_facilities_unjoined: int = 0,
    shut: Walks | None = None,
) -> CategoryCoverage:
    """Coverage of one category. ``persons: float64[houses]`` are those who count (residents, or estimated ones).

    ``shut`` are the same walks with every gate closed of which nobody knows whether it opens; None where there is none.
    """
    inside = is_within(walks, column, item)
    minutes = walks.walk_min[:, column]
    total, known = float(persons.sum()), float(persons[walks.joined].sum())
    within = float(persons[inside].sum())
    beyond = walks.joined & ~inside
    edge = beyond & (walks.edge_m < item.limit_metres(group)) if n_facilities else beyond
    persons_edge, unjoined = float(persons[edge].sum()), total - known
    certain = inside if shut is None else inside & is_within(shut, column, item)
    gates = within - float(persons[certain].sum())
    lived_in = persons > 0
    reached = walks.joined & np.isfinite(minutes)
    bands = _bands(minutes, walks.joined)
    good = None if item.good_min is None else walks.joined & (minutes <= item.good_min + ROUNDING_MIN)
    return CategoryCoverage(
        item=item,
        group=group,
        n_facilities=n_facilities,
        n_facilities_unjoined=n_facilities_unjoined,
        persons=total,
        persons_within=within,
        persons_beyond=known - within,
        persons_no_way=float(persons[walks.joined & ~np.isfinite(minutes)].sum()),
        persons_unjoined=unjoined,
        persons_edge=persons_edge,
        persons_gates=gates,
        share=_share(within, known),
        share_low=_share(within - gates, total),
        share_high=_share(within + unjoined, total),
        share_good=None if good is None else _share(float(persons[good].sum()), known),
        median_min=weighted_quantile(minutes[reached], persons[reached], 0.5),
        p90_min=weighted_quantile(minutes[reached], persons[reached], 0.9),
        mean_min=_mean(minutes[reached], persons[reached]),
        gini=gini(minutes[reached], persons[reached]),
        n_houses=int((walks.joined & lived_in).sum()),
        n_houses_within=int((inside & lived_in).sum()),
        band_persons=tuple(float(persons[band].sum()) for band in bands),
        band_houses=tuple(int((band & lived_in).sum()) for band in bands),
    )


def measure_circle(walks: Walks, standard: Standard, *, persons: Floats, found: Sequence[bool]) -> CircleCoverage:
    """Coverage of the whole circle. ``found`` tells per item whether the map holds any facility of it."""
    within = np.column_stack([is_within(walks, column, item) for column, item in enumerate(standard.items)])
    weight = np.where(walks.joined, persons, 0.0)
    known = float(weight.sum())
    count = within.sum(axis=1)
    present = np.array(found, dtype=bool)
    every = _share(float(weight[within.all(axis=1)].sum()), known)
    every_found = _share(float(weight[within[:, present].all(axis=1)].sum()), known) if present.any() else None
    mean = _share(float((weight * count).sum()) / len(standard.items), known)
    return CircleCoverage(
        every_item=every,
        every_found_item=every_found,
        mean_of_items=mean,
        index=every if standard.index == "every_item" else mean,
        target_share=standard.circle_target_share,
        persons_by_n_within=tuple(float(weight[count == n].sum()) for n in range(len(standard.items) + 1)),
    )


def weighted_quantile(values: Floats, weights: Floats, share: float) -> float | None:
    """The least value at or below which at least ``share`` of the weight lies; None where there is no weight."""
    total = float(weights.sum())
    if not total > 0:
        return None
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weights[order])
    return float(values[order][min(int(np.searchsorted(passed, share * total)), len(values) - 1)])


def gini(values: Floats, weights: Floats) -> float | None:
    """The Gini coefficient of ``values`` >= 0 among persons (``weights``): half the mean difference between two of them, over the mean.
    0 where all have 0; None without persons. Source: Gini 1912, by the trapezoids of the Lorenz curve (Lorenz 1905, doi:10.2307/2276207).
    """
    order = np.argsort(values, kind="stable")
    weight, amount = weights[order], (values * weights)[order]
    if not weight.sum() > 0:
        return None
    if not amount.sum() > 0:
        return 0.0
    people = np.concatenate(([0.0], np.cumsum(weight) / weight.sum()))
    share = np.concatenate(([0.0], np.cumsum(amount) / amount.sum()))
    return max(0.0, 1.0 - float((np.diff(people) * (share[1:] + share[:-1])).sum()))


def _mean(values: Floats, weights: Floats) -> float | None:
    total = float(weights.sum())
    return float((values * weights).sum() / total) if total > 0 else None


def band_of(minutes: Floats) -> npt.NDArray[np.int64]:
    """The drawn band of each number of minutes: 0, 1, 2 up to 5, 10, 15 minutes (inclusive), 3 beyond, -1 where not known."""
    band = np.searchsorted(np.array(BANDS_MIN) + ROUNDING_MIN, minutes, side="left").astype(np.int64)
    return np.where(np.isnan(minutes), -1, band)


def _bands(minutes: Floats, joined: Bools) -> list[Bools]:
    band = band_of(minutes)
    return [np.asarray(joined & (band == number)) for number in range(len(BANDS_MIN) + 1)]


def _share(part: float, whole: float) -> float | None:
    return min(1.0, max(0.0, part / whole)) if whole > 0 else None
