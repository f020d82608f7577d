"""Pooling: equal to every partition tried, every connected block listed once, areas left apart where joining is not worth its price."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.engines.districting import DistrictingError, pool
from linli.engines.districting.pool import connected_blocks

from .test_districting import hangs_together, lattice


def partitions(items: list[int]) -> Iterator[list[list[int]]]:
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for n in range(len(rest) + 1):
        for others in itertools.combinations(rest, n):
            left = [one for one in rest if one not in others]
            for tail in partitions(left):
                yield [[first, *others], *tail]


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 6), seed=st.integers(0, 10_000), most=st.integers(1, 4), price=st.sampled_from([0.0, 3.0, 25.0]), share=st.floats(0.2, 0.9)
)  # fmt: skip
def test_no_partition_into_connected_blocks_is_worth_more(
    n: int, seed: int, most: int, price: float, share: float
) -> None:
    draw = np.random.default_rng(seed)
    pairs = np.array([pair for pair in itertools.combinations(range(n), 2) if draw.random() < share]).reshape(-1, 2)
    value = {
        block: None if len(block) > 1 and draw.random() < 0.2 else float(draw.integers(0, 40) * len(block))
        for size in range(1, n + 1)
        for block in itertools.combinations(range(n), size)
    }
    found = pool(n, pairs, value.__getitem__, most=most, price=price)
    best = max(
        sum(value[tuple(one)] - price * (len(one) - 1) for one in parts)  # type: ignore[operator]
        for parts in partitions(list(range(n)))
        if all(len(one) <= most and hangs_together(one, pairs) and value[tuple(one)] is not None for one in parts)
    )
    assert found.proved
    assert found.objective == pytest.approx(best)
    assert sorted(area for block in found.blocks for area in block) == list(range(n))
    assert all(len(block) <= most and hangs_together(list(block), pairs) for block in found.blocks)
    assert found.objective == pytest.approx(sum(found.worth) - price * sum(len(block) - 1 for block in found.blocks))
    assert [found.blocks[number] for number in found.block] == [next(b for b in found.blocks if area in b) for area in range(n)]  # fmt: skip


def test_every_connected_block_is_listed_once() -> None:
    _, pairs = lattice(3, 2)
    listed = list(connected_blocks(6, pairs, 4))
    assert len(listed) == len(set(listed))
    every = [
        b for size in range(1, 5) for b in itertools.combinations(range(6), size) if hangs_together(list(b), pairs)
    ]
    assert sorted(listed) == sorted(every)


def test_a_school_counts_once_and_a_joining_that_brings_too_little_is_not_made() -> None:
    # Three in a row: the middle one has what both others lack; each neighbour is worth 10 more with it.
    pairs = [[0, 1], [1, 2]]
    served = {0: 0.0, 1: 10.0, 2: 0.0}

    def worth(block: tuple[int, ...]) -> float:
        return 10.0 * len(block) if 1 in block else sum(served[area] for area in block)

    together = pool(3, pairs, worth, most=3, price=9.0)
    assert together.blocks == ((0, 1, 2),)
    assert together.objective == pytest.approx(30 - 18)
    assert pool(3, pairs, worth, most=2, price=9.0).objective == pytest.approx(20 - 9)
    assert pool(3, pairs, worth, most=3, price=11.0).blocks == ((0,), (1,), (2,))


def test_what_cannot_be_asked_is_refused_with_every_fault() -> None:
    with pytest.raises(DistrictingError, match=r"neighbours must name areas 0 to 1.*most must be >= 1, got 0.*price") as refused:  # fmt: skip
        pool(2, [[0, 5]], lambda _: 1.0, most=0, price=-1.0)
    assert refused.value.code == "bad"
    with pytest.raises(DistrictingError, match="finite, got nan"):
        pool(1, [], lambda _: float("nan"), most=1)
    with pytest.raises(DistrictingError, match="alone must be a number"):
        pool(1, [], lambda _: None, most=1)
    every = list(itertools.combinations(range(40), 2))
    with pytest.raises(DistrictingError, match="more than 50000") as many:
        pool(40, every, lambda block: float(len(block)), most=5)
    assert many.value.code == "too_many"
