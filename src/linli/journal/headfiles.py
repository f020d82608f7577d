"""Signed heads outside the database: ``LINLI_HOME/heads/<chain>.jsonl``, one head a line, appended and synced after its commit.

A head is written *after* the batch it signs has committed. So the file may be one head behind the database (killed in between; mended
at the next start) but never ahead of it: a file that knows more than the database, or something else, means that the database lost or
changed its past.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from linli.platform.home import Home
from linli.platform.postgres import DATABASE

from .bridges import SignedHead

SUFFIX = ".jsonl"
TAIL_BYTES = 65_536


class HeadFiles:
    """The head files in ``folder``. One writer (the sealer); any number of readers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, home: Home, database: str) -> HeadFiles:
        """The head files of ``database`` in ``home``. A database of another name than Linli's own (a restored copy looked at beside it, a
        test's) has a folder of its own."""
        return cls(home.heads if database == DATABASE else home.heads / database)

    def path(self, chain: UUID) -> Path:
        return self.folder / f"{chain}{SUFFIX}"

    def chains(self) -> list[UUID]:
        """Chains that have a file."""
        found = []
        for path in self.folder.glob(f"*{SUFFIX}"):
            try:
                found.append(UUID(path.name.removesuffix(SUFFIX)))
            except ValueError:
                continue  # set aside by an operator
        return sorted(found)

    def last(self, chain: UUID) -> SignedHead | None:
        """The last whole line, None without a file. ``ValueError`` if it is not a head. Reads only the file's end."""
        try:
            with self.path(chain).open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - TAIL_BYTES))
                lines = file.read().split(b"\n")[:-1]
        except FileNotFoundError:
            return None
        return parse_line(lines[-1]) if lines else None

    def size(self, chain: UUID) -> int:
        """Bytes of the file now, 0 without one."""
        try:
            return self.path(chain).stat().st_size
        except FileNotFoundError:
            return 0

    def size_up_to(self, chain: UUID, position: int) -> int:
        """Bytes of the whole lines before the first head beyond ``position``. Reads from the end; the file may grow meanwhile."""
        with self.path(chain).open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            while end > 0:
                start = max(0, end - TAIL_BYTES)
                file.seek(start)
                tail = file.read(end - start)
                if start:  # begin with a whole line; a head is far shorter than the tail
                    start += tail.index(b"\n") + 1
                    tail = tail[tail.index(b"\n") + 1 :]
                kept = [
                    line
                    for line in tail.splitlines(keepends=True)
                    if line.endswith(b"\n") and parse_line(line).size <= position
                ]
                if kept or not start:
                    return start + sum(map(len, kept))
                end = start
        return 0

    def read(self, chain: UUID) -> Iterator[tuple[int, bytes]]:
        """Lines with the byte offset where each ends. Only a last line torn by a crash is without its line feed."""
        try:
            file = self.path(chain).open("rb")
        except FileNotFoundError:
            return
        with file:
            offset = 0
            for line in file:
                offset += len(line)
                yield offset, line

    def mend(self, chain: UUID) -> None:
        """Cut off a last line torn by a crash."""
        path = self.path(chain)
        if not path.exists():
            return
        with path.open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            tail = file.read()
            torn = len(tail) - (tail.rfind(b"\n") + 1)
            if torn:
                file.truncate(size - torn)
                file.flush()
                os.fsync(file.fileno())

    def append(self, chain: UUID, heads: Iterable[SignedHead]) -> None:
        """Add lines and wait for the disk; of a new file, for its folder too."""
        path = self.path(chain)
        is_new = not path.exists()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            for head in heads:
                file.write(line_of(head))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _sync_folder(self.folder)

    def set_aside(self, chain: UUID, stamp: str) -> Path:
        """Rename the file of a chain whose lost end an operator has acknowledged; it stays as evidence."""
        kept = self.folder / f"{chain}.lost-{stamp}{SUFFIX}"
        self.path(chain).rename(kept)
        _sync_folder(self.folder)
        return kept


class FileHeads:
    """The heads of a file, taken in step with ascending positions."""

    def __init__(self, lines: Iterator[tuple[int, bytes]]) -> None:
        self.n_unreadable = 0
        self.torn: tuple[int, bytes] = (0, b"")
        self._heads = self._parse(lines)
        self._next = next(self._heads, None)

    def before(self, position: int) -> Iterator[tuple[int, SignedHead]]:
        """Heads below ``position`` that nobody asked for, with the offsets where their lines end."""
        while self._next is not None and self._next[1].size < position:
            yield self._take()

    def at(self, position: int) -> SignedHead | None:
        return self._take()[1] if self._next is not None and self._next[1].size == position else None

    def rest(self) -> Iterator[tuple[int, SignedHead]]:
        while self._next is not None:
            yield self._take()

    def is_tail_harmless(self, file_size: int, missing: SignedHead | None) -> bool:
        """A torn last line is being written now (beyond ``file_size``), or is the beginning of the one head that is missing."""
        offset, tail = self.torn
        return not tail or offset > file_size or (missing is not None and line_of(missing).startswith(tail))

    def _take(self) -> tuple[int, SignedHead]:
        assert self._next is not None
        taken, self._next = self._next, next(self._heads, None)
        return taken

    def _parse(self, lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, SignedHead]]:
        for offset, line in lines:
            if not line.endswith(b"\n"):
                self.torn = (offset, line)
                return
            try:
                yield offset, parse_line(line)
            except ValueError:
                self.n_unreadable += 1


def line_of(head: SignedHead) -> bytes:
    return line_from(head.as_mapping())


def line_from(mapping: Mapping[str, Any]) -> bytes:
    """One line of a head file."""
    return json.dumps(mapping, separators=(",", ":")).encode() + b"\n"


def parse_line(line: bytes) -> SignedHead:
    """The head in a line; ``ValueError`` for anything else."""
    return SignedHead.from_mapping(json.loads(line))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
