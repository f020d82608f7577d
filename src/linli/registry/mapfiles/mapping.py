"""The tag-mapping policy, checked and ready to ask: which tags mean what. Owns the rules' shape, not their content.

The content is data: ``policies/osm_mapping/*.yaml``, its shape ``policies/schemas/osm_mapping.schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from linli.kernel.errors import FaultList
from linli.kernel.mapdata import EDGE_KINDS, GroundKind, Passage
from linli.kernel.policyfile import Policy, find_policy, parse_policy, read_policy

KIND = "osm_mapping"
ANY = None
"""Stands for ``"*"``: any value."""

Pairs = tuple[tuple[str, frozenset[str] | None], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Tags that must all fit (``need``), none of ``unless``; words in the names; at least one carrier key."""

    need: Pairs = ()
    unless: Pairs = ()
    name_has: tuple[str, ...] = ()
    name_ends: tuple[str, ...] = ()
    carriers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Between:
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes above which a file is refused."""

    pbf_bytes: int
    xml_bytes: int
    geojson_bytes: int
    unpacked_bytes: int


@dataclass(frozen=True, slots=True)
class WalkRules:
    ways: tuple[tuple[Rule, int], ...]
    areas: tuple[Rule, ...]
    square_entries: int
    passage_keys: tuple[str, ...]
    locked: frozenset[str]
    private: frozenset[str]
    never: Pairs


@dataclass(frozen=True, slots=True)
class GateRules:
    rules: tuple[tuple[Rule, Passage], ...]
    barriers: frozenset[str]
    otherwise: Passage


@dataclass(frozen=True, slots=True)
class GroundTest:
    """A building of no stated use: what it is if it stands in a compound and is at least so large."""

    min_area_m2: float
    use: str


@dataclass(frozen=True, slots=True)
class BuildingRules:
    never: Pairs
    use: tuple[tuple[Rule, str], ...]
    ambiguous: frozenset[str]
    by_other_tags: tuple[tuple[Rule, str], ...]
    by_name: tuple[tuple[Rule, bool, str], ...]
    by_ground: tuple[GroundTest, ...]
    otherwise: str
    levels: Between
    height_m: Between
    flats: Between


@dataclass(frozen=True, slots=True)
class GroundRule:
    kind: GroundKind
    rank: int
    area: bool
    rule: Rule


@dataclass(frozen=True, slots=True)
class OsmMapping:
    """A checked tag mapping. ``facilities``: (category, rule) in order of precedence; ``categories``: every id that may be."""

    id: str
    version: int
    limits: Limits
    walk: WalkRules
    gates: GateRules
    buildings: BuildingRules
    facilities: tuple[tuple[str, Rule], ...]
    ground: tuple[GroundRule, ...]
    names_zh: tuple[str, ...]
    names_en: tuple[str, ...]
    categories: frozenset[str]


def load_mapping(
    source: Policy | Path | str | Mapping[str, Any] = "default", *, categories: Iterable[str] | None = None
) -> OsmMapping:
    """A mapping from a policy, its id, its file (a path, or text ending in ``.yaml``), or its parsed document.

    ``categories``: the facility categories that may be named; those of the policy the mapping refers to, if absent.
    Raises ``InputError`` with every fault and its line, ``LinliError`` ``policy.unknown`` where an id is not known.
    """
    policy = _policy(source)
    body = policy.body
    faults = FaultList(file=policy.file)
    if policy.kind != KIND:
        faults.add(f"应是 {KIND} 类的政策，得到 {policy.kind}", f"must be a policy of kind {KIND}, got {policy.kind}")
        faults.raise_if_any()
    known = frozenset(categories) if categories is not None else _categories(body["facility_categories"])
    for place, rule in enumerate(body["facilities"]["rules"]):
        if rule["category"] not in known:
            name = rule["category"]
            faults.add(
                f"没有设施类别 {name}", f"no facility category {name}", feature=f"facilities.rules[{place}].category"
            )
    faults.raise_if_any()
    return _mapping(policy, known)


def _policy(source: Policy | Path | str | Mapping[str, Any]) -> Policy:
    if isinstance(source, Policy):
        return source
    if isinstance(source, Mapping):
        return parse_policy(yaml.safe_dump(dict(source), allow_unicode=True, sort_keys=False).encode())
    if isinstance(source, Path) or source.endswith((".yaml", ".yml")):
        return read_policy(source)
    return find_policy(KIND, source)


def _categories(policy: str) -> frozenset[str]:
    return frozenset(one["id"] for one in find_policy("facility_categories", policy).body["categories"])


def _pairs(raw: Mapping[str, str | list[str]]) -> Pairs:
    return tuple(
        (key, ANY if value == "*" else frozenset([value] if isinstance(value, str) else value))
        for key, value in raw.items()
    )


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(need=_pairs(raw["tags"]), unless=_pairs(raw.get("unless", {})))


def _words(raw: Sequence[Mapping[str, Any]]) -> tuple[tuple[Rule, str], ...]:
    return tuple((_rule(one), one["use"]) for one in raw)


def _facilities(raw: Mapping[str, Any]) -> tuple[tuple[str, Rule], ...]:
    everywhere = _pairs(raw["unless"])
    carriers = frozenset(raw["carriers"])
    out = []
    for one in raw["rules"]:
        unless = everywhere + _pairs(one.get("unless", {}))
        for choice in one["any"]:
            tags = {key: value for key, value in choice.items() if key not in ("carrier", "name_has")}
            has = tuple(choice.get("name_has", ()))
            out.append(
                (
                    one["category"],
                    Rule(_pairs(tags), unless, has, (), carriers if choice.get("carrier") else frozenset()),
                )
            )
    return tuple(out)


def _mapping(policy: Policy, categories: frozenset[str]) -> OsmMapping:
    raw = policy.body
    walk, gates, ground = raw["walk"], raw["gates"], raw["ground"]["rules"]
    return OsmMapping(
        id=policy.id,
        version=policy.version,
        limits=Limits(**{key: value for key, value in raw["limits"].items() if key != "reason"}),
        walk=WalkRules(
            ways=tuple((_rule(one), EDGE_KINDS.index(one["kind"])) for one in walk["ways"]),
            areas=tuple(_rule(one) for one in walk["areas"]),
            square_entries=walk["square_entries"],
            passage_keys=tuple(walk["passage_keys"]),
            locked=frozenset(walk["locked"]),
            private=frozenset(walk["private"]),
            never=_pairs(walk["never"]),
        ),
        gates=GateRules(
            rules=tuple((_rule(one), one["passage"]) for one in gates["rules"]),
            barriers=frozenset(gates["barriers"]),
            otherwise=gates["otherwise"],
        ),
        buildings=_buildings(raw["buildings"]),
        facilities=_facilities(raw["facilities"]),
        ground=tuple(GroundRule(one["kind"], one.get("rank", 0), one["form"] == "area", _rule(one)) for one in ground),
        names_zh=tuple(raw["names"]["zh"]),
        names_en=tuple(raw["names"]["en"]),
        categories=categories,
    )


def _buildings(raw: Mapping[str, Any]) -> BuildingRules:
    def between(name: str) -> Between:
        return Between(raw[name]["least"], raw[name]["most"])

    def by_name(one: Mapping[str, Any]) -> tuple[Rule, bool, str]:
        rule = Rule(name_has=tuple(one.get("name_has", ())), name_ends=tuple(one.get("name_ends", ())))
        return rule, "inside" in one, one["use"]

    return BuildingRules(
        never=_pairs(raw["never"]),
        use=_words(raw["use"]),
        ambiguous=frozenset(raw["ambiguous"]),
        by_other_tags=_words(raw["by_other_tags"]),
        by_name=tuple(by_name(one) for one in raw["by_name"]),
        by_ground=tuple(GroundTest(one.get("min_area_m2", 0.0), one["use"]) for one in raw["by_ground"]),
        otherwise=raw["otherwise"],
        levels=between("levels"),
        height_m=between("height_m"),
        flats=between("flats"),
    )
