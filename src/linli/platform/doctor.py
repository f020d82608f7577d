"""``linli doctor``: what is wrong with an installation, and how to mend it. Looks, changes nothing, and needs nothing to be running."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg

from linli.kernel.errors import InputError, LinliError
from linli.kernel.text import Text

from .home import Home, current_home
from .kit.assets import BUILT
from .postgres import Server, binaries
from .supervise import free_bytes

State = Literal["ok", "warn", "fail"]
MARKS = {"ok": "●", "warn": "◆", "fail": "▲"}
LOW_DISK_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``mend`` says what to do where it is not well."""

    name: str
    state: State
    text: Text
    mend: Text | None = None

    def line(self) -> str:
        mend = f"\n    → {self.mend.zh}\n    → {self.mend.en}" if self.mend else ""
        return f"{MARKS[self.state]} {self.text.zh} / {self.text.en}{mend}"

    def as_mapping(self) -> dict[str, object]:
        mend = self.mend.as_mapping() if self.mend else None
        return {"name": self.name, "state": self.state, "text": self.text.as_mapping(), "mend": mend}


def examine() -> list[Finding]:
    """Every finding, the well ones too."""
    home = current_home()
    findings: list[Finding] = []
    for check in (_python, _folders, _keys, _disk, _assets, _policies, _database):
        try:
            findings += check(home)
        except LinliError as error:
            findings.append(Finding(check.__name__.strip("_"), "fail", error.text))
        except OSError as error:
            told = f"{type(error).__name__}: {error.strerror} {error.filename or ''}"
            findings.append(Finding(check.__name__.strip("_"), "fail", Text(told, told)))
    return findings


def _python(home: Home) -> Iterator[Finding]:
    version = sys.version.split()[0]
    yield Finding("python", "ok", Text(f"Python {version}", f"Python {version}"))
    if shutil.which("node") is None:
        yield Finding(
            "node", "warn", Text("没有 Node，不能重新构建网页部分", "No Node: the browser part cannot be built anew"),
            Text("安装 Node 20 或更新", "Install Node 20 or newer"),
        )  # fmt: skip


def _folders(home: Home) -> Iterator[Finding]:
    if not home.path.exists():
        yield Finding(
            "home", "fail", Text(f"数据目录 {home.path} 还没有", f"The data folder {home.path} does not exist yet"),
            Text("运行 make up，或设置 LINLI_HOME", "Run make up, or set LINLI_HOME"),
        )  # fmt: skip
        return
    loose = [path for path in (home.path, home.secrets, home.pg_data) if path.exists() and _is_open(path)]
    if loose:
        names = " ".join(map(str, loose))
        yield Finding(
            "home", "fail", Text(f"别的用户能读：{names}", f"Other users can read: {names}"),
            Text(f"chmod 700 {names}", f"chmod 700 {names}"),
        )  # fmt: skip
    else:
        yield Finding("home", "ok", Text(f"数据目录 {home.path}", f"Data folder {home.path}"))


def _keys(home: Home) -> Iterator[Finding]:
    if home.key_file.resolve().is_relative_to(home.path.resolve()):
        yield Finding(
            "keys", "fail", Text("密钥放在数据目录里，备份会连密钥一起带走", "The keys lie inside the data folder: a backup would take them along"),
            Text("把 LINLI_KEY_FILE 指到别处并移动文件", "Point LINLI_KEY_FILE elsewhere and move the file"),
        )  # fmt: skip
    elif not home.key_file.exists():
        yield Finding(
            "keys",
            "warn",
            Text(
                f"密钥 {home.key_file} 还没有，首次启动时生成",
                f"No keys at {home.key_file} yet; made at the first start",
            ),
        )
    elif _is_open(home.key_file):
        yield Finding(
            "keys", "fail", Text(f"别的用户能读密钥 {home.key_file}", f"Other users can read the keys {home.key_file}"),
            Text(f"chmod 600 {home.key_file}", f"chmod 600 {home.key_file}"),
        )  # fmt: skip
    else:
        yield Finding("keys", "ok", Text(f"密钥 {home.key_file}", f"Keys {home.key_file}"))


