"""What every test may ask for. Importing this points the process at the tests' own home, before Django reads its settings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from linli.platform.testkit import TestDatabases, clear_dead_homes, enter_test_home, using_database

if TYPE_CHECKING:
    from tests.live import Live
    from tests.world import World

HOME = enter_test_home()
ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault(
    "NUMBA_CACHE_DIR", str(ROOT / ".cache" / "numba")
)  # compiled once, for every process of every run
DATA = Path(os.environ.get("LINLI_DATA") or ROOT.parent / "shared" / "data").absolute()
os.environ["LINLI_DATA"] = str(DATA)
# The browser of the journeys leaves its event loop in this thread; Django would refuse every query after it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# How long an example takes says more of the machine than of the code; speed is measured in benchmarks/.
settings.register_profile("linli", deadline=None)
settings.load_profile("linli")
EMPTY = "linli_tpl_empty"
WORLD = "linli_tpl_world"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        clear_dead_homes()
    import django

    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        TestDatabases(HOME).stop()


@pytest.fixture(scope="session")
def databases() -> TestDatabases:
    """The tests' PostgreSQL, started, with the empty template migrated."""
    from linli.platform.migrate import migrate

    databases = TestDatabases(HOME)
    databases.start()
    databases.ensure_template(EMPTY, lambda: (migrate(), None)[1])
    return databases


@pytest.fixture(scope="session")
def database(databases: TestDatabases, worker_id: str) -> Iterator[str]:
    """This worker's own database, a copy of the migrated template."""
    with databases.copy(EMPTY, f"test_{worker_id}") as name, using_database(name):
        yield name


@pytest.fixture(autouse=True)
def _own_database_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """A fixture of a module that was entered before ``database`` leaves the process pointing elsewhere when it ends; point it back."""
    if "database" not in request.fixturenames:
        yield
        return
    from django.db import connections

    name = request.getfixturevalue("database")
    if connections["default"].settings_dict["NAME"] == name:
        yield
        return
    with using_database(name):
        yield


@pytest.fixture
def db(database: str) -> Iterator[None]:
    """One transaction as the serving role, rolled back at the end."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def quick_hashes() -> Iterator[None]:
    """Passwords are hashed fast here: how slowly they are is the door's own test."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A fresh folder that the database's own user can reach; pytest closes its folders to others whenever another run begins."""
    HOME.path.parent.mkdir(parents=True, exist_ok=True)
    HOME.path.parent.chmod(0o755)
    folder = Path(tempfile.mkdtemp(prefix="open-", dir=HOME.path.parent))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real public data; tests that need it are skipped where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"no data folder at {DATA} (set LINLI_DATA)")
    return DATA


@pytest.fixture(scope="session")
def world(databases: TestDatabases) -> str:
    """The name of a template holding a small world: one street, three communities, an account for every role."""
    from tests.world import build_world

    databases.ensure_template(WORLD, build_world, base=EMPTY)
    return WORLD


@pytest.fixture(scope="session")
def world_database(databases: TestDatabases, world: str, worker_id: str) -> Iterator[str]:
    with databases.copy(world, f"world_{worker_id}") as name:
        yield name


@pytest.fixture
def in_world(world_database: str) -> Iterator[World]:
    """One transaction in the small world as the serving role, rolled back at the end."""
    from django.db import transaction

    from tests.world import World

    with using_database(world_database), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def live(databases: TestDatabases, world: str, worker_id: str) -> Iterator[Live]:
    """A copy of the world served by real web and worker processes on the loopback."""
    from tests.live import Live

    with databases.copy(world, f"live_{worker_id}") as name, Live.running(HOME, name) as running:
        yield running
