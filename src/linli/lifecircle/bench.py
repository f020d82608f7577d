"""Measured communities kept in memory, so that what a change would do is answered at once.

Owns the cache and nothing of rights: callers have checked that the asker may see the people of the run. A bench is the run's measuring done
again from the register (same policies, same people), with a scenario's changes in it where there are any.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from linli.platform.actors import System
from linli.platform.db import acting

from .analysis import Analysis, analyse
from .analysis.scenario import measure_changes
from .models import CoverageRun
from .reading import policies_of, read_map, residents_of
from .rules.changes import Change
from .rules.standard import read_assumptions, read_standard, read_walkers

MOST_KEPT = 6
"""Benches kept in a process: a few communities and the scenarios looked at last. About 20 MB each at 12,000 people."""


@dataclass(frozen=True)
class Bench:
    """``place_ids`` by position of the analysis' places."""

    analysis: Analysis
    place_ids: tuple[UUID, ...]


_kept: OrderedDict[tuple[UUID, tuple[Change, ...]], Bench] = OrderedDict()
_lock = threading.Lock()


def bench_of(run: CoverageRun, changes: tuple[Change, ...] = ()) -> Bench:
    """The run with ``changes`` done. The first asker waits for one measuring (about a second); a change that cannot be done is a LinliError."""
    key = (run.pk, changes)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _changed(bench_of(run), changes) if changes else _measured(run)
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _measured(run: CoverageRun) -> Bench:
    machine = System("lifecircle")
    with acting(machine):
        policies = policies_of(run)
        seen = read_map(machine, run.community_id, run.as_of)
        residents = residents_of(run, seen)
    analysis = analyse(
        seen.data,
        standard=read_standard(policies["life_circle_standard"], policies["facility_categories"]),
        walkers=read_walkers(policies["walkers"]),
        assumed=read_assumptions(policies["estimate"]),
        on=run.as_of,
        residents=residents,
    )
    return Bench(analysis, seen.place_ids)


def _changed(base: Bench, changes: tuple[Change, ...]) -> Bench:
    return Bench(measure_changes(base.analysis, changes), base.place_ids)
