"""Areas pooled into connected blocks, each worth what its members are worth together: every block there can be, and a set partition of the best.

Owns the listing of blocks and the choice; what a block is worth, and which may not be, is the caller's. Unlike :func:`split` a worth need be no sum over
areas: a school counts once however many of a block's areas reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from .._highs import Program, finish
from .problem import DistrictingError
from .result import IntArray

MOST_BLOCKS = 50_000
"""Blocks listed at most: beyond, the answer would take minutes."""
Block = tuple[int, ...]
Worth = Callable[[Block], float | None]


@dataclass(frozen=True, slots=True)
class Pooled:
    """``blocks`` cover every area once, the one with the first area first, members ascending; ``worth`` of each as told. ``objective`` their sum less the price of
    joinings; ``bound`` what no pooling can pass; ``n_listed`` blocks there were to choose from."""

    blocks: tuple[Block, ...]
    worth: tuple[float, ...]
    objective: float
    bound: float
    n_listed: int

    @property
    def proved(self) -> bool:
        return self.bound - self.objective <= 1e-6 * max(1.0, abs(self.bound))

    @property
    def block(self) -> IntArray:
        """``int64[areas]`` the block of each area."""
        found = np.zeros(sum(map(len, self.blocks)), dtype=np.int64)
        for number, members in enumerate(self.blocks):
            found[list(members)] = number
        return found


def pool(
    n: int, neighbours: npt.ArrayLike, worth: Worth, *, most: int, price: float = 0.0, time_limit_s: float = 10.0, seed: int = 0
) -> Pooled:  # fmt: skip
    """The pooling of ``n`` areas of most worth: the sum of ``worth(block)`` less ``price`` for each area joined to another (a block of m has m − 1).

    ``neighbours: int64[pairs, 2]`` which areas touch; a block is connected through them and has at most ``most`` areas. ``worth`` is asked once for each such
    block, members ascending, and answers None where it may not be; an area alone may always be. :class:`DistrictingError` ``bad`` with every fault, or
    ``too_many`` where there are more than ``MOST_BLOCKS`` blocks to list. Cost: one question a block, then a set partition by HiGHS, which is as a rule
    whole already when relaxed.
    """
    pairs = np.asarray(neighbours, dtype=np.int64)
    pairs = pairs.reshape(-1, 2) if pairs.size == 0 else pairs
    _check(n, pairs, most, price)
    blocks, values = [], []
    for block in connected_blocks(n, pairs, most):
        value = worth(block)
        if value is None and len(block) == 1:
            raise DistrictingError("bad", f"worth of area {block[0]} alone must be a number, got None", areas=block)
        if value is not None:
            if not np.isfinite(value):
                raise DistrictingError("bad", f"worth of areas {list(block)} must be finite, got {value}", areas=block)
            blocks.append(block)
            values.append(float(value))
    net = np.array(values) - price * np.array([len(block) - 1 for block in blocks])
    chosen, bound = _partition(n, blocks, net, time_limit_s=time_limit_s, seed=seed)
    chosen.sort(key=lambda at: blocks[at])
    return Pooled(
        tuple(blocks[at] for at in chosen),
        tuple(values[at] for at in chosen),
        float(net[chosen].sum()),
        bound,
        len(blocks),
    )


def connected_blocks(n: int, pairs: IntArray, most: int) -> Iterator[Block]:
    """Every connected set of at most ``most`` areas, once each, members ascending; by size, then by members."""
    near: list[set[int]] = [set() for _ in range(n)]
    for a, b in pairs.tolist():
        if a != b:
            near[a].add(b)
            near[b].add(a)
    level: set[Block] = {(area,) for area in range(n)}
    listed = 0
    for _ in range(most):
        listed += len(level)
        if listed > MOST_BLOCKS:
            words = f"{n} areas make more than {MOST_BLOCKS} connected blocks of up to {most}"
            raise DistrictingError("too_many", words, areas=range(n))
        yield from sorted(level)
        level = {
            tuple(sorted((*block, other))) for block in level for area in block for other in near[area] if other not in block
        }  # fmt: skip
        if not level:
            return


def _partition(
    n: int, blocks: Sequence[Block], net: npt.NDArray[np.float64], *, time_limit_s: float, seed: int
) -> tuple[list[int], float]:
    """Blocks that hold every area once with the greatest sum, and what none can pass; areas alone where time was too short for anything better."""
    column = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])
    row = np.array([area for block in blocks for area in block])
    matrix = coo_array((np.ones(len(row)), (row, column)), shape=(n, len(blocks))).tocsc()
    alone = np.array([float(len(block) == 1) for block in blocks])
    program = Program(
        cost=-net, start=matrix.indptr, index=matrix.indices, value=matrix.data, row_low=np.ones(n), row_high=np.ones(n),
        is_integer=np.ones(len(blocks), dtype=np.int64), low=np.zeros(len(blocks)),
    )  # fmt: skip
    found = finish(program, start=alone, seed=seed, time_limit_s=time_limit_s, gap=0.0)
    x = alone if found.x is None else found.x
    chosen = np.flatnonzero(x > 0.5).tolist()
    reached = float(net[chosen].sum())
    # Without a bound of the search: every area at its best share of a block.
    share = net / np.array([len(block) for block in blocks])
    plain = (
        float(sum(max(share[at] for at, block in enumerate(blocks) if area in block) for area in range(n)))
        if not np.isfinite(found.bound)
        else -found.bound
    )
    return chosen, max(reached, plain)


def _check(n: int, pairs: IntArray, most: int, price: float) -> None:
    faults = []
    if n < 1:
        faults.append(f"n must be >= 1, got {n}")
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        faults.append(f"neighbours must be [pairs, 2], got shape {pairs.shape}")
    elif len(pairs) and (pairs.min() < 0 or pairs.max() >= n):
        faults.append(f"neighbours must name areas 0 to {n - 1}, got {pairs.min()} to {pairs.max()}")
    if most < 1:
        faults.append(f"most must be >= 1, got {most}")
    if not (np.isfinite(price) and price >= 0):
        faults.append(f"price must be finite and >= 0, got {price}")
    if faults:
        raise DistrictingError("bad", "; ".join(faults))
