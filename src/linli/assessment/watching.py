"""The worker's part: systems that are collected daily are fetched once a day for every community, so that a warning waits for nobody."""

from __future__ import annotations

import datetime as dt
import logging
import threading

from linli.kernel.clock import local_day
from linli.kernel.clock import now as clock
from linli.kernel.errors import LinliError
from linli.platform.db import acting
from linli.registry import queries as registry

from .commands import collect
from .live import MACHINE
from .queries import READ
from .rules.period import Period
from .rules.system import known_systems

LOOK_EVERY_S = 300.0
log = logging.getLogger("linli.assessment")


def run_watch(stop: threading.Event) -> None:
    """Look every few minutes until ``stop`` is set; the first look of a day collects. After a restart it collects again: that repeats no value."""
    done_on: dt.date | None = None
    while not stop.wait(LOOK_EVERY_S):
        at = clock()
        if local_day(at) != done_on:
            collect_daily(now=at, stop=stop)
            done_on = local_day(at)


def collect_daily(*, now: dt.datetime, stop: threading.Event | None = None) -> int:
    """Each community in a transaction of its own; how many values were new. One that fails is told in the log and holds up no other."""
    systems = [one for one in known_systems() if one.is_daily]
    with acting(MACHINE):
        communities = list(registry.communities(MACHINE, READ).values_list("place_id", flat=True))
    n = 0
    for community_id in communities:
        for system in systems:
            if stop is not None and stop.is_set():
                return n
            period = Period.holding(local_day(now), system.cadence)
            try:
                with acting(MACHINE):
                    n += len(collect(community_id, system.id, period.code, actor=MACHINE, now=now))
            except LinliError as error:
                log.warning("the numbers of %s were not collected: %s", system.id, error.code)
    return n
