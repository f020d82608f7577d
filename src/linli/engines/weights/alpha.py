"""Cronbach's alpha: how far the items of a scale measure one thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri

from ._types import FloatArray, WeightsError


@dataclass(frozen=True, slots=True)
class Alpha:
    """``low``, ``high``: Feldt's interval. ``alpha_if_dropped[item]``: alpha of the others (nan with two items). ``n_people`` answered every item."""

    alpha: float
    low: float
    high: float
    alpha_if_dropped: FloatArray
    n_people: int


def cronbach_alpha(answers: FloatArray, *, confidence: float = 0.95) -> Alpha:
    """``answers[people, items]``; people with a nan are left out. Alpha by Cronbach (1951, doi:10.1007/BF02310555), interval by Feldt,
    Woodruff & Salih (1987, doi:10.1177/014662168701100107): ``1 - (1 - α) F``. Refused: fewer than 2 items or 2 people, no spread at all.
    """
    matrix = np.asarray(answers, dtype=float)
    if matrix.ndim != 2 or matrix.shape[1] < 2:
        raise WeightsError(f"alpha needs at least 2 items, got shape {matrix.shape}")
    if not 0 < confidence < 1:
        raise WeightsError(f"confidence must lie between 0 and 1, got {confidence}")
    whole = matrix[np.isfinite(matrix).all(axis=1)]
    n, k = whole.shape
    if n < 2:
        raise WeightsError(f"alpha needs at least 2 people who answered every item, got {n}")
    alpha = _alpha(whole)
    tail = (1 - confidence) / 2
    low = 1 - (1 - alpha) * fdtri(n - 1, (n - 1) * (k - 1), 1 - tail)
    high = 1 - (1 - alpha) * fdtri(n - 1, (n - 1) * (k - 1), tail)
    dropped = [_alpha(np.delete(whole, item, axis=1)) if k > 2 else float("nan") for item in range(k)]
    return Alpha(alpha, float(low), float(high), np.array(dropped), n)


def _alpha(matrix: FloatArray) -> float:
    k = matrix.shape[1]
    total = matrix.sum(axis=1).var(ddof=1)
    if total <= 0:
        raise WeightsError("everybody has the same sum: there is no spread to explain")
    return float(k / (k - 1) * (1 - matrix.var(axis=0, ddof=1).sum() / total))
