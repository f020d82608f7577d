"""The files of a home that a backup takes: all but the database's own, what can be made again, and this machine's secrets.

What the home is (policies, attachments, heads, what rooms will add) is taken by leaving out rather than by naming, so that a new folder is
not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linli.platform.home import Home

from .hooks import Connection, all_ended_files, folders_apart

READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file to take: ``path`` below the home, ``n_bytes`` and ``mtime_ns`` as they were when it was found."""

    source: Path
    path: str
    n_bytes: int
    mtime_ns: int
    is_ended: bool = False

    def read(self) -> Iterator[bytes]:
        """Its first ``n_bytes``; fewer where it was cut meanwhile."""
        left = self.n_bytes
        with self.source.open("rb") as file:
            while left and (block := file.read(min(READ_BYTES, left))):
                left -= len(block)
                yield block


def sources(home: Home, connection: Connection) -> Iterator[Source]:
    """Every file to take, by path. Links, sockets and whatever goes away while we look are left out."""
    for ended in all_ended_files(connection, home):
        yield Source(ended.source, ended.path, ended.n_bytes, 0, is_ended=True)
    left_out = {home.pg_data, home.path / "pg.new", home.run, home.cache, home.secrets, home.socket_dir}
    left_out |= {home.path / name for name in folders_apart()}
    yield from _below(home.path, home.path, left_out)


def _below(folder: Path, top: Path, left_out: set[Path]) -> Iterator[Source]:
    for path in sorted(folder.iterdir()):
        if path in left_out or path.is_symlink():
            continue
        if path.is_dir():
            yield from _below(path, top, left_out)
        elif path.is_file():
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            yield Source(path, path.relative_to(top).as_posix(), status.st_size, status.st_mtime_ns)
