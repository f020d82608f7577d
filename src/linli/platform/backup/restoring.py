"""Restoring into an empty home: checked, loaded, counted, brought to this version, the erased erased again, verified, then put in place.

Everything is done in a folder beside the home (``<home>.restoring``) and moved in at the end, so that a restore killed at any point leaves no
half home; it is simply begun again. A database of ``DATABASE_URL`` is marked as being restored until all is done, and emptied when one
begins anew.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import psycopg
from psycopg import sql

from linli.kernel.errors import LinliError, define
from linli.platform.home import Home
from linli.platform.keys import keyring
from linli.platform.postgres import Server

from .sealing import DamagedError, Seal
from .snapshots import DATABASE, Contents, Piece, Snapshot
from .store import Store

SEALING, SIGNING = "backup", "backup.sign"
MARK = "linli: being restored"
NOT_EMPTY = define(
    "backup.home_not_empty",
    zh="{path} 不是空的，恢复不会覆盖任何东西。请移开它，或另设 LINLI_HOME",
    en="{path} is not empty, and a restore overwrites nothing. Move it away, or set another LINLI_HOME",
    status=409,
)
DATABASE_NOT_EMPTY = define(
    "backup.database_not_empty",
    zh="数据库 {name} 里已有 {n} 张表，恢复不会覆盖任何东西。请给一个空的数据库",
    en="The database {name} has {n} tables, and a restore overwrites nothing. Give it an empty one",
    status=409,
)
NO_KEY = define(
    "backup.no_key",
    zh="这份备份是用密钥 {wanted} 封的，密钥文件 {path} 里没有它。先用 linli restore keys 把那时的密钥放回来",
    en="This backup was sealed with key {wanted}, which the key file {path} does not hold. Put the keys of that time back first: "
    "linli restore keys FILE",
    status=403,
)
DAMAGED = define(
    "backup.damaged",
    zh="{file} 被改动过或不见了（{path} 的第 {number} 块）。什么都没有恢复；linli backup check 会列出全部损坏，也可以用更早的备份（--at）",
    en="{file} was changed or is missing (chunk {number} of {path}). Nothing was restored; linli backup check lists all damage, and an earlier "
    "backup may be whole (--at)",
    status=422,
)
SNAPSHOT_DAMAGED = define(
    "backup.snapshot_damaged",
    zh="{file} 读不出来、与签名时不同，或是别的安装签的。什么都没有恢复",
    en="{file} cannot be read, is not as it was signed, or was signed by another installation. Nothing was restored",
    status=422,
)
NEWER = define(
    "backup.newer_version",
    zh="这份备份来自更新的版本 {version}，这个程序不认识其中的 {migration}。请用那个版本（或更新的）恢复",
    en="This backup comes from a newer version, {version}: this program does not know its {migration}. Restore with that version or a newer one",
    status=409,
)
MISCOUNTED = define(
    "backup.miscounted",
    zh="表 {table} 应有 {wanted} 行，恢复出 {got} 行。什么都没有恢复",
    en="Table {table} should have {wanted} rows and got {got}. Nothing was restored",
    status=500,
)
UNDER_WAY = define(
    "backup.restore_under_way",
    zh="{path} 正在恢复，等它结束再来",
    en="{path} is being restored; wait until that has ended",
    status=409,
)
Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """How a restore went: what it came from and how many erasures were repeated, by source (None: there is no list of them)."""

    snapshot: Snapshot
    contents: Contents
    erased_again: dict[str, int] | None


@contextlib.contextmanager
def restoring(store: Store, wanted: str, *, home: Home, say: Say) -> Iterator[Restored]:
    """Restore a backup; the caller's block looks at the result (verifies) before it is put in place. An exception leaves nothing.

    Call before Django is set up: this process is pointed at the new home.
    """
    snapshot, contents, seal = _opened(store, store.find(wanted), home)
    with _alone(home) as staging:
        _refuse_full(home)
        say(
            f"备份 {snapshot.id}：{contents.kind}，{len(contents.pieces) - 1} 个文件",
            f"Backup {snapshot.id}: {contents.kind}, {len(contents.pieces) - 1} files",
        )
        server = _fresh(staging)
        try:
            _check_known(contents)
            _refuse_full_database(home)
            _lay_files(store, seal, contents, staging)
            say("装载数据库", "Loading the database")
            _load_database(store, seal, contents)
            yield Restored(snapshot, contents, _settle(store, seal, snapshot, staging, say))
            _unmark()
        finally:
            from django.db import connections

            connections.close_all()
            if server is not None:
                server.stop()
        _put_in_place(staging, home)


def _opened(store: Store, snapshot_id: str, home: Home) -> tuple[Snapshot, Contents, Seal]:
    """The backup, if it is whole, signed by keys we hold, and opens with them."""
    ring, file = keyring(home), str(store.path_of(snapshot_id))
    try:
        snapshot = store.read(snapshot_id)
    except (OSError, ValueError):
        raise LinliError(SNAPSHOT_DAMAGED, file=file) from None
    key = ring.look_up(SEALING, snapshot.key_id)
    if key is None:
        raise LinliError(NO_KEY, wanted=snapshot.key_id, path=str(home.key_file))
    if not snapshot.is_signed() or snapshot.signer not in {one.hex() for one in ring.public_keys(SIGNING).values()}:
        raise LinliError(SNAPSHOT_DAMAGED, file=file)
    try:
        return snapshot, snapshot.open(Seal(key)), Seal(key)
    except DamagedError:
        raise LinliError(SNAPSHOT_DAMAGED, file=file) from None


@contextlib.contextmanager
def _alone(home: Home) -> Iterator[Home]:
    """The folder to restore into, empty: what a killed restore left in it is cleared, its server stopped first."""
    staging = replace(home, path=home.path.with_name(f"{home.path.name}.restoring"))
    staging.path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    lock = staging.path.with_name(f"{staging.path.name}.lock")
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LinliError(UNDER_WAY, path=str(home.path)) from None
        _clear(staging)
        try:
            yield staging
        except BaseException:
            _clear(staging)
            raise
        finally:
            lock.unlink(missing_ok=True)


def _clear(staging: Home) -> None:
    if staging.pg_data.exists():
        Server(staging).stop(mode="immediate")
    if staging.path.exists():
        shutil.rmtree(staging.path)


def _refuse_full(home: Home) -> None:
    """Empty folders are no home; a file is."""
    if home.path.exists() and any(not path.is_dir() for path in home.path.rglob("*")):
        raise LinliError(NOT_EMPTY, path=str(home.path))


def _fresh(staging: Home) -> Server | None:
    """Point this process at the folder; start an empty database there, unless the installation uses another's."""
    from .keyfile import take_up_secrets

    os.environ |= {"LINLI_HOME": str(staging.path), "LINLI_KEY_FILE": str(staging.key_file)}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    staging.make()
    take_up_secrets(staging)
    server = None if os.environ.get("DATABASE_URL") else Server(staging)
    if server is not None:
        server.start()
    import django

    django.setup()
    return server


