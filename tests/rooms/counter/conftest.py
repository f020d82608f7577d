"""The counter is tried in the registry's town, by the same browsers."""

from tests.rooms.registry.conftest import town, town_database, town_template
from tests.rooms.registry.pages.conftest import enter

__all__ = ["enter", "town", "town_database", "town_template"]
