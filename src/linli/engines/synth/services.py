"""What is not an estate: the service block (centre, clinic, market, shop street, elder station, park), the school block, and the rows of
shops along the main road. Each house has a door on the walk network and offers its rooms as slots.
"""

from __future__ import annotations

from dataclasses import dataclass

from linli.kernel.text import Text

from .plan import Block, EstatePlan
from .sketch import NONE, Board, DrawnBuilding, DrawnGate, Point, Rect, Slot
from .streets import Streets
from .walks import Track

SHOP_BAY_M = 6.0  # frontage of one shop (drawing choice)
SHOPS_IN_A_HOUSE = 6
GATE_HALF_M = 7.0  # kept free of shops on either side of a gate (drawing choice)
PLAZA_M, PARK_M = (
    22.0,
    72.0,
)  # below the main road's edge: paths in the gaps between the houses of _HOUSES (drawing choice)
MARKET_FROM_M = 112.0  # a shorter block has no room for a market (drawing choice)
STOREY_M = 3.6
_SHOPS = Text("沿街商铺", "Street shops")


@dataclass(frozen=True, slots=True)
class _House:
    """A public house of the service block: where it stands below the main road, its size, and (site, share of its floor) of its rooms."""

    name: Text
    below_m: float
    width_share: float
    depth_m: float
    levels: int
    built_year: int
    rooms: tuple[tuple[str, float], ...]


_HOUSES = (
    _House(Text("党群服务中心", "Community service centre"), 0, 1.0, 17, 3, 2015, (("service_hall", 0.3), *(("service_room", 0.11),) * 6)),
    _House(Text("卫生服务站", "Health station"), 27, 0.62, 15, 2, 2009, (("clinic", 0.7), ("clinic", 0.2))),
    _House(Text("居家养老服务站", "Elder-care station"), 52, 0.8, 15, 2, 2011, (("station", 0.3),) * 3),
    _House(Text("农贸市场", "Food market"), 77, 0.85, 24, 1, 2003, (("market", 0.16),) * 6),
)  # fmt: skip


def draw_shop_strip(board: Board, streets: Streets, *, estate: EstatePlan, compound: int, depth_m: float) -> None:
    """Two-storey shops between the estate's wall and the pavement of the main road, open at the gate."""
    block, wall = estate.block, estate.wall
    j, side = (block.low, 1) if block.main == "S" else (block.high, -1)
    front = block.land.y0 + 2.0 if side == 1 else block.land.y1 - 2.0
    back = front + side * (depth_m - 3.0)
    row = _ShopRow(board, streets.level[j, block.left, side], front, block.community, "shop_strip", compound)
    for x0, x1 in ((wall.x0, estate.spine - GATE_HALF_M), (estate.spine + GATE_HALF_M, wall.x1)):
        n = int((x1 - x0) / SHOP_BAY_M)
        for first in range(0, n, SHOPS_IN_A_HOUSE):
            bays = min(SHOPS_IN_A_HOUSE, n - first)
            if bays >= SHOPS_IN_A_HOUSE // 2:
                start = x0 + first * SHOP_BAY_M + 1.0
                end = start + bays * SHOP_BAY_M - 2.0
                row.house(Rect(start, min(front, back), end, max(front, back)), bays)


@dataclass(slots=True)
class _ShopRow:
    """Houses of shops with their fronts on one line along a pavement."""

    board: Board
    pavement: Track
    front: float
    community: int
    site: str
    compound: int = NONE

    def house(self, area: Rect, bays: int) -> None:
        level = self.pavement.level
        bay, depth = (area.width_m / bays, area.height_m) if level else (area.height_m / bays, area.width_m)
        spots: list[Point] = [
            (area.x0 + bay * (k + 0.5), self.front) if level else (self.front, area.y0 + bay * (k + 0.5))
            for k in range(bays)
        ]
        doors = [self.board.walks.node(*spot) for spot in spots]
        for spot, door in zip(spots, doors, strict=True):
            self.board.walks.edge(door, self.pavement.meet(*spot), "access")
        building = self.board.build(
            DrawnBuilding(
                area.ring(),
                "commercial",
                2,
                STOREY_M,
                self.community,
                doors,
                self.compound,
                built_year=1998,
                name=_SHOPS,
            )
        )
        for k, (spot, door) in enumerate(zip(spots, doors, strict=True), start=1):
            self.board.slots.append(
                Slot(self.site, spot, door, self.community, building, self.compound, bay * depth, k)
            )


def draw_services(board: Board, streets: Streets, block: Block) -> None:
    """From the lane: shop street. On the main road: service centre and plaza. Behind: clinic, station, market, park."""
    _ServiceBlock(board, streets, block).draw()


