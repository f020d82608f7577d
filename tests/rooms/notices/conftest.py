"""A desk in the community office of the small world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.world import World

    from .desk import Desk


@pytest.fixture
def desk(in_world: World) -> Desk:
    from .desk import Desk

    return Desk(in_world, in_world.actor("community_staff"))
