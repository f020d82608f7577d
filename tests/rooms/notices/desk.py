"""Somebody who writes, and people who read, in the small world."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from linli.platform.actors import Actor
from linli.platform.db import acting
from tests.world import WALKER, World

if TYPE_CHECKING:
    from linli.notices.models import Announcement

NOON = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)


@dataclass
class Desk:
    """A desk in the community office: what a worker does there at noon."""

    world: World
    staff: Actor

    def draft(self, title: str = "周五消防演练", **more: Any) -> Announcement:
        from linli.notices import commands
        from linli.notices.commands import Writing

        with acting(self.staff):
            return commands.draft(
                self.world.own, Writing(title, "上午十点，从三楼下到花园。", **more), actor=self.staff, now=NOON
            )

    def publish(self, title: str = "周五消防演练", **more: Any) -> Announcement:
        from linli.notices import commands

        made = self.draft(title, **more)
        with acting(self.staff):
            return commands.publish(made.pk, actor=self.staff, now=NOON)

    def place(self, kind: str, n: int = 0) -> UUID:
        from linli.registry.models import Place

        with acting(WALKER):
            return Place.objects.filter(community_id=self.world.own, kind=kind).order_by("num")[n].pk
