"""The cells of a workbook kept beside it between preview and import, so that its XML is read once.

As personal as the workbook itself: the same folder, mode 0600, gone when it goes (:mod:`linli.registry.uploads`). They are of use only for
the very bytes they were read from, under the same limits; anything else is read anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from linli.kernel.text import Text

from .layout import Limits
from .sheet import Sheet

SUFFIX = ".cells"
FORMAT = 1
"""Counted up when a reader begins to read something otherwise."""


def cells_of(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def keep_cells(path: Path, sheet: Sheet, *, limits: Limits) -> None:
    """Whole or not at all."""
    said = {
        "of": _mark(path, limits), "headings": sheet.headings, "lines": list(sheet.lines), "rows": list(sheet.rows),
        "notes": [note.as_mapping() for note in sheet.notes],
    }  # fmt: skip
    half = path.with_name(f"{path.name}{SUFFIX}.half")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(json.dumps(said))
    half.replace(cells_of(path))


def kept_cells(path: Path, *, file: str, limits: Limits) -> Sheet | None:
    """The table as it was read before; None where it was not, or the file or the limits are others."""
    try:
        said = json.loads(cells_of(path).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
    if said["of"] != _mark(path, limits):
        return None
    notes = tuple(Text(note["zh"], note["en"]) for note in said["notes"])
    return Sheet(file, tuple(said["headings"]), said["lines"], said["rows"], notes)


def _mark(path: Path, limits: Limits) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{FORMAT} {digest} {limits}"
