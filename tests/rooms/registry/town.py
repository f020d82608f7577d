"""A street with two communities, one of them with two grids, and the people who work and live there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from linli.platform.actors import Actor, Grant, System
from linli.platform.db import acting
from linli.platform.installation import _known_kind, be_born
from linli.registry import commands as do

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

    def staff(self) -> Actor:
        return worker("community_staff", self.community, self.community)

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


def lay_town() -> Town:
    """Register everything; call inside a transaction of the serving role."""
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
        units = {f"1-{number}": lay("unit", number, tower, area_dm2=8_950) for number in ("101", "102")}
        units["2-101"] = lay("unit", "101", house, area_dm2=7_200)
        away = lay("building", "9号楼", other)
        foreign = lay("unit", "101", away)
    return Town(street, community, other, east, west, compound, tower, house, foreign, units)


def person(town: Town, name: str, *, on: dt.date = START, community: UUID | None = None, **more: object) -> UUID:
    details = do.PersonDetails(name=name, **more)  # type: ignore[arg-type]
    with acting(LAYER):
        return do.register_person(
            details, community_id=community or town.community, actor=LAYER, on=on, synthetic=True
        ).person_id


def home(town: Town, unit: str, *members: tuple[UUID, str], on: dt.date = START) -> UUID:
    with acting(LAYER):
        return do.form_household(members, unit_id=town.unit[unit], actor=LAYER, on=on, synthetic=True).pk
