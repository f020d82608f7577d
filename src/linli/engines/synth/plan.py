"""Where streets run and what stands between them: one community is five columns (west, centre, services, river, far bank) by two rows
on either side of the main road; a street of many communities is such pieces side by side, each mirrored as chance has it.

Owns the numbers of the plan; ``streets`` and ``estates`` draw it. Deliberate blind spot: the far bank spans both rows and is joined to
the rest by the one bridge of the main road.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from linli.kernel.text import Text

from .draws import Draws
from .policy import Compound, Style, SynthPolicy
from .sketch import Rect

COLUMNS = ("west", "centre", "service", "river", "far")
EDGE_M = 8.0  # from a compound's wall to its first house: path and planting (drawing choice)
LANE_M = 9.0  # from the wall to the end of a slab: the lane inside the wall (drawing choice)


@dataclass(frozen=True, slots=True)
class Street:
    """``at`` is the centre line (x of an upright street, y of a level one); ``walk_m`` from it to each pavement, 0 where one walks on the road."""

    at: float
    half_m: float
    walk_m: float
    rank: int
    name: Text


@dataclass(frozen=True, slots=True)
class Block:
    """Land between streets. ``left, right`` and ``low, high`` number the streets around it; ``main`` is the side of the main road: N or S."""

    community: int
    column: str
    row: str
    land: Rect
    left: int
    right: int
    low: int
    high: int
    main: str


@dataclass(slots=True)
class Plan:
    """``spans``: (level street, column) pairs where the street exists; ``rivers``: (column, mirrored) with water from end to end."""

    upright: list[Street] = field(default_factory=list)
    level: list[Street] = field(default_factory=list)
    spans: set[tuple[int, int]] = field(default_factory=set)
    blocks: list[Block] = field(default_factory=list)
    rivers: list[tuple[int, bool]] = field(default_factory=list)
    n_across: int = 1
    n_up: int = 1
    columns: dict[tuple[int, str], int] = field(default_factory=dict)

    def column_of(self, community: int, column: str) -> int:
        """The number of the upright street to the left of that column of the community."""
        return self.columns[community % self.n_across, column]


@dataclass(slots=True)
class Cell:
    """A place for one house of an estate: its ends, its north face, and what would stand there."""

    column: int
    row: int
    x0: float
    x1: float
    north: float
    n_stairs: int
    levels: int
    use: str = "house"

    def homes(self, style: Style) -> int:
        return self.n_stairs * self.levels * style.homes_per_landing


@dataclass(slots=True)
class EstatePlan:
    """A compound fitted into its block: ``cells`` by row from the north, ``spine`` the x of its inner street."""

    compound: Compound
    style: Style
    block: Block
    wall: Rect
    spine: float
    cells: list[Cell]

    def homes(self) -> int:
        return sum(cell.homes(self.style) for cell in self.cells if cell.use == "house")


def communities_of(n_people: int, policy: SynthPolicy) -> tuple[int, int]:
    """Columns and rows of communities: near the policy's size each, a little taller than wide."""
    best, least = (1, 1), math.inf
    for across in range(1, 40):
        for up in range(across, 2 * across + 2):
            off = abs(n_people / (across * up) - policy.town.community_people)
            if off < least - 1e-9:
                best, least = (across, up), off
    return best


def plan_town(
    policy: SynthPolicy, draws: Draws, *, across: int, up: int, rows: int, stairs: int, main_road: Text | None = None
) -> Plan:
    """Streets and blocks for ``across`` by ``up`` communities whose estates have ``rows`` rows of houses of ``stairs`` staircases.

    ``main_road``: the name of the main road where there is one community.
    """
    plan = Plan(n_across=across, n_up=up)
    mirrored = [draws.happens(0.5) for _ in range(across)]
    flipped = [[draws.happens(0.5) for _ in range(across)] for _ in range(up)]
    names = iter(_names(policy.names.avenues, draws.child("avenues"), across + 2 * up + 2))
    _upright(plan, policy, draws, mirrored=mirrored, stairs=stairs, avenues=names)
    if main_road is not None:
        names = iter([*itertools.islice(names, 1), main_road, *names])
    _level(plan, policy, draws, rows, names)
    for across_no in range(across):
        order = COLUMNS[::-1] if mirrored[across_no] else COLUMNS
        for i, column in enumerate(order):
            number = across_no * 5 + i
            plan.columns[across_no, column] = number
            if column == "river":
                plan.rivers.append((number, mirrored[across_no]))
            for j in range(2 * up + 1):
                if (j % 2 == 0 and column != "river") or (j % 2 == 1 and column != "far"):
                    plan.spans.add((j, number))
        for up_no in range(up):
            _blocks(plan, order, up_no, across_no, flipped[up_no][across_no])
    return plan


