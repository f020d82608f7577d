"""The folder backups lie in: sealed chunks named by their content, and one signed file for each backup.

A backup exists from the moment its snapshot file is renamed into place, after all its chunks are on the disk; killed before, it leaves
chunks nobody names, which the next pruning clears. Chunks are never changed. One writer at a time.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from linli.kernel.errors import LinliError, define

from .snapshots import Snapshot

IN_USE = define(
    "backup.in_use",
    zh="另一次备份正在写 {folder}，等它结束再来",
    en="Another backup is writing to {folder}; wait until it has ended",
    status=409,
)
NOT_A_STORE = define(
    "backup.not_a_store",
    zh="{folder} 里没有邻里的备份",
    en="There is no backup of Linli in {folder}",
    status=404,
)
NO_SUCH = define(
    "backup.no_such",
    zh="{folder} 里没有编号以 {wanted} 开头的备份（或不止一个）；现有：{known}",
    en="{folder} has no backup (or more than one) whose id begins with {wanted}; there are: {known}",
    status=404,
)
FOREIGN = define(
    "backup.foreign_folder",
    zh="{folder} 里有别的文件，不是备份目录。请给一个新的或空的目录",
    en="{folder} holds other files and is no backup folder. Name a new or empty one",
    status=409,
)


class Store:
    """A backup folder. Reading needs no lock: what a snapshot names stays until that snapshot is pruned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.chunks = self.folder / "chunks"
        self.snapshots = self.folder / "snapshots"

    def make(self) -> None:
        """Make the folders (mode 0700), unless something else lies here."""
        if self.folder.exists() and not self.snapshots.exists() and any(self.folder.iterdir()):
            raise LinliError(FOREIGN, folder=str(self.folder))
        for folder in (self.folder, self.chunks, self.snapshots):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Alone; ``backup.in_use`` where another backup or pruning is under way."""
        self.make()
        with os.fdopen(os.open(self.folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LinliError(IN_USE, folder=str(self.folder)) from None
            yield

    def ids(self) -> list[str]:
        """Of all backups, the oldest first."""
        if not self.snapshots.is_dir():
            raise LinliError(NOT_A_STORE, folder=str(self.folder))
        return sorted(path.stem for path in self.snapshots.glob("*.json"))

    def find(self, wanted: str = "") -> str:
        """The id that begins with ``wanted``; the newest without."""
        known = self.ids()
        if not known:
            raise LinliError(NOT_A_STORE, folder=str(self.folder))
        if not wanted:
            return known[-1]
        found = [one for one in known if one.startswith(wanted)]
        if len(found) != 1:
            raise LinliError(NO_SUCH, folder=str(self.folder), wanted=wanted, known=", ".join(known[-20:]))
        return found[0]

    def path_of(self, snapshot_id: str) -> Path:
        return self.snapshots / f"{snapshot_id}.json"

    def read(self, snapshot_id: str) -> Snapshot:
        """``ValueError`` where the file is not a snapshot of that id, :class:`OSError` where it cannot be read."""
        snapshot = Snapshot.from_bytes(self.path_of(snapshot_id).read_bytes())
        if snapshot.id != snapshot_id:
            raise ValueError(f"named {snapshot.id} inside")
        return snapshot

    def chunk_path(self, name: str) -> Path:
        return self.chunks / name[:2] / name

    def has(self, name: str) -> bool:
        return self.chunk_path(name).exists()

    def digest(self, name: str) -> tuple[int, str]:
        """Bytes and SHA-256 of a chunk as it lies there; :class:`OSError` if it cannot be read."""
        blob = self.chunk_path(name).read_bytes()
        return len(blob), hashlib.sha256(blob).hexdigest()

    def put(self, name: str, blob: bytes) -> None:
        path = self.chunk_path(name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _write_whole(path, blob)

    def read_log(self, key_id: str) -> bytes | None:
        """The sealed list of erasures; None where there is none."""
        try:
            return (self.folder / f"erasures.{key_id}").read_bytes()
        except FileNotFoundError:
            return None

    def write_log(self, key_id: str, blob: bytes) -> None:
        _write_whole(self.folder / f"erasures.{key_id}", blob)
        _sync_folder(self.folder)

    def commit(self, snapshot: Snapshot) -> None:
        """Chunks to the disk, then the snapshot: from here on the backup exists."""
        for folder in {self.chunk_path(name).parent for name in snapshot.chunks} | {self.chunks}:
            _sync_folder(folder)
        _write_whole(self.path_of(snapshot.id), json.dumps(snapshot.as_mapping(), separators=(",", ":")).encode())
        _sync_folder(self.snapshots)

    def prune(self, gone: Iterable[str]) -> int:
        """Forget backups, then every chunk no other names; how many bytes that freed. Nothing is freed while a snapshot cannot be read:
        what it names is not known."""
        for snapshot_id in gone:
            self.path_of(snapshot_id).unlink(missing_ok=True)
        _sync_folder(self.snapshots)
        try:
            named = {name for snapshot_id in self.ids() for name in self.read(snapshot_id).chunks}
        except (OSError, ValueError):
            return 0
        n_bytes = 0
        for path in self.chunks.glob("*/*"):
            if path.name not in named:
                n_bytes += path.stat().st_size
                path.unlink()
        return n_bytes


def _write_whole(path: Path, raw: bytes) -> None:
    """On the disk under its name whole, or not at all."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
