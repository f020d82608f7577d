"""Which lines across a square stay inside: against GEOS on random stars with holes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from linli.registry.mapfiles.squares import stay_inside


def star(rng: np.random.Generator, n: int, size: float) -> np.ndarray:
    """A crooked ring of whole 1e-7 degrees around the origin, without crossings."""
    turn = np.sort(rng.uniform(0, 2 * np.pi, n))
    reach = rng.uniform(0.3, 1, n) * size
    return np.round(np.column_stack((reach * np.cos(turn), reach * np.sin(turn)))).astype(np.int64)


@pytest.mark.parametrize("seed", range(12))
def test_lines_between_corners_stay_inside_where_geos_says_so(seed: int) -> None:
    rng = np.random.default_rng(seed)
    squares, owners, ends = [], [], []
    for place in range(8):
        outer = star(rng, int(rng.integers(4, 30)), 20_000)
        hole = star(rng, 5, 3_000)
        shape = shapely.Polygon(outer / 1e7, [hole / 1e7] if place % 2 else None)
        if not shape.is_valid:
            continue
        i, j = np.triu_indices(len(outer), k=1)
        owners.append(np.full(len(i), len(squares)))
        squares.append(shape)
        ends.append(np.column_stack((outer[i], outer[j])))
    owner, line = np.concatenate(owners), np.concatenate(ends)
    found = stay_inside(squares, owner, tuple(line.T))
    drawn = np.array(squares, dtype=object)[owner]
    lines = shapely.linestrings(line.reshape(-1, 2, 2) / 1e7)
    middles = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    truth = shapely.covers(drawn, lines) & shapely.contains(drawn, middles)
    # On a side or through a corner the two may answer by rounding; a line between corners seldom does either.
    unsure = shapely.distance(shapely.boundary(drawn), middles) < 1e-12
    assert (found == truth)[~unsure].all()
    assert found.any()
    assert not found.all()


def test_no_lines_and_no_squares_give_nothing() -> None:
    empty = np.empty(0, np.int64)
    assert len(stay_inside([], empty, (empty, empty, empty, empty))) == 0
