"""The town of the registry's tests, and browsers in it."""

from tests.rooms.registry.conftest import town, town_database, town_template  # noqa: F401  # fixtures
from tests.rooms.registry.pages.conftest import enter  # noqa: F401  # fixture
