"""A standard, the people who walk and the assumptions, read from their policies into plain values.

Owns what a limit means for whom. Knows no map and no engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from linli.kernel.errors import Fault, InputError, LinliError, define
from linli.kernel.policyfile import Policy
from linli.kernel.text import Text

Index = Literal["every_item", "mean_of_items"]

WRONG_KIND = define(
    "lifecircle.wrong_kind",
    zh="这里需要 {expected} 类的政策，{id} 是 {got} 类",
    en="A policy of kind {expected} is needed here; {id} is of kind {got}",
)
UNKNOWN_GROUP = define(
    "lifecircle.unknown_group",
    zh="没有人群“{id}”；可选：{known}",
    en="There is no group {id}; there are: {known}",
    status=404,
)


@dataclass(frozen=True, slots=True)
class Pin:
    """Which policy was applied, exactly."""

    kind: str
    id: str
    version: int
    sha256: str
    title: Text

    @classmethod
    def of(cls, policy: Policy) -> Pin:
        return cls(policy.kind, policy.id, policy.version, policy.sha256, policy.title)

    def as_mapping(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "id": self.id,
            "version": self.version,
            "sha256": self.sha256,
            "title": self.title.as_mapping(),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """People who walk alike. Ages are ``[from_age, to_age)`` in whole years; None is open, both None means no age tells them."""

    id: str
    title: Text
    speed_m_per_min: float
    barred: frozenset[str] = frozenset()
    slower: Mapping[str, float] = field(default_factory=dict)
    from_age: int | None = None
    to_age: int | None = None

    @property
    def is_by_age(self) -> bool:
        return self.from_age is not None or self.to_age is not None

    def holds_age(self, age: int) -> bool:
        return (self.from_age is None or age >= self.from_age) and (self.to_age is None or age < self.to_age)


@dataclass(frozen=True, slots=True)
class Walkers:
    """All groups of a ``walkers`` policy; ``reference`` is the one a standard's figures are read for."""

    pin: Pin
    reference: str
    groups: tuple[Group, ...]

    def group(self, id: str) -> Group:
        """The group called ``id``; :class:`LinliError` ``lifecircle.unknown_group`` lists what there is."""
        for group in self.groups:
            if group.id == id:
                return group
        raise LinliError(UNKNOWN_GROUP, id=id, known=", ".join(group.id for group in self.groups))


@dataclass(frozen=True, slots=True)
class Item:
    """One category a standard wants near everyone. Exactly one of ``limit_min`` and ``limit_m`` is set; limits are inclusive."""

    category: str
    title: Text
    limit_min: float | None = None
    limit_m: float | None = None
    good_min: float | None = None
    target_share: float | None = None
    note: Text | None = None
    icon: str = ""

    def limit_minutes(self, group: Group) -> float:
        """The limit as minutes of this group's walk on the level, for drawing and for extra minutes."""
        if self.limit_min is not None:
            return self.limit_min
        assert self.limit_m is not None
        return self.limit_m / group.speed_m_per_min

    def limit_metres(self, group: Group) -> float:
        """The limit as level metres of this group's walk."""
        return self.limit_m if self.limit_m is not None else self.limit_minutes(group) * group.speed_m_per_min


