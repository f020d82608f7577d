"""The question put in order: areas, who touches whom, connected pieces; and the plain reasons why no division can exist."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .result import FloatArray, IntArray

SLACK = 1e-9
"""Share of a bound by which sums of people may pass it: rounding of sums, nothing else."""


class DistrictingError(ValueError):
    """``code`` is one of ``bad``, ``too_heavy``, ``no_count``, ``n_units``, ``impossible``, ``not_found``, ``too_many``; ``areas`` the positions it speaks of;
    ``weight`` their people; ``allowed`` the least and most units there can be, where that is the matter."""

    def __init__(
        self, code: str, words: str, *, areas: Sequence[int] = (), weight: float = 0.0, allowed: tuple[int, int] = (0, 0)
    ) -> None:  # fmt: skip
        super().__init__(words)
        self.code, self.areas, self.weight, self.allowed = code, tuple(areas), weight, allowed


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Areas that hang together. ``at: int64[n]`` their positions in the whole; ``near[i]`` the neighbours of each, by position in the piece;
    ``away_m: float64[n, n]`` straight distances; ``cost = people × away_m`` with at least one person an area, so that empty ones are drawn in too."""

    at: IntArray
    weight: FloatArray
    near: tuple[tuple[int, ...], ...]
    away_m: FloatArray
    cost: FloatArray

    @property
    def n(self) -> int:
        return len(self.at)


def counts_that_fit(weight: float, low: float, high: float) -> range:
    """How many units people of that number can be divided into, whatever the areas: ``k`` with ``k·low <= weight <= k·high``."""
    least = max(1, math.ceil(weight / high * (1 - SLACK)))
    most = math.floor(weight / low * (1 + SLACK))
    return range(least, most + 1)


def check(weight: FloatArray, xy_m: FloatArray, neighbours: IntArray, low: float, high: float) -> None:
    """DistrictingError ``bad`` with every fault of shape or number."""
    faults = []
    n = len(weight)
    if weight.ndim != 1 or not n:
        faults.append(f"weight must be [areas] with at least one, got shape {weight.shape}")
    if xy_m.shape != (n, 2):
        faults.append(f"xy_m must be [{n}, 2], got shape {xy_m.shape}")
    elif not np.isfinite(xy_m).all():
        faults.append(f"xy_m must be finite, areas {np.flatnonzero(~np.isfinite(xy_m).all(axis=1)).tolist()} are not")
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if len(wrong):
        faults.append(f"weight must be finite and >= 0, areas {wrong.tolist()} are not")
    if neighbours.ndim != 2 or neighbours.shape[1] != 2:
        faults.append(f"neighbours must be [pairs, 2], got shape {neighbours.shape}")
    elif len(neighbours) and (neighbours.min() < 0 or neighbours.max() >= n):
        faults.append(f"neighbours must name areas 0 to {n - 1}, got {neighbours.min()} to {neighbours.max()}")
    if not (0 < low <= high and math.isfinite(high)):
        faults.append(f"bounds must be 0 < low <= high, got {low} and {high}")
    if faults:
        raise DistrictingError("bad", "; ".join(faults))


def pieces_of(weight: FloatArray, xy_m: FloatArray, neighbours: IntArray) -> list[Piece]:
    """The connected pieces, the one with the first area first."""
    near: list[set[int]] = [set() for _ in weight]
    for a, b in neighbours.tolist():
        if a != b:
            near[a].add(b)
            near[b].add(a)
    seen = np.zeros(len(weight), dtype=bool)
    pieces = []
    for first in range(len(weight)):
        if not seen[first]:
            at = sorted(reach(first, near))
            seen[at] = True
            pieces.append(_piece(at, weight, xy_m, near))
    return pieces


def reach(first: int, near: Sequence[set[int]] | Sequence[tuple[int, ...]], within: set[int] | None = None) -> set[int]:
    """Everything that hangs together with ``first``, itself included, without leaving ``within``."""
    found, edge = {first}, [first]
    while edge:
        for other in near[edge.pop()]:
            if other not in found and (within is None or other in within):
                found.add(other)
                edge.append(other)
    return found


def _piece(at: list[int], weight: FloatArray, xy_m: FloatArray, near: list[set[int]]) -> Piece:
    position = {area: n for n, area in enumerate(at)}
    own, xy = weight[at], xy_m[at]
    away = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    return Piece(
        at=np.array(at, dtype=np.int64),
        weight=own,
        near=tuple(tuple(sorted(position[one] for one in near[area])) for area in at),
        away_m=away,
        cost=np.maximum(own, 1.0)[:, None] * away,
    )


def counts_of(pieces: Sequence[Piece], low: float, high: float, n_units: int | None) -> list[int]:
    """How many units each piece gets: as near to the middle of the bounds as can be, ``n_units`` together where that is given.

    DistrictingError naming the areas that are too heavy, the pieces no number fits, or the numbers of units there can be.
    """
    heavy = [int(a) for piece in pieces for a, w in zip(piece.at, piece.weight, strict=True) if w > high * (1 + SLACK)]
    if heavy:
        raise DistrictingError(
            "too_heavy", f"areas {heavy} hold more than {high:g} each and are kept whole", areas=heavy
        )
    ranges = []
    for piece in pieces:
        total = float(piece.weight.sum())
        fits = counts_that_fit(total, low, high)
        fits = range(fits.start, min(fits.stop, piece.n + 1))
        if not fits:
            areas = piece.at.tolist()
            words = f"areas {areas} hang together with nothing else and hold {total:g}: no number of units of {low:g} to {high:g}"
            raise DistrictingError("no_count", words, areas=areas, weight=total)
        ranges.append(fits)
    middle = (low + high) / 2
    totals = [float(piece.weight.sum()) for piece in pieces]
    counts = [min(max(round(w / middle), fits.start), fits.stop - 1) for w, fits in zip(totals, ranges, strict=True)]
    if n_units is not None:
        allowed = sum(fits.start for fits in ranges), sum(fits.stop - 1 for fits in ranges)
        if not allowed[0] <= n_units <= allowed[1]:
            words = f"n_units must be {allowed[0]} to {allowed[1]} with these bounds, got {n_units}"
            raise DistrictingError("n_units", words, allowed=allowed)
        _move_to(n_units, counts, ranges, totals, middle)
    return counts


def _move_to(n_units: int, counts: list[int], ranges: list[range], totals: list[float], middle: float) -> None:
    """One unit more or fewer at a time, where the mean of a piece then is nearest to the middle."""
    while sum(counts) != n_units:
        step = 1 if sum(counts) < n_units else -1
        open_ = [n for n, fits in enumerate(ranges) if counts[n] + step in fits]
        best = min(open_, key=lambda n: (abs(totals[n] / (counts[n] + step) - middle), n))
        counts[best] += step
