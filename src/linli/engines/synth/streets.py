"""Streets, pavements, zebra crossings, the river with its one bridge for each community, and the promenade: drawn from the plan.

Pavements lie on both sides of streets that have them and meet at corners; narrow streets are walked in the middle. The bridge is humped:
steps on one side, a ramp on the other. The promenade lies below the street: steps and ramps lead down in turn.
"""

from __future__ import annotations

import bisect
import itertools
import math

from linli.kernel.text import Text

from .draws import Draws
from .plan import Plan, Street
from .policy import River, SynthPolicy
from .sketch import Board, Point, Rect, Slot
from .walks import Track

STEP_M = 20.0  # between points of the drawn river bank (drawing choice)
BRIDGE_STEPS_M = 5.0
BRIDGE_RAMP_M = 16.0


class Streets:
    """The drawn streets. ``level[j, i, side]`` is the way along level street ``j`` over column ``i``; side -1 south, 1 north; likewise upright."""

    def __init__(self, board: Board, plan: Plan, policy: SynthPolicy, draws: Draws) -> None:
        self.board, self.plan, self.policy = board, plan, policy
        self.level: dict[tuple[int, int, int], Track] = {}
        self.upright: dict[tuple[int, int, int], Track] = {}
        self._heights = [street.at for street in plan.level]
        self.phases = {i: (draws.between(0, math.tau), draws.between(0, math.tau)) for i, _ in plan.rivers}
        self._pave()
        self._corners()
        names = list(policy.names.rivers)
        order = draws.order(len(names))
        self.rivers: dict[int, River] = {}
        for n, (i, mirrored) in enumerate(plan.rivers):
            self.rivers[i] = names[order[n % len(names)]]
            self._river(i, mirrored, self.rivers[i].name)
        self._ground()

    def touches(self, j: int, i: int) -> bool:
        """Whether level street ``j`` meets upright street ``i``."""
        return (j, i - 1) in self.plan.spans or (j, i) in self.plan.spans

    def _pave(self) -> None:
        walks, plan = self.board.walks, self.plan
        for j, i in sorted(plan.spans):
            street, left, right = plan.level[j], plan.upright[i], plan.upright[i + 1]
            for side in (-1, 1):
                if side == 1 and street.walk_m == 0:
                    self.level[j, i, 1] = self.level[j, i, -1]
                    continue
                y = street.at + side * street.walk_m
                kind = "path" if street.walk_m else "road"
                self.level[j, i, side] = walks.track(left.at + left.walk_m, y, right.at - right.walk_m, y, kind)
        for i, street in enumerate(plan.upright):
            met = [j for j in range(len(plan.level)) if self.touches(j, i)]
            for low, high in itertools.pairwise(met):
                below, above = plan.level[low], plan.level[high]
                for side in (-1, 1) if street.walk_m else (0,):
                    x = street.at + side * street.walk_m
                    kind = "path" if street.walk_m else "road"
                    track = walks.track(x, below.at + below.walk_m, x, above.at - above.walk_m, kind)
                    for one in (side,) if street.walk_m else (-1, 1):
                        for j in range(low, high):
                            self.upright[i, j, one] = track

    def _corners(self) -> None:
        walks = self.board.walks
        for i, across in enumerate(self.plan.upright):
            for j, along in enumerate(self.plan.level):
                if not self.touches(j, i):
                    continue
                x, y, dx, dy = across.at, along.at, across.walk_m, along.walk_m
                if dx:
                    for side in (-dy, dy) if dy else (0.0,):
                        walks.path([(x - dx, y + side), (x + dx, y + side)], "crossing")
                if dy:
                    for side in (-dx, dx) if dx else (0.0,):
                        walks.path([(x + side, y - dy), (x + side, y + dy)], "crossing")

    def beside(self, i: int, side: int, y: float) -> Track:
        """The way on the given side (-1 left, 1 right) of upright street ``i`` at height ``y``."""
        j = bisect.bisect_right(self._heights, y) - 1
        return self.upright[i, min(max(j, 0), len(self._heights) - 2), side]

    def zebra(self, j: int, i: int, x: float) -> None:
        """A crossing over level street ``j`` at ``x``, where a gate lets people out."""
        if self.plan.level[j].walk_m and (j, i) in self.plan.spans:
            tail, head = (self.level[j, i, side].meet(x, 0.0) for side in (-1, 1))
            self.board.walks.edge(tail, head, "crossing")

    def river_x(self, i: int, y: float) -> float:
        """The middle of the river in column ``i`` at height ``y``."""
        left, right = self.plan.upright[i], self.plan.upright[i + 1]
        middle = (left.at + left.half_m + right.at - right.half_m) / 2
        first, second = self.phases[i]
        sway = math.sin(y / 95.0 + first) * 0.65 + math.sin(y / 41.0 + second) * 0.35
        return middle + sway * self.policy.town.river_sway_m

    def _river(self, i: int, mirrored: bool, name: Text) -> None:
        plan, town = self.plan, self.policy.town
        low, high = plan.level[0].at - town.overhang_m, plan.level[-1].at + town.overhang_m
        n = max(2, math.ceil((high - low) / STEP_M))
        heights = [low + (high - low) * k / n for k in range(n + 1)]
        half = town.river_width_m / 2
        left = [(self.river_x(i, y) - half, y) for y in heights]
        right = [(self.river_x(i, y) + half, y) for y in heights]
        self.board.lay("water", left + right[::-1], name=name)
        self._banks(i, heights, half)
        for j in range(1, len(plan.level), 2):
            self._bridge(i, j, half)
        for j in range(len(plan.level) - 1):
            self._promenade(i, j, -1 if not mirrored else 1, half)

    def _banks(self, i: int, heights: list[float], half: float) -> None:
        """Green between the water and the streets on its banks, one piece between each two level streets."""
        plan = self.plan
        x0 = plan.upright[i].at + plan.upright[i].half_m
        x1 = plan.upright[i + 1].at - plan.upright[i + 1].half_m
        for j in range(len(plan.level) - 1):
            y0, y1 = plan.level[j].at + plan.level[j].half_m, plan.level[j + 1].at - plan.level[j + 1].half_m
            inside = [y0, *(y for y in heights if y0 < y < y1), y1]
            for side, edge in ((-1, x0), (1, x1)):
                water = [(self.river_x(i, y) + side * (half + 1.0), y) for y in inside]
                self.board.lay("green", [(edge, y0), *water, (edge, y1)], rank=2, name=_BANK)

    def _bridge(self, i: int, j: int, half: float) -> None:
        middle = self.river_x(i, self.plan.level[j].at)
        for side, kind, length in ((1, "steps", BRIDGE_STEPS_M), (-1, "ramp", BRIDGE_RAMP_M)):
            track = self.level[j, i, side]
            foot = half + 1.0
            track.becomes(middle - foot - length, middle - foot, kind)
            track.becomes(middle + foot, middle + foot + length, kind)

    def _promenade(self, i: int, j: int, side: int, half: float) -> None:
        """A path by the water on the inhabited bank, from one level street to the next, with ways up to the street every so often."""
        plan, walks = self.plan, self.board.walks
        below, above = plan.level[j], plan.level[j + 1]
        y0, y1 = below.at + below.half_m + 3, above.at - above.half_m - 3
        n = max(2, round((y1 - y0) / 30.0))
        points: list[Point] = []
        for k in range(n + 1):
            y = y0 + (y1 - y0) * k / n
            points.append((self.river_x(i, y) + side * (half + 5.0), y))
        walks.path(points)
        street = i if side < 0 else i + 1
        community = (j // 2) * plan.n_across + i // 5
        for k in range(0, n + 1, 2):
            x, y = points[k]
            top = self.beside(street, 1 if side < 0 else -1, y).meet(0.0, y)
            foot = walks.node(x, y)
            if (k // 2) % 2:
                bend = walks.node(x + side * 3.0, y + (9.0 if 2 * k < n else -9.0))
                walks.edge(foot, bend, "ramp")
                walks.edge(bend, top, "ramp")
            else:
                walks.edge(foot, top, "steps")
        x, y = points[n // 2]
        self.board.slots.append(Slot("riverside", (x, y), self.board.walks.node(x, y), community))

    def _ground(self) -> None:
        plan, over = self.plan, self.policy.town.overhang_m
        bottom, top = plan.level[0].at - over, plan.level[-1].at + over
        for street in plan.upright:
            self.board.lay(
                "road",
                Rect(street.at - street.half_m, bottom, street.at + street.half_m, top),
                rank=street.rank,
                name=street.name,
            )
        for j, street in enumerate(plan.level):
            for first, last in _runs([i for jj, i in sorted(plan.spans) if jj == j]):
                x0 = plan.upright[first].at - (over if first == 0 else plan.upright[first].half_m)
                end = plan.upright[last + 1]
                x1 = end.at + (over if last + 2 == len(plan.upright) else end.half_m)
                self.board.lay("road", _strip(street, x0, x1), rank=street.rank, name=street.name)


_BANK = Text("滨河绿带", "Riverside green")


def _strip(street: Street, x0: float, x1: float) -> Rect:
    return Rect(x0, street.at - street.half_m, x1, street.at + street.half_m)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbours."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
