"""A neighbourhood that reports and a house that answers, in the small world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.world import World

    from .street import Street


@pytest.fixture
def street(in_world: World) -> Street:
    from .street import Street

    return Street(in_world)
