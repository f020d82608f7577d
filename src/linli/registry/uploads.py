"""Files sent in to be imported: kept under ``LINLI_HOME/attachments/imports`` for as long as the import is under way, owner-only.

A file is named by an id of ours and the suffix that tells its format; what its sender called it stands in the job. Files nobody came back
for are deleted by the night (policy retention).
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from linli.kernel.errors import LinliError, define
from linli.kernel.ids import uuid7
from linli.platform.home import current_home

from .tablefiles.kept import cells_of

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".geojson", ".json")
TABLE_SUFFIXES = (".csv", ".xlsx")
FOUND = ".found"  # beside a file: what was found in it, for the pages; personal like the file itself, and gone with it
GONE = define(
    "registry.upload_gone",
    zh="上传的文件已经不在了（用过、放弃或过了七天），请重新上传",
    en="The uploaded file is no longer here (used, discarded, or a week old); upload it again",
    status=404,
)


def suffix_of(name: str, among: tuple[str, ...] = SUFFIXES) -> str:
    """The suffix of a file name, lower case; empty where it is none of ``among`` (those of maps)."""
    return next((suffix for suffix in among if name.lower().endswith(suffix)), "")


def keep(chunks: Iterable[bytes], *, suffix: str) -> str:
    """Write the file (mode 0600, forced to disk) and give its handle: ``<id><suffix>``."""
    folder = _folder()
    handle = f"{uuid7()}{suffix}"
    descriptor = os.open(folder / handle, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return handle


def find(handle: str) -> Path:
    """The kept file; ``registry.upload_gone`` where it is not there."""
    path = _path(handle)
    if not path.is_file():
        raise LinliError(GONE)
    return path


def exists(handle: str) -> bool:
    return _path(handle).is_file()


def forget(handle: str) -> None:
    """Delete the file and what was found in it; that it is gone already is no error."""
    forget_file(handle)
    _found(handle).unlink(missing_ok=True)


def forget_file(handle: str) -> None:
    """Delete the file and keep what was found in it: a refused list is of no more use, its faults are."""
    path = _path(handle)
    path.unlink(missing_ok=True)
    cells_of(path).unlink(missing_ok=True)


def note(handle: str, found: dict[str, Any]) -> None:
    """Keep what was found in a file beside it, whole or not at all. It may name people, so it is no row of the database."""
    path = _found(handle)
    half = path.with_suffix(".half")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(found, file, ensure_ascii=False)
    half.replace(path)


def noted(handle: str) -> dict[str, Any]:
    """What :func:`note` kept; empty where it is gone."""
    try:
        return json.loads(_found(handle).read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except FileNotFoundError:
        return {}


def _found(handle: str) -> Path:
    path = _path(handle)
    return path.with_name(path.name + FOUND)


def _path(handle: str) -> Path:
    """Only what :func:`keep` gave leads anywhere."""
    suffix = suffix_of(handle, (*SUFFIXES, *TABLE_SUFFIXES))
    identifier = handle.removesuffix(suffix) if suffix else handle
    try:
        return _folder() / f"{UUID(identifier)}{suffix}"
    except ValueError:
        raise LinliError(GONE) from None


def _folder() -> Path:
    folder = current_home().attachments / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def older_than(before: dt.datetime) -> list[Path]:
    """Files nobody came back for since an instant."""
    return [path for path in _folder().iterdir() if path.stat().st_mtime < before.timestamp()]


def forget_older(before: dt.datetime) -> int:
    """Delete them; how many."""
    old = older_than(before)
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