def _disk(home: Home) -> Iterator[Finding]:
    if not home.path.exists():
        return
    free_gib = free_bytes(home) / 1024**3
    text = Text(f"磁盘还剩 {free_gib:.1f} GiB", f"{free_gib:.1f} GiB of disk left")
    if free_bytes(home) < LOW_DISK_BYTES:
        yield Finding("disk", "fail", text, Text("腾出至少 2 GiB", "Free at least 2 GiB"))
    else:
        yield Finding("disk", "ok", text)


def _assets(home: Home) -> Iterator[Finding]:
    if (BUILT / "manifest.json").exists():
        yield Finding("assets", "ok", Text("网页部分已构建", "The browser part is built"))
    else:
        yield Finding(
            "assets",
            "fail",
            Text("网页部分没有构建", "The browser part is not built"),
            Text("make build", "make build"),
        )


def _policies(home: Home) -> Iterator[Finding]:
    from linli.kernel.policyfile import known_policies

    try:
        n = len(known_policies())
    except InputError as error:
        first = error.faults[0]
        yield Finding(
            "policies", "fail",
            Text(f"政策文件有 {len(error.faults)} 处问题：{first.where()} {first.message.zh}",
                 f"{len(error.faults)} faults in policy files: {first.where()} {first.message.en}"),
            Text("linli policy check 文件", "linli policy check FILE"),
        )  # fmt: skip
    else:
        yield Finding("policies", "ok", Text(f"{n} 项政策都读得通", f"{n} policies read well"))


def _database(home: Home) -> Iterator[Finding]:
    if not os.environ.get("DATABASE_URL"):
        binaries()
        server = Server(home)
        if not (home.pg_data / "PG_VERSION").exists():
            yield Finding(
                "database", "warn", Text("数据库还没有建", "The database is not made yet"), Text("make up", "make up")
            )
            return
        if not server.is_running():
            yield Finding(
                "database", "warn", Text("数据库没有运行", "The database is not running"),
                Text(f"make up；日志 {server.log_path}", f"make up; log {server.log_path}"),
            )  # fmt: skip
            return
    yield from _ask_database()


def _ask_database() -> Iterator[Finding]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.platform.settings")
    import django

    django.setup()
    from django.db.utils import DatabaseError

    from .web.health import CHECKS

    mends: dict[str, Text] = {"migrations": Text("linli migrate", "linli migrate")}
    check: Callable[[], str]
    for name, check in CHECKS.items():
        try:
            wrong = check()
        except (DatabaseError, psycopg.Error) as error:
            wrong = f"no answer: {error}".strip()
        text = Text(f"{name}：{wrong or '正常'}", f"{name}: {wrong or 'ok'}")
        yield Finding(name, "fail" if wrong else "ok", text, mends.get(name) if wrong else None)
        if wrong:
            return
    yield from _backups()


def _backups() -> Iterator[Finding]:
    """Only of a real installation: a demo may be lost."""
    from linli.kernel.clock import now

    from .actors import System
    from .backup.runs import standing
    from .db import acting
    from .installation import installation_kind

    with acting(System("doctor")):
        if installation_kind() != "real":
            return
        how = standing(now())
    when = how.last_good.begun_at.isoformat(timespec="minutes") if how.last_good else "—"
    text = Text(f"上次完好的备份：{when}", f"Last good backup: {when}")
    mend = Text("linli backup 目录；夜里自动：LINLI_BACKUP_DIR", "linli backup DIR; by night: LINLI_BACKUP_DIR")
    damaged = how.last_good is not None and how.last_good.n_damaged > 0
    is_well = not how.is_overdue and how.folder is not None and not damaged
    yield Finding("backups", "ok" if is_well else "warn", text, None if is_well else mend)


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
