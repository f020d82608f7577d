"""A town with an open book, and a database of its own for what must commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.rooms.registry.conftest import town, town_database, town_template
from tests.rooms.registry.pages.conftest import enter

if TYPE_CHECKING:
    from linli.platform.testkit import TestDatabases

    from .desk import Desk

__all__ = ["committed", "desk", "enter", "town", "town_database", "town_template"]


@pytest.fixture
def desk(town) -> Desk:
    from .desk import Desk

    return Desk.of(town)


@pytest.fixture
def committed(databases: TestDatabases, town_template: str, worker_id: str) -> Iterator[Desk]:
    """The same, outside any transaction, for several clients at once."""
    from linli.platform.installation import _known_kind
    from linli.platform.testkit import using_database
    from tests.rooms.registry.town import Town

    from .desk import Desk

    with databases.copy(town_template, f"ledger_{worker_id}") as name, using_database(name):
        _known_kind.cache_clear()
        yield Desk.of(Town.read())
    _known_kind.cache_clear()
