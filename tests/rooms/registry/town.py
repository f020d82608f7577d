"""A street with two communities, one of them with two grids, and the people who work and live there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from linli.platform.actors import Actor, Grant, System
from linli.platform.db import acting
from linli.platform.installation import _known_kind, be_born
from linli.registry import commands as do
from linli.registry.models import PlaceRecord

START = dt.date(2020, 1, 1)
LAYER = System("tests.lay")


@dataclass
class Town:
    """Ids by name. ``unit`` by building and number."""

    street: UUID
    community: UUID
    other: UUID
    east: UUID
    west: UUID
    compound: UUID
    tower: UUID
    house: UUID
    foreign_unit: UUID
    unit: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Town:
        """The town that :func:`lay_town` wrote, found again by its names."""
        with acting(LAYER):
            rows = list(PlaceRecord.objects.believed().select_related("place", "parent"))
        by_name = {row.name_zh: row.place_id for row in rows}
        unit = {
            f"{house}-{row.name_zh}": row.place_id
            for row in rows
            for house in (1, 2, 9)
            if row.place.kind == "unit" and row.parent_id == by_name[f"{house}号楼"]
        }
        return cls(
            street=by_name["示例街道"],
            community=by_name["清河社区"],
            other=by_name["邻水社区"],
            east=by_name["东网格"],
            west=by_name["西网格"],
            compound=by_name["清河苑"],
            tower=by_name["1号楼"],
            house=by_name["2号楼"],
            foreign_unit=unit.pop("9-101"),
            unit=unit,
        )

    def staff(self) -> Actor:
        return worker("community_staff", self.community, self.community)

    def planner(self) -> Actor:
        return worker("planner", self.community, self.community)

    def stranger(self) -> Actor:
        return worker("community_staff", self.other, self.other)

    def grid_worker(self) -> Actor:
        return worker("grid_worker", self.east, self.community, whole=False)

    def resident(self, person_id: UUID) -> Actor:
        public = frozenset([self.community, self.other])
        return Actor(
            kind="person",
            account_id=uuid4(),
            person_id=person_id,
            own_communities=frozenset([self.community]),
            public_communities=public,
        )


def worker(role: str, place: UUID, community: UUID, *, whole: bool = True, **more: UUID) -> Actor:
    grant = Grant(role, place, frozenset([community]), whole_community=whole)
    return Actor(kind="person", account_id=more.get("account", uuid4()), grants=(grant,))


def lay(kind: str, name: str, parent: UUID | None, **more: object) -> UUID:
    compound = more.pop("compound", None)
    details = do.PlaceDetails(name_zh=name, **more)  # type: ignore[arg-type]
    return do.register_place(
        kind, details, parent_id=parent, compound_id=compound, actor=LAYER, on=START, synthetic=True  # type: ignore[arg-type]
    ).place_id  # fmt: skip


def lay_town() -> None:
    """Register everything, in a transaction that stays."""
    _known_kind.cache_clear()
    be_born("demo")
    with acting(LAYER):
        province = lay("province", "示例省", None, code="990000")
        city = lay("city", "示例市", province, code="990100")
        district = lay("district", "示例区", city, code="990102")
        street = lay("street", "示例街道", district, code="990102001")
        community = lay("community", "清河社区", street, code="990102001001")
        other = lay("community", "邻水社区", street, code="990102001002")
        east, west = lay("grid", "东网格", community), lay("grid", "西网格", community)
        compound = lay("compound", "清河苑", community)
        tower = lay("building", "1号楼", east, compound=compound, use="residential", levels_above=11)
        house = lay("building", "2号楼", west, use="residential")
        for number in ("101", "102"):
            lay("unit", number, tower, area_dm2=8_950)
        lay("unit", "101", house, area_dm2=7_200)
        lay("unit", "101", lay("building", "9号楼", other))


def person(town: Town, name: str, *, on: dt.date = START, community: UUID | None = None, **more: object) -> UUID:
    details = do.PersonDetails(name=name, **more)  # type: ignore[arg-type]
    with acting(LAYER):
        return do.register_person(
            details, community_id=community or town.community, actor=LAYER, on=on, synthetic=True
        ).person_id


def home(town: Town, unit: str, *members: tuple[UUID, str], on: dt.date = START) -> UUID:
    with acting(LAYER):
        return do.form_household(members, unit_id=town.unit[unit], actor=LAYER, on=on, synthetic=True).pk
