"""A gated estate drawn from its fitted plan: wall, gates, inner street, a path north of each row, houses with their doors, garden, parking.

Doors are on the north face, as in slab blocks that give the south to the living rooms. A locked gate is an edge nobody passes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linli.kernel.text import Text

from .draws import Draws
from .plan import EDGE_M, LANE_M, Cell, EstatePlan
from .sketch import Board, DrawnBuilding, DrawnCompound, DrawnGate, Point, Rect, Slot
from .streets import Streets
from .walks import Track

PATH_M = 4.0  # from a house's north face to the path before it (drawing choice)
GATE_M = 6.0  # width of the opening in the wall (drawing choice)
HALL_M = 26.0  # longest front of the house in the garden (drawing choice)
HALL_ROOMS = 4
_SIDES = {
    "N": Text("北门", "North gate"),
    "S": Text("南门", "South gate"),
    "E": Text("东门", "East gate"),
    "W": Text("西门", "West gate"),
}
_GARDEN = Text("小区花园", "Estate garden")
_HALL_NAME = Text("邻里中心", "Neighbourhood hall")


def draw_estate(board: Board, streets: Streets, *, estate: EstatePlan, name: Text, draws: Draws) -> int:
    """Draw one estate; returns its number among the board's compounds."""
    style, community = estate.style, estate.block.community
    year = draws.whole(style.built_from, style.built_to)
    board.compounds.append(
        DrawnCompound(name, estate.compound.role, estate.compound.style, community, estate.wall, year)
    )
    board.lay("compound", estate.wall, name=name)
    drawing = _Estate(board, streets, estate, len(board.compounds) - 1)
    drawing.ways()
    drawing.houses(year, draws)
    drawing.gardens()
    drawing.lots(draws)
    drawing.gates()
    return drawing.number


