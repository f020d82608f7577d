"""The worker's part: a backup every night into ``LINLI_BACKUP_DIR``, in a process of its own, and the list of erasures every hour."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from pathlib import Path

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.platform.db import acting
from linli.platform.home import current_home
from linli.platform.keys import keyring
from linli.platform.models import BackupRun

from . import hooks
from .database import frozen
from .erasurelog import remember
from .making import SEALING
from .policy import keeping
from .rules import is_due
from .runs import OPERATOR, nightly_folder
from .sealing import Seal
from .store import Store

LOOK_EVERY_S = 60.0
REMEMBER_EVERY_S = 3600.0
log = logging.getLogger("linli.backup")


def run_nightly(stop: threading.Event) -> None:
    """Look every minute until ``stop`` is set. Without ``LINLI_BACKUP_DIR`` there is nothing to do."""
    remembered_at = 0.0
    while not stop.wait(LOOK_EVERY_S):
        folder = nightly_folder()
        if folder is None:
            continue
        if wants_backup():
            _back_up(folder, stop)
        if time.monotonic() - remembered_at > REMEMBER_EVERY_S:
            remembered_at = time.monotonic()
            remember_erasures(folder)


def wants_backup() -> bool:
    """Whether tonight's is still to be made. One that failed is tried again after an hour."""
    at = now()
    with acting(OPERATOR):
        last = BackupRun.objects.order_by("-begun_at").first()
        good = BackupRun.objects.filter(state=BackupRun.State.GOOD).order_by("-begun_at").first()
    due = is_due(last_begun_at=good.begun_at if good else None, now=at, hour=keeping().hour)
    tried_s = (at - last.begun_at).total_seconds() if last else REMEMBER_EVERY_S
    return due and (tried_s >= REMEMBER_EVERY_S or last is None)


def remember_erasures(folder: Path) -> None:
    """Write down what was erased since, so that not even a backup of last night brings it back. A backup under way does it anyway."""
    hooks.discover()
    store = Store(folder)
    try:
        with store.writing(), frozen() as (connection, _):
            remember(store, Seal(keyring(current_home()).current(SEALING)), connection)
    except LinliError as error:
        log.warning("the list of erasures was not brought up to date: %s", error)


def _back_up(folder: Path, stop: threading.Event) -> None:
    """In a process of its own, so that sealing of the journal does not wait for it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "linli", "backup", "make", str(folder), "--by", "night"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None:
        if stop.wait(0.5):
            process.terminate()
            process.wait()
    if process.returncode:
        log.error("tonight's backup failed (status %s); see the console's page of backups", process.returncode)
