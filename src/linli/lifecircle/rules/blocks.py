"""Vitality blocks: what a block of pooled communities may be, and what it serves (S046). Pure: who reaches what is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.kernel.policyfile import Policy

from .coverage import Bools, Floats


@dataclass(frozen=True, slots=True)
class BlockRules:
    standard: str
    most_communities: int
    across_min: float
    least_persons: int
    touching_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Holding:
    """One community: ``persons: float64[houses]``; ``within: bool[houses, items, holders]`` whether a facility of the item's kind that stands in the holder's
    area lies within the limit; the last holder is everywhere else."""

    persons: Floats
    within: Bools


def read_blocks(policy: Policy) -> BlockRules:
    body = policy.body
    return BlockRules(
        body["shared"]["standard"], body["block"]["most_communities"], float(body["block"]["across_min"]), body["joining"]["least_persons"],
        float(body["touching"]["most_m"]),
    )  # fmt: skip


def served(holding: Holding, holders: Sequence[int] | slice) -> Floats:
    """``float64[items]`` persons of the community who reach each kind in the area of one of ``holders``."""
    some = holding.within[:, :, holders].any(axis=2)
    return np.asarray(holding.persons @ some, dtype=np.float64)


def fits(xy_m: Floats, block: Sequence[int], across_m: float) -> bool:
    """Whether from one of the block's communities every other lies within ``across_m`` (inclusive), middle to middle."""
    own = xy_m[list(block)]
    away = np.hypot(own[:, None, 0] - own[None, :, 0], own[:, None, 1] - own[None, :, 1])
    return bool((away.max(axis=1) <= across_m).any())


def worth_of(holdings: Sequence[Holding], block: Sequence[int]) -> float:
    """Persons served in their own block, a person once for each kind."""
    return float(sum(served(holdings[one], list(block)).sum() for one in block))
