"""The analytic hierarchy process: weights from pairwise judgements, how consistent they are, and which one to look at again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ._types import FloatArray, WeightsError

RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random reciprocal matrices by size: Saaty, The Analytic Hierarchy Process (1980), p. 21."""
RECIPROCITY = 1e-9
LARGEST = len(RANDOM_INDEX) - 1


@dataclass(frozen=True, slots=True)
class AHP:
    """``weights`` sum to 1. ``consistency_ratio`` below 0.1 is Saaty's rule for judgements that hold together. ``worst_pair``: the judgement
    furthest from what the weights say (``i < j``), None where every judgement agrees."""

    weights: FloatArray
    consistency_ratio: float
    lambda_max: float
    worst_pair: tuple[int, int] | None


def ahp(comparisons: FloatArray, *, random_index: Literal["saaty", "alonso_lamata"] = "saaty") -> AHP:
    """Weights by the principal eigenvector of ``comparisons[n, n]`` (how many times more ``i`` matters than ``j``).

    Positive, ones on the diagonal, reciprocal to 1e-9. ``saaty`` random indices reach n = 15; ``alonso_lamata`` (2006,
    doi:10.1142/S0218488506004114, eq. 12: mean largest eigenvalue 2.7699 n - 4.3513) any n. For n <= 2 the ratio is 0.
    """
    matrix = _checked(comparisons)
    n = len(matrix)
    if n <= 2:
        weights = matrix[:, 0] / matrix[:, 0].sum()
        return AHP(weights, 0.0, float(n), None)
    if random_index == "saaty" and n > LARGEST:
        raise WeightsError(f"Saaty's random index reaches n = {LARGEST}, got {n}; use random_index='alonso_lamata'")
    values, vectors = np.linalg.eig(matrix)
    at = int(np.argmax(values.real))
    lambda_max = float(values[at].real)
    vector = np.abs(vectors[:, at].real)
    weights = vector / vector.sum()
    index = max(0.0, (lambda_max - n) / (n - 1))
    expected = RANDOM_INDEX[n] if random_index == "saaty" else (2.7699 * n - 4.3513 - n) / (n - 1)
    return AHP(weights, index / expected, lambda_max, _worst(matrix, weights))


def aggregate_judgements(judgements: Sequence[FloatArray], *, voices: Sequence[float] | None = None) -> FloatArray:
    """One matrix for a group: the geometric mean of each judgement, the only mean that keeps reciprocity (Aczél & Saaty 1983,
    doi:10.1016/0022-2496(83)90028-7). ``voices`` weigh the judges (equal without)."""
    if not judgements:
        raise WeightsError("a group needs at least one judge, got none")
    stack = np.stack([_checked(one) for one in judgements])
    weights = np.ones(len(stack)) if voices is None else np.asarray(voices, dtype=float)
    if weights.shape != (len(stack),) or (weights < 0).any() or weights.sum() <= 0:
        raise WeightsError(f"voices must be {len(stack)} numbers >= 0 that are not all 0, got {weights.tolist()}")
    mean = np.exp(np.tensordot(weights / weights.sum(), np.log(stack), axes=1))
    upper = np.triu(mean, 1)
    lower = np.tril(1.0 / mean.T, -1)
    return np.asarray(upper + lower + np.eye(len(mean)))


def _checked(comparisons: FloatArray) -> FloatArray:
    matrix = np.asarray(comparisons, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise WeightsError(f"comparisons must be a square matrix, got shape {matrix.shape}")
    if not np.isfinite(matrix).all() or (matrix <= 0).any():
        i, j = np.argwhere(~np.isfinite(matrix) | (matrix <= 0))[0]
        raise WeightsError(f"comparisons must be > 0, got {matrix[i, j]} at ({i}, {j})")
    wrong = np.argwhere(np.abs(matrix * matrix.T - 1) > RECIPROCITY)
    if len(wrong):
        i, j = (int(one) for one in wrong[0])
        raise WeightsError(
            f"({i}, {j}) is {matrix[i, j]:g}, so ({j}, {i}) must be {1 / matrix[i, j]:g}, got {matrix[j, i]:g}"
        )
    return matrix


def _worst(matrix: FloatArray, weights: FloatArray) -> tuple[int, int] | None:
    """Largest ``|ln(a_ij w_j / w_i)|`` above the diagonal; the first of equals."""
    distance = np.abs(np.log(matrix * weights[None, :] / weights[:, None]))
    upper = np.triu(distance, 1)
    if upper.max() <= RECIPROCITY:
        return None
    i, j = np.argwhere(upper >= upper.max() - 1e-12)[0]
    return int(i), int(j)
