"""The worker's part: once an hour, files that nothing speaks of are deleted."""

from __future__ import annotations

import logging
import threading

from .keeping import sweep

EVERY_S = 3600.0
log = logging.getLogger("linli.attachments")


def run_sweeper(stop: threading.Event) -> None:
    """Until told to stop."""
    while not stop.is_set():
        n_swept = sweep()
        if n_swept:
            log.info("%d forgotten files deleted", n_swept)
        stop.wait(EVERY_S)
