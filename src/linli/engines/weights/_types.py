"""Arrays and the one error of this engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


class WeightsError(ValueError):
    """An input that has no weights or no score; the message says what is wrong, the value received and what would be right."""
