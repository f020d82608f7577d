"""What a house and a blind spot are called, so that a person finds them on the ground.

A blind spot is named by its compound, else by its houses, else by its direction from the nearest thing that has a name.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from linli.kernel.mapdata import MapBuilding
from linli.kernel.text import Text

N_NAMED = 3
"""How many houses a name lists before it says how many there are in all."""
COMPASS = (("东", "east"), ("东北", "north-east"), ("北", "north"), ("西北", "north-west"),
           ("西", "west"), ("西南", "south-west"), ("南", "south"), ("东南", "south-east"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Anchor:
    """Something with a name, in the flat metres of the analysis, that a nameless place can be told by."""

    name: Text
    x_m: float
    y_m: float


class Anchors(tuple[Anchor, ...]):
    """Anchors with their points in one array: thousands of blind spots of a city are named by thousands of things."""

    @cached_property
    def xy_m(self) -> npt.NDArray[np.float64]:
        return np.array([(anchor.x_m, anchor.y_m) for anchor in self], dtype=np.float64).reshape(-1, 2)

    def nearest(self, x_m: float, y_m: float) -> Anchor:
        """The nearest to the point, the first of several as near; ValueError without any."""
        return self[int(np.argmin(np.hypot(self.xy_m[:, 0] - x_m, self.xy_m[:, 1] - y_m)))]


def building_name(building: MapBuilding) -> Text:
    """Name, else compound or street with the house number, else the reference of its source."""
    zh, en = building.name_zh.strip(), building.name_en.strip()
    if zh or en:
        return Text(zh or en, en or zh)
    number = building.house_number.strip()
    if number:
        where = building.compound.strip() or building.street.strip()
        written = f"{number}号" if number[-1].isdigit() else number
        return Text(f"{where}{written}", f"{where} {number}".strip() if where else f"No. {number}")
    return Text(f"未命名楼（{building.ref}）", f"unnamed building ({building.ref})")


def is_named(building: MapBuilding) -> bool:
    return bool(building.name_zh.strip() or building.name_en.strip() or building.house_number.strip())


def gap_name(
    names: Sequence[Text | None], compounds: Sequence[str], *, x_m: float, y_m: float, anchors: Sequence[Anchor]
) -> Text:
    """The name of a group of houses, given in the order they should be listed (most persons first).

    ``names`` holds None for houses without one; ``x_m, y_m`` is the middle of the group.
    """
    n_houses = len(names)
    compound = _one_compound(compounds)
    if compound:
        return _counted(Text(compound, compound), n_houses)
    named = [name for name in names if name is not None]
    if named:
        listed = list(dict.fromkeys(named))[:N_NAMED]
        text = Text("、".join(name.zh for name in listed), ", ".join(name.en for name in listed))
        return text if len(listed) == n_houses else _counted(text, n_houses, more=True)
    if not anchors:
        return _counted(Text("未命名的楼", "unnamed buildings"), n_houses)
    return _counted(_beside(_nearest(anchors, x_m, y_m), x_m, y_m), n_houses)


def place_name(x_m: float, y_m: float, anchors: Sequence[Anchor]) -> Text:
    """Where a nameless place is: its distance and direction from the nearest thing with a name."""
    if not anchors:
        return Text("图上无名处", "a place without a name")
    return _beside(_nearest(anchors, x_m, y_m), x_m, y_m)


def _nearest(anchors: Sequence[Anchor], x_m: float, y_m: float) -> Anchor:
    known = anchors if isinstance(anchors, Anchors) else Anchors(anchors)
    return known.nearest(x_m, y_m)


def _one_compound(compounds: Sequence[str]) -> str:
    """The compound most of the houses stand in (two thirds at least), else nothing."""
    counted = Counter(compound.strip() for compound in compounds if compound.strip())
    if not counted:
        return ""
    name, n = counted.most_common(1)[0]
    return name if 3 * n >= 2 * len(compounds) else ""


def _counted(text: Text, n_houses: int, *, more: bool = False) -> Text:
    if n_houses == 1:
        return Text(f"{text.zh}，1 幢", f"{text.en}, 1 building")
    zh = f"{text.zh}等 {n_houses} 幢" if more else f"{text.zh}，{n_houses} 幢"
    en = f"{text.en} and others, {n_houses} buildings" if more else f"{text.en}, {n_houses} buildings"
    return Text(zh, en)


def _beside(anchor: Anchor, x_m: float, y_m: float) -> Text:
    east, north = x_m - anchor.x_m, y_m - anchor.y_m
    metres = round(math.hypot(east, north) / 10) * 10
    if metres < 30:
        return Text(f"{anchor.name.zh}旁", f"beside {anchor.name.en}")
    zh, en = COMPASS[round(math.atan2(north, east) / (math.pi / 4)) % 8]
    return Text(f"{anchor.name.zh}以{zh}约 {metres} 米", f"about {metres} m {en} of {anchor.name.en}")
