"""Training: messages with labels in, a model out. Minutes at most on two cores for some ten thousand messages.

Two linear machines are trained for each label, one on n-grams and one on n-grams weighed by how much they speak for the label (naive Bayes log-count
ratios; Wang & Manning 2012, ACL P12-2018), both as :mod:`_svm` does. Their sum is again linear, so one table of weights holds both. What stands at the
beginning counts more: a message's title says what it is about.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ._rows import Grams, Rows, as_rows, choose_vocabulary, read_grams
from ._svm import separate
from ._types import FloatArray, IntArray, KeyArray
from .calibrate import fit_scaling
from .errors import LENGTHS, TOO_FEW, TriageError
from .model import Model

LEAST_OF_A_LABEL = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model is trained. The numbers were chosen by four-fold cross-validation on the development messages (docs/engines/triage.md)."""

    order: int = 2
    n_least: int = 3
    """An n-gram of fewer training messages is not kept; of small sets (under 1,000 messages) all are kept from one message on."""
    first_weight: float = 3.0
    first_reach: float = 20.0
    """In tokens: how fast the weight of a first place falls."""
    cost: float = 1.0
    ratio_cost: float = 0.2
    ratio_smoothing: float = 0.01
    n_folds: int = 5
    n_epochs: int = 60
    tolerance: float = 0.1


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    settings: Settings | None = None,
    seed: int = 0,
    about: dict[str, Any] | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Model:
    """Train on ``texts[i]`` with ``labels[i]``. ``tell(done, all)`` is called after each of the folds and the model itself.

    Refused: fewer than two labels, a label with a single message, lengths that differ. The same input and seed give the same model.
    """
    chosen = settings or Settings()
    if len(texts) != len(labels):
        raise TriageError(LENGTHS, names="texts, labels", got=f"{len(texts)}, {len(labels)}")
    names, truth = np.unique(np.asarray(labels, dtype=object).astype(str), return_inverse=True)
    counts = np.bincount(truth, minlength=len(names))
    if len(names) < 2 or counts.min() < LEAST_OF_A_LABEL:
        got = ", ".join(f"{name}: {n}" for name, n in zip(names[:20], counts[:20], strict=True)) or "0"
        raise TriageError(TOO_FEW, least=LEAST_OF_A_LABEL, got=got)
    grams = read_grams(texts, chosen.order)
    fold = _folds(truth, chosen.n_folds, seed)
    heads = _weight_of_first(chosen)
    two = np.zeros((2, len(truth), len(names)))
    with ThreadPoolExecutor(max(1, os.cpu_count() or 1)) as pool:
        n_folds = int(fold.max()) + 1
        for number in range(n_folds):
            inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            part = _fit(_of(grams, inside), truth[inside], len(names), chosen, heads, seed, pool)
            rows = as_rows(_of(grams, outside), part.vocabulary, part.rarity, heads)
            two[:, outside] = _scores(rows, part.weights)
            if tell:
                tell(number + 1, n_folds + 1)
        whole = _fit(grams, truth, len(names), chosen, heads, seed, pool)
        if tell:
            tell(n_folds + 1, n_folds + 1)
    parts = 1 / np.maximum(two.std(axis=(1, 2)), 1e-9)
    unseen = np.tensordot(parts, two, axes=1)
    scaling = fit_scaling(unseen, truth)
    probabilities = scaling.apply(unseen)
    weights = np.tensordot(parts, whole.weights, axes=1)
    table = np.concatenate((whole.rarity[None] ** 2, weights[:, :-1] * whole.rarity)).T
    return Model(
        labels=tuple(str(name) for name in names),
        order=chosen.order,
        keys=whole.vocabulary,
        rows=np.ascontiguousarray(table, dtype=np.float32),
        constants=weights[:, -1],
        weight_of_first=heads,
        scaling=scaling,
        seen_confidence=probabilities.max(axis=1).astype(np.float32),
        seen_right=probabilities.argmax(axis=1) == truth,
        about={"n_messages": len(texts), "n_of_label": dict(zip(map(str, names), map(int, counts), strict=True)),
               "settings": asdict(chosen), "seed": seed, **(about or {})},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    vocabulary: KeyArray
    rarity: FloatArray
    weights: FloatArray
    """``[2, labels, vocabulary + 1]``"""


def _fit(  # noqa: PLR0917
    grams: Grams,
    truth: IntArray,
    n_labels: int,
    chosen: Settings,
    heads: FloatArray,
    seed: int,
    pool: ThreadPoolExecutor,
) -> _Part:
    vocabulary, rarity = choose_vocabulary(grams, chosen.n_least if len(truth) >= 1000 else 1)
    rows = as_rows(grams, vocabulary, rarity, heads)
    n = len(vocabulary)
    text = np.repeat(np.arange(len(truth)), np.diff(rows.starts))
    total = np.bincount(rows.columns, rows.values, minlength=n)
    jobs = []
    for label in range(n_labels):
        signs = np.where(truth == label, 1.0, -1.0)
        of_label = np.bincount(rows.columns, rows.values * (truth[text] == label), minlength=n)
        inside, outside = of_label + chosen.ratio_smoothing, total - of_label + chosen.ratio_smoothing
        ratio = np.log(inside / inside.sum() / (outside / outside.sum())).astype(np.float32)
        for scale, cost in ((np.ones(n, np.float32), chosen.cost), (ratio, chosen.ratio_cost)):
            job = pool.submit(
                separate, rows.starts, rows.columns, rows.values, scale, signs, cost, n, chosen.n_epochs,
                chosen.tolerance, seed,
            )  # fmt: skip
            jobs.append((job, scale))
    found = np.array([job.result() * np.append(scale, 1) for job, scale in jobs])
    return _Part(vocabulary, rarity, found.reshape(n_labels, 2, n + 1).transpose(1, 0, 2))


def _scores(rows: Rows, weights: FloatArray) -> FloatArray:
    """``[2, rows, labels]``"""
    n_rows = len(rows.starts) - 1
    text = np.repeat(np.arange(n_rows), np.diff(rows.starts))
    out = np.empty((2, n_rows, weights.shape[1]))
    for which in range(2):
        for label, w in enumerate(weights[which]):
            out[which, :, label] = np.bincount(text, rows.values * w[rows.columns], minlength=n_rows) + w[-1]
    return out


def _folds(truth: IntArray, n_folds: int, seed: int) -> IntArray:
    """Each label is spread evenly; a label smaller than the folds misses some."""
    fold = np.zeros(len(truth), np.int64)
    rng = np.random.default_rng(seed)
    for label in range(int(truth.max()) + 1):
        members = rng.permutation(np.flatnonzero(truth == label))
        fold[members] = (np.arange(len(members)) + rng.integers(n_folds)) % n_folds
    return np.unique(fold, return_inverse=True)[1]


def _of(grams: Grams, chosen: IntArray) -> Grams:
    lengths = np.diff(grams.starts)[chosen]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    take = np.repeat(grams.starts[chosen] - starts[:-1], lengths) + np.arange(starts[-1])
    return Grams(starts, grams.keys[take], grams.times[take], grams.first[take])


def _weight_of_first(chosen: Settings) -> FloatArray:
    at = np.arange(int(8 * chosen.first_reach) + 1)
    weight = chosen.first_weight * np.exp(-at / chosen.first_reach)
    weight[-1] = 0.0
    return np.asarray(weight)
