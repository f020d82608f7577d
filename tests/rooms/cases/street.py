"""Who reports and who handles, in the small world, on a Tuesday morning."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.platform.actors import Actor
from linli.platform.db import acting
from tests.world import WALKER, World

if TYPE_CHECKING:
    from linli.cases.models import Case

NINE = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
"""Tuesday 24 November 2026, 9:00 in Shanghai: a working day."""


def hours(n: float) -> dt.timedelta:
    return dt.timedelta(hours=n)


def photo(name: str = "IMG_我家.jpg") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


@dataclass
class Street:
    world: World
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        if role not in self.actors:
            self.actors[role] = self.world.actor(role)
        return self.actors[role]

    def home(self, role: str = "resident", kind: str = "building") -> UUID:
        """The building (or grid, or unit) the account of a role lives in."""
        from linli.registry.models import Place
        from linli.registry.queries import household_of

        with acting(WALKER):
            unit = next(one.unit_id for one in household_of(WALKER, self.actor(role).person_id) if one.unit_id)
            path = Place.objects.get(pk=unit).path
            return Place.objects.get(pk__in=path, kind=kind).pk

    def report(self, text: str = "三单元楼道灯不亮", type_id: str = "street_lamp", *, by: str = "resident", at: dt.datetime = NINE, **more: Any) -> Case:  # fmt: skip
        from linli.cases import commands

        actor = self.actor(by)
        more.setdefault("place_id", self.home(by))
        with acting(actor):
            return commands.open_case(self.world.own, commands.Report(text, type_id, **more), actor=actor, now=at)

    def move(self, case: Case, move: str, *, by: str, at: dt.datetime = NINE, **more: Any) -> Case:
        from linli.cases import commands

        actor = self.actor(by)
        with acting(actor):
            return commands.move(case.pk, move, actor=actor, now=at, **more)

    def fresh(self, case: Case) -> Case:
        from linli.cases.models import Case as Row

        with acting(WALKER):
            return Row.objects.select_related("place").get(pk=case.pk)

    def facts(self, case: Case) -> list[Any]:
        from linli.journal.models import Fact

        with acting(WALKER):
            return list(Fact.objects.filter(subject_id=case.pk).order_by("ord"))
