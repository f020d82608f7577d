"""The list of what was erased, kept beside the backups and apart from each of them: an older backup must not bring the erased back.

Only ever grows: what one database no longer knows (because it was restored from before) stays in the list. One sealed file for each key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from linli.platform.actors import Actor

from .hooks import Connection, all_erasures
from .sealing import DamagedError, Seal
from .store import Store

NAME = "erasures"
Log = dict[str, list[dict[str, Any]]]


def read_log(store: Store, seal: Seal) -> Log | None:
    """By source; None where none was written with this key. :class:`DamagedError` where it does not open."""
    blob = store.read_log(seal.key.id)
    return None if blob is None else json.loads(seal.open(blob, name=NAME))


def remember(store: Store, seal: Seal, connection: Connection) -> int:
    """Add what ``connection`` knows as erased; how many entries the log has now. A damaged log is begun anew from what is known."""
    try:
        log = read_log(store, seal) or {}
    except DamagedError:
        log = {}
    merged = {one.source: _union(log.get(one.source, []), one.recall(connection)) for one in all_erasures()}
    merged = {**log, **merged}
    if merged != log or store.read_log(seal.key.id) is None:
        store.write_log(seal.key.id, seal.close(json.dumps(merged).encode(), name=NAME))
    return sum(map(len, merged.values()))


def repeat(log: Log, *, actor: Actor) -> dict[str, int]:
    """Erase again whatever of the log a restore brought back; how many, by source."""
    return {one.source: one.repeat(log.get(one.source, []), actor) for one in all_erasures()}


def _union(known: Iterable[Mapping[str, Any]], more: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    entries = {json.dumps(entry, sort_keys=True): dict(entry) for entry in (*known, *more)}
    return [entries[key] for key in sorted(entries)]
