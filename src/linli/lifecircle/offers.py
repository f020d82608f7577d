"""What a scenario can change, as a form offers it: idle rooms and buildings, facilities that are open, gates, and the run's own proposals.

Owns where each thing is and what it is called. Reads the register and the bench; changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text
from linli.platform.actors import Actor
from linli.registry import queries as registry

from . import queries
from .analysis.links import name_of_thing
from .analysis.run import anchors_of
from .bench import bench_of
from .models import CoverageRun
from .rules.changes import ChangeKind
from .rules.filling import Filling, Owner, Way, read_filling

LOCKED_KINDS = ("gate", "way")
WAY_KINDS = ("wall", "crossing", "end", "path")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be chosen: ``text`` as the list says it, ``name`` as the change keeps it."""

    key: str
    text: Text
    name: Text | None = None
    lon: float | None = None
    lat: float | None = None
    to_lon: float | None = None
    to_lat: float | None = None
    facility_id: UUID | None = None
    place_id: UUID | None = None
    space_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """An idle room of the register: where it is, how large, whose."""

    space_id: UUID
    place_id: UUID
    name: Text
    area_dm2: int
    owner: Owner
    lon: float
    lat: float


@dataclass(frozen=True)
class Offers:
    """``dragged`` is a point chosen on the map, offered first among places to open a facility."""

    run: CoverageRun
    actor: Actor
    dragged: tuple[float, float] | None = None

    @property
    def categories(self) -> list[tuple[str, Text]]:
        return [(row.category, row.title) for row in queries.coverage_of(self.run, self.actor).rows]

    @property
    def ways(self) -> tuple[Way, ...]:
        return self.filling.ways

    @cached_property
    def filling(self) -> Filling:
        return read_filling(find_policy("gap_filling", "default"))

    @cached_property
    def rooms(self) -> list[Room]:
        """Idle rooms whose building is on the map, largest first."""
        found = []
        for space in registry.list_spaces(self.actor, community_id=self.run.community_id, state="idle"):
            place = next((self._buildings[one] for one in reversed(space.place.path) if one in self._buildings), None)
            if place is None:
                continue
            house = registry.name_in_compound(place)
            zh, en = space.name_zh or "闲置房", space.name_en or "idle room"
            name = Text(f"{house.zh} {zh}", f"{en}, {house.en}")
            owner = self._owner(space.owner_id)
            found.append(Room(space.space_id, place.place_id, name, space.area_dm2, owner, place.lon, place.lat))
        return found

    @cached_property
    def _buildings(self) -> dict[UUID, Any]:
        """Buildings on the map, by place, with the names of their compounds."""
        rows = registry.list_places_in_compounds(self.actor, community_id=self.run.community_id)
        return {row.place_id: row for row in rows.filter(place__kind="building").exclude(lon=None)}

    def of(self, kind: ChangeKind) -> Sequence[Offer]:
        return {
            "open_facility": self._places,
            "close_facility": self._facilities,
            "open_gate": self._locked,
            "open_way": self._ways,
            "block_gate": self._gates,
        }[kind]()

    def _owner(self, owner_id: UUID | None) -> Owner:
        if owner_id is None:
            return "unknown"
        kind = registry.find_organisation(self.actor, owner_id).kind
        return "public" if kind in self.filling.public_owners else "other"

    def _places(self) -> list[Offer]:
        offers = []
        if self.dragged:
            lon, lat = self.dragged
            text = Text(f"地图上放的一点（{lon:.5f}, {lat:.5f}）", f"The point put on the map ({lon:.5f}, {lat:.5f})")
            offers.append(Offer("dragged", text, Text("地图上的一点", "a point on the map"), lon, lat))
        for room in self.rooms:
            m2 = round(room.area_dm2 / 100)
            text = Text(f"闲置：{room.name.zh}，{m2} 平方米", f"Idle: {room.name.en}, {m2} m²")
            offers.append(
                Offer(
                    f"space:{room.space_id}", text, room.name, room.lon, room.lat,
                    place_id=room.place_id, space_id=room.space_id,
                )
            )  # fmt: skip
        for row in self._buildings.values():
            name = registry.name_in_compound(row)
            offers.append(Offer(f"place:{row.place_id}", name, name, row.lon, row.lat, place_id=row.place_id))
        return offers

    def _facilities(self) -> list[Offer]:
        titles = dict(self.categories)
        offers = []
        for one in bench_of(self.run).analysis.data.facilities:
            if one.category in titles:
                kind = titles[one.category]
                zh, en = one.name_zh or one.name_en, one.name_en or one.name_zh
                name = Text(f"{kind.zh} {zh}".strip(), f"{kind.en} {en}".strip())
                offers.append(Offer(f"facility:{one.ref}", name, name, one.lon, one.lat, facility_id=UUID(one.ref)))
        return sorted(offers, key=lambda offer: offer.text.zh)

    def _gates(self) -> list[Offer]:
        analysis = bench_of(self.run).analysis
        anchors = anchors_of(analysis)
        offers = []
        for gate in analysis.data.gates:
            if gate.passage != "locked":
                name = name_of_thing(analysis, gate, anchors)
                offers.append(Offer(f"gate:{gate.ref}", name, name, gate.lon, gate.lat))
        return sorted(offers, key=lambda offer: offer.text.zh)

    def _locked(self) -> list[Offer]:
        """Proposed openings first, then every other locked gate."""
        analysis = bench_of(self.run).analysis
        anchors = anchors_of(analysis)
        offers = [self._proposed(number, link) for number, link in self._links(LOCKED_KINDS)]
        for gate in analysis.data.gates:
            if gate.passage == "locked":
                name = name_of_thing(analysis, gate, anchors)
                offers.append(Offer(f"gate:{gate.ref}", name, name, gate.lon, gate.lat))
        return offers

    def _ways(self) -> list[Offer]:
        return [self._proposed(number, link) for number, link in self._links(WAY_KINDS)]

    def _links(self, kinds: Sequence[str]) -> list[tuple[int, Any]]:
        links = queries.proposals_of(self.run, self.actor).get("links", [])
        return [(n, link) for n, link in enumerate(links) if link["kind"] in kinds and "at" in link]

    def _proposed(self, number: int, link: Any) -> Offer:
        title = Text.from_mapping(link["title"])
        minutes = round(link["with_earlier_person_min"])
        text = Text(f"{title.zh}（约省 {minutes} 人·分钟）", f"{title.en} (about {minutes:,} person-minutes)")
        if link["kind"] in LOCKED_KINDS:
            return Offer(f"link:{number}", text, title, *link["at"])
        (lon, lat), (to_lon, to_lat) = link["ends"]
        return Offer(f"link:{number}", text, title, lon, lat, to_lon, to_lat)
