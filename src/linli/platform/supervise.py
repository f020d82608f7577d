"""``linli up`` and ``linli serve``: the database, the web server and the worker under one roof, stopped together.

A part that dies is started again; when this process dies, its children notice and end; the database outlives a crash and the next
start takes it over.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from linli.kernel.errors import LinliError, define

from .home import Home
from .postgres import Server, run_as_user

FIRST_PORT = 8000
RUNNING = define(
    "platform.already_running",
    zh="已经在运行（{who}）。先停掉它，或另设 LINLI_HOME",
    en="Already running ({who}). Stop it first, or set another LINLI_HOME",
    status=409,
)
GRACE_S = 25.0


@contextlib.contextmanager
def only_one(home: Home) -> Iterator[Callable[[str], None]]:
    """Hold this home for one supervisor; yields a function that notes who we are for others to read."""
    path = home.run / "up.lock"
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise LinliError(RUNNING, who=file.read().strip() or "pid ?") from None

    def note(text: str) -> None:
        file.truncate(0)
        file.write(text)
        file.flush()

    try:
        yield note
    finally:
        file.truncate(0)
        file.close()


def free_port(wanted: int | None) -> int:
    """``wanted``, or the first free one of the loopback from 8000 on."""
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise LinliError(RUNNING, who=f"port {wanted or FIRST_PORT}")


def lower_user(home: Home) -> pwd.struct_passwd | None:
    """The user without power that web and worker run as when we are root; None if we are not, or if it cannot reach our Python."""
    user = run_as_user()
    if user is None:
        return None
    try:
        probe = subprocess.run(
            [sys.executable, "-c", "import linli.platform.home"],
            user=user.pw_uid, group=user.pw_gid, extra_groups=[], capture_output=True, check=False, cwd="/", timeout=60,
        )  # fmt: skip
    except PermissionError:  # it cannot even execute our Python, as where that lies in root's own folder
        return None
    return user if probe.returncode == 0 else None


def hand_over(home: Home, user: pwd.struct_passwd) -> None:
    """Give the home and the key file to ``user``."""
    for top in (home.path, home.socket_dir, home.key_file.parent):
        for path in (top, *top.rglob("*")):
            with contextlib.suppress(FileNotFoundError):
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


@dataclass
class Part:
    """One child process."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    log: Path
    user: pwd.struct_passwd | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    n_falls: int = 0
    log_file: TextIO | None = field(default=None, repr=False)

    def start(self) -> None:
        identity: dict[str, Any] = (
            {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        )
        self.log_file = self.log_file or self.log.open("a")
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "linli", *self.arguments],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=self.log_file, stderr=subprocess.STDOUT,
            start_new_session=True, **identity,
        )  # fmt: skip

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self, *, by: float) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=max(0.1, by - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(parts: list[Part], *, stop: threading.Event, say: Callable[[str], None]) -> None:
    """Keep ``parts`` running until ``stop`` is set; then stop them, the last started first."""
    try:
        while not stop.wait(0.3):
            for part in parts:
                if not part.has_ended():
                    continue
                assert part.process is not None
                lived_s = time.monotonic() - part.started_at
                part.n_falls = part.n_falls + 1 if lived_s < 30 else 1
                say(f"{part.name}: ended ({part.process.returncode}), starting again; see {part.log}")
                stop.wait(min(0.5 * 2**part.n_falls, 30))
                if not stop.is_set():
                    part.start()
    finally:
        by = time.monotonic() + GRACE_S
        for part in reversed(parts):
            part.stop(by=by)


def end_with_parent() -> None:
    """End this process (as by Ctrl-C) when the one that started it is gone, so that nothing is left over from a killed ``up``."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_S)
        os._exit(1)

    if parent != 1:
        threading.Thread(target=watch, name="parent", daemon=True).start()


def wait_until_ready(url: str, *, stop: threading.Event, limit_s: float = 60) -> bool:
    """True once ``url`` answers 200."""
    import urllib.error
    import urllib.request

    ends = time.monotonic() + limit_s
    while time.monotonic() < ends and not stop.is_set():
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own address
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            pass  # not up yet
        stop.wait(0.2)
    return False


def stand(
    home: Home,
    *,
    port: int | None,
    prepare: Callable[[], None],
    greet: Callable[[str, float], None],
    say: Callable[[str], None],
    web_options: Sequence[str] = (),
) -> None:
    """Run an installation until Ctrl-C or SIGTERM: the database, ``prepare()``, then web and worker; ``greet(address, seconds)`` once it answers.

    Every step may be repeated after a crash at any point.
    """
    begun = time.monotonic()
    home.make()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with only_one(home) as note:
        chosen = free_port(port)
        address = f"http://127.0.0.1:{chosen}/"
        note(f"{address} pid {os.getpid()}")
        server = None if os.environ.get("DATABASE_URL") else Server(home)
        try:
            if server is not None:
                server.start()
            prepare()
            if stop.is_set():
                return
            parts = _parts(home, ["--port", str(chosen), *web_options], say)
            warming = replace(parts[0], name="warm", arguments=["warm"], log=home.run / "warm.log")
            for part in parts:
                part.start()
            if wait_until_ready(f"{address}readyz", stop=stop):
                greet(address, time.monotonic() - begun)
                warming.start()
            elif not stop.is_set():
                say(f"网页服务没有就绪，见 {parts[0].log}\nThe web server is not ready; see {parts[0].log}")
            supervise(parts, stop=stop, say=say)
            warming.stop(by=time.monotonic() + 2)
        finally:
            if server is not None:
                server.stop()
            say("已停止 / stopped")


def _parts(home: Home, web_options: Sequence[str], say: Callable[[str], None]) -> list[Part]:
    """Web and worker, as a user without power where we are root and there is one."""
    user = lower_user(home)
    if user:
        hand_over(home, user)
    elif os.geteuid() == 0:
        say(
            "注意：系统用户 linli 读不到当前的 Python，网页服务将以 root 运行（数据库不会）。换个系统装的 Python 就不会这样"
        )
        say(
            "Note: user linli cannot reach this Python, so web and worker run as root (the database does not). A Python outside root's folder mends it."
        )
    environment = dict(os.environ) | {
        "LINLI_HOME": str(home.path),
        "LINLI_KEY_FILE": str(home.key_file),
        "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR") or str(home.cache),
        "PYTHONUNBUFFERED": "1",
    }
    return [
        Part("web", ["web", *web_options], environment, home.run / "web.log", user),
        Part("worker", ["worker"], environment, home.run / "worker.log", user),
    ]


def free_bytes(home: Home) -> int:
    return shutil.disk_usage(home.path).free
