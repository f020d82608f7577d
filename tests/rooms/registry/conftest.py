"""The fixtures of the registry's tests. Django is up only when a test runs, so imports stand inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from linli.platform.testkit import TestDatabases

    from .town import Town

TEMPLATE = "linli_tpl_town"


@pytest.fixture(scope="session")
def town_template(databases: TestDatabases) -> str:
    """The name of a template that holds the town."""
    from tests.conftest import EMPTY

    from .town import lay_town

    databases.ensure_template(TEMPLATE, lay_town, base=EMPTY)
    return TEMPLATE


@pytest.fixture(scope="session")
def town_database(databases: TestDatabases, town_template: str, worker_id: str) -> Iterator[str]:
    with databases.copy(town_template, f"town_{worker_id}") as name:
        yield name


@pytest.fixture
def town(town_database: str) -> Iterator[Town]:
    """The town, in one transaction as the serving role, rolled back at the end."""
    from django.db import transaction

    from linli.platform.installation import _known_kind
    from linli.platform.testkit import using_database

    from .town import Town

    with using_database(town_database), transaction.atomic():
        _known_kind.cache_clear()
        yield Town.read()
        transaction.set_rollback(True)
    _known_kind.cache_clear()
