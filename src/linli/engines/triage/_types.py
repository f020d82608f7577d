"""Names of the array types."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
SingleArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.integer[Any]]
KeyArray = npt.NDArray[np.uint64]
CodeArray = npt.NDArray[np.uint32]
Room = tuple[npt.NDArray[Any], ...]
"""Working arrays, see ``_grams.room``."""
BoolArray = npt.NDArray[np.bool_]
