"""A station's modules and works → :func:`linli.engines.packing.pack` and :func:`linli.engines.scheduling.schedule`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from linli.engines.packing import Module, PackingError, Plan, pack
from linli.engines.scheduling import Schedule, ScheduleError, Work, schedule

from ..rules.station import StationModule, StationRules, Task, hours_of

PACK_S = 3.0
SCHEDULE_S = 2.0
TRIAL_S = 0.5

__all__ = ["PackingError", "Plan", "Schedule", "ScheduleError", "pack_station", "schedule_works"]


def pack_station(plot_dm: tuple[int, int], modules: Sequence[tuple[StationModule, int]]) -> Plan:
    """Every unit on the plot in rows, on as little ground as can be. PackingError ``no_room`` where rows do not hold them."""
    return pack(
        *plot_dm, [Module(one.width_dm, one.depth_dm, serves=1.0, asked=float(n), least=n, most=n) for one, n in modules], time_limit_s=PACK_S
    )  # fmt: skip


def schedule_works(
    rules: StationRules, tasks: Sequence[Task], crews: Mapping[str, int], begin_hour: int, *, is_trial: bool = False
) -> Schedule:
    """All works, half an hour a slot, from ``begin_hour`` of the first day. ScheduleError ``no_time`` where a crew that is needed has nobody."""
    capacity = np.array([hours_of(one, crews.get(one.id, one.n), begin_hour) for one in rules.crews], dtype=np.int64)
    works = [Work(one.kind.slots, one.after, {one.crew: 1}) for one in tasks]
    return schedule(works, capacity, time_limit_s=TRIAL_S if is_trial else SCHEDULE_S)
