"""The schedule: a search for a good one, bounds by reasoning, and where they do not meet an integer program.

Resource-constrained project scheduling (Brucker et al. 1999, doi:10.1016/S0377-2217(98)00204-5). The search builds schedules one work after another, each as
early as it can be (Kolisch 1996, doi:10.1016/0377-2217(95)00357-6): some such order gives an optimum. The program is time-indexed with precedence said
slot by slot (Christofides, Alvarez-Valdes & Tamarit 1987, doi:10.1016/0377-2217(87)90240-2), by HiGHS.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from .._highs import LEAST_S, Program, finish
from .problem import IntArray, ScheduleError, Work, check, heads_and_tails, in_order

N_ORDERS = 200
"""Random orders tried beside the rules."""
MOST_COLUMNS = 12_000
"""Starts of works in the program: beyond, HiGHS was seen to prove nothing in seconds."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One link of the chain that decides the end: ``work`` could not begin earlier because of ``because``: ``after`` (it waits for it), ``crew`` (it has the
    crew), ``hours`` (the crew is not at work before; ``because`` -1) or ``begin`` (the first)."""

    work: int
    why: str
    because: int = -1
    crew: int = -1


@dataclass(frozen=True, slots=True)
class Schedule:
    """``start: slot`` of each work; ``end`` the first slot after all; ``bound`` no schedule ends before; ``path`` how long the works alone take were crews
    without end. ``chain`` from the first to the last of the works that decide the end."""

    start: tuple[int, ...]
    end: int
    bound: int
    path: int
    chain: tuple[Wait, ...]

    @property
    def proved(self) -> bool:
        return self.end == self.bound


def schedule(works: Sequence[Work], capacity: npt.ArrayLike, *, time_limit_s: float = 5.0, seed: int = 0) -> Schedule:
    """The schedule that ends earliest. ``capacity: int64[crews, slots]`` how many of each crew are at work in each slot; its width is the horizon.

    :class:`ScheduleError` ``bad`` with every fault, ``cycle``, or ``no_time`` where no schedule within the horizon was found, naming works too long for any
    stretch of the horizon where there are such.
    """
    table = np.asarray(capacity, dtype=np.int64)
    check(works, table)
    order = in_order(works)
    head, tail = heads_and_tails(works, order)
    until = time.monotonic() + time_limit_s
    path = max(h + one.length + t for h, one, t in zip(head, works, tail, strict=True))
    head = _hours_heads(works, order, table)
    alone = max(h + one.length + t for h, one, t in zip(head, works, tail, strict=True))
    bound = max(alone, _energy(works, table, head, tail))
    best = _search(works, table, tail, bound=bound, seed=seed, until=until)
    if best is None:
        never = [n for n, one in enumerate(works) if _earliest(one, 0, table) is None]
        words = f"works {never or list(range(len(works)))} find no time within {table.shape[1]} slots"
        raise ScheduleError("no_time", words, works=never)
    if _end(works, best) > bound:
        found, proved = _program(works, table, head, tail, best=best, low=bound, until=until, seed=seed)
        best, bound = found, max(bound, min(proved, _end(works, found)))
    return Schedule(tuple(best), _end(works, best), bound, path, _chain(works, table, best))


def _end(works: Sequence[Work], start: Sequence[int]) -> int:
    return max(begin + one.length for begin, one in zip(start, works, strict=True))


def _earliest(work: Work, ready: int, free: IntArray) -> int | None:
    """The first slot from ``ready`` on at which every crew it needs is free for its whole length."""
    slots = free.shape[1]
    ok = np.ones(slots, dtype=bool)
    for crew, need in work.crews.items():
        ok &= free[crew] >= need
    run = 0
    for slot in range(ready, slots):
        run = run + 1 if ok[slot] else 0
        if run == work.length:
            return slot - work.length + 1
    return None


def _hours_heads(works: Sequence[Work], order: Sequence[int], capacity: IntArray) -> list[int]:
    """Slots no work can begin before, were it alone with those it waits for: the crews' hours counted. The horizon where they never suffice."""
    head = [0] * len(works)
    for n in order:
        ready = max((head[before] + works[before].length for before in works[n].after), default=0)
        begin = _earliest(works[n], ready, capacity)
        head[n] = capacity.shape[1] if begin is None else begin
    return head


