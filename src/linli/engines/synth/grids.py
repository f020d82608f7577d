"""Grids 网格: whole buildings in the order one would walk them, 300 to 500 households each where the numbers allow.

A shortest-path over the cuts (dynamic programme) finds the division with the least distance from the wanted size; a cut between two
compounds is preferred to one inside. Cost: buildings × buildings of one grid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

INSIDE_COST = 0.35  # a cut inside a compound costs as much as a grid 35 % of the half-range off its middle (designed here: keeps compounds whole)


def divide(households: Sequence[int], compounds: Sequence[int], low: int, high: int) -> list[int]:
    """The grid number (from 0) of each building. ``households[i]`` live in building ``i`` of compound ``compounds[i]``.

    Sizes outside ``low``–``high`` are taken only where whole buildings leave no other way.
    """
    n = len(households)
    if n == 0:
        return []
    sums = [0]
    for count in households:
        sums.append(sums[-1] + count)
    middle, half = (low + high) / 2, max((high - low) / 2, 1.0)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * n
    for end in range(1, n + 1):
        for start in range(end - 1, -1, -1):
            size = sums[end] - sums[start]
            if size > 2 * high and start < end - 1:
                break
            off = abs(size - middle) / half
            cost = off * off + (100.0 * (off - 1.0) if off > 1.0 else 0.0)
            if end < n and compounds[end - 1] == compounds[end]:
                cost += INSIDE_COST
            total = best[start][0] + cost
            if total < best[end][0] - 1e-12:
                best[end] = (total, start)
    numbers = [0] * n
    cuts, end = [], n
    while end:
        start = best[end][1]
        cuts.append((start, end))
        end = start
    for number, (start, stop) in enumerate(reversed(cuts)):
        numbers[start:stop] = [number] * (stop - start)
    return numbers
