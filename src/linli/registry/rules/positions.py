"""Whether the positions of a list are in the system it declares: compared with what is registered, a common shift gives the true one away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.kernel.geo import SYSTEMS, distance_m, to_wgs84


@dataclass(frozen=True, slots=True)
class Shift:
    """``n_moved`` of ``n_matched`` positions lie ``median_m`` from where they are registered; ``likely`` is the system that would bring
    them home, empty where none does."""

    n_matched: int
    n_moved: int
    median_m: float
    likely: str


def find_shift(
    given: Sequence[tuple[float, float]], registered: Sequence[tuple[float, float]], system: str, *,
    from_m: float, share: float, same_place_m: float,
) -> Shift | None:  # fmt: skip
    """``given`` (lon, lat) as the file has them, ``registered`` the same things in WGS-84. None where fewer than ``share`` moved by ``from_m``."""
    if not given:
        return None
    lon, lat = np.array(given, np.float64).T
    known_lon, known_lat = np.array(registered, np.float64).T
    away = distance_m(*to_wgs84(system, lon, lat), known_lon, known_lat)
    n_moved = int((away >= from_m).sum())
    if n_moved < share * len(given):
        return None
    moved = away >= from_m
    found: list[tuple[float, str]] = []
    for other in SYSTEMS:
        if other not in (system, "cgcs2000"):
            there = distance_m(*to_wgs84(other, lon[moved], lat[moved]), known_lon[moved], known_lat[moved])
            found.append((float(np.median(there)), other))
    best_m, best = min(found)
    return Shift(len(given), n_moved, float(np.median(away[moved])), best if best_m <= same_place_m else "")
