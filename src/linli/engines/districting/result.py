"""What districting answers with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
PROVED_GAP = 1e-6
"""A gap of a millionth counts as none: distances are not known finer."""


@dataclass(frozen=True, slots=True, eq=False)
class Districts:
    """``unit: int64[areas]`` the unit of each area, 0 up in the order of ``centre``; ``centre: int64[units]`` the area in the middle of each;
    ``weight: float64[units]`` the people of each.

    ``objective`` the person-metres from every area to its unit's middle; ``bound`` what no division into as many units of each connected piece can
    go below.
    """

    unit: IntArray
    centre: IntArray
    weight: FloatArray
    objective: float
    bound: float

    @property
    def n_units(self) -> int:
        return len(self.centre)

    @property
    def gap(self) -> float:
        return max(0.0, (self.objective - self.bound) / self.objective) if self.objective > 0 else 0.0

    @property
    def proved(self) -> bool:
        """No other division into as many units is more compact."""
        return self.gap <= PROVED_GAP
