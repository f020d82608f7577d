"""What ties a drawing and its people together: rooms beside the homes, facilities on their slots, grids, and the finished record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from linli.kernel.mapdata import MapData
from linli.kernel.text import Text

from . import civic, tomap
from .design import Design, fill
from .draws import Draws
from .facilities import Placed, Placement
from .frame import Frame
from .grids import divide
from .homes import ROOM, SHOP
from .model import (
    NONE,
    Buildings,
    Community,
    Entrances,
    EstateRecord,
    GateRecord,
    Grid,
    Neighbourhood,
    SiteRecord,
    VacantSpace,
)
from .policy import SynthPolicy
from .population import Population, Units
from .sketch import Slot

Ints = npt.NDArray[np.int32]
ATTRIBUTION = "合成数据，不是真实的地方和人 · Synthetic, no real place or person"
_ROOM_SITES = {
    "shop_strip": SHOP, "shop_street": SHOP, "market": SHOP,
    "garden_hall": ROOM, "service_hall": ROOM, "service_room": ROOM, "clinic": ROOM, "station": ROOM,
}  # fmt: skip
_SHOP_SITES = tuple(site for site, use in _ROOM_SITES.items() if use == SHOP)


def column(values: Sequence[int]) -> Ints:
    return np.asarray(values, np.int32)


class Tie:
    """Holds what every step needs."""

    def __init__(
        self, drawn: Design, frame: Frame, policy: SynthPolicy, *, seed: int, on: dt.date, draws: Draws
    ) -> None:
        self.drawn, self.board, self.frame, self.policy = drawn, drawn.board, frame, policy
        self.seed, self.on, self.draws = seed, on, draws
        self.unit_of: dict[int, int] = {}

    def make(self, name: Text, homes: Population) -> Neighbourhood:
        population = self._with_rooms(homes)
        placement = Placement(self.board, self.policy, self.draws.child("facilities"))
        placed, free, missing = placement.place(self._residents(population), self.drawn.communities)
        grids, grid_of = self._grids(population)
        vacant = self._vacant(free)
        organisations = civic.make_organisations(
            self.board,
            self.drawn.communities,
            town=name,
            shops=self._shops(placed, free, vacant),
            policy=self.policy,
            seed=self.seed,
            draws=self.draws.child("organisations"),
        )
        roster = civic.Roster(
            population, [b.compound for b in self.board.buildings], self.on, self.draws.child("duties")
        )
        places = tomap.places(self.drawn, self.frame, population, self.on)
        return Neighbourhood(
            name=name,
            seed=self.seed,
            on=self.on,
            map=self._map(name, population.units, placed, missing),
            communities=self._communities(),
            compounds=self._compounds(),
            buildings=self._buildings(grid_of),
            entrances=self._entrances(),
            gates=tuple(GateRecord(gate.edge, gate.community, gate.compound, gate.locked) for gate in self.board.gates),
            sites=tuple(self._site(p.slot) for p in placed),
            grids=grids,
            population=population,
            organisations=organisations,
            duties=roster.fill(organisations, grids),
            vacant_spaces=vacant,
            devices=civic.make_devices(places, self.policy, self.on, self.draws.child("devices")),
        )

    def _map(self, name: Text, units: Units, placed: list[Placed], missing: list[tuple[str, int]]) -> MapData:
        return MapData(
            source=f"synthetic:{name.en}:seed={self.seed}",
            network=self.board.walks.finish(self.frame),
            buildings=tomap.buildings(self.board, self.frame, units),
            facilities=tomap.facilities(placed, self.frame),
            gates=tomap.gates(self.board, self.frame),
            ground=tomap.ground(self.board, self.frame),
            notes=tomap.notes(missing, self.drawn.communities),
            data_on=self.on,
            attribution=ATTRIBUTION,
        )

    def _with_rooms(self, population: Population) -> Population:
        """The homes, then a unit for each slot that is a room."""
        homes = population.units
        rooms = [slot for slot in self.board.slots if slot.building != NONE and slot.site in _ROOM_SITES]
        self.unit_of = {id(slot): len(homes) + k for k, slot in enumerate(rooms)}
        uses = [_ROOM_SITES[slot.site] for slot in rooms]

        def joined(old: Ints, new: list[int]) -> Ints:
            return np.concatenate([old, column(new)])

        units = Units(
            building=joined(homes.building, [slot.building for slot in rooms]),
            stair=joined(homes.stair, [1] * len(rooms)),
            floor=joined(homes.floor, [slot.floor for slot in rooms]),
            door=joined(homes.door, [slot.unit_no for slot in rooms]),
            area_dm2=joined(homes.area_dm2, [round(slot.area_m2 * 100) for slot in rooms]),
            use=np.concatenate([homes.use, np.asarray(uses, np.uint8)]),
            label=homes.label
            + [f"{'铺' if use == SHOP else '室'}{slot.unit_no}" for slot, use in zip(rooms, uses, strict=True)],
        )
        return Population(
            self.on, units, population.persons, population.households, population.memberships, population.tenures
        )

    def _residents(self, population: Population) -> list[int]:
        living = population.residents_by_building(self.on, len(self.board.buildings)).tolist()
        residents = [0] * len(self.drawn.communities)
        for building, count in zip(self.board.buildings, living, strict=True):
            residents[building.community] += count
        return residents

    def _site(self, slot: Slot) -> SiteRecord:
        unit = self.unit_of.get(id(slot), NONE)
        return SiteRecord(slot.community, slot.compound, slot.building, unit, slot.node)

    def _vacant(self, free: list[Slot]) -> tuple[VacantSpace, ...]:
        at = tomap.spots([slot.at for slot in free], self.frame).tolist()
        units = [self.unit_of.get(id(slot), NONE) for slot in free]
        finder = civic.IdleRooms(free, units, [(lon, lat) for lon, lat in at])
        n = len(self.drawn.communities)
        return finder.choose(n, policy=self.policy, on=self.on, draws=self.draws.child("vacant"))

    def _shops(
        self, placed: list[Placed], free: list[Slot], vacant: tuple[VacantSpace, ...]
    ) -> list[tuple[Text, int, int]]:
        """Shops that are facilities, and private ones in the rooms that nothing took and that do not stand idle."""
        draws, names = self.draws.child("shops"), self.policy.names
        idle = {space.unit for space in vacant}
        found = [(p.name, p.slot.community, k) for k, p in enumerate(placed) if p.slot.site in _SHOP_SITES]
        for slot in free:
            if slot.site in _SHOP_SITES and self.unit_of[id(slot)] not in idle:
                shop, trade = draws.pick(names.shops), draws.pick(names.trades)
                found.append((Text(shop.zh + trade.zh, f"{shop.en} {trade.en}"), slot.community, NONE))
        return found

    def _grids(self, population: Population) -> tuple[tuple[Grid, ...], list[int]]:
        rows, rules = self.board.buildings, self.policy.grids
        household = population.household_of(self.on)
        lived = population.units.building[population.households.unit[np.unique(household[household >= 0])]]
        counts = np.bincount(lived, minlength=len(rows)).tolist()
        grids: list[Grid] = []
        grid_of = [NONE] * len(rows)
        for community, name in enumerate(self.drawn.communities):
            ours = [k for k, b in enumerate(rows) if b.community == community and b.use == "residential"]
            numbers = divide(
                [counts[k] for k in ours], [rows[k].compound for k in ours], rules.households_min, rules.households_max
            )
            for number in sorted(set(numbers)):
                members = tuple(k for k, n in zip(ours, numbers, strict=True) if n == number)
                for k in members:
                    grid_of[k] = len(grids)
                words = fill(_GRID, name=name, number=Text(str(number + 1), str(number + 1)))
                grids.append(Grid(words, community, members, sum(counts[k] for k in members)))
        return tuple(grids), grid_of

    def _communities(self) -> tuple[Community, ...]:
        plan, found = self.drawn.plan, []
        for number, name in enumerate(self.drawn.communities):
            up_no, across_no = divmod(number, plan.n_across)
            left, right = plan.upright[5 * across_no], plan.upright[5 * across_no + 5]
            low, high = plan.level[2 * up_no], plan.level[2 * up_no + 2]
            outline = shapely.box(left.at, low.at, right.at, high.at)
            found.append(Community(name, shapely.transform(outline, self.frame.degrees)))
        return tuple(found)

    def _compounds(self) -> tuple[EstateRecord, ...]:
        found = []
        for drawn in self.board.compounds:
            outline = shapely.transform(shapely.Polygon(drawn.outline.ring()), self.frame.degrees)
            found.append(EstateRecord(drawn.name, drawn.role, drawn.style, drawn.community, outline, drawn.built_year))
        return tuple(found)

    def _buildings(self, grid_of: list[int]) -> Buildings:
        rows = self.board.buildings
        return Buildings(
            community=column([b.community for b in rows]),
            compound=column([b.compound for b in rows]),
            grid=column(grid_of),
            number=column([b.number for b in rows]),
            built_year=column([b.built_year for b in rows]),
            n_stairs=column([len(b.doors) for b in rows]),
            n_lifts=column([b.n_lifts for b in rows]),
        )

    def _entrances(self) -> Entrances:
        rows = [
            (k, stair, node) for k, b in enumerate(self.board.buildings) for stair, node in enumerate(b.doors, start=1)
        ]
        building, stair, node = zip(*rows, strict=True)
        return Entrances(column(building), column(stair), column(node))


_GRID = Text("{name}第{number}网格", "{name}, grid {number}")
