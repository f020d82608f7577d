"""The worker process: runs jobs, seals the journal, feeds subscribers, and takes up again what a dead worker left.

Each part runs until told to stop and survives a restart of the database.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import cast

from django.db import close_old_connections, connections
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException

STALLED_AFTER_S = 30
SWEEP_S = 10.0
log = logging.getLogger("linli.worker")
Loop = Callable[[threading.Event], None]
_LOOPS: dict[str, Loop] = {}


def worker_loop(name: str, loop: Loop) -> None:
    """Add a part that the worker runs in a thread of its own: ``loop(stop)`` returns soon after ``stop`` is set."""
    _LOOPS[name] = loop


def run_worker() -> None:
    """Run until SIGINT or SIGTERM; a job under way is finished first (at most 20 s)."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_guard, args=(name, loop, stop), name=name, daemon=True)
        for name, loop in _LOOPS.items()
    ]
    for thread in threads:
        thread.start()
    try:
        asyncio.run(_jobs())
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)


async def _jobs() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    while not ended.is_set():
        try:
            await _jobs_until(ended)
        except (ConnectorException, OSError) as error:
            log.warning("the job queue does not answer (%s); trying again", type(error).__name__)
            await asyncio.sleep(1)


async def _jobs_until(ended: asyncio.Event) -> None:
    queue = app.with_connector(cast(DjangoConnector, app.connector).get_worker_connector())
    async with queue.open_async():
        work = asyncio.create_task(
            queue.run_worker_async(
                queues=["jobs"], concurrency=1, install_signal_handlers=False, shutdown_graceful_timeout=20,
                fetch_job_polling_interval=2, delete_jobs="successful", update_heartbeat_interval=5,
            )
        )  # fmt: skip
        sweep = asyncio.create_task(_sweep(queue))
        waiting = asyncio.create_task(ended.wait())
        await asyncio.wait({work, sweep, waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in (work, sweep, waiting):
            task.cancel()
        outcomes = await asyncio.gather(work, sweep, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


async def _sweep(queue: App) -> None:
    """Put jobs of dead workers back into the queue."""
    while True:
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
            log.warning("job %s stalled; queued again", job.id)
            await queue.job_manager.retry_job(job)
        await asyncio.sleep(SWEEP_S)


def _guard(name: str, loop: Loop, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            loop(stop)
        except Exception:  # the process's edge: one part must not take the others down
            log.exception("%s failed; starting it again", name)
            time.sleep(1)
        finally:
            close_old_connections()
            connections.close_all()
