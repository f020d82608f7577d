"""Weights from the data itself: what tells units apart weighs more (entropy, CRITIC); and both kinds of weights put together."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ._types import BoolArray, FloatArray, WeightsError


def entropy_weights(
    values: FloatArray, *, benefit: BoolArray | None = None, normalisation: Literal["sum", "minmax"] = "sum"
) -> FloatArray:
    """Weights by Shannon's entropy (Shannon 1948; Hwang & Yoon 1981, ch. 3): ``w_j ∝ 1 - E_j``, ``E_j = -Σ p ln p / ln units``.

    ``values[units, indicators]``. ``p`` is each value's share of its column, after a column that is a cost (``benefit`` false) was turned: for
    ``sum`` into ``max + min - x`` (same range, order reversed), for ``minmax`` into ``(max - x) / (max - min)``. ``0·ln 0 = 0``. A column that
    is the same for all weighs 0. Refused: fewer than 2 units, nan, negatives for ``sum``, all columns constant.
    """
    matrix = _checked(values)
    better = _directions(benefit, matrix.shape[1])
    low, high = matrix.min(axis=0), matrix.max(axis=0)
    is_constant = high - low <= 1e-12 * np.maximum(1.0, np.abs(high))
    if is_constant.all():
        raise WeightsError(
            "every indicator is the same for all units: nothing tells them apart, so there are no weights"
        )
    if normalisation == "sum":
        if (matrix < 0).any():
            i, j = np.argwhere(matrix < 0)[0]
            raise WeightsError(f"values must be >= 0 for normalisation 'sum', got {matrix[i, j]:g} at ({i}, {j})")
        turned = np.where(better, matrix, high + low - matrix)
    else:
        span = np.where(is_constant, 1.0, high - low)
        turned = np.where(better, matrix - low, high - matrix) / span
    totals = turned.sum(axis=0)
    share = turned / np.where(totals > 0, totals, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(share > 0, share * np.log(share), 0.0).sum(axis=0) / np.log(len(matrix))
    spread = np.where(is_constant, 0.0, np.maximum(0.0, 1 - entropy))
    return np.asarray(spread / spread.sum())


def critic_weights(values: FloatArray, *, benefit: BoolArray | None = None) -> FloatArray:
    """CRITIC (Diakoulaki, Mavrotas & Papayannakis 1995, doi:10.1016/0305-0548(94)00059-H): ``w_j ∝ σ_j Σ_k (1 - r_jk)`` on min-max values.

    A constant column weighs 0 and takes no part in the correlations. Refused as for :func:`entropy_weights`.
    """
    matrix = _checked(values)
    better = _directions(benefit, matrix.shape[1])
    low, high = matrix.min(axis=0), matrix.max(axis=0)
    varies = high - low > 1e-12 * np.maximum(1.0, np.abs(high))
    if not varies.any():
        raise WeightsError(
            "every indicator is the same for all units: nothing tells them apart, so there are no weights"
        )
    scaled = np.where(better, matrix - low, high - matrix)[:, varies] / (high - low)[varies]
    weights = np.zeros(matrix.shape[1])
    if scaled.shape[1] == 1:
        weights[varies] = 1.0
        return weights
    conflict = (1 - np.corrcoef(scaled, rowvar=False)).sum(axis=0)
    spread = scaled.std(axis=0, ddof=1) * conflict
    weights[varies] = spread if spread.sum() > 0 else 1.0
    return np.asarray(weights / weights.sum())


def combine(
    judged: FloatArray, measured: FloatArray, *, how: Literal["product", "mean"] = "product", share: float = 0.5
) -> FloatArray:
    """Experts' weights corrected by the data's: ``product`` (proportional to ``judged · measured``) or ``mean`` (``share`` for the judged)."""
    first, second = np.asarray(judged, dtype=float), np.asarray(measured, dtype=float)
    if first.shape != second.shape or first.ndim != 1 or (first < 0).any() or (second < 0).any():
        raise WeightsError(
            f"weights must be two lists of one length, >= 0, got shapes {first.shape} and {second.shape}"
        )
    if not 0 <= share <= 1:
        raise WeightsError(f"share must lie between 0 and 1, got {share}")
    mixed = first * second if how == "product" else share * first / first.sum() + (1 - share) * second / second.sum()
    if mixed.sum() <= 0:
        raise WeightsError("no indicator has weight in both lists, so their product is 0 everywhere")
    return np.asarray(mixed / mixed.sum())


def _checked(values: FloatArray) -> FloatArray:
    matrix = np.asarray(values, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] < 2 or matrix.shape[1] < 1:
        raise WeightsError(f"values must hold at least 2 units and 1 indicator, got shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        i, j = np.argwhere(~np.isfinite(matrix))[0]
        raise WeightsError(f"values must be finite, got {matrix[i, j]} at ({i}, {j})")
    return matrix


def _directions(benefit: BoolArray | None, n: int) -> BoolArray:
    better = np.ones(n, dtype=bool) if benefit is None else np.asarray(benefit, dtype=bool)
    if better.shape != (n,):
        raise WeightsError(f"benefit must name {n} directions, got shape {better.shape}")
    return better
