"""Communities as they stand to each other: who of each reaches whose facilities on foot. Kept in memory, as benches are.

Owns the cache and nothing of rights: callers have checked that the asker may see the people of each run.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from linli.platform.actors import System
from linli.platform.db import acting
from linli.registry import queries as registry

from .models import CoverageRun
from .reading import Seen, policies_of, policies_on, read_map, residents_of
from .rules.blocks import Holding
from .rules.coverage import Bools
from .rules.standard import Group, Pin, Standard, read_assumptions, read_standard, read_walkers

MOST_KEPT = 60
"""Communities kept: a city district's. A boolean a house, kind and community each."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """``holding`` by the houses of ``seen``; ``shapes[houses]`` their outlines in degrees; ``joined: bool[houses]`` on the walk network; ``holder_of`` the
    position of the community a facility lies in, by its position in the map."""

    holding: Holding
    shapes: npt.NDArray[np.object_]
    joined: Bools
    seen: Seen
    group: Group
    holder_of: dict[int, int]


_kept: OrderedDict[tuple[Any, ...], Held] = OrderedDict()
_lock = threading.Lock()


def standard_on(run: CoverageRun, standard_id: str) -> Standard:
    """The standard in force on the run's day."""
    policies = policies_on(standard_id, run.as_of)
    return read_standard(policies["life_circle_standard"], policies["facility_categories"])


def held_of(run: CoverageRun, standard: Standard, holders: tuple[UUID, ...]) -> Held:
    """The run's people against the facilities of ``standard`` in each of the communities ``holders``. About as long as a measuring the first time."""
    pin: Pin = standard.pin
    key = (run.pk, pin.sha256, holders)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _held(run, standard, holders)
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _held(run: CoverageRun, standard: Standard, holders: tuple[UUID, ...]) -> Held:
    # These bring numba, which takes a second to load: only once there is something to walk on.
    from .bridges import measure_walks
    from .bridges.blocks import reach_by_holder

    machine = System("lifecircle")
    with acting(machine):
        policies = policies_of(run)
        seen = read_map(machine, run.community_id, run.as_of)
        residents = residents_of(run, seen)
        own: dict[UUID, int] = {}
        for number, one in enumerate(holders):
            rows = registry.list_facilities(machine, community_id=one, on=run.as_of)
            own |= dict.fromkeys(rows.values_list("facility_id", flat=True), number)
    walkers = read_walkers(policies["walkers"])
    group = walkers.group(walkers.reference)
    shapes = np.empty(len(seen.data.buildings), dtype=object)
    shapes[:] = [building.outline for building in seen.data.buildings]
    assumed = read_assumptions(policies["estimate"])
    measured = measure_walks(seen.data, list(shapes), categories=standard.categories, groups=[group], assumed=assumed)
    holder_of = {at: own[pk] for at, pk in enumerate(seen.facility_ids) if pk in own}
    within = reach_by_holder(measured.fields[group.id], standard.items, group, holder_of, len(holders))
    return Held(Holding(residents.persons, within), shapes, measured.walks[group.id].joined, seen, group, holder_of)
