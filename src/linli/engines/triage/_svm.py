"""One label against the rest: an L2-regularised squared-hinge machine by dual coordinate descent. Compiled.

Hsieh, Chang, Lin, Keerthi & Sundararajan 2008 (doi:10.1145/1390156.1390208), algorithm 1 with shrinking of what stays at the bound.
"""

from __future__ import annotations

import numba
import numpy as np

from ._types import FloatArray, IntArray, SingleArray


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def separate(  # noqa: PLR0917  compiled
    starts: IntArray, columns: IntArray, values: SingleArray, scale: SingleArray, signs: FloatArray,
    cost: float, n_columns: int, n_epochs: int, tolerance: float, seed: int,
) -> FloatArray:  # fmt: skip
    """Weights ``[n_columns + 1]``, the last being the constant's, for ``signs`` of ±1; ``values`` are multiplied by ``scale[column]`` on the way.

    Minimises w·w / 2 + cost · Σ max(0, 1 - sign · w·x)². Ends when the projected gradients of a round differ by less than ``tolerance``.
    """
    np.random.seed(seed)
    n_rows = len(signs)
    w = np.zeros(n_columns + 1)
    alpha = np.zeros(n_rows)
    extra = 0.5 / cost
    diagonal = np.zeros(n_rows)
    for row in range(n_rows):
        total = 1.0 + extra
        for at in range(starts[row], starts[row + 1]):
            x = values[at] * scale[columns[at]]
            total += x * x
        diagonal[row] = total
    order = np.arange(n_rows)
    n_active = n_rows
    bound = np.inf
    for _ in range(n_epochs):
        highest, lowest = -np.inf, np.inf
        for place in range(n_active):
            other = place + np.random.randint(0, n_active - place)
            order[place], order[other] = order[other], order[place]
        place = 0
        while place < n_active:
            row = order[place]
            score = w[n_columns]
            for at in range(starts[row], starts[row + 1]):
                score += w[columns[at]] * values[at] * scale[columns[at]]
            slope = signs[row] * score - 1 + extra * alpha[row]
            if alpha[row] == 0 and slope > bound:
                n_active -= 1
                order[place], order[n_active] = order[n_active], order[place]
                continue
            place += 1
            projected = min(slope, 0.0) if alpha[row] == 0 else slope
            highest, lowest = max(highest, projected), min(lowest, projected)
            if abs(projected) < 1e-12:
                continue
            before = alpha[row]
            alpha[row] = max(before - slope / diagonal[row], 0.0)
            step = (alpha[row] - before) * signs[row]
            for at in range(starts[row], starts[row + 1]):
                w[columns[at]] += step * values[at] * scale[columns[at]]
            w[n_columns] += step
        if highest - lowest < tolerance:
            if n_active == n_rows:
                break
            n_active, bound = n_rows, np.inf
        else:
            bound = highest if highest > 0 else np.inf
    return w
