"""What is hot: of which kind, where or with which words more came lately than before, told apart from chance.

Of the ``n`` cases of a cell (a kind, a place, a kind at a place, a word) in the last days and the days before them, each fell into the last days with the
share of time these have, if nothing changed: the exact conditional test of two Poisson rates (Przyborowski & Wilenski 1940, Biometrika 31:313,
doi:10.1093/biomet/31.3-4.313). Cases come in clusters, which makes chance wilder than Poisson: how much wilder is measured on the days before, over all
cells, and both counts are divided by it (quasi-Poisson, as in Farrington et al. 1996, doi:10.2307/2983331). Many cells are asked at once: of those named at
most ``false_share`` are expected to be chance (Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x; for cells that grow together, as a place
and its parts do, Benjamini & Yekutieli 2001). Cells with fewer than ``least`` cases in all are not asked; that does not bend the test, which is
conditional on that number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ._types import BoolArray, FloatArray, IntArray
from .errors import LENGTHS, RANGE, TriageError
from .keywords import READ_CHARS, fold_text

LOWER = 0.05
"""``times_at_least`` is a one-sided 95 % bound (Clopper & Pearson 1934)."""
_GRAM_CHARS = (4, 3, 2)
_SAME_CASES = 0.5
_LEAST_MEAN = 1.0
_BLOCKS_LEAST = 2


@dataclass(frozen=True, slots=True)
class Hot:
    """``n`` cases in the last ``window_days``, where ``usual`` were to be expected from the ``n_before`` before. ``times`` is n / usual, None where none
    came before; ``times_at_least`` bounds it from below. ``p`` is of this cell alone, ``q`` among all that were asked."""

    cell: int
    window_days: int
    n: int
    n_before: int
    usual: float
    times: float | None
    times_at_least: float
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class HotWord:
    """A word of two to four ideographs; ``texts``: which of the texts of the window say it."""

    word: str
    hot: Hot
    texts: tuple[int, ...]


def find_hot(
    cell: IntArray,
    ago_days: FloatArray,
    *,
    windows_days: Sequence[int] = (7, 14),
    before_days: int = 56,
    false_share: float = 0.1,
    least: int = 3,
) -> list[Hot]:
    """Cells of which more came in one of the windows than in the ``before_days`` before it, surest first; each at most once, in its surest window.

    ``cell[cases]``: from 0, a case standing once for each cell it is of; ``ago_days[cases]``: its age, ≥ 0; a window holds ages in ``[0, window)``.
    Named are those with ``q <= false_share`` and at least ``least`` cases in the window.
    """
    cells, ages = np.asarray(cell), np.asarray(ago_days, np.float64)
    _check(cells, ages, windows_days, before_days, false_share, least)
    n_cells = int(cells.max(initial=-1)) + 1
    asked = [_ask(cells, ages, n_cells, days=days, before_days=before_days, least=least) for days in windows_days]
    q = _adjusted(np.concatenate([one[2] for one in asked]) if asked else np.zeros(0))
    found: dict[int, Hot] = {}
    at = 0
    for days, (which, counts, p, spread) in zip(windows_days, asked, strict=True):
        for place, number in enumerate(which):
            n, n_before = (int(value) for value in counts[place])
            if q[at + place] <= false_share and n >= least:
                hot = _told(
                    int(number),
                    n,
                    n_before,
                    days=days,
                    before_days=before_days,
                    spread=spread,
                    p=float(p[place]),
                    q=float(q[at + place]),
                )
                if number not in found or hot.p < found[number].p:
                    found[int(number)] = hot
        at += len(which)
    return sorted(found.values(), key=lambda hot: (hot.p, -hot.n, hot.cell))


def find_hot_words(
    texts: Sequence[str],
    ago_days: FloatArray,
    *,
    windows_days: Sequence[int] = (7, 14),
    before_days: int = 56,
    false_share: float = 0.1,
    least: int = 3,
) -> list[HotWord]:
    """Words (two to four neighbouring ideographs, in usual forms, once a text) that more texts say lately. Of words said by mostly the same texts the
    surest stands for all, of equals the longest."""
    ages = np.asarray(ago_days, np.float64)
    if len(texts) != len(ages):
        raise TriageError(LENGTHS, names="texts, ago_days", got=f"{len(texts)}, {len(ages)}")
    said: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for word in _grams(text):
            said.setdefault(word, []).append(number)
    words = [word for word, rows in said.items() if len(rows) >= least]
    rows = [np.asarray(said[word]) for word in words]
    if not words:
        return []
    cells = np.repeat(np.arange(len(words)), [len(one) for one in rows])
    hots = find_hot(
        cells,
        ages[np.concatenate(rows)],
        windows_days=windows_days,
        before_days=before_days,
        false_share=false_share,
        least=least,
    )
    kept: list[HotWord] = []
    for hot in sorted(hots, key=lambda one: (one.p, -len(words[one.cell]), words[one.cell])):
        own = frozenset(rows[hot.cell][ages[rows[hot.cell]] < hot.window_days].tolist())
        if not any(len(own & set(one.texts)) >= _SAME_CASES * min(len(own), len(one.texts)) for one in kept):
            kept.append(HotWord(words[hot.cell], hot, tuple(sorted(own))))
    return kept


def _ask(
    cells: IntArray, ages: FloatArray, n_cells: int, *, days: int, before_days: int, least: int
) -> tuple[IntArray, IntArray, FloatArray, float]:
    """Cells asked, their counts ``[cells, (lately, before)]``, the chance of so many or more lately, and how much wilder than Poisson it is."""
    lately, before = ages < days, (ages >= days) & (ages < days + before_days)
    counts = np.stack([np.bincount(cells[part], minlength=n_cells) for part in (lately, before)], axis=1)
    which = np.flatnonzero(counts.sum(axis=1) >= least)
    spread = _spread(cells, ages, before, n_cells=n_cells, days=days, before_days=before_days)
    return which, counts[which], _chance(counts[which], days / (days + before_days), spread), spread


def _chance(counts: IntArray, share: float, spread: float) -> FloatArray:
    """P(at least n lately | n in all), binomial with ``share``; for counts divided by ``spread`` continued by the incomplete beta function."""
    from scipy.special import betainc

    n, n_before = counts[:, 0] / spread, counts[:, 1] / spread
    return np.where(n > 0, betainc(np.maximum(n, 1e-9), n_before + 1, share), 1.0)


def _spread(
    cells: IntArray, ages: FloatArray, before: BoolArray, *, n_cells: int, days: int, before_days: int
) -> float:
    """Pearson's χ² over its degrees of freedom, of the cells' counts in the blocks of ``days`` before the window; at least 1. Cells with less than
    one case a block say nothing of it and are left out."""
    n_blocks = before_days // days
    if n_blocks < _BLOCKS_LEAST:
        return 1.0
    block = ((ages[before] - days) // days).astype(np.int64)
    whole = block < n_blocks
    counts = np.bincount(cells[before][whole] * n_blocks + block[whole], minlength=n_cells * n_blocks)
    table = counts.reshape(n_cells, n_blocks).astype(np.float64)
    mean = table.mean(axis=1, keepdims=True)
    told = mean[:, 0] >= _LEAST_MEAN
    if not told.any():
        return 1.0
    chi2 = ((table[told] - mean[told]) ** 2 / mean[told]).sum()
    return max(1.0, float(chi2 / (told.sum() * (n_blocks - 1))))


def _adjusted(p: FloatArray) -> FloatArray:
    """Benjamini and Hochberg's q of each p."""
    order = np.argsort(p)
    ranked = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty_like(ranked)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q


