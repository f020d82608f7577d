"""Homes cut out of houses: staircase, floor and door, a floor area in whole dm², and the words on the door.

The areas of a floor's homes add up to the usable share of its footprint (walls and stairs are counted in, as in 建筑面积).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .draws import Draws
from .population import UNIT_USES, Units

HOME, SHOP, ROOM = range(len(UNIT_USES))


@dataclass(frozen=True, slots=True)
class House:
    """What is needed of a building: its number in the map, staircases, floors, homes on a landing and their weights in area."""

    building: int
    number_words: str
    n_stairs: int
    levels: int
    weights: tuple[float, ...]
    area_m2: float


@dataclass(frozen=True, slots=True)
class Stock:
    """Homes with the style of their house and the day (since 1970) it was finished, home by home."""

    units: Units
    styles: list[str]
    built: list[int]


def cut_homes(houses: Sequence[House], usable_share: float, draws: Draws) -> Units:
    """All homes, house by house, staircase by staircase, floor by floor."""
    columns: list[list[int]] = [[], [], [], [], []]
    labels: list[str] = []
    building, stairs, floors, doors, areas = columns
    for house in houses:
        floor_dm2 = house.area_m2 * 100.0 * usable_share
        weights = _landing(house, draws)
        for stair in range(1, house.n_stairs + 1):
            mirrored = weights[stair - 1]
            for floor in range(1, house.levels + 1):
                for door, weight in enumerate(mirrored, start=1):
                    building.append(house.building)
                    stairs.append(stair)
                    floors.append(floor)
                    doors.append(door)
                    areas.append(int(floor_dm2 * weight))
                    labels.append(f"{house.number_words}{stair}单元{floor}{door:02d}")
    return Units(
        building=np.asarray(building, np.int32),
        stair=np.asarray(stairs, np.int32),
        floor=np.asarray(floors, np.int32),
        door=np.asarray(doors, np.int32),
        area_dm2=np.asarray(areas, np.int32),
        use=np.full(len(labels), HOME, np.uint8),
        label=labels,
    )


def _landing(house: House, draws: Draws) -> list[list[float]]:
    """Per staircase the shares of a floor its homes take; end houses a little more, every other staircase mirrored."""
    raw: list[list[float]] = []
    for stair in range(house.n_stairs):
        weights = list(house.weights if stair % 2 == 0 else house.weights[::-1])
        if house.n_stairs > 1 and stair in (0, house.n_stairs - 1):
            weights[0 if stair == 0 else -1] *= 1.0 + draws.between(0.02, 0.07)
        raw.append(weights)
    total = sum(map(sum, raw))
    return [[weight / total for weight in weights] for weights in raw]