def _check_known(contents: Contents) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    strange = sorted(set(contents.migrations) - known)
    if strange:
        raise LinliError(NEWER, version=contents.linli_version, migration=strange[0])


def _refuse_full_database(home: Home) -> None:
    """Only an empty database is loaded; what a killed restore left in one is cleared, known by its mark."""
    from .database import TABLES, owner_parameters

    with psycopg.connect(**owner_parameters(), autocommit=True) as connection:
        name = connection.info.dbname
        n_tables = len(connection.execute(TABLES).fetchall())
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        )
        mark = (row.fetchone() or [None])[0]
        if n_tables and mark != MARK:
            raise LinliError(DATABASE_NOT_EMPTY, name=name, n=n_tables)
        if n_tables:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        _set_mark(connection, MARK)


def _unmark() -> None:
    from .database import owner_parameters

    with psycopg.connect(**owner_parameters(), autocommit=True) as connection:
        _set_mark(connection, None)


def _set_mark(connection: psycopg.Connection[tuple[object, ...]], mark: str | None) -> None:
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(mark)))


def _lay_files(store: Store, seal: Seal, contents: Contents, staging: Home) -> None:
    for piece in contents.pieces:
        if piece.path == DATABASE:
            continue
        path = (staging.path / piece.path).resolve()
        if not path.is_relative_to(staging.path.resolve()):  # ours never says so; only somebody with our key could
            raise LinliError(SNAPSHOT_DAMAGED, file=piece.path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for block in opened(store, seal, piece):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if piece.mtime_ns:
            os.utime(path, ns=(piece.mtime_ns, piece.mtime_ns))


def opened(store: Store, seal: Seal, piece: Piece) -> Iterator[bytes]:
    """The bytes of a piece, chunk by chunk; ``backup.damaged`` names the first that is not what was sealed."""
    digest = hashlib.sha256()
    for number, name in enumerate(piece.chunks, start=1):
        path = store.chunk_path(name)
        try:
            block = seal.open(path.read_bytes(), name=name)
        except (OSError, DamagedError):
            raise LinliError(DAMAGED, file=str(path), path=piece.path, number=number) from None
        digest.update(block)
        yield block
    if digest.hexdigest() != piece.sha256:
        raise LinliError(DAMAGED, file=str(store.folder), path=piece.path, number=len(piece.chunks))


def _load_database(store: Store, seal: Seal, contents: Contents) -> None:
    from .database import count_rows, load, owner_parameters

    dump = next(piece for piece in contents.pieces if piece.path == DATABASE)
    load(opened(store, seal, dump))
    with psycopg.connect(**owner_parameters(), autocommit=True) as connection:
        connection.execute("SELECT set_config('linli.everywhere', 'on', false)")
        counted = count_rows(connection)
    for table, wanted in contents.rows.items():
        if counted.get(table) != wanted:
            raise LinliError(MISCOUNTED, table=table, wanted=wanted, got=counted.get(table, 0))


def _settle(store: Store, seal: Seal, snapshot: Snapshot, staging: Home, say: Say) -> dict[str, int] | None:
    """This version's migrations; nobody signed in; the erased erased again; that all this happened becomes a fact."""
    from django.contrib.sessions.models import Session

    from linli.platform.actors import System
    from linli.platform.db import acting
    from linli.platform.migrate import migrate
    from linli.platform.models import BackupRun, Installation
    from linli.platform.ports import ports

    from . import erasurelog, events, hooks

    hooks.discover()
    n_applied = migrate()
    if n_applied:
        say(f"补做了 {n_applied} 项迁移", f"{n_applied} migrations applied")
    log = erasurelog.read_log(store, seal)
    operator = System("restore")
    for prepare in hooks.preparations():
        prepare(staging)
    with acting(operator):
        Session.objects.all().delete()  # a session ended since must not come back
        BackupRun.objects.filter(state=BackupRun.State.RUNNING).delete()  # the one this came from, among others
        erased = None if log is None else erasurelog.repeat(log, actor=operator)
        installation = Installation.objects.get()
        begun_at_ms = int(dt.datetime.fromisoformat(snapshot.begun_at).timestamp() * 1000)
        n_again = sum(erased.values()) if erased else 0
        ports.audit.append(events.Restored(None, installation.id, begun_at_ms, n_again), actor=operator)
    for prepare in hooks.preparations():
        prepare(staging)
    return erased


def _put_in_place(staging: Home, home: Home) -> None:
    if home.path.exists():
        shutil.rmtree(home.path)  # empty folders; files were refused
    staging.path.rename(home.path)
    descriptor = os.open(home.path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    with contextlib.suppress(OSError):
        if staging.socket_dir != staging.run:
            staging.socket_dir.rmdir()
