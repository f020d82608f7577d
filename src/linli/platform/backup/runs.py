"""Backups as people see them: each run noted before it begins and when it ends, the last good one, and whether one is missing."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.utils import ProgrammingError

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.home import current_home
from linli.platform.models import BackupRun, Installation

from .checking import check_store
from .making import Made, make_backup
from .policy import keeping
from .rules import is_overdue
from .store import Store

OPERATOR = System("backup")


@dataclass(frozen=True, slots=True)
class Standing:
    """``folder`` None: no backups are set up on this machine. ``is_overdue`` only in a real
    installation, where the policy's time has passed without a good one."""

    folder: Path | None
    last_good: BackupRun | None
    last: BackupRun | None
    is_overdue: bool


def nightly_folder() -> Path | None:
    """Where the worker backs up to every night, from ``LINLI_BACKUP_DIR``; None where it is not to."""
    said = os.environ.get("LINLI_BACKUP_DIR", "")
    return Path(said).expanduser().absolute() if said else None


BROKEN_OFF_AFTER = dt.timedelta(hours=6)


def state_of(run: BackupRun, at: dt.datetime) -> str:
    """A run that never said how it ended was broken off."""
    is_gone = run.state == BackupRun.State.RUNNING and at - run.begun_at > BROKEN_OFF_AFTER
    return BackupRun.State.FAILED if is_gone else run.state


def back_up(folder: Path, *, by: str, prune: bool = True) -> Made:
    """Make a backup and note how it went. ``by`` ``hand`` or ``night``; by night every byte in the folder is checked as often as policy says."""
    run_id = _begun(by)
    try:
        made = make_backup(folder, home=current_home(), keeping=keeping() if prune else None)
    except BaseException as error:
        _ended(
            run_id,
            state=BackupRun.State.FAILED,
            error_code=error.code if isinstance(error, LinliError) else type(error).__name__,
        )
        raise
    _ended(
        run_id, state=BackupRun.State.GOOD, snapshot_id=made.snapshot.id, n_files=made.n_files, n_bytes=made.snapshot.n_bytes,
        n_new_bytes=made.n_new_bytes,
    )  # fmt: skip
    if by == "night" and _wants_check():
        checked = check_store(Store(folder), home=current_home())
        _ended(run_id, checked_at=now(), n_damaged=len(checked.damages))
    return made


def _wants_check() -> bool:
    with acting(OPERATOR):
        return not BackupRun.objects.filter(checked_at__gt=now() - keeping().check_every).exists()


def standing(at: dt.datetime) -> Standing:
    """How it stands with backups. Call inside ``acting``."""
    good = BackupRun.objects.filter(state=BackupRun.State.GOOD).order_by("-begun_at").first()
    last = BackupRun.objects.order_by("-begun_at").first()
    installation = Installation.objects.first()
    late = (
        installation is not None
        and installation.kind == Installation.Kind.REAL
        and is_overdue(
            last_good_at=good.begun_at if good else None, born_at=installation.born_at, now=at, after=keeping().overdue
        )
    )
    return Standing(nightly_folder(), good, last, late)


def list_runs(*, limit: int = 60) -> list[BackupRun]:
    """The newest first."""
    return list(BackupRun.objects.order_by("-begun_at")[:limit])


def _begun(by: str) -> UUID | None:
    """None where the database is of a version that keeps no note: the backup before an upgrade must be possible with the new program."""
    try:
        with acting(OPERATOR):
            return BackupRun.objects.create(by=by).id
    except ProgrammingError:
        return None


def _ended(run_id: UUID | None, **said: object) -> None:
    if run_id is None:
        return
    with acting(OPERATOR):
        BackupRun.objects.filter(id=run_id).update(ended_at=now(), **said)
