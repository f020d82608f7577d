"""Real processes for tests: web and worker on a database of their own, as an operator would run them."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from linli.platform.home import Home
from linli.platform.supervise import wait_until_ready


@dataclass
class Live:
    """A running installation; ``url`` ends with a slash."""

    url: str
    environment: dict[str, str]
    logs: Path
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @classmethod
    @contextlib.contextmanager
    def running(cls, home: Home, database: str) -> Iterator[Live]:
        port = unused_port()
        environment = dict(os.environ) | {"LINLI_DATABASE": database}
        live = cls(f"http://127.0.0.1:{port}/", environment, home.run)
        try:
            live.start("web", "web", "--port", str(port))
            live.start("worker", "worker")
            if not wait_until_ready(f"{live.url}readyz", stop=threading.Event(), limit_s=180):
                raise RuntimeError(f"not ready: {live.log('web')[-3000:]}")
            yield live
        finally:
            for process in live.parts.values():
                process.terminate()
            for process in live.parts.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=15)
                process.kill()

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.logs / f"test-{name}-{os.getpid()}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                [sys.executable, "-m", "linli", *arguments],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        return self.parts[name]

    def log(self, name: str) -> str:
        return (self.logs / f"test-{name}-{os.getpid()}.log").read_text(errors="replace")

    def kill(self, name: str) -> None:
        """As by a power cut of that process: SIGKILL."""
        self.parts[name].kill()
        self.parts[name].wait()


def unused_port() -> int:
    """A port the system picks: of two workers that look for the first free one at the same moment, one would meet the other's server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition, *, limit_s: float = 20, step_s: float = 0.1):
    """The first truthy answer of ``condition``; AssertionError after ``limit_s``."""
    ends = time.monotonic() + limit_s
    while time.monotonic() < ends:
        answer = condition()
        if answer:
            return answer
        time.sleep(step_s)
    raise AssertionError(f"not within {limit_s} s: {condition}")
