"""From scores to probabilities that mean what they say, and the confidence above which a stated share of errors is kept.

Scaling of scores by one factor and a constant for each label (vector scaling with a shared factor; Guo, Pleiss, Sun & Weinberger 2017, arXiv:1706.04599);
the threshold with a guarantee by Geifman & El-Yaniv 2017 (arXiv:1705.08500), with the exact binomial bound of Clopper & Pearson 1934.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from ._types import BoolArray, FloatArray, IntArray
from .errors import RANGE, TriageError

N_BINS = 15
"""Bins of the calibration error, as in Guo et al. 2017."""


def softmax(scores: FloatArray) -> FloatArray:
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Scaling:
    """``softmax(factor * scores + constants)``."""

    factor: float
    constants: FloatArray

    def apply(self, scores: FloatArray) -> FloatArray:
        return softmax(self.factor * scores + self.constants)


def fit_scaling(scores: FloatArray, truth: IntArray) -> Scaling:
    """Least negative log-likelihood of ``truth[texts]``, with a small penalty that keeps a rare label's constant near 0.

    ``scores`` must come from models that did not see the texts.
    """
    from scipy.optimize import minimize

    n_labels = scores.shape[1]
    at = np.arange(len(truth))

    def loss(x: FloatArray) -> tuple[float, FloatArray]:
        p = softmax(np.exp(x[0]) * scores + x[1:])
        value = -np.log(p[at, truth] + 1e-300).mean() + 1e-3 * float(x[1:] @ x[1:])
        p[at, truth] -= 1
        slope = np.concatenate(([(p * scores).sum() * np.exp(x[0]) / len(at)], p.mean(axis=0) + 2e-3 * x[1:]))
        return value, slope

    found = minimize(loss, np.zeros(n_labels + 1), jac=True, method="L-BFGS-B", bounds=[(-6, 6)] + [(-8, 8)] * n_labels)
    return Scaling(float(np.exp(found.x[0])), np.asarray(found.x[1:]))


def expected_calibration_error(confidence: FloatArray, right: BoolArray, *, n_bins: int = N_BINS) -> float:
    """Mean difference of confidence and share of right answers over bins of equal width, weighted by their size."""
    which = np.minimum((np.asarray(confidence) * n_bins).astype(int), n_bins - 1)
    gap = np.bincount(which, confidence - right, minlength=n_bins)
    return float(np.abs(gap).sum() / max(1, len(right)))


@dataclass(frozen=True, slots=True)
class Threshold:
    """Answers at or above ``confidence`` are wrong in at most the stated share, with ``surety``; ``share`` of messages are so answered.

    ``confidence`` above 1 means: none can be answered alone at that rate.
    """

    confidence: float
    share: float
    error_share: float
    n_seen: int


def choose_threshold(
    confidence: FloatArray, right: BoolArray, *, error_share: float, surety: float = 0.95
) -> Threshold:
    """The lowest confidence at which the upper bound of the error share is at most ``error_share``, searched by bisection with the surety split
    over its steps (Geifman & El-Yaniv 2017, algorithm 2). ``confidence`` and ``right`` must come from messages the model did not see."""
    if not 0 < error_share < 1:
        raise TriageError(RANGE, name="error_share", expected="> 0, < 1", got=error_share)
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence, wrong = confidence[order], np.cumsum(~right[order])
    n = len(order)
    n_steps = max(1, int(np.ceil(np.log2(n + 1))))
    delta = (1 - surety) / n_steps
    low, high, best = 1, n, 0
    for _ in range(n_steps):
        if low > high:
            break
        middle = (low + high) // 2
        upper = (
            1.0
            if wrong[middle - 1] == middle
            else float(betaincinv(wrong[middle - 1] + 1, middle - wrong[middle - 1], 1 - delta))
        )
        if upper <= error_share:
            best, low = middle, middle + 1
        else:
            high = middle - 1
    if best == 0:
        return Threshold(2.0, 0.0, error_share, n)
    least = float(sorted_confidence[best - 1])
    return Threshold(least, float((confidence >= least).mean()), error_share, n)
