"""``linli up`` as an operator meets it: starts, is used, is killed in every part, starts again, and stops cleanly."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.live import eventually


@pytest.fixture
def home(open_folder: Path) -> Iterator[dict[str, str]]:
    environment = dict(os.environ) | {
        "LINLI_HOME": str(open_folder / "home"),
        "LINLI_KEY_FILE": str(open_folder / "keys" / "linli.keys"),
    }
    environment.pop("LINLI_DATABASE", None)
    yield environment
    for process in ours(environment):
        process.kill()


def ours(environment: dict[str, str]) -> list[psutil.Process]:
    """Processes of this installation, the database's included."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        words = " ".join(process.info["cmdline"] or [])
        of_home = (process.info["environ"] or {}).get("LINLI_HOME") == environment["LINLI_HOME"]
        if process.pid != os.getpid() and (of_home or environment["LINLI_HOME"] in words):
            found.append(process)
    return found


def start(environment: dict[str, str]) -> tuple[subprocess.Popen[str], str]:
    """``linli up`` until it has printed its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "linli", "up", "--people", "3600"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found:
            return process, found.group()
    raise AssertionError(f"linli up ended with {process.wait()}")


def ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}readyz", timeout=5) as answer:
            return bool(json.load(answer)["ready"])
    except OSError:
        return False


def part(environment: dict[str, str], word: str) -> psutil.Process | None:
    for process in ours(environment):
        with contextlib.suppress(psutil.NoSuchProcess):  # it may die, or lie unburied, while one looks
            words = process.cmdline()
            if word in words and "linli" in words:
                return process
    return None


def test_up_survives_the_death_of_each_part_and_stops_cleanly(home: dict[str, str]) -> None:
    process, url = start(home)
    assert ready(url)
    second = subprocess.run(
        [sys.executable, "-m", "linli", "up"], env=home, capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 2  # one home, one supervisor
    assert "Already running" in second.stderr

    for word in ("web", "worker"):
        old = part(home, word)
        assert old is not None
        old.kill()
        eventually(lambda word=word, old=old: (new := part(home, word)) and new.pid != old.pid)
    eventually(lambda: ready(url), limit_s=40)

    process.kill()  # the supervisor itself: children notice, the database stays
    eventually(lambda: part(home, "web") is None and part(home, "worker") is None, limit_s=40)
    begun = time.monotonic()
    process, url = start(home)
    assert ready(url)
    assert time.monotonic() - begun < 90  # a hang would be longer; speed is measured elsewhere

    postmaster = int(Path(home["LINLI_HOME"], "pg", "postmaster.pid").read_text().split()[0])
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    eventually(lambda: not psutil.pid_exists(postmaster) or psutil.Process(postmaster).status() == "zombie")
    assert [p.cmdline() for p in ours(home) if p.status() != "zombie"] == []


def test_a_data_folder_of_another_user_is_told_with_the_mend(home: dict[str, str]) -> None:
    if os.geteuid() != 0:
        pytest.skip("giving a folder to another user needs root")
    data = Path(home["LINLI_HOME"]) / "pg"
    data.mkdir(parents=True, mode=0o700)
    (data / "PG_VERSION").write_text("18\n")
    os.chown(data, 65534, 65534)
    done = subprocess.run(
        [sys.executable, "-m", "linli", "up"], env=home, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "belongs to user nobody" in done.stderr
    assert "chown -R" in done.stderr
