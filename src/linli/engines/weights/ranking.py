"""Scores from values and weights, and how much they and the ranks they give depend on the weights."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ._types import BoolArray, FloatArray, IntArray, WeightsError

N_THREADS = 2


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """``score[units]`` 0–100 as given, ``rank[units]`` from 1 (best). ``score_low/high`` and ``rank_best/worst`` over every weight a ``by`` less or more."""

    score: FloatArray
    score_low: FloatArray
    score_high: FloatArray
    rank: IntArray
    rank_best: IntArray
    rank_worst: IntArray


def weighted_sum(points: FloatArray, weights: FloatArray) -> FloatArray:
    """``points[units, indicators]`` with nan for what is not known: the weights of a unit's missing indicators go to its known ones; a unit of
    which nothing is known scores nan."""
    matrix, share = _pair(points, weights)
    known = np.isfinite(matrix)
    if known.all():
        return np.asarray(matrix @ share)
    heavy = known @ share
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(heavy > 0, np.where(known, matrix, 0.0) @ share / heavy, np.nan))


def topsis(values: FloatArray, weights: FloatArray, *, benefit: BoolArray | None = None) -> FloatArray:
    """Closeness to the ideal, 0–1 (Hwang & Yoon 1981, ch. 3): columns divided by their norm, weighed, distance to the best and the worst."""
    matrix, share = _pair(values, weights)
    if not np.isfinite(matrix).all():
        raise WeightsError("TOPSIS needs every value; fill in or leave out what is missing first")
    better = np.ones(matrix.shape[1], dtype=bool) if benefit is None else np.asarray(benefit, dtype=bool)
    norm = np.sqrt((matrix**2).sum(axis=0))
    scaled = matrix / np.where(norm > 0, norm, 1.0) * share
    top, bottom = scaled.max(axis=0), scaled.min(axis=0)
    ideal, worst = np.where(better, top, bottom), np.where(better, bottom, top)
    far = np.sqrt(((scaled - ideal) ** 2).sum(axis=1))
    near = np.sqrt(((scaled - worst) ** 2).sum(axis=1))
    whole = far + near
    return np.asarray(np.where(whole > 0, near / np.where(whole > 0, whole, 1.0), 0.5))


def sensitivity(points: FloatArray, weights: FloatArray, *, by: float = 0.1) -> Sensitivity:
    """Each weight in turn ``by`` less and more, the others keeping their proportions. Needs every value. Cost: one product and ``2 ·
    indicators`` sorts of ``units``; ``S' = (S ± by·w_j·x_j) / (1 ± by·w_j)``."""
    matrix, share = _pair(points, weights)
    if not np.isfinite(matrix).all():
        raise WeightsError("sensitivity needs every value; fill in or leave out what is missing first")
    if not 0 < by < 1:
        raise WeightsError(f"by must lie between 0 and 1, got {by}")
    score = matrix @ share
    moves = [(j, sign * by) for j in range(matrix.shape[1]) if share[j] > 0 for sign in (-1, 1)]
    parts = [moves[n::N_THREADS] for n in range(N_THREADS)]
    with ThreadPoolExecutor(N_THREADS) as pool:
        found = list(pool.map(lambda part: _extremes(matrix, share, score, part), parts))
    rank = _ranks(score)
    low, high, best, worst = score.copy(), score.copy(), rank.copy(), rank.copy()
    for a, b, c, d in found:
        np.minimum(low, a, out=low)
        np.maximum(high, b, out=high)
        np.minimum(best, c, out=best)
        np.maximum(worst, d, out=worst)
    return Sensitivity(score, low, high, rank, best, worst)


def rank_stability(
    points: FloatArray, weights: FloatArray, *, n_draws: int = 1000, concentration: float = 100.0, seed: int = 0
) -> FloatArray:
    """``[units]``: the share of weightings drawn about ``weights`` (Dirichlet, mean ``weights``; larger ``concentration``, closer) in which a unit keeps
    its rank."""
    matrix, share = _pair(points, weights)
    draws = np.random.default_rng(seed).dirichlet(np.maximum(share, 1e-9) * concentration, size=n_draws)
    rank = _ranks(matrix @ share)
    kept = sum((_ranks(matrix @ draw) == rank).astype(float) for draw in draws)
    return np.asarray(kept / n_draws)


def _extremes(
    matrix: FloatArray, share: FloatArray, score: FloatArray, moves: Iterable[tuple[int, float]]
) -> tuple[FloatArray, FloatArray, IntArray, IntArray]:
    low, high = score.copy(), score.copy()
    first = _ranks(score)
    best, worst = first.copy(), first.copy()
    for j, by in moves:
        moved = (score + by * share[j] * matrix[:, j]) / (1 + by * share[j])
        np.minimum(low, moved, out=low)
        np.maximum(high, moved, out=high)
        rank = _ranks(moved)
        np.minimum(best, rank, out=best)
        np.maximum(worst, rank, out=worst)
    return low, high, best, worst


def _ranks(score: FloatArray) -> IntArray:
    """1 is best; of equals the one that stands first."""
    falling = -score
    order = np.argsort(falling)  # several times faster than a stable sort, but free among equals
    inline = falling[order]
    if (inline[1:] == inline[:-1]).any():
        order = np.argsort(falling, kind="stable")
    rank = np.empty(len(score), dtype=np.int64)
    rank[order] = np.arange(1, len(score) + 1)
    return rank


def _pair(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    matrix, share = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if matrix.ndim != 2 or share.shape != (matrix.shape[1],):
        raise WeightsError(f"weights must be one for each indicator, got shapes {matrix.shape} and {share.shape}")
    if not np.isfinite(share).all() or (share < 0).any() or share.sum() <= 0:
        raise WeightsError(f"weights must be >= 0 and not all 0, got {share.tolist()}")
    return matrix, share / share.sum()
