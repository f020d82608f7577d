"""A gated estate drawn from its fitted plan: wall, gates, inner street, a path north of each row, houses with their doors, garden, parking.

Doors are on the north face, as in slab blocks that give the south to the living rooms. A locked gate is an edge nobody passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linli.kernel.text import Text

from .draws import Draws
from .plan import EDGE_M, LANE_M, Cell, EstatePlan
from .policy import SynthPolicy
from .sketch import Board, DrawnBuilding, DrawnCompound, DrawnGate, Point, Rect, Slot
from .streets import Streets
from .walks import Track

PATH_M = 4.0  # from a house's north face to the path before it (drawing choice)
GATE_M = 6.0  # width of the opening in the wall (drawing choice)
_SIDES = {"N": Text("北门", "North gate"), "S": Text("南门", "South gate"), "E": Text("东门", "East gate"), "W": Text("西门", "West gate")}


@dataclass(slots=True)
class _Inside:
    """The ways inside: ``rows[k]`` the path at ``heights[k]``; upright lanes at ``xs``."""

    rows: list[Track] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    lanes: list[Track] = field(default_factory=list)


@dataclass(slots=True)
class EstateArtist:
    """Draws estates on one board."""

    board: Board
    streets: Streets
    policy: SynthPolicy

    def draw(self, estate: EstatePlan, name: Text, draws: Draws) -> int:
        """Returns the compound's number."""
        style = estate.style
        year = draws.whole(style.built_from, style.built_to)
        number = len(self.board.compounds)
        self.board.compounds.append(DrawnCompound(name, estate.compound.role, estate.compound.style, estate.block.community, estate.wall, year))
        self.board.lay("compound", estate.wall, name=name, community=estate.block.community)
        inside = self._ways(estate)
        self._houses(estate, inside, number, year, draws)
        self._open_ground(estate, inside, number, draws)
        self._gates(estate, inside, number)
        return number

    def _ways(self, estate: EstatePlan) -> _Inside:
        wall, walks = estate.wall, self.board.walks
        inside = _Inside()
        norths = sorted({cell.north for cell in estate.cells}, reverse=True)
        inside.heights = [*(north + PATH_M for north in norths), wall.y0 + EDGE_M - PATH_M]
        xs = sorted({wall.x0 + LANE_M / 2, estate.spine, wall.x1 - LANE_M / 2})
        for y in inside.heights:
            inside.rows.append(walks.track(xs[0], y, xs[-1], y))
        for x in xs:
            lane = walks.track(x, inside.heights[-1], x, inside.heights[0])
            inside.lanes.append(lane)
            for row in inside.rows:
                row.meet(x, row.y0)
                lane.meet(x, row.y0)
        return inside

    def _houses(self, estate: EstatePlan, inside: _Inside, number: int, year: int, draws: Draws) -> None:
        style = estate.style
        house_no = 0
        for cell in estate.cells:
            if cell.use != "house":
                continue
            house_no += 1
            bay = (cell.x1 - cell.x0) / cell.n_stairs
            doors = []
            for stair in range(cell.n_stairs):
                x = cell.x0 + bay * (stair + 0.5)
                door = self.board.walks.node(x, cell.north)
                self.board.walks.edge(door, inside.rows[cell.row].meet(x, 0.0), "access")
                doors.append(door)
            self.board.build(
                DrawnBuilding(
                    ring=_outline(cell, estate),
                    use="residential",
                    levels=cell.levels,
                    storey_m=style.storey_m,
                    community=estate.block.community,
                    doors=doors,
                    compound=number,
                    number=house_no,
                    built_year=year + int(draws.one() * 2.0),
                    style=estate.compound.style,
                    homes_per_landing=style.homes_per_landing,
                    n_lifts=style.lifts_per_stair * cell.n_stairs,
                )
            )

    def _open_ground(self, estate: EstatePlan, inside: _Inside, number: int, draws: Draws) -> None:
        gardens = [cell for cell in estate.cells if cell.use == "garden"]
        for cells in _runs_of_cells(gardens):
            area = _span(cells, estate)
            self.board.lay("green", area, rank=1, name=_GARDEN, community=estate.block.community)
            self._garden_paths(area, inside, cells[0].row)
        if gardens:
            self._hall(estate, inside, gardens, number)
        for cell in estate.cells:
            if cell.use == "lot":
                x, y = (cell.x0 + cell.x1) / 2, cell.north - estate.style.depth_m / 2
                self._slot("lot", (x, y), inside, cell.row, number, estate)
        row = draws.whole(0, len(inside.rows) - 2)
        self._slot("compound_inside", (estate.spine + 3.0, inside.heights[row] - 1.0), inside, row, number, estate)

    def _slot(self, site: str, at: Point, inside: _Inside, row: int, number: int, estate: EstatePlan) -> None:
        node = inside.rows[row].meet(*at)
        self.board.slots.append(Slot(site, at, node, estate.block.community, compound=number))

    def _garden_paths(self, area: Rect, inside: _Inside, row: int) -> None:
        """A way through the green from its northern path to its southern edge."""
        x, _ = area.middle
        walks = self.board.walks
        top = inside.rows[row].meet(x, 0.0)
        foot = walks.node(x, area.y0)
        walks.edge(top, walks.node(x, area.middle[1]), "path")
        walks.edge(walks.node(x, area.middle[1]), foot, "path")

    def _hall(self, estate: EstatePlan, inside: _Inside, gardens: list[Cell], number: int) -> None:
        """A low house in the garden, open to all, with its door to the north; the rest of the garden is a park."""
        first = gardens[0]
        community = estate.block.community
        self._slot("garden", ((first.x0 + first.x1) / 2, first.north - 3.0), inside, first.row, number, estate)
        if len(gardens) < 2:
            return
        home = gardens[-1]
        width = min(26.0, home.x1 - home.x0)
        x0 = (home.x0 + home.x1) / 2 - width / 2
        house = Rect(x0, home.north - 13.0, x0 + width, home.north)
        x = x0 + width / 4
        door = self.board.walks.node(x, home.north)
        self.board.walks.edge(door, inside.rows[home.row].meet(x, 0.0), "access")
        building = self.board.build(
            DrawnBuilding(house.ring(), "public", 2, 3.6, community, [door], number, built_year=2012, name=_HALL_NAME)
        )
        self.board.slots.extend(
            Slot("garden_hall", (x, home.north - 4.0), door, community, building, number, house.width_m * house.height_m * 0.42, unit)
            for unit in range(1, 5)
        )

    def _gates(self, estate: EstatePlan, inside: _Inside, number: int) -> None:
        gates, block = estate.compound.gates, estate.block
        main, back = (block.main, "N" if block.main == "S" else "S")
        open_on = {"main": main, "back": back, "side": self._lane_side(estate)}
        gaps: dict[str, list[float]] = {"N": [], "S": [], "E": [], "W": []}
        for which, state in (("main", gates.main), ("back", gates.back), ("side", gates.side)):
            if state == "none":
                continue
            side = open_on[which]
            if side in "NS":
                gaps[side].append(self._level_gate(estate, inside, number, side, state == "locked"))
            else:
                gaps[side].append(self._side_gate(estate, inside, number, side, state == "locked"))
        self._wall(estate.wall, gaps)

    def _lane_side(self, estate: EstatePlan) -> str:
        """The side of a side gate: towards the services, where the daily ways lead."""
        plan = self.streets.plan
        service = next(b for b in plan.blocks if b.community == estate.block.community and b.column == "service")
        return "E" if service.left > estate.block.left else "W"

    def _level_gate(self, estate: EstatePlan, inside: _Inside, number: int, side: str, locked: bool) -> float:
        wall, block, walks = estate.wall, estate.block, self.board.walks
        x = estate.spine
        y, out = (wall.y1, 1) if side == "N" else (wall.y0, -1)
        row = inside.rows[0] if side == "N" else inside.rows[-1]
        j = block.high if side == "N" else block.low
        within, without = walks.node(x, y - out), walks.node(x, y + out)
        walks.edge(row.meet(x, 0.0), within, "path")
        edge = walks.edge(within, without, "gate", locked=locked)
        walks.edge(without, self.streets.level[j, block.left, -out].meet(x, 0.0), "path")
        if not locked:
            self.streets.zebra(j, block.left, x)
        self._post((x, y), edge, locked, number, side, estate)
        return x

    def _side_gate(self, estate: EstatePlan, inside: _Inside, number: int, side: str, locked: bool) -> float:
        wall, block, walks = estate.wall, estate.block, self.board.walks
        k = len(inside.rows) // 2
        y = inside.heights[k]
        x, out = (wall.x1, 1) if side == "E" else (wall.x0, -1)
        i = block.right if side == "E" else block.left
        street = self.streets.beside(i, -out, y)
        within, without = walks.node(x - out, y), walks.node(x + out, y)
        walks.edge(inside.rows[k].meet(x, y), within, "path")
        edge = walks.edge(within, without, "gate", locked=locked)
        if estate.compound.gates.side_steps:
            bend = walks.node(x + out, y + 9.0)
            walks.edge(without, bend, "ramp")
            walks.edge(bend, street.meet(0.0, y + 9.0), "path")
        walks.edge(without, street.meet(0.0, y), "steps" if estate.compound.gates.side_steps else "path")
        self._post((x, y), edge, locked, number, side, estate)
        return y

    def _post(self, at: Point, edge: int, locked: bool, number: int, side: str, estate: EstatePlan) -> None:
        compound = self.board.compounds[number]
        name = Text(compound.name.zh + _SIDES[side].zh, f"{compound.name.en}, {_SIDES[side].en.lower()}")
        self.board.gates.append(DrawnGate(at, edge, locked, number, name))
        if not locked:
            node = self.board.walks.edges[edge][0]
            self.board.slots.append(Slot("compound_gate", at, node, estate.block.community, compound=number))

    def _wall(self, wall: Rect, gaps: dict[str, list[float]]) -> None:
        sides = {
            "S": ((wall.x0, wall.y0), (wall.x1, wall.y0)),
            "E": ((wall.x1, wall.y0), (wall.x1, wall.y1)),
            "N": ((wall.x1, wall.y1), (wall.x0, wall.y1)),
            "W": ((wall.x0, wall.y1), (wall.x0, wall.y0)),
        }
        for side, (start, end) in sides.items():
            level = side in "NS"
            low, high = sorted((start[0], end[0]) if level else (start[1], end[1]))
            cuts = [low]
            for gap in sorted(gaps[side]):
                cuts += [gap - GATE_M / 2, gap + GATE_M / 2]
            cuts.append(high)
            for a, b in zip(cuts[::2], cuts[1::2], strict=True):
                if b - a > 0.5:
                    points = [(a, start[1]), (b, start[1])] if level else [(start[0], a), (start[0], b)]
                    self.board.lay("wall", points)