@dataclass(slots=True)
class _Estate:
    """``rows[k]`` is the path before row ``k`` of houses at ``heights[k]``; the last one runs along the southern wall."""

    board: Board
    streets: Streets
    estate: EstatePlan
    number: int
    rows: list[Track] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)

    def ways(self) -> None:
        """Paths before the rows, tied together by lanes inside the wall and the inner street."""
        wall, walks = self.estate.wall, self.board.walks
        norths = sorted({cell.north for cell in self.estate.cells}, reverse=True)
        self.heights = [*(north + PATH_M for north in norths), wall.y0 + EDGE_M - PATH_M]
        xs = sorted({wall.x0 + LANE_M / 2, self.estate.spine, wall.x1 - LANE_M / 2})
        self.rows = [walks.track(xs[0], y, xs[-1], y) for y in self.heights]
        for x in xs:
            lane = walks.track(x, self.heights[-1], x, self.heights[0])
            for row in self.rows:
                row.meet(x, row.y0)
                lane.meet(x, row.y0)

    def houses(self, year: int, draws: Draws) -> None:
        style = self.estate.style
        standing = [cell for cell in self.estate.cells if cell.use == "house"]
        for number, cell in enumerate(standing, start=1):
            bay = (cell.x1 - cell.x0) / cell.n_stairs
            doors = [self._door(cell.x0 + bay * (k + 0.5), cell) for k in range(cell.n_stairs)]
            self.board.build(
                DrawnBuilding(
                    ring=_outline(cell, self.estate),
                    use="residential",
                    levels=cell.levels,
                    storey_m=style.storey_m,
                    community=self.estate.block.community,
                    doors=doors,
                    compound=self.number,
                    number=number,
                    built_year=year + draws.whole(0, 1),
                    style=self.estate.compound.style,
                    n_lifts=style.lifts_per_stair * cell.n_stairs,
                )
            )

    def _door(self, x: float, cell: Cell) -> int:
        door = self.board.walks.node(x, cell.north)
        self.board.walks.edge(door, self.rows[cell.row].meet(x, 0.0), "access")
        return door

    def gardens(self) -> None:
        cells = [cell for cell in self.estate.cells if cell.use == "garden"]
        for run in _runs_of_cells(cells):
            area = self._span(run)
            self.board.lay("green", area, rank=1, name=_GARDEN)
            x, y = area.middle
            top = self.rows[run[0].row].meet(x, 0.0)
            self.board.walks.edge(top, self.board.walks.node(x, y), "path")
            self.board.walks.edge(self.board.walks.node(x, y), self.board.walks.node(x, area.y0), "path")
        if cells:
            first = cells[0]
            self._slot("garden", ((first.x0 + first.x1) / 2, first.north - 3.0), first.row)
        if len(cells) > 1:
            self._hall(cells[-1])

    def _hall(self, cell: Cell) -> None:
        """A low house in the garden, open to all, with its door to the north."""
        width = min(HALL_M, cell.x1 - cell.x0)
        x0 = (cell.x0 + cell.x1) / 2 - width / 2
        house = Rect(x0, cell.north - 13.0, x0 + width, cell.north)
        x, community = x0 + width / 4, self.estate.block.community
        door = self._door(x, cell)
        building = self.board.build(
            DrawnBuilding(
                house.ring(), "public", 2, 3.6, community, [door], self.number, built_year=2012, name=_HALL_NAME
            )
        )
        area_m2 = house.width_m * house.height_m * 2 * 0.9 / HALL_ROOMS
        for room in range(1, HALL_ROOMS + 1):
            at = (x, cell.north - 4.0)
            self.board.slots.append(
                Slot("garden_hall", at, door, community, building, self.number, area_m2, room, 1 + (room > 2))
            )

    def lots(self, draws: Draws) -> None:
        """Car parks where houses were left out, and a spot by the inner street."""
        for cell in self.estate.cells:
            if cell.use == "lot":
                at = ((cell.x0 + cell.x1) / 2, cell.north - self.estate.style.depth_m / 2)
                self._slot("lot", at, cell.row)
        row = draws.whole(0, len(self.rows) - 2)
        self._slot("compound_inside", (self.estate.spine + 3.0, self.heights[row] - 1.0), row)

    def _slot(self, site: str, at: Point, row: int) -> None:
        node = self.rows[row].meet(*at)
        self.board.slots.append(Slot(site, at, node, self.estate.block.community, compound=self.number))

    def gates(self) -> None:
        gates, main = self.estate.compound.gates, self.estate.block.main
        sides = {"main": main, "back": "N" if main == "S" else "S", "side": self._service_side()}
        gaps: dict[str, list[float]] = {side: [] for side in _SIDES}
        for which, side in sides.items():
            state = getattr(gates, which)
            if state != "none":
                draw = self._level_gate if side in "NS" else self._side_gate
                gaps[side].append(draw(side, state == "locked"))
        self._wall(gaps)

    def _service_side(self) -> str:
        """The side of a side gate: towards the services, where the daily ways lead."""
        plan, block = self.streets.plan, self.estate.block
        return "E" if plan.column_of(block.community, "service") > block.left else "W"

    def _level_gate(self, side: str, locked: bool) -> float:
        wall, block, walks = self.estate.wall, self.estate.block, self.board.walks
        x = self.estate.spine
        y, out = (wall.y1, 1) if side == "N" else (wall.y0, -1)
        row = self.rows[0] if side == "N" else self.rows[-1]
        j = block.high if side == "N" else block.low
        within, without = walks.node(x, y - out), walks.node(x, y + out)
        walks.edge(row.meet(x, 0.0), within, "path")
        edge = walks.edge(within, without, "gate", locked=locked)
        walks.edge(without, self.streets.level[j, block.left, -out].meet(x, 0.0), "path")
        if not locked:
            self.streets.zebra(j, block.left, x)
        self._post((x, y), edge, side)
        return x

    def _side_gate(self, side: str, locked: bool) -> float:
        wall, block, walks = self.estate.wall, self.estate.block, self.board.walks
        steps = self.estate.compound.gates.side_steps
        k = len(self.rows) // 2
        y = self.heights[k]
        x, out = (wall.x1, 1) if side == "E" else (wall.x0, -1)
        street = self.streets.beside(block.right if side == "E" else block.left, -out, y)
        within, without = walks.node(x - out, y), walks.node(x + out, y)
        walks.edge(self.rows[k].meet(x, y), within, "path")
        edge = walks.edge(within, without, "gate", locked=locked)
        if steps:
            bend = walks.node(x + out, y + 9.0)
            walks.edge(without, bend, "ramp")
            walks.edge(bend, street.meet(0.0, y + 9.0), "path")
        walks.edge(without, street.meet(0.0, y), "steps" if steps else "path")
        self._post((x, y), edge, side)
        return y

    def _post(self, at: Point, edge: int, side: str) -> None:
        compound = self.board.compounds[self.number]
        tail, _, _, locked = self.board.walks.edges[edge]
        name = Text(compound.name.zh + _SIDES[side].zh, f"{compound.name.en}, {_SIDES[side].en.lower()}")
        self.board.gates.append(DrawnGate(at, edge, locked, self.number, compound.community, name))
        if not locked:
            self.board.slots.append(Slot("compound_gate", at, tail, compound.community, compound=self.number))

    def _wall(self, gaps: dict[str, list[float]]) -> None:
        wall = self.estate.wall
        sides = {"S": wall.y0, "N": wall.y1, "W": wall.x0, "E": wall.x1}
        for side, at in sides.items():
            level = side in "NS"
            low, high = (wall.x0, wall.x1) if level else (wall.y0, wall.y1)
            cuts = [low, *(gap + off for gap in sorted(gaps[side]) for off in (-GATE_M / 2, GATE_M / 2)), high]
            for a, b in zip(cuts[::2], cuts[1::2], strict=True):
                if b - a > 0.5:
                    self.board.lay("wall", [(a, at), (b, at)] if level else [(at, a), (at, b)])

    def _span(self, cells: list[Cell]) -> Rect:
        """The land of neighbouring cells from just south of their path to the next path."""
        k = cells[0].row
        return Rect(cells[0].x0, self.heights[k + 1] + 2.0, cells[-1].x1, self.heights[k] - 2.0)


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
