"""The tag-mapping policy, checked and ready to ask: which tags mean what. Owns the rules' shape, not their content.

The content is data: ``policies/osm_mapping/*.yaml``, its shape ``policies/schemas/osm_mapping.schema.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jsonschema
import yaml
from referencing import Registry, Resource

import linli.policies
from linli.kernel.errors import FaultList
from linli.kernel.mapdata import EDGE_KINDS, GroundKind, Passage

POLICIES = Path(linli.policies.__file__).parent
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


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without dates: a day stays the text the schema asks for."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_mapping(
    source: Path | str | Mapping[str, Any] = "default", *, categories: Iterable[str] | None = None
) -> OsmMapping:
    """A mapping from a policy file, the id of one shipped here, or a parsed policy.

    ``categories``: the facility categories that may be named; the shipped policy the mapping refers to, if absent.
    Raises ``InputError`` with every fault, each with its path in the document.
    """
    file, raw = _raw(source)
    faults = FaultList(file=file)
    _check(raw, "osm_mapping", faults)
    known = frozenset(categories) if categories is not None else _categories(raw["facility_categories"], faults)
    for place, rule in enumerate(raw["facilities"]["rules"]):
        if rule["category"] not in known:
            name = rule["category"]
            faults.add(
                f"没有设施类别 {name}", f"no facility category {name}", feature=f"facilities.rules[{place}].category"
            )
    faults.raise_if_any()
    return _mapping(raw, known)


def _raw(source: Path | str | Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if isinstance(source, Mapping):
        # Days may come parsed from a plain YAML reader; the schema wants their text.
        return "", {key: value if key != "effective_from" else str(value) for key, value in source.items()}
    path = Path(source)
    if path.suffix not in (".yaml", ".yml"):
        path = POLICIES / "osm_mapping" / f"{source}.yaml"
    return str(path), _read(path)


def _read(path: Path) -> dict[str, Any]:
    faults = FaultList(file=str(path))
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a SafeLoader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        faults.add(
            f"读不了这份规则：{error}", f"cannot read this policy: {error}", line=mark.line + 1 if mark else None
        )
        raw = {}
    if not faults.faults and not isinstance(raw, dict):
        faults.add("规则应是一个映射", "a policy is a mapping of keys")
    faults.raise_if_any()
    return cast(dict[str, Any], raw)


def _check(raw: Mapping[str, Any], kind: str, faults: FaultList) -> None:
    """Header and body against their schemas; all faults are raised together, since nothing below could be built."""
    schemas = POLICIES / "schemas"
    header = json.loads((schemas / "policy.schema.json").read_text(encoding="utf-8"))
    body = json.loads((schemas / f"{kind}.schema.json").read_text(encoding="utf-8"))
    registry: Registry[Any] = Registry().with_resource("policy.schema.json", Resource.from_contents(header))
    named = header["properties"]
    halves = ({k: v for k, v in raw.items() if k in named}, {k: v for k, v in raw.items() if k not in named})
    for schema, half in zip((header, body), halves, strict=True):
        for error in jsonschema.Draft202012Validator(schema, registry=registry).iter_errors(half):
            path = error.json_path.removeprefix("$.")
            faults.add(f"不合规则的格式：{error.message}", f"not as the schema asks: {error.message}", feature=path)
    if raw.get("kind", kind) != kind:
        faults.add(f"kind 应为 {kind}", f"kind must be {kind}, got {raw['kind']!r}", feature="kind")
    faults.raise_if_any()


def _categories(policy: str, faults: FaultList) -> frozenset[str]:
    path = POLICIES / "facility_categories" / f"{policy}.yaml"
    if not path.is_file():
        faults.add(f"没有设施类别表 {policy}", f"no facility categories {policy}", feature="facility_categories")
        faults.raise_if_any()
    raw = _read(path)
    _check(raw, "facility_categories", FaultList(file=str(path)))
    return frozenset(one["id"] for one in raw["categories"])


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


def _mapping(raw: Mapping[str, Any], categories: frozenset[str]) -> OsmMapping:
    walk, gates, ground = raw["walk"], raw["gates"], raw["ground"]["rules"]
    return OsmMapping(
        id=raw["id"],
        version=raw["version"],
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
