"""The bytes on the disk: one file for each content, mode 0600, written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from linli.kernel.ids import uuid7
from linli.platform.home import current_home

HASH = re.compile(r"[0-9a-f]{64}")


def keep(data: bytes) -> str:
    """Write the bytes and give their SHA-256 (hex). What is there already is only touched, so that it is not taken for forgotten."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if path.exists():
        os.utime(path)
        return digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f".{uuid7()}.part")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    made.rename(path)
    return digest


def path_of(digest: str) -> Path:
    if not HASH.fullmatch(digest):
        raise ValueError(f"no SHA-256 in hex: {digest!r}")
    return folder() / digest[:2] / digest


def forget(digest: str) -> None:
    path_of(digest).unlink(missing_ok=True)


def kept() -> Iterator[tuple[str, float]]:
    """Every file's name and age in seconds; half-written ones too."""
    now_s = time.time()
    for path in sorted(folder().glob("??/*")) + sorted(folder().glob("??/.*.part")):
        with contextlib.suppress(FileNotFoundError):
            yield path.name, now_s - path.stat().st_mtime


def remove(name: str) -> None:
    """A file by the name :func:`kept` gave."""
    for path in folder().glob(f"??/{name}"):
        path.unlink(missing_ok=True)


def folder() -> Path:
    made = current_home().attachments / "files"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made
