"""Whether experts who answer in rounds have come together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._types import FloatArray, WeightsError


@dataclass(frozen=True, slots=True)
class Convergence:
    """Of one round, per question: ``median``, ``spread`` (half the interquartile range over the median), whether it lies within the tolerance;
    ``kendall_w`` how far the experts rank the questions alike (0–1), nan for one question."""

    median: FloatArray
    spread: FloatArray
    is_converged: FloatArray
    kendall_w: float


def delphi_convergence(answers: FloatArray, *, tolerance: float = 0.05) -> Convergence:
    """``answers[experts, questions]`` > 0 of one round. Converged: the middle half of the answers lies within ± ``tolerance`` of the median
    (P37, S350: to ±5 %). Kendall & Babington Smith (1939) for the agreement of ranks, corrected for ties."""
    matrix = np.asarray(answers, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] < 2 or not np.isfinite(matrix).all() or (matrix <= 0).any():
        raise WeightsError(f"answers must be at least 2 experts' numbers > 0, got shape {matrix.shape}")
    low, median, high = np.quantile(matrix, [0.25, 0.5, 0.75], axis=0)
    spread = (high - low) / 2 / median
    return Convergence(median, spread, spread <= tolerance + 1e-12, _kendall_w(matrix))


def _kendall_w(matrix: FloatArray) -> float:
    from scipy.stats import rankdata

    m, n = matrix.shape
    if n < 2:
        return float("nan")
    ranks = np.apply_along_axis(rankdata, 1, matrix)
    ties = sum(float((count**3 - count).sum()) for count in (np.unique(row, return_counts=True)[1] for row in ranks))
    s = float(((ranks.sum(axis=0) - m * (n + 1) / 2) ** 2).sum())
    below = m**2 * (n**3 - n) - m * ties
    return 12 * s / below if below else float("nan")
