"""What is drawn of a town before it is laid on the earth: plain records in metres (x right, y up), in the order they were drawn.

Owns the drawing board only. Later steps read it: homes are cut out of its buildings, facilities take its slots, and
``neighbourhood`` turns it into :class:`linli.kernel.mapdata.MapData`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linli.kernel.mapdata import GroundKind
from linli.kernel.text import Text

from .walks import Walks

Point = tuple[float, float]
NONE = -1


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle; ``x0 < x1``, ``y0 < y1``."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width_m(self) -> float:
        return self.x1 - self.x0

    @property
    def height_m(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> Point:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def inset(self, metres: float) -> Rect:
        return Rect(self.x0 + metres, self.y0 + metres, self.x1 - metres, self.y1 - metres)

    def ring(self) -> list[Point]:
        return [(self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1)]


@dataclass(slots=True)
class DrawnBuilding:
    """``doors``: one network node for each staircase (or the one door), in order; ``compound`` and ``community`` are numbers or NONE."""

    ring: list[Point]
    use: str
    levels: int
    storey_m: float
    community: int
    doors: list[int]
    compound: int = NONE
    number: int = 0
    built_year: int = 0
    style: str = ""
    n_lifts: int = 0
    name: Text | None = None

    @property
    def area_m2(self) -> float:
        """Of the footprint, by the shoelace."""
        twice = 0.0
        for (xa, ya), (xb, yb) in zip(self.ring, self.ring[1:] + self.ring[:1], strict=True):
            twice += xa * yb - xb * ya
        return abs(twice) / 2


@dataclass(slots=True)
class DrawnGround:
    kind: GroundKind
    points: list[Point]
    rank: int = 0
    name: Text | None = None


@dataclass(slots=True)
class DrawnGate:
    """``edge``: the number of the walk edge through it."""

    at: Point
    edge: int
    locked: bool
    compound: int
    community: int
    name: Text


@dataclass(slots=True)
class DrawnCompound:
    """A gated estate 小区. ``role`` as in the policy; ``outline`` its wall."""

    name: Text
    role: str
    style: str
    community: int
    outline: Rect
    built_year: int


@dataclass(slots=True)
class Slot:
    """A spot a facility may take: a room of a building, or open ground. ``site`` is the policy's word for such spots."""

    site: str
    at: Point
    node: int
    community: int
    building: int = NONE
    compound: int = NONE
    area_m2: float = 0.0
    unit_no: int = 0
    floor: int = 1


@dataclass(slots=True)
class Board:
    """Everything drawn so far."""

    walks: Walks = field(default_factory=Walks)
    buildings: list[DrawnBuilding] = field(default_factory=list)
    ground: list[DrawnGround] = field(default_factory=list)
    gates: list[DrawnGate] = field(default_factory=list)
    compounds: list[DrawnCompound] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)

    def build(self, building: DrawnBuilding) -> int:
        self.buildings.append(building)
        return len(self.buildings) - 1

    def lay(self, kind: GroundKind, area: Rect | list[Point], *, rank: int = 0, name: Text | None = None) -> None:
        points = area.ring() if isinstance(area, Rect) else area
        self.ground.append(DrawnGround(kind, points, rank, name))
