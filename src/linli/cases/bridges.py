"""From the types in force to a guess at what a text is about, by ``engines.triage``.

A city's own model (``linli triage train``, then ``linli cases use-model``) answers where there is one: its confidence is calibrated, and a case goes on by
itself above the confidence at which the policy's share of errors holds. Before that the catalogue's keywords answer; they are not calibrated, and the share
from which they are trusted is the policy's choice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from linli.engines.triage import KeywordModel, Model, TriageError, from_bytes
from linli.kernel.text import Text
from linli.platform.home import current_home

from .rules.types import CaseType, case_types, cases_policy

BY_KEYWORDS = Text("按目录里的关键词猜的，不是概率", "Guessed from the catalogue's keywords; no probability")
TRAINED = Text("按本地训练的模型猜的", "Guessed by the model trained here")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guess:
    """A type and how sure the model is, 0–1; a probability only if ``is_calibrated``. ``is_sure``: it may go on without a person deciding."""

    kind: CaseType
    confidence: float
    is_calibrated: bool
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Trained:
    """A model in use, and the confidence from which its share of errors is kept (above 1: none can go on by itself)."""

    model: Model
    sure_from: float


def guess(text: str, *, for_staff: bool = False) -> list[Guess]:
    """At most three likeliest types of a text, surest first; none where the model knows nothing in it. Types for staff are left out for others."""
    kinds = {id: kind for id, kind in case_types().items() if for_staff or not kind.is_for_staff}
    trained = trained_model()
    if trained is not None:
        answer, sure_from = trained.model.ask(text), trained.sure_from
    else:
        answer, sure_from = _keywords(tuple(kinds)).ask(text), cases_policy().trust_guess_from
    if not answer.n_known:
        return []
    return [
        Guess(kinds[id], share, answer.calibrated, n == 0 and share >= sure_from)
        for n, (id, share) in enumerate(answer.likeliest)
        if id in kinds and share > 0
    ]


def said_by() -> Text:
    """What guessed, in a sentence for the page."""
    return BY_KEYWORDS if trained_model() is None else TRAINED


def model_file() -> Path:
    return current_home().path / "triage" / "cases.model"


def trained_model() -> Trained | None:
    """The city's own, read again when the file changes; None without one, and where the file is spoilt (which the log tells)."""
    file = model_file()
    try:
        stat = file.stat()
    except OSError:
        return None
    return _read(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _read(file: Path, changed_ns: int, size: int) -> Trained | None:
    try:
        model = from_bytes(file.read_bytes())
    except (OSError, TriageError) as error:
        log.error("%s is not used: %s", file, error)
        return None
    return Trained(model, model.threshold(cases_policy().guess_error_share).confidence)


@lru_cache(maxsize=4)
def _keywords(ids: tuple[str, ...]) -> KeywordModel:
    return KeywordModel.of({id: case_types()[id].words for id in ids})