def _build(works: Sequence[Work], capacity: IntArray, rank: Sequence[float]) -> list[int] | None:
    """Works one by one, of those that may come next the one of lowest rank, each as early as it can be."""
    free = capacity.copy()
    start = [-1] * len(works)
    waiting = [len(set(one.after)) for one in works]
    then: list[list[int]] = [[] for _ in works]
    for n, one in enumerate(works):
        for before in set(one.after):
            then[before].append(n)
    ready = {n for n, count in enumerate(waiting) if not count}
    while ready:
        n = min(ready, key=lambda one: (rank[one], one))
        ready.remove(n)
        begin = _earliest(works[n], max((start[b] + works[b].length for b in works[n].after), default=0), free)
        if begin is None:
            return None
        start[n] = begin
        for crew, need in works[n].crews.items():
            free[crew, begin : begin + works[n].length] -= need
        for other in then[n]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.add(other)
    return start


def _search(
    works: Sequence[Work], capacity: IntArray, tail: Sequence[int], *, bound: int, seed: int, until: float
) -> list[int] | None:
    draw = np.random.default_rng(seed)
    longest = [-(t + one.length) for t, one in zip(tail, works, strict=True)]
    best: list[int] | None = None
    for n in range(N_ORDERS + 1):
        noise = draw.normal(0.0, 0.25 * max(1, -min(longest)), len(works)) if n else np.zeros(len(works))
        start = _build(works, capacity, [a + float(b) for a, b in zip(longest, noise, strict=True)])
        if start is not None and (best is None or _end(works, start) < _end(works, best)):
            best = start
        if best is not None and (_end(works, best) <= bound or time.monotonic() > until):
            break
    return best


def _energy(works: Sequence[Work], capacity: IntArray, head: Sequence[int], tail: Sequence[int]) -> int:
    """Of each crew, and every pair of thresholds: works that begin no sooner than the one and after which the other must pass need so much of the crew's time."""
    best = 0
    slots = capacity.shape[1]
    for crew in range(capacity.shape[0]):
        own = [(head[n], tail[n], one.length * one.crews[crew]) for n, one in enumerate(works) if crew in one.crews]
        total = np.concatenate(([0], np.cumsum(capacity[crew])))
        for least in {h for h, _, _ in own}:
            for after in {t for _, t, _ in own}:
                asked = sum(w for h, t, w in own if h >= least and t >= after)
                done = int(np.searchsorted(total, total[min(least, slots)] + asked))
                if asked:
                    best = max(best, done + after)
    return best


def _program(
    works: Sequence[Work], capacity: IntArray, head: Sequence[int], tail: Sequence[int], *, best: list[int], low: int, until: float, seed: int
) -> tuple[list[int], int]:  # fmt: skip
    """A schedule no later than ``best`` and the slot no schedule ends before."""
    end = _end(works, best)
    starts = [range(h, end - t - one.length + 1) for h, one, t in zip(head, works, tail, strict=True)]
    first = np.cumsum([0, *map(len, starts)])
    n_own = int(first[-1])
    ends = range(low, end + 1)
    if n_own + len(ends) > MOST_COLUMNS or until - time.monotonic() < LEAST_S:
        return best, low
    rows = _Table()
    for n, span in enumerate(starts):
        rows.add([int(first[n]) + k for k in range(len(span))], 1.0, low=1.0)
    rows.add([n_own + k for k in range(len(ends))], 1.0, low=1.0)
    _add_order(rows, works, starts, first, ends=ends)
    _add_crews(rows, works, starts, first, capacity=capacity[:, :end])
    cost = np.concatenate((np.zeros(n_own), np.array(list(ends), dtype=np.float64)))
    begun = np.zeros(len(cost))
    for n, begin in enumerate(best):
        begun[int(first[n]) + begin - starts[n].start] = 1.0
    begun[-1] = 1.0
    done = finish(
        rows.program(cost), start=begun, seed=seed, time_limit_s=max(LEAST_S, until - time.monotonic()), gap=0.0
    )
    bound = low if not np.isfinite(done.bound) else max(low, int(np.ceil(done.bound - 1e-6)))
    if done.x is None:
        return best, bound
    found = [starts[n].start + int(np.argmax(done.x[first[n] : first[n + 1]])) for n in range(len(works))]
    return (found if _end(works, found) <= end else best), bound


