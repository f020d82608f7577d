"""A small world that is backed up, and what an operator types to bring it back elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.home import Home
from linli.platform.postgres import Server
from linli.platform.testkit import using_database
from tests.conftest import HOME

if TYPE_CHECKING:
    from linli.platform.backup.making import Made


@dataclass
class Source:
    """The installation that is backed up: the tests' home and a copy of the world."""

    database: str
    files: Path

    def back_up(self, folder: Path, **said) -> Made:
        from linli.platform.backup.making import make_backup  # once Django is set up

        return make_backup(folder, home=HOME, **said)


@pytest.fixture(scope="module")
def source(databases, world, worker_id) -> Iterator[Source]:
    files = HOME.attachments / f"kept-{worker_id}"
    files.mkdir(parents=True, exist_ok=True)
    (files / "photo.bin").write_bytes(os.urandom(3_000_000))
    (files / "note.txt").write_text("门口的灯不亮了")
    (files / "empty").touch()
    with databases.copy(world, f"kept_{worker_id}") as name, using_database(name):
        seal()
        yield Source(name, files)
    shutil.rmtree(files)


def seal() -> None:
    """Seal all facts there are."""
    from linli.journal.backups import _seal
    from linli.journal.models import Fact, Seal

    _seal(HOME)
    with acting(System("test")):
        assert not Fact.objects.exclude(pk__in=Seal.objects.values("fact_id")).exists()


@pytest.fixture
def elsewhere(open_folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a fresh machine that has the keys; its database is stopped at the end."""
    environment = dict(os.environ) | {
        "LINLI_HOME": str(open_folder / "home"),
        "LINLI_KEY_FILE": str(HOME.key_file),
    }
    environment.pop("LINLI_DATABASE", None)
    yield environment
    for path in open_folder.glob("home*"):
        if (path / "pg").exists():
            Server(Home(path=path, key_file=HOME.key_file)).stop(mode="immediate")


def linli(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "linli", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
