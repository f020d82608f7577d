"""Making a backup: the database from one snapshot, the home's files, heads cut where the snapshot ends; sealed, signed, then pruned."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, define
from linli.platform.home import Home
from linli.platform.keys import SigningKey, keyring
from linli.platform.models import Installation

from . import hooks
from .chunking import cut
from .database import count_rows, dump, frozen
from .erasurelog import remember
from .files import Source, sources
from .policy import Keeping
from .rules import choose_kept
from .sealing import Seal
from .snapshots import DATABASE, Contents, Piece, Snapshot, sign
from .store import Store

SEALING, SIGNING = "backup", "backup.sign"
INSIDE_HOME = define(
    "backup.inside_home",
    zh="备份不能放在数据目录 {home} 里：一块盘坏了，两样都没了",
    en="A backup must not lie in the data folder {home}: one lost disk would take both",
)
NOT_BORN = define(
    "backup.nothing_to_back_up",
    zh="这个安装还没有启用，没有什么可备份的",
    en="This installation has not begun; there is nothing to back up",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made. ``n_new_bytes`` is what it added to the folder, ``n_freed_bytes`` what pruning took away."""

    snapshot: Snapshot
    n_files: int
    n_plain_bytes: int
    n_new_bytes: int
    n_freed_bytes: int
    n_pruned: int
    took_s: float


@dataclass
class _Writer:
    """Seals pieces into the store, each content once."""

    store: Store
    seal: Seal
    known: dict[str, tuple[int, str]]
    chunks: dict[str, tuple[int, str]] = field(default_factory=dict)
    n_new_bytes: int = 0

    def take(self, path: str, stream: Iterable[bytes], *, mtime_ns: int = 0) -> Piece:
        digest, n_bytes, names = hashlib.sha256(), 0, []
        for piece in cut(stream, self.seal.gear):
            digest.update(piece)
            n_bytes += len(piece)
            names.append(self._keep(piece))
        return Piece(path, n_bytes, digest.hexdigest(), tuple(names), mtime_ns)

    def again(self, piece: Piece) -> Piece | None:
        """A piece taken by an earlier backup, if all its chunks still lie there."""
        if not all(name in self.known and self.store.has(name) for name in piece.chunks):
            return None
        self.chunks.update((name, self.known[name]) for name in piece.chunks)
        return piece

    def _keep(self, piece: bytes) -> str:
        name = self.seal.name(piece)
        if name not in self.chunks:
            if name in self.known and self.store.has(name):
                self.chunks[name] = self.known[name]
            else:
                blob = self.seal.close(piece, name=name)
                self.store.put(name, blob)
                self.chunks[name] = (len(blob), hashlib.sha256(blob).hexdigest())
                self.n_new_bytes += len(blob)
        return name


def make_backup(folder: Path, *, home: Home, at: dt.datetime | None = None, keeping: Keeping | None = None) -> Made:
    """Back up ``home`` and its database into ``folder``, then prune what ``keeping`` lets go (nothing without).

    The server goes on serving. Killed at any point, the folder's earlier backups are as they were.
    """
    began, begun_at = time.monotonic(), at or now()
    if folder.resolve().is_relative_to(home.path.resolve()):
        raise LinliError(INSIDE_HOME, home=str(home.path))
    installation = Installation.objects.only("id", "kind").first()
    if installation is None:
        raise LinliError(NOT_BORN)
    hooks.discover()
    store = Store(folder)
    with store.writing():
        keys = keyring(home)
        seal, signing = Seal(keys.current(SEALING)), keys.signing_key(SIGNING)
        earlier = _newest(store, seal)
        writer = _Writer(store, seal, dict(earlier[0].chunks) if earlier else {})
        contents = _take_all(writer, home, earlier[1] if earlier else None, kind=installation.kind)
        snapshot = _signed(writer, contents, installation, begun_at, signing)
        store.commit(snapshot)
        gone = choose_kept(store.ids(), keeping).gone if keeping else ()
        n_freed_bytes = store.prune(gone)
    pieces = contents.pieces
    return Made(
        snapshot, len(pieces) - 1, sum(piece.n_bytes for piece in pieces), writer.n_new_bytes, n_freed_bytes, len(gone),
        time.monotonic() - began,
    )  # fmt: skip


def _newest(store: Store, seal: Seal) -> tuple[Snapshot, Contents] | None:
    """The last backup that can be read and was sealed with the same key: what need not be written again."""
    for snapshot_id in reversed(store.ids()):
        try:
            snapshot = store.read(snapshot_id)
            if snapshot.key_id == seal.key.id and snapshot.is_signed():
                return snapshot, snapshot.open(seal)
        except Exception:  # noqa: BLE001, S112  # a damaged earlier backup must not stop a new one; `check` names it
            continue
    return None


def _take_all(writer: _Writer, home: Home, earlier: Contents | None, *, kind: str) -> Contents:
    before = {piece.path: piece for piece in earlier.pieces} if earlier else {}
    with frozen() as (connection, snapshot):
        remember(writer.store, writer.seal, connection)
        migrations = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        rows = count_rows(connection)
        files = list(sources(home, connection))
        pieces = [writer.take(DATABASE, dump(snapshot))]
    for source in files:
        piece = _take_file(writer, source, before.get(source.path))
        if piece is not None:
            pieces.append(piece)
    return Contents(version("linli"), kind, tuple(row[0] for row in migrations), rows, tuple(pieces))


def _take_file(writer: _Writer, source: Source, before: Piece | None) -> Piece | None:
    """A file as it is, or as the last backup has it where size and time say it is the same; None where it has gone meanwhile."""
    if before is not None and not source.is_ended and before.is_same(source.n_bytes, source.mtime_ns):
        kept = writer.again(before)
        if kept is not None:
            return kept
    try:
        return writer.take(source.path, source.read(), mtime_ns=source.mtime_ns)
    except FileNotFoundError:
        return None


def _signed(
    writer: _Writer, contents: Contents, installation: Installation, at: dt.datetime, signing: SigningKey
) -> Snapshot:
    snapshot_id = f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    sealed = writer.seal.close(contents.as_bytes(), name=snapshot_id)
    return sign(
        Snapshot.unsigned(
            snapshot_id,
            installation=installation.id,
            begun_at=at,
            key_id=writer.seal.key.id,
            chunks=writer.chunks,
            sealed=sealed,
        ),
        signing,
    )
