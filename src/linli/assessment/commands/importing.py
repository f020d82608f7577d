"""A sheet of values: read and shown first, nothing kept; then taken whole, or left."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from linli.kernel.clock import local_day
from linli.kernel.errors import LinliError, define
from linli.platform.actors import Actor

from .. import queries
from ..models import How, Import
from ..rules.entries import Entry
from ..sheetfile import read_entries
from .observing import CHANGE, open_period, record_many

NOT_SHOWN = define(
    "assessment.import_over",
    zh="这次导入已经{state}，不能再来一次",
    en="This import is over ({state})",
    status=409,
)


def show_import(community_id: UUID, system_id: str, period: str, path: Path, *, file: str, actor: Actor, now: dt.datetime) -> Import:  # fmt: skip
    """Read the file and keep what it would add, to be looked at. Faults refuse it whole."""
    actor.require(CHANGE, community_id)
    system, at = open_period(community_id, system_id, period, now=now)
    entries = read_entries(path, file=file, system=system, period=at, today=local_day(now))
    rows = [{"line": line, **asdict(entry), "as_of": entry.as_of.isoformat()} for line, entry in entries]
    return Import.objects.create(
        community_id=community_id, system_id=system.id, period=at.code, file=file[:200],
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(), rows=rows, started_by=actor.account_id, started_at=now,
    )  # fmt: skip


def take_import(import_id: UUID, *, actor: Actor, now: dt.datetime) -> Import:
    """Keep every row of it, in one transaction and one fact."""
    found = _shown(import_id, actor)
    entries = [entry_of(row) for row in found.rows]
    record_many(
        found.community_id, found.system_id, found.period, entries, how=How.IMPORT, actor=actor, now=now, source=found.file[:100],
        subject_id=found.pk, sha256=found.sha256,
    )  # fmt: skip
    found.state = Import.State.TAKEN
    found.save(update_fields=["state"])
    return found


def leave_import(import_id: UUID, *, actor: Actor) -> Import:
    found = _shown(import_id, actor)
    found.state = Import.State.LEFT
    found.save(update_fields=["state"])
    return found


def entry_of(row: dict[str, Any]) -> Entry:
    given = {key: value for key, value in row.items() if key != "line"}
    return Entry(**given | {"as_of": dt.date.fromisoformat(given["as_of"])})


def _shown(import_id: UUID, actor: Actor) -> Import:
    found = queries.find_import(actor, import_id)
    actor.require(CHANGE, found.community_id)
    found = Import.objects.select_for_update().get(pk=found.pk)
    if found.state != Import.State.SHOWN:
        raise LinliError(NOT_SHOWN, state=Import.State(found.state).label)
    return found