def _told(cell: int, n: int, n_before: int, *, days: int, before_days: int, spread: float, p: float, q: float) -> Hot:
    from scipy.special import betaincinv

    usual = n_before * days / before_days
    share = float(betaincinv(n / spread, n_before / spread + 1, LOWER))
    at_least = share / (1 - share) * before_days / days
    return Hot(cell, days, n, n_before, usual, n / usual if usual else None, at_least, p, q)


def _grams(text: str) -> set[str]:
    plain = fold_text(text[:READ_CHARS])
    stretches = "".join(char if _is_ideograph(char) else " " for char in plain).split()
    return {run[at : at + size] for run in stretches for size in _GRAM_CHARS for at in range(len(run) - size + 1)}


def _is_ideograph(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _check(  # noqa: PLR0917  # the arguments of find_hot
    cells: npt.NDArray[np.integer], ages: FloatArray, windows_days: Sequence[int], before_days: int, false_share: float, least: int
) -> None:  # fmt: skip
    if cells.shape != ages.shape or cells.ndim != 1:
        raise TriageError(LENGTHS, names="cell, ago_days", got=f"{cells.shape}, {ages.shape}")
    if cells.size and (cells.min() < 0 or not np.isfinite(ages).all() or ages.min() < 0):
        raise TriageError(RANGE, name="cell, ago_days", expected=">= 0", got=f"{cells.min()}, {ages.min()}")
    if not windows_days or min(windows_days) < 1 or before_days < max(windows_days):
        raise TriageError(
            RANGE, name="windows_days", expected="1 to before_days", got=f"{list(windows_days)}, {before_days}"
        )
    if not 0 < false_share < 1 or least < 1:
        raise TriageError(RANGE, name="false_share, least", expected="0 to 1, >= 1", got=f"{false_share}, {least}")
