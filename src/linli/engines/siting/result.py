"""What siting answers with."""

from __future__ import annotations

from dataclasses import dataclass

from ._types import IntArray

PROVED_GAP = 1e-6
"""Sites whose objective is within this share of the bound count as proved: nobody measures demand or distance finer."""


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """``open: int64[p]`` sites, sorted; ``assignment: int64[demand]`` the site each demand goes to, -1 where uncovered.

    ``objective`` what the sites cost or cover; ``bound`` what none can better: a lower bound of a cost, an upper bound of a coverage.
    ``gap`` the share of the larger that lies between them, 0 to 1; ``proved`` whether that is nothing (at most one millionth).
    """

    open: IntArray
    assignment: IntArray
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        larger = max(self.objective, self.bound)
        return float(abs(self.objective - self.bound) / larger) if larger > 0 else 0.0

    @property
    def proved(self) -> bool:
        return bool(self.gap <= PROVED_GAP)


@dataclass(frozen=True, slots=True, eq=False)
class MedianSiting(Siting):
    """A :class:`Siting` that costs; its bound is a lower one."""

    @property
    def lower_bound(self) -> float:
        return self.bound
