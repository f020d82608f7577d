"""The worker's part of cases: a loop that looks at what is due."""

from __future__ import annotations

import threading

from linli.kernel.clock import now
from linli.platform.worker import worker_loop

from .commands.ticking import AT_ONCE, tick

EVERY_S = 20.0
"""An alarm is at most this late, and a little; after an outage as fast as the rows are worked off."""


def run(stop: threading.Event) -> None:
    while not stop.is_set():
        if tick(now=now()) < AT_ONCE:
            stop.wait(EVERY_S)


def declare() -> None:
    worker_loop("cases", run)