class _ServiceBlock:
    """``inward`` points from the lane to the river, ``up`` towards the main road."""

    def __init__(self, board: Board, streets: Streets, block: Block) -> None:
        self.board, self.streets, self.block = board, streets, block
        self.land = block.land.inset(2.5)
        self.inward = inward_of(streets, block)
        self.up = 1 if block.main == "N" else -1
        self.near, self.far = (self.land.x0, self.land.x1)[:: self.inward]
        self.edge, self.foot = (self.land.y1, self.land.y0)[:: self.up]
        x = self.near + self.inward * 20.0
        self.walk = board.walks.track(x, self.land.y0 + 4.0, x, self.land.y1 - 4.0)

    def draw(self) -> None:
        streets, block, walks = self.streets, self.block, self.board.walks
        lane = lane_of(streets, block)
        j = block.high if self.up == 1 else block.low
        top, foot = self.edge - self.up * 4.0, self.foot + self.up * 4.0
        x = self.walk.x0
        walks.edge(self.walk.meet(x, top), streets.level[j, block.left, -self.up].meet(x, 0.0), "path")
        streets.zebra(j, block.left, x)
        walks.edge(self.walk.meet(x, foot), lane.meet(0.0, foot), "path")
        self._shop_street(lane)
        self._houses()
        for k in range(2):
            spot = (self.near + self.inward * 14.5, self.foot + self.up * (14.0 + 10.0 * k))
            self.board.slots.append(Slot("lot", spot, self.walk.meet(*spot), block.community))

    def _shop_street(self, lane: Track) -> None:
        """Shops facing the lane; the last third of the lane is left for the car park."""
        row = _ShopRow(self.board, lane, self.near + self.inward, self.block.community, "shop_street")
        x0, x1 = sorted((self.near + self.inward, self.near + self.inward * 13.0))
        length = self.land.height_m * 0.62
        n = max(1, round(length / 32.0))
        for k in range(n):
            start = self.edge - self.up * (6.0 + k * length / n)
            a, b = sorted((start, start - self.up * (length / n - 3.0)))
            row.house(Rect(x0, a, x1, b), max(2, int((b - a) / SHOP_BAY_M)))

    def _area(self, offset: float, below: float, width: float, depth: float) -> Rect:
        """A rectangle ``offset`` inward of the houses' line and ``below`` metres from the main road."""
        start, deep = self.near + self.inward * 26.0, self.edge - self.up * 10.0
        xs = sorted((start + self.inward * offset, start + self.inward * (offset + width)))
        ys = sorted((deep - self.up * below, deep - self.up * (below + depth)))
        return Rect(xs[0], ys[0], xs[1], ys[1])

    def _houses(self) -> None:
        room = abs(self.far - self.near) - 26.0
        wide = min(52.0, room * 0.5)
        for house in _HOUSES:
            if house.below_m < 60 or self.land.height_m > MARKET_FROM_M:
                self._house(house, self._area(0.0, house.below_m, wide * house.width_share, house.depth_m))
        left = room - wide - 8.0
        park = self._area(wide + 6.0, 36.0, left, max(20.0, self.land.height_m - 50.0))
        self.board.lay("green", park, rank=1, name=Text("社区公园", "Community park"))
        for site, n, below_m in (("plaza", 3, PLAZA_M), ("park", 4, PARK_M)):
            self._open(self._area(wide + 6.0, below_m, left, 0.0), site, n)

    def _house(self, house: _House, place: Rect) -> None:
        x, y = (place.x0 if self.inward == 1 else place.x1), place.middle[1]
        door = self.board.walks.node(x, y)
        self.board.walks.edge(door, self.walk.meet(0.0, y), "access")
        community = self.block.community
        number = self.board.build(
            DrawnBuilding(
                place.ring(),
                "public",
                house.levels,
                STOREY_M,
                community,
                [door],
                built_year=house.built_year,
                name=house.name,
            )
        )
        floor_m2 = place.width_m * place.height_m
        for k, (site, share) in enumerate(house.rooms, start=1):
            floor = 1 + (k - 1) * house.levels // len(house.rooms)
            at = (x + self.inward * 3.0, y)
            area_m2 = floor_m2 * house.levels * share
            self.board.slots.append(Slot(site, at, door, community, number, NONE, area_m2, k, floor))

    def _open(self, area: Rect, site: str, n: int) -> None:
        """Spots along a path across open ground, joined to the way at its end."""
        y = area.middle[1]
        end = area.x1 if self.inward == 1 else area.x0
        path = self.board.walks.track(self.walk.x0, y, end, y)
        self.walk.meet(0.0, y)
        for k in range(n):
            x = area.x0 + area.width_m * (k + 1) / (n + 1)
            self.board.slots.append(Slot(site, (x, y), path.meet(x, y), self.block.community))


def inward_of(streets: Streets, block: Block) -> int:
    """1 if the estates lie to the left of a service block, so that inward is to the right; else -1."""
    return 1 if streets.plan.column_of(block.community, "centre") < block.left else -1


def lane_of(streets: Streets, block: Block) -> Track:
    """The lane between the centre estates and the service block, on the block's side."""
    inward = inward_of(streets, block)
    return streets.beside(block.left if inward == 1 else block.right, inward, block.land.middle[1])


