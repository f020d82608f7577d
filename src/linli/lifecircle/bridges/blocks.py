"""Communities of a street → who reaches whose facilities → blocks: :func:`linli.engines.access.nearest_m` and :func:`linli.engines.districting.pool`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from linli.engines.access import nearest_m
from linli.engines.districting import DistrictingError, Pooled, pool

from ..rules.blocks import BlockRules, Holding, fits, worth_of
from ..rules.coverage import ROUNDING_MIN, Bools, Floats
from ..rules.standard import Group, Item
from .field import Field, Ints
from .units import gather, touching

TIME_LIMIT_S = 6.0

__all__ = ["DistrictingError", "Pooled", "pool_communities", "reach_by_holder"]


def reach_by_holder(
    field: Field, items: Sequence[Item], group: Group, holder: Mapping[int, int], n_holders: int
) -> Bools:
    """``bool[houses, items, holders + 1]``: a facility of the item's kind within its limit that belongs to the holder. ``holder`` of a facility by its position
    in the map; those of none count for the last. Cost: one bounded search for each kind and holder with a facility.
    """
    within = np.zeros((field.n_houses, len(items), n_holders + 1), dtype=bool)
    for column, item in enumerate(items):
        owner = np.array([holder.get(int(one), n_holders) for one in field.goal_facility[column]], dtype=np.int64)
        owners = np.unique(owner)
        if not len(owners):
            continue
        # A limit in metres is walked on the level, one in minutes on the weighed network, as everywhere in the room.
        graph = field.level if item.limit_m is not None else field.graph
        goals = [field.goals[column][owner == one] for one in owners]
        metres = field.by_house(nearest_m(graph, goals, limit_m=item.limit_metres(group) + ROUNDING_MIN))
        within[:, column, owners] = np.isfinite(metres)
    return within


def pool_communities(
    rules: BlockRules, holdings: Sequence[Holding], houses_xy_m: Floats, community: Ints, *, pace_m_per_min: float
) -> Pooled:
    """The pooling in which most persons find each kind in their own block, with no joining for fewer than the policy's persons.

    ``houses_xy_m: float64[houses, 2]`` of all communities in one plane; ``community: int64[houses]``, in the order of ``holdings``.
    """
    n = len(holdings)
    persons = np.concatenate([one.persons for one in holdings])
    parts = gather([[f"{one:04d}" for one in community.tolist()]], persons, houses_xy_m, most=float("inf"))
    pairs = touching(parts, houses_xy_m, [], most_m=rules.touching_m) if len(houses_xy_m) > 1 else np.zeros((0, 2), dtype=np.int64)  # fmt: skip
    across_m = rules.across_min * pace_m_per_min
    return pool(
        n, pairs, lambda block: worth_of(holdings, block) if fits(parts.xy_m, block, across_m) else None, most=rules.most_communities,
        price=float(rules.least_persons), time_limit_s=TIME_LIMIT_S,
    )  # fmt: skip