@dataclass(frozen=True, slots=True)
class Standard:
    """``circle_target_share`` is the share of residents the circle should cover; ``index`` how that share is counted."""

    pin: Pin
    walkers_id: str
    items: tuple[Item, ...]
    circle_target_share: float | None = None
    index: Index = "every_item"
    summary: Text | None = None
    sources: tuple[str, ...] = ()

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(item.category for item in self.items)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The body of an ``estimate`` policy: what is assumed where the map is silent. Units stand in the names."""

    pin: Pin
    home_uses: frozenset[str]
    unknown_uses: frozenset[str]
    m2_per_person: float
    m2_per_person_low: float
    m2_per_person_high: float
    persons_per_home: float
    storey_height_m: float
    least_footprint_m2: float
    default_levels: Mapping[str, int]
    touch_m: float
    max_leg_m: float
    fragment_m: float
    people_to_building_m: float
    old_until_year: int
    join_m: float
    link_gap_m: float
    link_way_m: float
    link_saving_m: float
    link_beside_m: float
    link_apart_m: float
    link_alone_share: float
    effective_at: dt.time = dt.time(19)


def read_standard(policy: Policy, categories: Policy) -> Standard:
    """The standard in ``policy``, its items titled from the facility-category policy ``categories``.

    A category that policy does not know, that is not a place one walks to, or that stands twice is a fault
    (:class:`InputError`, all together).
    """
    _expect(policy, "life_circle_standard")
    known = {entry["id"]: entry for entry in categories.body["categories"]}
    faults: list[Fault] = []
    items: list[Item] = []
    for number, raw in enumerate(policy.body["items"]):
        category = raw["category"]
        words = _category_fault(category, known, [item.category for item in items])
        if words:
            faults.append(Fault(words, file=policy.file, feature=f"items[{number}].category"))
            continue
        items.append(_item(raw, known[category]))
    if faults:
        raise InputError(faults)
    coverage = policy.body.get("coverage", {})
    return Standard(
        pin=Pin.of(policy),
        walkers_id=policy.body["walkers"],
        items=tuple(items),
        circle_target_share=coverage.get("circle_target_share"),
        index=coverage.get("index", "every_item"),
        summary=Text.from_mapping(policy.body["summary"]) if "summary" in policy.body else None,
        sources=tuple(reference.ref for reference in policy.source),
    )


def read_walkers(policy: Policy) -> Walkers:
    _expect(policy, "walkers")
    groups = tuple(
        Group(
            id=raw["id"],
            title=Text.from_mapping(raw["title"]),
            speed_m_per_min=float(raw["speed_m_per_min"]),
            barred=frozenset(raw["barred"]),
            slower=dict(raw.get("slower", {})),
            from_age=raw.get("from_age"),
            to_age=raw.get("to_age"),
        )
        for raw in policy.body["groups"]
    )
    walkers = Walkers(Pin.of(policy), policy.body["reference"], groups)
    walkers.group(walkers.reference)
    return walkers


def read_assumptions(policy: Policy) -> Assumptions:
    _expect(policy, "estimate")
    skip = ("source", "designed_here")
    merged = {key: value for part in policy.body.values() for key, value in part.items() if key not in skip}
    if "effective_at" in merged:  # a run of before it was asked for keeps its version
        merged["effective_at"] = dt.time.fromisoformat(merged["effective_at"])
    merged["home_uses"] = frozenset(merged["home_uses"])
    merged["unknown_uses"] = frozenset(merged["unknown_uses"])
    return Assumptions(pin=Pin.of(policy), **merged)


def _item(raw: Mapping[str, object], entry: Mapping[str, object]) -> Item:
    number = {key: raw.get(key) for key in ("limit_min", "limit_m", "good_min", "target_share")}
    return Item(
        category=str(raw["category"]),
        title=Text.from_mapping(entry["title"]),  # type: ignore[arg-type]
        note=Text.from_mapping(raw["note"]) if "note" in raw else None,  # type: ignore[arg-type]
        icon=str(entry.get("icon", "")),
        **{key: float(value) if value is not None else None for key, value in number.items()},  # type: ignore[arg-type]
    )


def _category_fault(category: str, known: Mapping[str, Mapping[str, object]], seen: list[str]) -> Text | None:
    if category not in known:
        return Text(f"没有设施类别 {category}", f"there is no facility category {category}")
    if known[category].get("form") != "place":
        return Text(
            f"{category} 不是走得到的地方，不能要求步行时间",
            f"{category} is no place one walks to, so it can have no walk",
        )
    if category in seen:
        return Text(f"类别 {category} 写了两次", f"category {category} stands twice")
    return None


def _expect(policy: Policy, kind: str) -> None:
    if policy.kind != kind:
        raise LinliError(WRONG_KIND, expected=kind, id=policy.id, got=policy.kind)
