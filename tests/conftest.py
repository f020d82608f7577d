"""What every test may ask for. Importing this points the process at the tests' own home, before Django reads its settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.platform.testkit import TestDatabases, enter_test_home, using_database

HOME = enter_test_home()
DATA = Path(os.environ.get("LINLI_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data").absolute()
os.environ["LINLI_DATA"] = str(DATA)
EMPTY = "linli_tpl_empty"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        TestDatabases(HOME).stop()
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


@pytest.fixture
def db(database: str) -> Iterator[None]:
    """One transaction as the serving role, rolled back at the end."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real public data; tests that need it are skipped where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"no data folder at {DATA} (set LINLI_DATA)")
    return DATA
