"""The town of the registry's tests, browsers in it; and a town that commits, with a sealer, for what goes through several transactions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.rooms.registry.conftest import town, town_database, town_template  # noqa: F401  # fixtures
from tests.rooms.registry.pages.conftest import enter  # noqa: F401  # fixture

if TYPE_CHECKING:
    from linli.platform.testkit import TestDatabases
    from tests.rooms.journal.conftest import Journal
    from tests.rooms.registry.town import Town


@pytest.fixture
def lasting(
    request: pytest.FixtureRequest, databases: TestDatabases, worker_id: str, tmp_path: Path
) -> Iterator[tuple[Town, Journal]]:
    """A town on a database of its own, where what is done stays done, and its journal to seal."""
    from linli.platform.home import Home
    from linli.platform.installation import _known_kind
    from linli.platform.testkit import using_database
    from tests.rooms.journal.conftest import Journal
    from tests.rooms.registry.town import Town

    with databases.copy(request.getfixturevalue("town_template"), f"lasting_{worker_id}") as name, using_database(name):
        _known_kind.cache_clear()
        here = Town.read()
        yield here, Journal(Home(tmp_path / "home", tmp_path / "keys" / "k"), databases.server, name, here.community)
    _known_kind.cache_clear()