def _add_order(rows: _Table, works: Sequence[Work], starts: Sequence[range], first: IntArray, *, ends: range) -> None:
    """A work begun by a slot although an earlier one begins too late for it: not both. The end, likewise, after every work."""
    n_own = int(first[-1])
    for n, one in enumerate(works):
        for before in set(one.after):
            for slot in starts[n]:
                late = [
                    int(first[before]) + s - starts[before].start
                    for s in starts[before]
                    if s > slot - works[before].length
                ]
                soon = [int(first[n]) + s - starts[n].start for s in starts[n] if s <= slot]
                rows.add(late + soon, 1.0)
        for k, last in enumerate(ends):
            over = [int(first[n]) + s - starts[n].start for s in starts[n] if s + one.length > last]
            if over:
                rows.add([*over, *(n_own + e for e in range(k + 1))], 1.0)


def _add_crews(
    rows: _Table, works: Sequence[Work], starts: Sequence[range], first: IntArray, *, capacity: IntArray
) -> None:
    for crew, slot in np.ndindex(*capacity.shape):
        columns, values = [], []
        for n, one in enumerate(works):
            if crew in one.crews:
                held = [int(first[n]) + s - starts[n].start for s in starts[n] if s <= slot < s + one.length]
                columns += held
                values += [float(one.crews[crew])] * len(held)
        if columns:
            rows.add(columns, float(capacity[crew, slot]), values=values)


class _Table:
    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def add(self, columns: list[int], high: float, *, low: float = -np.inf, values: list[float] | None = None) -> None:
        self.row += [len(self.high)] * len(columns)
        self.column += columns
        self.value += values or [1.0] * len(columns)
        self.low.append(low)
        self.high.append(high)

    def program(self, cost: npt.NDArray[np.float64]) -> Program:
        matrix = coo_array((self.value, (self.row, self.column)), shape=(len(self.high), len(cost))).tocsc()
        return Program(
            cost=cost, start=matrix.indptr, index=matrix.indices, value=matrix.data, row_low=np.array(self.low), row_high=np.array(self.high),
            is_integer=np.ones(len(cost), dtype=np.int64), low=np.zeros(len(cost)),
        )  # fmt: skip


def _chain(works: Sequence[Work], capacity: IntArray, start: Sequence[int]) -> tuple[Wait, ...]:
    """From a work that ends last back to the begin: each time the work that kept it from beginning a slot earlier."""
    ends = [begin + one.length for begin, one in zip(start, works, strict=True)]
    used = np.zeros_like(capacity)
    for n, one in enumerate(works):
        for crew, need in one.crews.items():
            used[crew, start[n] : ends[n]] += need
    at = min(n for n, end in enumerate(ends) if end == max(ends))
    chain: list[Wait] = []
    while at >= 0:
        link = _why(works, capacity - used, start, at=at)
        chain.append(link)
        if link.why == "hours":
            # Nobody of the crew is at work: before the pause it was the latest work of the crew, or of those waited for.
            earlier = [
                n
                for n in range(len(works))
                if ends[n] <= start[at] and (n in works[at].after or set(works[n].crews) & set(works[at].crews))
            ]
            at = max(earlier, key=lambda n: (ends[n], n), default=-1)
        else:
            at = link.because
    return tuple(reversed(chain))


def _why(works: Sequence[Work], free: IntArray, start: Sequence[int], *, at: int) -> Wait:
    begin = start[at]
    if begin == 0:
        return Wait(at, "begin")
    ends = [s + one.length for s, one in zip(start, works, strict=True)]
    for before in sorted(works[at].after):
        if ends[before] == begin:
            return Wait(at, "after", before)
    for crew, need in works[at].crews.items():
        if free[crew, begin - 1] < need:
            holding = [n for n, one in enumerate(works) if crew in one.crews and ends[n] == begin]
            if holding:
                return Wait(at, "crew", holding[0], crew)
            return Wait(at, "hours", -1, crew)
    return Wait(at, "begin")
