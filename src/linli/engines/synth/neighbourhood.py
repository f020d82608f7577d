"""A whole neighbourhood from a seed: people first, then a plan large enough for them, then everything that ties them together."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from linli.kernel.errors import LinliError, define
from linli.kernel.mapdata import MapData
from linli.kernel.text import Text

from . import civic, tomap
from .design import Design, design, drawing_extent
from .draws import Draws
from .facilities import Placed, Placement
from .families import day_number
from .frame import Frame
from .grids import divide
from .homes import ROOM, SHOP, House, cut_homes
from .model import NONE, Buildings, Community, Entrances, EstateRecord, GateRecord, Grid, Neighbourhood, SiteRecord
from .policy import SynthPolicy
from .population import Population, Units
from .settle import make_families, settle
from .sketch import Slot

SIZE = define(
    "synth.size",
    zh="人数应在 {low} 到 {high} 之间，现在是 {n_people}",
    en="n_people must be between {low} and {high}, got {n_people}",
)
_ROOM_SITES = {"shop_strip": SHOP, "shop_street": SHOP, "market": SHOP, "garden_hall": ROOM, "service_hall": ROOM, "service_room": ROOM,
               "clinic": ROOM, "station": ROOM}  # fmt: skip


def make_neighbourhood(
    seed: int,
    *,
    policy: SynthPolicy,
    name_zh: str,
    name_en: str,
    origin_lonlat: tuple[float, float] = (121.4, 27.3),
    n_people: int = 5000,
    on: dt.date | None = None,
) -> Neighbourhood:
    """A neighbourhood of exactly ``n_people`` residents on the day ``on`` (the policy's day if absent), and its recorded past.

    ``origin_lonlat`` is the middle of the plan; the default lies in open sea, so that nobody takes it for a real quarter. Beyond about
    one and a half times the policy's community size the plan becomes a street of several communities. Same arguments, same bytes.
    Raises ``synth.size`` outside the policy's sizes. Cost: linear in ``n_people``.
    """
    town = policy.town
    if not town.min_people <= n_people <= town.max_people:
        raise LinliError(SIZE, low=town.min_people, high=town.max_people, n_people=n_people)
    today, draws, name = on or policy.on, Draws(seed, "neighbourhood"), Text(name_zh, name_en)
    people, families = make_families(n_people, policy, today, draws.child("people"))
    n_homes = math.ceil(len(families) / (1.0 - policy.homes.vacant_share))
    drawn = design(n_people, n_homes, name, policy, draws.child("design"))
    frame = _frame(drawn, origin_lonlat, policy, draws.child("frame"))
    homes, styles, built = _homes(drawn, policy, draws.child("homes"))
    population = settle(people, families, homes, styles, built, policy=policy, on=today, draws=draws.child("settle"))
    return _tie(drawn, frame, population, name, seed, policy, today, draws)


def _frame(drawn: Design, origin: tuple[float, float], policy: SynthPolicy, draws: Draws) -> Frame:
    west, south, east, north = drawing_extent(drawn.plan).tolist()
    turn = math.radians(draws.between(-policy.town.turn_deg, policy.town.turn_deg))
    return Frame(origin[0], origin[1], (west + east) / 2, (south + north) / 2, turn)


def _homes(drawn: Design, policy: SynthPolicy, draws: Draws) -> tuple[Units, list[str], list[int]]:
    houses, styles, built = [], [], []
    for number, building in enumerate(drawn.board.buildings):
        if building.use != "residential":
            continue
        style = policy.styles[building.style]
        houses.append(House(number, f"{building.number}幢", len(building.doors), building.levels, style.home_weights, building.area_m2))
        n = len(building.doors) * building.levels * len(style.home_weights)
        styles += [building.style] * n
        built += [day_number(dt.date(building.built_year, 7, 1))] * n
    return cut_homes(houses, policy.homes.usable_share, draws), styles, built


def _with_rooms(homes: Units, slots: list[Slot]) -> tuple[Units, dict[int, int]]:
    """Homes, then a unit for each slot that is a room; the second answer is the unit of each slot (by its identity in the list)."""
    rooms = [(k, slot) for k, slot in enumerate(slots) if slot.building != NONE and slot.site in _ROOM_SITES]
    unit_of = {k: len(homes) + i for i, (k, _) in enumerate(rooms)}

    def column(old: np.ndarray[tuple[int], np.dtype[np.int32]], new: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return np.concatenate([old, np.asarray(new, np.int32)]).astype(np.int32)

    ones = [1] * len(rooms)
    units = Units(
        building=column(homes.building, [slot.building for _, slot in rooms]),
        stair=column(homes.stair, ones),
        floor=column(homes.floor, ones),
        door=column(homes.door, [slot.unit_no or 1 for _, slot in rooms]),
        area_dm2=column(homes.area_dm2, [round(slot.area_m2 * 100) for _, slot in rooms]),
        use=np.concatenate([homes.use, np.asarray([_ROOM_SITES[slot.site] for _, slot in rooms], np.uint8)]).astype(np.uint8),
        label=homes.label + [f"{'铺' if _ROOM_SITES[slot.site] == SHOP else '室'}{slot.unit_no or 1}" for _, slot in rooms],
    )
    return units, unit_of


def _tie(
    drawn: Design, frame: Frame, population: Population, name: Text, seed: int, policy: SynthPolicy, today: dt.date, draws: Draws
) -> Neighbourhood:
    board = drawn.board
    units, unit_of = _with_rooms(population.units, board.slots)
    population = Population(today, units, population.persons, population.households, population.memberships, population.tenures)
    living = population.residents_by_building(today, len(board.buildings))
    residents = [0] * len(drawn.communities)
    for building, count in zip(board.buildings, living.tolist(), strict=True):
        residents[building.community] += count
    slot_number = {id(slot): k for k, slot in enumerate(board.slots)}
    placed, free, missing = Placement(board, policy, draws.child("facilities")).place(residents, drawn.communities)
    grids, grid_of = _grids(drawn, population, policy, today)
    network = board.walks.finish(frame)
    facilities = tomap.facilities(placed, frame)
    sites = tuple(
        SiteRecord(p.slot.community, p.slot.compound, p.slot.building, unit_of.get(slot_number[id(p.slot)], NONE), p.slot.node) for p in placed
    )
    free_at = [tuple(spot) for spot in tomap.spots([slot.at for slot in free], frame).tolist()]
    vacant = civic.make_vacant(
        free, {k: unit_of.get(slot_number[id(slot)], NONE) for k, slot in enumerate(free)}, free_at, len(drawn.communities), policy, today,
        draws.child("vacant"),
    )  # fmt: skip
    organisations = civic.make_organisations(
        board, drawn.communities, name, _shops(placed, free, vacant, unit_of, slot_number, policy, draws), policy, seed, draws.child("organisations")
    )
    compound_of = [building.compound for building in board.buildings]
    map_data = MapData(
        source=f"synthetic:{name.en}:seed={seed}",
        network=network,
        buildings=tomap.buildings(board, frame, units),
        facilities=facilities,
        gates=tomap.gates(board, frame),
        ground=tomap.ground(board, frame),
        notes=tomap.notes(missing, drawn.communities),
        data_on=today,
        attribution="合成数据，不是真实的地方和人 · Synthetic, no real place or person",
    )
    return Neighbourhood(
        name=name,
        seed=seed,
        on=today,
        map=map_data,
        communities=_communities(drawn, frame),
        compounds=_compounds(drawn, frame),
        buildings=_buildings(drawn, grid_of),
        entrances=_entrances(drawn),
        gates=tuple(GateRecord(gate.edge, gate.compound, gate.locked) for gate in board.gates),
        sites=sites,
        grids=grids,
        population=population,
        organisations=organisations,
        duties=civic.make_duties(organisations, grids, population, compound_of, today, draws.child("duties")),
        vacant_spaces=vacant,
        devices=civic.make_devices(tomap.places(drawn, frame, population, today), policy, today, draws.child("devices")),
    )


def _shops(
    placed: list[Placed], free: list[Slot], vacant: tuple[civic.VacantSpace, ...], unit_of: dict[int, int], slot_number: dict[int, int],
    policy: SynthPolicy, draws: Draws,
) -> list[tuple[Text, int, int]]:  # fmt: skip
    """Shops that are facilities, and private ones in the rooms that nothing took and that do not stand idle."""
    stream = draws.child("shops")
    idle = {space.unit for space in vacant}
    found = [(p.name, p.slot.community, k) for k, p in enumerate(placed) if p.slot.site in ("shop_strip", "shop_street", "market")]
    for slot in free:
        unit = unit_of.get(slot_number[id(slot)], NONE)
        if slot.site in ("shop_strip", "shop_street") and unit not in idle:
            words = stream.pick(policy.names.shops)
            trade = stream.pick(policy.names.trades)
            found.append((Text(words.zh + trade.zh, f"{words.en} {trade.en}"), slot.community, NONE))
    return found


def _grids(drawn: Design, population: Population, policy: SynthPolicy, today: dt.date) -> tuple[tuple[Grid, ...], list[int]]:
    board = drawn.board
    household = population.household_of(today)
    homes = population.units.building[population.households.unit[np.unique(household[household >= 0])]]
    counts = np.bincount(homes, minlength=len(board.buildings)).tolist()
    grids: list[Grid] = []
    grid_of = [NONE] * len(board.buildings)
    for community, name in enumerate(drawn.communities):
        row = [k for k, b in enumerate(board.buildings) if b.community == community and b.use == "residential"]
        numbers = divide([counts[k] for k in row], [board.buildings[k].compound for k in row], policy.grids.households_min, policy.grids.households_max)
        for number in sorted(set(numbers)):
            members = tuple(k for k, n in zip(row, numbers, strict=True) if n == number)
            for k in members:
                grid_of[k] = len(grids)
            words = Text(f"{name.zh}第{number + 1}网格", f"{name.en}, grid {number + 1}")
            grids.append(Grid(words, community, members, sum(counts[k] for k in members)))
    return tuple(grids), grid_of


def _on_earth(geometry: BaseGeometry, frame: Frame) -> BaseGeometry:
    return shapely.transform(geometry, frame.degrees)


def _communities(drawn: Design, frame: Frame) -> tuple[Community, ...]:
    plan, found = drawn.plan, []
    for number, name in enumerate(drawn.communities):
        up_no, across_no = divmod(number, plan.n_across)
        west, east = plan.upright[5 * across_no].at, plan.upright[5 * across_no + 5].at
        south, north = plan.level[2 * up_no].at, plan.level[2 * up_no + 2].at
        found.append(Community(name, _on_earth(shapely.box(west, south, east, north), frame)))
    return tuple(found)


def _compounds(drawn: Design, frame: Frame) -> tuple[EstateRecord, ...]:
    return tuple(
        EstateRecord(c.name, c.role, c.style, c.community, _on_earth(shapely.Polygon(c.outline.ring()), frame), c.built_year)
        for c in drawn.board.compounds
    )


def _buildings(drawn: Design, grid_of: list[int]) -> Buildings:
    def column(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return np.asarray(values, np.int32)

    rows = drawn.board.buildings
    return Buildings(
        community=column([b.community for b in rows]),
        compound=column([b.compound for b in rows]),
        grid=column(grid_of),
        number=column([b.number for b in rows]),
        built_year=column([b.built_year for b in rows]),
        n_stairs=column([len(b.doors) for b in rows]),
        n_lifts=column([b.n_lifts for b in rows]),
    )


def _entrances(drawn: Design) -> Entrances:
    rows = [(k, stair, node) for k, b in enumerate(drawn.board.buildings) for stair, node in enumerate(b.doors, start=1)]
    table = np.asarray(rows, np.int32).reshape(-1, 3)
    return Entrances(*(np.ascontiguousarray(table[:, i]) for i in range(3)))