_GARDEN = Text("小区花园", "Estate garden")
_HALL_NAME = Text("邻里中心", "Neighbourhood hall")


def _outline(cell: Cell, estate: EstatePlan) -> list[Point]:
    """A slab is a rectangle; a tower has its four corners cut in, as towers with four homes a floor have."""
    south, north = cell.north - estate.style.depth_m, cell.north
    if not estate.style.tower:
        return Rect(cell.x0, south, cell.x1, north).ring()
    a, b = (cell.x1 - cell.x0) * 0.16, estate.style.depth_m * 0.2
    x0, x1 = cell.x0, cell.x1
    return [
        (x0 + a, south), (x1 - a, south), (x1 - a, south + b), (x1, south + b), (x1, north - b), (x1 - a, north - b),
        (x1 - a, north), (x0 + a, north), (x0 + a, north - b), (x0, north - b), (x0, south + b), (x0 + a, south + b),
    ]  # fmt: skip


def _runs_of_cells(cells: list[Cell]) -> list[list[Cell]]:
    """Cells side by side in a row, grouped."""
    runs: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda c: (c.row, c.column)):
        if runs and runs[-1][-1].row == cell.row and runs[-1][-1].column == cell.column - 1:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs


def _span(cells: list[Cell], estate: EstatePlan) -> Rect:
    """The land of neighbouring cells from just south of their path to the next path."""
    rows = sorted({cell.north for cell in estate.cells}, reverse=True)
    k = rows.index(cells[0].north)
    south = rows[k + 1] + PATH_M + 2.0 if k + 1 < len(rows) else estate.wall.y0 + EDGE_M - PATH_M + 2.0
    return Rect(cells[0].x0, south, cells[-1].x1, cells[0].north + PATH_M - 2.0)
