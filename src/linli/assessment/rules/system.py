"""An indicator system read from its policy: a tree of indicators, its weight sets, and every fault of it told with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.kernel.errors import InputError, LinliError, define
from linli.kernel.policyfile import Policy, faults_in, find_policy, known_policies
from linli.kernel.policytext import Path
from linli.kernel.text import Text

ROOT = "root"
NO_UNIT = Text("—", "—")
KIND = "indicator_system"
UNKNOWN_SET = define(
    "assessment.unknown_weight_set",
    zh="“{system}”没有权重方案“{id}”；可选：{known}",
    en="{system} has no weight set {id}; there are: {known}",
    status=404,
)
UNKNOWN_VARIANT = define(
    "assessment.unknown_variant",
    zh="“{system}”没有版本“{id}”；可选：{known}",
    en="{system} has no variant {id}; there are: {known}",
    status=404,
)
UNKNOWN_INDICATOR = define(
    "assessment.unknown_indicator",
    zh="“{system}”没有指标“{id}”",
    en="{system} has no indicator {id}",
    status=404,
)


@dataclass(frozen=True, slots=True)
class Target:
    value: float
    year: int | None = None
    variant: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """``measure`` is the name its values are kept under; "" for one that only holds others. ``zero_at``, ``full_at``: 0 and 100 points."""

    id: str
    title: Text
    parent: str
    clause: str
    measure: str = ""
    live: str = ""
    unit: Text = NO_UNIT
    direction: str = "higher"
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None
    zero_at: float = 0.0
    full_at: float = 100.0
    baseline: float | None = None
    baseline_source: str = ""
    targets: tuple[Target, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    formula: Text | None = None
    data_source: Text | None = None
    facet: str = ""
    note: Text | None = None
    because: str = ""

    @property
    def is_leaf(self) -> bool:
        return bool(self.measure)

    @property
    def is_percent(self) -> bool:
        return self.unit.zh == "%"

    def target(self, year: int, variant: str | None) -> Target | None:
        """The target that holds in ``year``: the last one due by then, else the next to come; undated ones where no dated one is."""
        fitting = [one for one in self.targets if one.variant in (None, variant)]
        dated = sorted((one for one in fitting if one.year is not None), key=lambda one: one.year or 0)
        due = [one for one in dated if (one.year or 0) <= year]
        if due:
            return due[-1]
        return dated[0] if dated else (fitting[0] if fitting else None)


@dataclass(frozen=True, slots=True)
class WeightSet:
    """``groups``: by holder (``root``), the weight of each child; groups it does not name count equally."""

    id: str
    title: Text
    groups: Mapping[str, Mapping[str, float]]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    id: str
    title: Text
    at_least: float


@dataclass(frozen=True, slots=True)
class System:
    """One version of one indicator system. ``indicators`` in the order of the file, holders before what they hold or after."""

    policy: Policy
    cadence: str
    is_daily: bool
    summary: Text
    levels: tuple[Text, ...]
    declared: tuple[tuple[Text, int], ...]
    variants: tuple[tuple[str, Text], ...]
    least_known_share: float
    grades: tuple[Grade, ...]
    indicators: tuple[Indicator, ...]
    weight_sets: tuple[WeightSet, ...]

    @property
    def id(self) -> str:
        return self.policy.id

    @property
    def title(self) -> Text:
        return self.policy.title

    @property
    def leaves(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators if one.is_leaf)

    def children(self, holder: str) -> list[Indicator]:
        return [one for one in self.indicators if one.parent == holder]

    def indicator(self, id: str) -> Indicator:
        for one in self.indicators:
            if one.id == id:
                return one
        raise LinliError(UNKNOWN_INDICATOR, system=self.id, id=id[:64])

    def of_measure(self, measure: str) -> Indicator:
        """The first indicator that takes its values from ``measure``."""
        for one in self.leaves:
            if one.measure == measure:
                return one
        raise LinliError(UNKNOWN_INDICATOR, system=self.id, id=measure[:64])

    def weight_set(self, id: str = "") -> WeightSet:
        for one in self.weight_sets:
            if id in ("", one.id):
                return one
        raise LinliError(UNKNOWN_SET, system=self.id, id=id[:64], known=", ".join(one.id for one in self.weight_sets))

    def variant(self, id: str = "") -> str | None:
        """The variant asked for, the first without one, None where the system has none."""
        if not self.variants and not id:
            return None
        for known, _ in self.variants:
            if id in ("", known):
                return known
        known_ids = ", ".join(known for known, _ in self.variants) or "-"
        raise LinliError(UNKNOWN_VARIANT, system=self.id, id=id[:64], known=known_ids)

    def grade(self, score: float | None) -> Grade | None:
        if score is None:
            return None
        return next((one for one in self.grades if score >= one.at_least), None)


def find_system(id: str, *, version: int | None = None) -> System:
    return read_system(find_policy(KIND, id, version=version))


def known_systems() -> list[System]:
    """The highest version of each, micro-circulation first, the others by title."""
    latest = {policy.id: policy for policy in known_policies(KIND)}
    return sorted(
        (read_system(one) for one in latest.values()), key=lambda one: (one.id != "micro-circulation", one.title.zh)
    )


_READ: dict[str, System] = {}


def read_system(policy: Policy) -> System:
    """The system in ``policy``. :class:`InputError` with every fault and its line: unknown holders, circles, weights of what is not there."""
    known = _READ.get(policy.sha256)
    if known is not None:
        return known
    faults = list(_faults(policy.body))
    if faults:
        raise InputError(faults_in(policy, faults))
    body = policy.body
    holders = {raw.get("parent", ROOT) for raw in body["indicators"]}
    holders |= {raw["id"] for raw in body["indicators"] if raw.get("is_empty")}
    made = System(
        policy=policy,
        cadence=body["cadence"],
        is_daily=body.get("collected") == "daily",
        summary=Text.from_mapping(body["summary"]),
        levels=tuple(Text.from_mapping(one) for one in body.get("levels", ())),
        declared=tuple((Text.from_mapping(one["level"]), one["n"]) for one in body.get("declared", ())),
        variants=tuple((one["id"], Text.from_mapping(one["title"])) for one in body.get("variants", ())),
        least_known_share=float(body["missing"]["least_known_share"]),
        grades=tuple(
            Grade(one["id"], Text.from_mapping(one["title"]), float(one["from"])) for one in body.get("grades", ())
        ),
        indicators=tuple(_indicator(raw, is_leaf=raw["id"] not in holders) for raw in body["indicators"]),
        weight_sets=tuple(_weight_set(raw) for raw in body["weight_sets"]),
    )
    _READ[policy.sha256] = made
    return made


def _indicator(raw: Mapping[str, Any], *, is_leaf: bool) -> Indicator:
    held = {key: raw.get(key, {}) for key in ("range", "valid", "scale", "baseline", "warn")}

    def number(part: str, key: str) -> float | None:
        value = held[part].get(key)
        return None if value is None else float(value)

    def text(key: str) -> Text | None:
        return Text.from_mapping(raw[key]) if key in raw else None

    zero_at, full_at = number("scale", "zero_at"), number("scale", "full_at")
    words = raw.get("designed_here", "")
    return Indicator(
        id=raw["id"],
        title=Text.from_mapping(raw["title"]),
        parent=raw.get("parent", ROOT),
        clause=raw.get("clause", ""),
        measure=raw.get("measure", raw["id"]) if is_leaf else "",
        live=raw.get("live", ""),
        unit=text("unit") or NO_UNIT,
        direction=raw.get("direction", "higher"),
        low=number("range", "low"),
        high=number("range", "high"),
        least=number("valid", "least"),
        most=number("valid", "most"),
        zero_at=0.0 if zero_at is None else zero_at,
        full_at=100.0 if full_at is None else full_at,
        baseline=number("baseline", "value"),
        baseline_source=str(held["baseline"].get("source", "")),
        targets=tuple(_target(one) for one in raw.get("targets", ())),
        limits={key: float(held["warn"][key]) for key in ("red", "yellow", "blue") if key in held["warn"]},
        formula=text("formula"),
        data_source=text("data_source"),
        facet=raw.get("facet", ""),
        note=text("note"),
        because=words if isinstance(words, str) else "",
    )


def _target(raw: Mapping[str, Any]) -> Target:
    return Target(float(raw["value"]), raw.get("year"), raw.get("variant"), str(raw.get("source", "")))


def _weight_set(raw: Mapping[str, Any]) -> WeightSet:
    groups = {group["of"]: {key: float(value) for key, value in group["weights"].items()} for group in raw["groups"]}
    note = Text.from_mapping(raw["note"]) if "note" in raw else None
    return WeightSet(raw["id"], Text.from_mapping(raw["title"]), groups, note)


def _faults(body: Mapping[str, Any]) -> Iterator[tuple[Path, Text]]:
    indicators = body["indicators"]
    parents = {raw["id"]: raw.get("parent", ROOT) for raw in indicators}
    variants = {one["id"] for one in body.get("variants", ())}
    seen: set[str] = set()
    for n, raw in enumerate(indicators):
        here: Path = ("indicators", n)
        if raw["id"] in seen:
            yield (*here, "id"), Text(f"指标 {raw['id']} 写了两次", f"indicator {raw['id']} stands twice")
        seen.add(raw["id"])
        yield from _faults_of_parent(raw, parents, here)
        if raw["id"] not in parents.values() and not raw.get("is_empty"):
            yield from _faults_of_leaf(raw, variants, here)
    for s, raw in enumerate(body["weight_sets"]):
        for g, group in enumerate(raw["groups"]):
            yield from _faults_of_group(group, parents, ("weight_sets", s, "groups", g))


def _faults_of_parent(raw: Mapping[str, Any], parents: Mapping[str, str], here: Path) -> Iterator[tuple[Path, Text]]:
    parent = raw.get("parent", ROOT)
    if parent != ROOT and parent not in parents:
        yield (*here, "parent"), Text(f"没有指标 {parent}", f"there is no indicator {parent}")
        return
    walked, at = {raw["id"]}, parent
    while at != ROOT and at in parents:
        if at in walked:
            yield (*here, "parent"), Text(f"{raw['id']} 绕了一圈又在自己下面", f"{raw['id']} lies under itself")
            return
        walked.add(at)
        at = parents[at]


def _faults_of_leaf(raw: Mapping[str, Any], variants: set[str], here: Path) -> Iterator[tuple[Path, Text]]:
    for key in ("unit", "direction", "valid", "scale"):
        if key not in raw:
            yield here, Text(f"指标 {raw['id']} 缺少 {key}", f"indicator {raw['id']} needs {key}")
    if raw.get("direction") == "range" and "range" not in raw:
        yield (*here, "direction"), Text("方向是 range 时要写 range", "direction range needs a range")
    scale, direction = raw.get("scale"), raw.get("direction")
    if scale and scale["zero_at"] == scale["full_at"]:
        words = f"{scale['zero_at']:g}"
        yield (
            (*here, "scale"),
            Text(f"0 分和满分不能在同一处（{words}）", f"0 and 100 points cannot both be at {words}"),
        )
    elif (
        scale and direction in ("higher", "lower") and (scale["full_at"] > scale["zero_at"]) != (direction == "higher")
    ):
        yield (*here, "scale"), Text(f"记分方向和 direction: {direction} 相反", f"the scale runs against direction {direction}")  # fmt: skip
    limits = [raw["warn"][key] for key in ("red", "yellow", "blue") if key in raw.get("warn", {})]
    if direction in ("higher", "lower") and limits != sorted(limits, reverse=direction == "lower"):
        yield (*here, "warn"), Text("红、黄、蓝的限值应一个比一个好", "red, yellow and blue must be each better than the one before")  # fmt: skip
    for t, target in enumerate(raw.get("targets", ())):
        if target.get("variant") not in (None, *variants):
            words = str(target["variant"])
            yield (*here, "targets", t, "variant"), Text(f"没有版本 {words}", f"there is no variant {words}")


def _faults_of_group(group: Mapping[str, Any], parents: Mapping[str, str], here: Path) -> Iterator[tuple[Path, Text]]:
    children = {id for id, parent in parents.items() if parent == group["of"]}
    if not children:
        yield (*here, "of"), Text(f"{group['of']} 下面没有指标", f"{group['of']} holds no indicator")
        return
    for id in group["weights"]:
        if id not in children:
            yield (*here, "weights", id), Text(f"{id} 不在 {group['of']} 下面", f"{id} is not held by {group['of']}")
    for id in sorted(children - set(group["weights"])):
        yield (*here, "weights"), Text(f"缺少 {id} 的权重", f"the weight of {id} is missing")
