"""What the worker does for the ledger by itself: promises whose time is over are voided."""

from __future__ import annotations

import logging
import threading

from linli.kernel.clock import now
from linli.platform.actors import System
from linli.platform.db import acting

from .commands import void_overdue

EVERY_S = 60.0
log = logging.getLogger("linli.ledger")


def run_timeouts(stop: threading.Event) -> None:
    """Until ``stop``: look each minute. A promise is past its time by the clock whether or not this ran; here only the hold ends."""
    while not stop.wait(EVERY_S):
        with acting(System("ledger")) as actor:
            void_overdue(actor=actor, now=now())
