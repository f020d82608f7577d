"""Life-service islands: sites, modules and the convertible unit's hours, as the policy has them (S002, S305). Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from linli.kernel.policyfile import Policy
from linli.kernel.text import Text

CONVERTIBLE = "convertible"


@dataclass(frozen=True, slots=True)
class ModuleKind:
    """Lengths in decimetres. ``serves`` persons a day a unit; ``asked_share`` of people within reach."""

    id: str
    title: Text
    width_dm: int
    depth_dm: int
    serves: float
    asked_share: float
    least: int
    most: int
    may_turn: bool
    is_indoor: bool


@dataclass(frozen=True, slots=True)
class Function:
    """What the convertible unit is for some hours."""

    id: str
    title: Text
    length_hours: int
    starts: tuple[int, ...]
    persons: int
    change_hours: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Convertible:
    title: Text
    width_dm: int
    depth_dm: int
    is_indoor: bool
    first_hour: int
    last_hour: int
    functions: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class IslandRules:
    within_min: float
    width_m: float
    depth_m: float
    indoor_share: float
    indoor_ratio: float
    categories: tuple[str, ...]
    idle_rooms: bool
    modules: tuple[ModuleKind, ...]
    convertible: Convertible


def read_island(policy: Policy) -> IslandRules:
    body = policy.body
    raw = body["convertible"]
    functions = tuple(
        Function(
            one["id"], Text.from_mapping(one["title"]), one["length_hours"], tuple(one["starts"]), one["persons"], one["change_hours"], one["sessions"]
        )
        for one in raw["functions"]
    )  # fmt: skip
    return IslandRules(
        float(body["reach"]["within_min"]), float(body["plot"]["width_m"]), float(body["plot"]["depth_m"]),
        float(body["plot"]["indoor_share"]), float(body["plot"]["indoor_ratio"]), tuple(body["sites"]["categories"]), body["sites"]["idle_rooms"],
        tuple(_module(one) for one in body["modules"]),
        Convertible(
            Text.from_mapping(raw["title"]), to_dm(raw["width_m"]), to_dm(raw["depth_m"]), raw["is_indoor"], raw["first_hour"], raw["last_hour"], functions
        ),
    )  # fmt: skip


def _module(one: dict[str, object]) -> ModuleKind:
    raw: dict[str, float] = one  # type: ignore[assignment]
    return ModuleKind(
        str(one["id"]), Text.from_mapping(one["title"]), to_dm(raw["width_m"]), to_dm(raw["depth_m"]), float(raw["serves"]),  # type: ignore[arg-type]
        float(raw["asked_share"]), int(raw["least"]), int(raw["most"]), bool(raw["may_turn"]), bool(raw["is_indoor"]),
    )  # fmt: skip


def to_dm(metres: float) -> int:
    return round(metres * 10)


def indoor_plot(rules: IslandRules, area_dm2: int) -> tuple[int, int]:
    """Width and depth in whole decimetres of the rectangle an idle room counts as; rounded down, so that nothing is packed that does not fit."""
    usable = area_dm2 * rules.indoor_share
    depth = math.sqrt(usable / rules.indoor_ratio)
    return math.floor(depth * rules.indoor_ratio), math.floor(depth)


def modules_for(rules: IslandRules, *, is_indoor: bool) -> tuple[ModuleKind, ...]:
    """What may stand at a site; what must stand outdoors is not asked of a room."""
    return tuple(one for one in rules.modules if one.is_indoor or not is_indoor)


def refuse_plot(width_dm: int, depth_dm: int, must: Sequence[ModuleKind]) -> Text:
    zh, en = "、".join(one.title.zh for one in must), ", ".join(one.title.en for one in must)
    return Text(
        f"{width_dm / 10:g} × {depth_dm / 10:g} 米放不下每个岛都要有的：{zh}。把地块填大些，或换个地方",
        f"{width_dm / 10:g} × {depth_dm / 10:g} m does not hold what every island must have: {en}. Enter a larger plot or choose another place",
    )
