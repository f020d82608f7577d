"""What is not an estate: the service block (centre, clinic, market, shop street, elder station, park), the school block, and the rows of
shops along the main road. Each house has a door on the walk network and offers its rooms as slots.
"""

from __future__ import annotations

from dataclasses import dataclass

from linli.kernel.text import Text

from .plan import Block, EstatePlan
from .policy import SynthPolicy
from .sketch import NONE, Board, DrawnBuilding, DrawnGate, Point, Rect, Slot
from .streets import Streets
from .walks import Track

SHOP_BAY_M = 6.0  # frontage of one shop (drawing choice)


@dataclass(slots=True)
class ServiceArtist:
    """Draws public ground on one board."""

    board: Board
    streets: Streets
    policy: SynthPolicy

    def shop_strip(self, estate: EstatePlan, compound: int) -> None:
        """Two-storey shops between the estate's wall and the pavement of the main road, open at the gate."""
        block, wall = estate.block, estate.wall
        j, side = (block.low, 1) if block.main == "S" else (block.high, -1)
        front = block.land.y0 + 2.0 if side == 1 else block.land.y1 - 2.0
        back = front + side * (self.policy.town.strip_depth_m - 3.0)
        pavement = self.streets.level[j, block.left, side]
        for x0, x1 in ((wall.x0, estate.spine - 7.0), (estate.spine + 7.0, wall.x1)):
            n = int((x1 - x0) / SHOP_BAY_M)
            for first in range(0, n, 6):
                bays = min(6, n - first)
                if bays < 3:
                    continue
                start = x0 + first * SHOP_BAY_M + 1.0
                area = Rect(start, min(front, back), start + bays * SHOP_BAY_M - 2.0, max(front, back))
                self._shops(area, front, pavement, block.community, bays, "shop_strip", compound)

    def _shops(self, area: Rect, front: float, pavement: Track, community: int, bays: int, site: str, compound: int = NONE) -> None:
        doors: list[int] = []
        bay = area.width_m / bays if pavement.level else area.height_m / bays
        spots: list[Point] = []
        for k in range(bays):
            spot = (area.x0 + bay * (k + 0.5), front) if pavement.level else (front, area.y0 + bay * (k + 0.5))
            door = self.board.walks.node(*spot)
            self.board.walks.edge(door, pavement.meet(*spot), "access")
            doors.append(door)
            spots.append(spot)
        depth = area.height_m if pavement.level else area.width_m
        building = self.board.build(
            DrawnBuilding(area.ring(), "commercial", 2, 3.6, community, doors, compound, built_year=1998, homes_per_landing=0, name=_SHOPS)
        )
        for k, (spot, door) in enumerate(zip(spots, doors, strict=True)):
            self.board.slots.append(Slot(site, spot, door, community, building, compound, bay * depth, k + 1))

    def service_block(self, block: Block) -> None:
        """From the lane: shop street. On the main road: service centre and plaza. Behind: clinic, station, market, park."""
        land = block.land.inset(2.5)
        towards = self._towards_homes(block)
        up = 1 if block.main == "N" else -1
        edge = land.y1 if up == 1 else land.y0
        lane = self.streets.beside(block.left if towards < 0 else block.right, 1 if towards < 0 else -1, land.middle[1])
        near, far = (land.x0, land.x1) if towards < 0 else (land.x1, land.x0)
        inward = -towards
        walk = self.board.walks.track(near + inward * 20.0, land.y0 + 4, near + inward * 20.0, land.y1 - 4)
        j = block.high if up == 1 else block.low
        front_way = self.streets.level[j, block.left, -up]
        top = walk.meet(0.0, edge - up * 4)
        self.board.walks.edge(top, front_way.meet(walk.x0, 0.0), "path")
        self.streets.zebra(j, block.left, walk.x0)
        foot = walk.meet(0.0, land.y0 + 4 if up == 1 else land.y1 - 4)
        self.board.walks.edge(foot, lane.meet(0.0, land.y0 + 4 if up == 1 else land.y1 - 4), "path")
        self._shop_street(block, land, lane, near, inward, up, edge)
        self._houses(block, near + inward * 26.0, far, edge, up, land, walk)

    def _shop_street(self, block: Block, land: Rect, lane: Track, near: float, inward: int, up: int, edge: float) -> None:
        """Shops facing the lane; the last third of the lane is left for the car park."""
        x0, x1 = sorted((near + inward * 1.0, near + inward * 13.0))
        length = land.height_m * 0.62
        first = edge - up * 6.0
        n_houses = max(1, round(length / 32.0))
        for k in range(n_houses):
            a, b = sorted((first - up * (k * length / n_houses), first - up * ((k + 1) * length / n_houses - 3.0)))
            bays = max(2, int((b - a) / SHOP_BAY_M))
            self._shops(Rect(x0, a, x1, b), near + inward * 1.0, lane, block.community, bays, "shop_street")

    def _houses(self, block: Block, start: float, far: float, edge: float, up: int, land: Rect, walk: Track) -> None:
        inward = 1 if far > start else -1
        room = abs(far - start)
        deep = edge - up * 10.0

        def area(offset: float, width: float, below: float, depth: float) -> Rect:
            xa, xb = start + inward * offset, start + inward * (offset + width)
            ya, yb = deep - up * below, deep - up * (below + depth)
            return Rect(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))

        def house(place: Rect, levels: int, name: Text, sites: list[tuple[str, float]], year: int) -> None:
            x = place.x0 if inward == 1 else place.x1
            y = place.middle[1]
            door = self.board.walks.node(x, y)
            self.board.walks.edge(door, walk.meet(0.0, y), "access")
            number = self.board.build(DrawnBuilding(place.ring(), "public", levels, 3.6, block.community, [door], built_year=year, name=name))
            for k, (site, share) in enumerate(sites):
                spot = (x + inward * 3.0, y)
                self.board.slots.append(Slot(site, spot, door, block.community, number, NONE, place.width_m * place.height_m * levels * share, k + 1))

        wide = min(52.0, room * 0.5)
        rooms: list[tuple[str, float]] = [("service_hall", 0.3), *[("service_room", 0.11)] * 6]
        house(area(0, wide, 0, 17.0), 3, Text("党群服务中心", "Community service centre"), rooms, 2015)
        house(area(0, wide * 0.62, 27.0, 15.0), 2, Text("卫生服务站", "Health station"), [("clinic", 0.7), ("clinic", 0.2)], 2009)
        house(area(0, wide * 0.8, 52.0, 15.0), 2, Text("居家养老服务站", "Elder-care station"), [("station", 0.3)] * 3, 2011)
        if land.height_m > 112:
            house(area(0, wide * 0.85, 77.0, 24.0), 1, Text("农贸市场", "Food market"), [("market", 0.16)] * 6, 2003)
        plaza = area(wide + 6.0, room - wide - 8.0, 0, 30.0)
        park = area(wide + 6.0, room - wide - 8.0, 36.0, max(20.0, land.height_m - 36.0 - 10.0 - 4.0))
        self.board.lay("green", park, rank=1, name=Text("社区公园", "Community park"), community=block.community)
        self._open_slots(plaza, "plaza", walk, block, 2)
        self._open_slots(park, "park", walk, block, 3)
        shift = 3.5 if inward == 1 else -3.5
        for k in range(2):
            spot = (start - shift - inward * 8.0, (land.y0 + 14.0 + 10 * k) if up == 1 else (land.y1 - 14.0 - 10 * k))
            self.board.slots.append(Slot("lot", spot, walk.meet(0.0, spot[1]), block.community))

    def _open_slots(self, area: Rect, site: str, walk: Track, block: Block, n: int) -> None:
        """Spots along a path across open ground, joined to the way at its end."""
        y = area.middle[1]
        path = self.board.walks.track(walk.x0, y, area.middle[0], y)
        path.meet(walk.x0, y)
        walk.meet(0.0, y)
        for k in range(n):
            x = area.x0 + area.width_m * (k + 1) / (n + 1)
            self.board.slots.append(Slot(site, (x, y), path.meet(x, y), block.community))

    def _towards_homes(self, block: Block) -> int:
        """-1 if the estates lie to the left, 1 if to the right."""
        centre = next(b for b in self.streets.plan.blocks if b.community == block.community and b.column == "centre")
        return -1 if centre.left < block.left else 1

    def school_block(self, block: Block) -> None:
        """A primary school with its field, and a kindergarten, each behind a wall with a gate to the lane."""
        land = block.land.inset(2.5)
        cut = land.y0 + land.height_m * 0.34
        self._school(block, Rect(land.x0, cut + 3.0, land.x1, land.y1))
        self._kindergarten(block, Rect(land.x0, land.y0, land.x1, cut - 3.0))

    def _yard(self, block: Block, land: Rect, name: Text) -> int:
        """A walled yard with one gate in the middle of its lane side; returns the node inside the gate."""
        towards = self._towards_homes(block)
        walks = self.board.walks
        x = land.x0 if towards < 0 else land.x1
        y = land.middle[1]
        lane = self.streets.beside(block.left if towards < 0 else block.right, 1 if towards < 0 else -1, y)
        inner, outer = walks.node(x - towards * 1.0, y), walks.node(x + towards * 1.0, y)
        edge = walks.edge(inner, outer, "gate")
        walks.edge(outer, lane.meet(0.0, y), "path")
        self.board.gates.append(DrawnGate((x, y), edge, False, NONE, Text(f"{name.zh}大门", f"{name.en} gate")))
        other = land.x1 if towards < 0 else land.x0
        for points in ([(x, y - 3), (x, land.y0), (other, land.y0), (other, land.y1), (x, land.y1), (x, y + 3)],):
            self.board.lay("wall", points)
        return inner

    def _school(self, block: Block, land: Rect) -> None:
        name = Text("小学", "Primary school")
        gate = self._yard(block, land, name)
        walks = self.board.walks
        towards = self._towards_homes(block)
        near = land.x0 + 12.0 if towards < 0 else land.x1 - 12.0
        depth, wing = 13.0, min(40.0, land.height_m * 0.5)
        hall = Rect(land.x0 + 10.0, land.y1 - 8.0 - depth, land.x1 - 10.0, land.y1 - 8.0)
        far = land.x1 - 10.0 if towards < 0 else land.x0 + 10.0
        side = Rect(min(far, far + towards * depth), hall.y0 - wing, max(far, far + towards * depth), hall.y0)
        ring = _l_shape(hall, side)
        door = walks.node(near, hall.y0)
        corner = walks.node(near, land.middle[1])
        walks.edge(gate, corner, "path")
        if corner != door:
            walks.edge(corner, door, "access")
        number = self.board.build(DrawnBuilding(ring, "education", 4, 3.8, block.community, [door], built_year=1994, name=name))
        self.board.slots.append(Slot("school", (near, hall.y0 - 1.0), door, block.community, number, area_m2=hall.width_m * depth * 4))
        field_rect = Rect(land.x0 + 20.0, land.y0 + 6.0, land.x1 - 30.0, hall.y0 - 10.0)
        if towards > 0:
            field_rect = Rect(land.x0 + 30.0, land.y0 + 6.0, land.x1 - 20.0, hall.y0 - 10.0)
        self.board.lay("green", field_rect, rank=1, name=Text("操场", "Playing field"), community=block.community)

    def _kindergarten(self, block: Block, land: Rect) -> None:
        name = Text("幼儿园", "Kindergarten")
        gate = self._yard(block, land, name)
        width = min(44.0, land.width_m - 24.0)
        x, _ = land.middle
        house = Rect(x - width / 2, land.y1 - 18.0, x + width / 2, land.y1 - 5.0)
        towards = self._towards_homes(block)
        near = house.x0 + 4.0 if towards < 0 else house.x1 - 4.0
        door = self.board.walks.node(near, house.y0)
        corner = self.board.walks.node(near, land.middle[1])
        self.board.walks.edge(gate, corner, "path")
        if corner != door:
            self.board.walks.edge(corner, door, "access")
        number = self.board.build(DrawnBuilding(house.ring(), "education", 3, 3.6, block.community, [door], built_year=2004, name=name))
        self.board.slots.append(Slot("kindergarten", (near, house.y0 - 1.0), door, block.community, number, area_m2=width * 13.0 * 3))
        yard = Rect(house.x0, land.y0 + 5.0, house.x1, house.y0 - 6.0)
        if yard.height_m > 4:
            self.board.lay("green", yard, rank=1, name=Text("活动场地", "Play yard"), community=block.community)


def _l_shape(bar: Rect, wing: Rect) -> list[Point]:
    """The outline of a bar with a wing hanging from its lower edge at one end."""
    if wing.x1 >= bar.x1 - 1e-6:
        return [(bar.x0, bar.y0), (wing.x0, bar.y0), (wing.x0, wing.y0), (bar.x1, wing.y0), (bar.x1, bar.y1), (bar.x0, bar.y1)]
    return [(bar.x0, wing.y0), (wing.x1, wing.y0), (wing.x1, bar.y0), (bar.x1, bar.y0), (bar.x1, bar.y1), (bar.x0, bar.y1)]


_SHOPS = Text("沿街商铺", "Street shops")
