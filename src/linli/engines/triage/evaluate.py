"""How good a model is on messages it has not seen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._types import FloatArray
from .calibrate import expected_calibration_error
from .errors import LENGTHS, TriageError
from .model import Model


@dataclass(frozen=True, slots=True)
class OfLabel:
    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``macro_f1`` is the plain mean over all labels of model and test, a label without a right answer counting 0; ``ece`` the expected calibration error."""

    n: int
    accuracy: float
    macro_f1: float
    ece: float
    per_class: dict[str, OfLabel]

    def as_mapping(self) -> dict[str, Any]:
        classes = {
            name: {"n": c.n, "precision": round(c.precision, 6), "recall": round(c.recall, 6), "f1": round(c.f1, 6)}
            for name, c in self.per_class.items()
        }
        return {"accuracy": round(self.accuracy, 6), "macro_f1": round(self.macro_f1, 6), "ece": round(self.ece, 6),
                "n": self.n, "per_class": classes}  # fmt: skip


def evaluate(labels: Sequence[str], probabilities: FloatArray, truth: Sequence[str]) -> Evaluation:
    """``probabilities[texts, labels]`` against the true labels; a true label the model does not know counts as wrong."""
    if len(truth) != len(probabilities) or len(truth) == 0:
        raise TriageError(LENGTHS, names="probabilities, truth", got=f"{len(probabilities)}, {len(truth)}")
    names = list(labels) + sorted(set(truth) - set(labels))
    number = {name: at for at, name in enumerate(names)}
    true = np.array([number[name] for name in truth])
    said = probabilities.argmax(axis=1)
    right = said == true
    hits = np.bincount(true[right], minlength=len(names))
    n_true, n_said = np.bincount(true, minlength=len(names)), np.bincount(said, minlength=len(names))
    per_class = {name: _of_label(hits[at], n_said[at], n_true[at]) for at, name in enumerate(names)}
    counted = [of.f1 for at, of in enumerate(per_class.values()) if n_true[at] + n_said[at] > 0]
    ece = expected_calibration_error(probabilities.max(axis=1), right)
    return Evaluation(len(truth), float(right.mean()), float(np.mean(counted)), ece, per_class)


def _of_label(hits: int, n_said: int, n_true: int) -> OfLabel:
    precision, recall = hits / max(1, n_said), hits / max(1, n_true)
    return OfLabel(int(n_true), float(precision), float(recall), float(2 * hits / max(1, n_said + n_true)))


def texts_per_s(model: Model, texts: Sequence[str], *, rounds: int = 5) -> float:
    """Messages answered a second with all of them at once, one thread, the best of ``rounds`` after one to warm up."""
    model.probabilities(texts)
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        model.probabilities(texts)
        taken.append(time.perf_counter() - started)
    return len(texts) / min(taken)
