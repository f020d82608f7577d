"""What is held of people, as those may read it who may read policies."""

from __future__ import annotations

from tests.rooms.registry.pages.conftest import Enter
from tests.rooms.registry.town import Town


def test_the_console_tells_what_is_held_why_and_for_how_long(town: Town, enter: Enter) -> None:
    page = enter("auditor", town.community).get("/console/privacy/grades/")
    for told in ("居民登记", "identity_number", "重要", "敏感", "迁出或去世后 5 年", "网格员"):
        assert told in page, told
    assert enter("carer", town.community).status("/console/privacy/grades/") == 403