def _names(pool: tuple[Text, ...], draws: Draws, n: int) -> list[Text]:
    """``n`` different names; numbered once the pool is used up."""
    order = [pool[i] for i in draws.order(len(pool))]
    rounds = [
        Text(f"{name.zh[:-1]}{_ORDINALS[r]}{name.zh[-1]}", f"{name.en} {r + 1}") for r in range(1, 6) for name in order
    ]
    return [*order, *rounds][:n]


_ORDINALS = "〇二三四五六"


def _upright(
    plan: Plan, policy: SynthPolicy, draws: Draws, *, mirrored: list[bool], stairs: int, avenues: Iterator[Text]
) -> None:
    town = policy.town
    lanes = iter(_names(policy.names.lanes, draws.child("lanes"), 4 * len(mirrored)))
    x = 0.0
    plan.upright.append(Street(x, town.arterial_width_m / 2, town.arterial_walk_m, 1, next(avenues)))
    for mirror in mirrored:
        widths = {
            "service": town.service_width_m,
            "river": town.river_width_m + 2 * town.river_sway_m + 2 * town.bank_m,
        }
        for column in ("west", "centre", "far"):
            widths[column] = _estate_width_m(policy, column, stairs + (draws.whole(-1, 1) if column != "far" else 0))
        order = COLUMNS[::-1] if mirror else COLUMNS
        for i, column in enumerate(order):
            last = i == len(order) - 1
            half = (town.arterial_width_m if last else town.lane_width_m) / 2
            x += plan.upright[-1].half_m + widths[column] + half
            walk, name = (town.arterial_walk_m, next(avenues)) if last else (0.0, next(lanes))
            plan.upright.append(Street(x, half, walk, 1 if last else 3, name))


def _estate_width_m(policy: SynthPolicy, column: str, stairs: int) -> float:
    compound = next(c for c in policy.compounds if c.column == column and not policy.styles[c.style].tower)
    style = policy.styles[compound.style]
    if column == "far":
        stairs = min(stairs, style.stairs_max)
    slabs = len(_split(max(stairs, 2), style.stairs_max))
    return 2 * (policy.town.wall_inset_m + LANE_M) + stairs * style.bay_m + (slabs - 1) * style.gap_m


def _level(plan: Plan, policy: SynthPolicy, draws: Draws, rows: int, names: Iterator[Text]) -> None:
    town = policy.town
    style = policy.styles[next(c.style for c in policy.compounds if not policy.styles[c.style].tower)]
    y = 0.0
    plan.level.append(Street(y, town.main_width_m / 2, town.main_walk_m, 2, next(names)))
    for j in range(1, 2 * plan.n_up + 1):
        pitch = pitch_m(style, int(max(style.levels)))
        height = 2 * town.wall_inset_m + town.strip_depth_m + 2 * EDGE_M + style.depth_m + (rows - 1) * pitch
        height = max(height, town.service_min_height_m) + draws.between(0, 6)
        half = town.main_width_m / 2
        y += plan.level[-1].half_m + height + half
        plan.level.append(Street(y, half, town.main_walk_m, 1 if j % 2 else 2, next(names)))


def pitch_m(style: Style, levels: int) -> float:
    """From one row's north face to the next: a house's depth and the sunlight distance in front of it."""
    return style.depth_m + style.spacing_ratio * levels * style.storey_m


def _blocks(plan: Plan, order: tuple[str, ...], up_no: int, across_no: int, flipped: bool) -> None:
    community = up_no * plan.n_across + across_no
    low, main, high = 2 * up_no, 2 * up_no + 1, 2 * up_no + 2
    for i, column in enumerate(order):
        left = across_no * 5 + i
        x0 = plan.upright[left].at + plan.upright[left].half_m
        x1 = plan.upright[left + 1].at - plan.upright[left + 1].half_m
        if column == "river":
            continue
        pieces = (
            [("both", low, high, "S")] if column == "far" else [("lower", low, main, "N"), ("upper", main, high, "S")]
        )
        for row, below, above, side in pieces:
            y0 = plan.level[below].at + plan.level[below].half_m
            y1 = plan.level[above].at - plan.level[above].half_m
            name = {"lower": "upper", "upper": "lower"}.get(row, row) if flipped else row
            plan.blocks.append(Block(community, column, name, Rect(x0, y0, x1, y1), left, left + 1, below, above, side))


