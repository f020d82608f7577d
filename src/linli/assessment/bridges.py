"""Red indicators and the strategy library as the arrays of ``engines.remedy``, and its answer back in their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.engines.remedy import Remedy, cheapest_sets

from .rules.strategies import Deed, strategies


@dataclass(frozen=True, slots=True)
class Short:
    """An indicator that is red: ``missing`` > 0 is how far it has to move, in its unit, whichever way is better (``sign`` 1 or −1)."""

    measure: str
    missing: float
    sign: int


@dataclass(frozen=True, slots=True)
class Bundle:
    deeds: tuple[Deed, ...]
    cost_fen: int
    reached: dict[str, float]


@dataclass(frozen=True, slots=True)
class Advice:
    """``bundles`` cheapest first; ``beyond`` are measures the whole library could not clear, which the bundles leave aside."""

    bundles: tuple[Bundle, ...]
    beyond: tuple[str, ...]


def cheapest_bundles(shorts: Sequence[Short], *, n_bundles: int = 2) -> Advice:
    """What clears the reds for the least money. Effects are the library's estimates, added up."""
    deeds = [deed for one in strategies() for deed in one.deeds]
    lifts = np.array([[one.sign * deed.lifts.get(one.measure, 0.0) for one in shorts] for deed in deeds], dtype=float)
    lifts = lifts.reshape(len(deeds), len(shorts))
    most = np.clip(lifts, 0.0, None).sum(axis=0)
    within = [n for n, one in enumerate(shorts) if most[n] >= one.missing]
    beyond = tuple(one.measure for n, one in enumerate(shorts) if n not in within)
    if not within:
        return Advice((), beyond)
    number = {deed.id: n for n, deed in enumerate(deeds)}
    pairs = [(number[deed.id], number[other]) for deed in deeds for other in deed.excludes if other in number]
    kept = [shorts[n] for n in within]
    found = cheapest_sets(
        [deed.cost_fen for deed in deeds], lifts[:, within], [one.missing for one in kept], excludes=pairs, n_sets=n_bundles
    )  # fmt: skip
    return Advice(tuple(_bundle(one, deeds, kept) for one in found), beyond)


def _bundle(remedy: Remedy, deeds: Sequence[Deed], kept: Sequence[Short]) -> Bundle:
    reached = {short.measure: short.sign * value for short, value in zip(kept, remedy.reached, strict=True)}
    return Bundle(tuple(deeds[n] for n in remedy.chosen), remedy.cost, reached)
