"""Compiles everything the engine runs, so that the first question somebody asks does not wait for it."""

from __future__ import annotations

import numpy as np

from .cover import max_cover
from .median import p_median


def warm() -> None:
    """Run every compiled step once on twelve sites. Half a minute the first time on a machine, then well below a second: the compiled
    code is kept beside the package (or in ``NUMBA_CACHE_DIR``)."""
    xy = np.random.default_rng(0).random((12, 2))
    cost = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    p_median(cost, 3, fixed=[0])
    p_median(cost, 3)
    p_median(cost, 3, capacity=np.full(12, 4.0))
    max_cover(cost < 0.3, 3)