def _split(stairs: int, most: int) -> list[int]:
    """Staircases of a row shared out to houses of at most ``most``, as evenly as can be, the longer ones inside."""
    n = max(1, math.ceil(stairs / max(1, min(most, 3))))
    parts = [stairs // n + (1 if i < stairs % n else 0) for i in range(n)]
    return sorted(parts[::2]) + sorted(parts[1::2], reverse=True)


def fit_estate(policy: SynthPolicy, compound: Compound, block: Block, draws: Draws) -> EstatePlan:
    """Rows and columns of houses as many as the block takes with sunlight distance, every cell a house."""
    style = policy.styles[compound.style]
    land = block.land.inset(policy.town.wall_inset_m)
    if compound.shop_strip:
        depth = policy.town.strip_depth_m
        land = (
            Rect(land.x0, land.y0 + depth, land.x1, land.y1)
            if block.main == "S"
            else Rect(land.x0, land.y0, land.x1, land.y1 - depth)
        )
    slabs = _slabs(style, land)
    pitch = pitch_m(style, min(style.levels) if style.tower else max(style.levels))
    room = land.height_m - 2 * EDGE_M - style.depth_m
    n_rows = max(1, int(room / pitch + 1e-6) + 1)
    step = min(room / (n_rows - 1), pitch * 1.3) if n_rows > 1 else 0.0
    top = land.y1 - EDGE_M - (room - step * (n_rows - 1)) / 2
    cells = []
    for row in range(n_rows):
        for column, (x0, x1, n_stairs) in enumerate(slabs):
            levels = int(draws.weighted(style.levels, style.levels_weights))
            cells.append(Cell(column, row, x0, x1, top - row * step, n_stairs, levels))
    middle = len(slabs) // 2
    spine = (slabs[middle - 1][1] + slabs[middle][0]) / 2 if len(slabs) > 1 else land.x0 + LANE_M / 2
    return EstatePlan(compound, style, block, land, spine, cells)


def _slabs(style: Style, land: Rect) -> list[tuple[float, float, int]]:
    """Left end, right end and staircases of the houses of one row, centred on the land."""
    room = land.width_m - 2 * LANE_M
    stairs = max(1, int((room + style.gap_m) / (style.bay_m + style.gap_m)))
    if not style.tower:
        stairs = max(1, int(room / style.bay_m))
        while (
            stairs > 1
            and stairs * style.bay_m + (len(_split(stairs, style.stairs_max)) - 1) * style.gap_m > room + 1e-6
        ):
            stairs -= 1
    parts = [1] * stairs if style.tower else _split(stairs, style.stairs_max)
    used = stairs * style.bay_m
    gap = (
        style.gap_m
        if len(parts) == 1 or not style.tower
        else (room - used) / (len(parts) - 1)
        if len(parts) > 1
        else 0.0
    )
    gap = min(gap, style.gap_m * 1.8)
    x = (land.x0 + land.x1) / 2 - (used + gap * (len(parts) - 1)) / 2
    slabs = []
    for part in parts:
        slabs.append((x, x + part * style.bay_m, part))
        x += part * style.bay_m + gap
    return slabs


def clear_gardens(estate: EstatePlan) -> None:
    """Make room for the garden in the middle and for parking at a corner: as many cells as the policy says, one house is left at least."""
    rows, columns = max(cell.row for cell in estate.cells), max(cell.column for cell in estate.cells)
    n = min(estate.compound.garden_cells, len(estate.cells) - 1)
    row = rows // 2 + (0.5 if n > 2 and rows else 0.0)
    column = columns // 2 + (0.5 if n > 1 and columns else 0.0)

    def far(cell: Cell) -> tuple[float, int, int]:
        return (abs(cell.row - row) * 1.01 + abs(cell.column - column), cell.row, cell.column)

    for cell in sorted(estate.cells, key=far)[:n]:
        cell.use = "garden"
    for _ in range(estate.compound.lot_cells):
        last = _outermost(estate)
        if last is not None:
            last.use = "lot"


def thin_out(estates: list[EstatePlan], homes_needed: int) -> None:
    """Turn surplus houses into parking until one more would be too many: always from the estate most above its share."""
    total = sum(estate.homes() for estate in estates)
    while True:
        best: tuple[float, EstatePlan, Cell] | None = None
        for estate in estates:
            last = _outermost(estate)
            if last is not None and total - last.homes(estate.style) >= homes_needed:
                over = estate.homes() - estate.compound.share * homes_needed
                if best is None or over > best[0]:
                    best = (over, estate, last)
        if best is None:
            return
        best[2].use = "lot"
        total -= best[2].homes(best[1].style)


def _outermost(estate: EstatePlan) -> Cell | None:
    """The house a car park would take next: at the end of the row farthest from the main road; None if only one house is left."""
    houses = [cell for cell in estate.cells if cell.use == "house"]
    if len(houses) < 2:
        return None
    away = -1 if estate.block.main == "S" else 1
    return max(houses, key=lambda cell: (away * cell.row, cell.column))