def draw_schools(board: Board, streets: Streets, block: Block) -> None:
    """A primary school with its field, and a kindergarten, each behind a wall with a gate to the lane."""
    land = block.land.inset(2.5)
    cut = land.y0 + land.height_m * 0.34
    yard = _Yard(board, streets, block)
    yard.school(Rect(land.x0, cut + 3.0, land.x1, land.y1))
    yard.kindergarten(Rect(land.x0, land.y0, land.x1, cut - 3.0))


class _Yard:
    """Schools of one block."""

    def __init__(self, board: Board, streets: Streets, block: Block) -> None:
        self.board, self.block = board, block
        self.lane, self.inward = lane_of(streets, block), inward_of(streets, block)

    def _walled(self, land: Rect, name: Text) -> int:
        """A wall with one gate in the middle of its lane side; returns the node inside the gate."""
        walks, out = self.board.walks, -self.inward
        x, other = (land.x0, land.x1)[:: self.inward]
        y = land.middle[1]
        inner, outer = walks.node(x - out, y), walks.node(x + out, y)
        edge = walks.edge(inner, outer, "gate")
        walks.edge(outer, self.lane.meet(0.0, y), "path")
        words = Text(f"{name.zh}大门", f"{name.en} gate")
        self.board.gates.append(DrawnGate((x, y), edge, False, NONE, self.block.community, words))
        ring = [(x, y - 3), (x, land.y0), (other, land.y0), (other, land.y1), (x, land.y1), (x, y + 3)]
        self.board.lay("wall", ring)
        return inner

    def _enter(self, gate: int, x: float, y: float, door_y: float) -> int:
        """From the gate along the yard to ``x``, then to a door straight ahead; returns the door's node."""
        walks = self.board.walks
        corner, door = walks.node(x, y), walks.node(x, door_y)
        walks.edge(gate, corner, "path")
        walks.edge(corner, door, "access")
        return door

    def school(self, land: Rect) -> None:
        name, depth = Text("小学", "Primary school"), 13.0
        gate = self._walled(land, name)
        hall = Rect(land.x0 + 10.0, land.y1 - 8.0 - depth, land.x1 - 10.0, land.y1 - 8.0)
        wing_m = min(40.0, land.height_m * 0.5 - 12.0)
        far = hall.x1 if self.inward == 1 else hall.x0
        wing = Rect(*_sorted_pair(far, far - self.inward * depth, hall.y0 - wing_m, hall.y0))
        x = (land.x0 if self.inward == 1 else land.x1) + self.inward * 12.0
        door = self._enter(gate, x, land.middle[1], hall.y0)
        self._built(_l_shape(hall, wing), name, door=door, site="school", levels=4, year=1994)
        near_m, far_m = (20.0, 30.0)[:: self.inward]
        field = Rect(land.x0 + near_m, land.y0 + 6.0, land.x1 - far_m, hall.y0 - 10.0)
        self.board.lay("green", field, rank=1, name=Text("操场", "Playing field"))

    def kindergarten(self, land: Rect) -> None:
        name = Text("幼儿园", "Kindergarten")
        gate = self._walled(land, name)
        width = min(44.0, land.width_m - 24.0)
        x = land.middle[0]
        house = Rect(x - width / 2, land.y1 - 18.0, x + width / 2, land.y1 - 5.0)
        door = self._enter(gate, x - self.inward * (width / 2 - 4.0), land.middle[1], house.y0)
        self._built(house.ring(), name, door=door, site="kindergarten", levels=3, year=2004)
        yard = Rect(house.x0, land.y0 + 5.0, house.x1, house.y0 - 6.0)
        self.board.lay("green", yard, rank=1, name=Text("活动场地", "Play yard"))

    def _built(self, ring: list[Point], name: Text, *, door: int, site: str, levels: int, year: int) -> None:
        community = self.block.community
        number = self.board.build(
            DrawnBuilding(ring, "education", levels, STOREY_M, community, [door], built_year=year, name=name)
        )
        area_m2 = self.board.buildings[number].area_m2 * levels
        at = (self.board.walks.x[door], self.board.walks.y[door] - 1.0)
        self.board.slots.append(Slot(site, at, door, community, number, area_m2=area_m2))


def _sorted_pair(xa: float, xb: float, y0: float, y1: float) -> tuple[float, float, float, float]:
    return min(xa, xb), y0, max(xa, xb), y1


def _l_shape(bar: Rect, wing: Rect) -> list[Point]:
    """The outline of a bar with a wing hanging from its lower edge at one end."""
    if wing.x1 >= bar.x1 - 1e-6:
        return [
            (bar.x0, bar.y0),
            (wing.x0, bar.y0),
            (wing.x0, wing.y0),
            (bar.x1, wing.y0),
            (bar.x1, bar.y1),
            (bar.x0, bar.y1),
        ]
    return [
        (bar.x0, wing.y0),
        (wing.x1, wing.y0),
        (wing.x1, bar.y0),
        (bar.x1, bar.y0),
        (bar.x1, bar.y1),
        (bar.x0, bar.y1),
    ]
