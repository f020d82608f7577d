"""The registry's long work: importing a map, first as a dry run that changes nothing, then for real.

Both are one kind of job. What a dry run found stands in its result, with the digest of its differences; the real run does the same
differences or none: where the register changed in between, it refuses.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.urls import reverse

from linli.kernel.errors import InputError, LinliError, define
from linli.kernel.mapdata import MapData
from linli.kernel.text import Text
from linli.platform.jobs import JobContext, job_kind

from . import uploads
from .commands import import_map
from .mapfiles import load_mapping, read_map
from .pages.told import LABELS, say_column
from .rules.mapdiff import Diff, Item

IMPORT_MAP = "registry.import_map"
SHOWN_ITEMS, SHOWN_NOTES = 300, 200  # as many as one looks through on a page; the counts are of all
READ_SHARE = 0.6  # reading a file takes longer than comparing it: of the bar, not of any decision
CHANGED_SINCE = define(
    "registry.import_changed_since",
    zh="预览之后册子变了，和您看过的差异不一样了。什么都没有导入，请重新预览",
    en="The register changed since the preview, so the differences are no longer those you saw. Nothing was imported; preview it again",
    status=409,
)
STAGES = {
    "read": Text("正在读文件", "Reading the file"),
    "ground": Text("正在读底图", "Reading the ground"),
    "walk": Text("正在连步行路网", "Joining the walk network"),
    "buildings": Text("正在读楼栋", "Reading buildings"),
    "facilities": Text("正在读设施", "Reading facilities"),
    "check": Text("正在检查", "Checking"),
    "compare": Text("正在和册子比较", "Comparing with the register"),
    "write": Text("正在写入册子", "Writing into the register"),
    "done": Text("快好了", "Almost done"),
}
WORTH_SHOWING = ("changed", "ended", "kept", "added")


@job_kind(IMPORT_MAP, Text("导入地图", "Import a map"), permission="registry.import.run")
def import_map_job(
    context: JobContext,
    *,
    step: str,
    upload: str,
    file: str,
    on: str,
    attribution: str = "",
    digest: str = "",
    preview: str = "",
) -> dict[str, Any]:
    """``step`` ``preview`` or ``apply``. A file with faults is deleted with the refusal; an applied one after the commit."""
    try:
        map_data = _read(context, upload, file, attribution)
    except InputError:
        uploads.forget(upload)
        raise
    is_dry = step == "preview"
    assert context.community_id is not None
    done = import_map(
        map_data,
        community_id=context.community_id,
        actor=context.actor,
        on=dt.date.fromisoformat(on),
        dry_run=is_dry,
        progress=lambda stage, share: context.progress(READ_SHARE + share * (1 - READ_SHARE), STAGES[stage]),
    )
    if not is_dry:
        if digest_of(done.diff) != digest:
            raise LinliError(CHANGED_SINCE)
        transaction.on_commit(lambda: uploads.forget(upload))
    return _result(done.diff, map_data) | {
        "sha256": done.sha256,
        "url": reverse("registry:import-step", args=[context.job_id]),
    }


def _read(context: JobContext, upload: str, file: str, attribution: str) -> MapData:
    """The map, its faults told by the name its sender gave the file."""
    try:
        read = read_map(
            uploads.find(upload),
            mapping=load_mapping(),
            progress=lambda stage, share: context.progress(share * READ_SHARE, STAGES[stage]),
        )
    except InputError as error:
        raise InputError([replace(fault, file=file) for fault in error.faults]) from None
    return replace(read, source=file, attribution=attribution or read.attribution)


def digest_of(diff: Diff) -> str:
    """One digest for what an import would do: every feature, its action and the columns that change."""
    lines = sorted(f"{item.noun} {item.ref} {item.action} {','.join(sorted(item.fields))}" for item in diff.items)
    return hashlib.sha256("\n".join([str(diff.new_edition), *lines]).encode()).hexdigest()


def _result(diff: Diff, map_data: MapData) -> dict[str, Any]:
    """What the pages show, in plain JSON."""
    shown = [item for action in WORTH_SHOWING for item in diff.of(action)]  # type: ignore[arg-type]
    return {
        "counts": diff.counts(),
        "by_noun": {
            noun: _counts([item for item in diff.items if item.noun == noun])
            for noun in ("compound", "building", "facility")
        },
        "is_empty": diff.is_empty,
        "digest": digest_of(diff),
        "items": [_plain(item) for item in shown[:SHOWN_ITEMS]],
        "n_items": len(shown),
        "notes": [{"ref": note.ref, "zh": note.zh, "en": note.en} for note in map_data.notes[:SHOWN_NOTES]],
        "n_notes": len(map_data.notes),
        "n_nodes": map_data.network.n_nodes,
        "n_edges": map_data.network.n_edges,
        "n_gates": len(map_data.gates),
        "data_on": map_data.data_on.isoformat() if map_data.data_on else "",
        "attribution": map_data.attribution,
    }


def _counts(items: Sequence[Item]) -> dict[str, int]:
    return Diff(tuple(items), new_edition=False).counts()


def _plain(item: Item) -> dict[str, Any]:
    fields = [
        {
            "label": LABELS.get(name, Text(name, name)).as_mapping(),
            "before": say_column(item.noun, name, before),
            "after": say_column(item.noun, name, after),
        }
        for name, (before, after) in item.fields.items()
    ]
    return {"noun": item.noun, "ref": item.ref, "name": item.name or item.ref, "action": item.action, "fields": fields}
