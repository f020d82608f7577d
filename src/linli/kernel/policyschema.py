"""A document against its JSON Schema, told in both languages with the line of each fault. Owns the sentences, not the schemas.

Schemas (draft 2020-12) lie in ``linli/policies/schemas``: ``policy.schema.json`` for the header, ``<kind>.schema.json`` for
the body of each kind. A kind's schema may list keys under ``x-uncited`` whose numbers are no facts (an order, a rank) and need no source.
``x-sums: {values: weights, to: total}`` in an object's schema says that the numbers of its mapping ``weights`` add up to its ``total``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from .errors import FaultList
from .policytext import Path, Tree
from .text import Text

HEADER = "policy"
_SUFFIX = ".schema.json"

_TYPES = {
    "object": Text("一组“键: 值”", "a mapping"),
    "array": Text("列表", "a list"),
    "string": Text("文字（编号、日期请加引号）", "text (put codes and dates in quotes)"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数", "a number"),
    "boolean": Text("true 或 false", "true or false"),
    "null": Text("空", "nothing"),
}
_LANGUAGES = {
    "zh": Text("缺少中文（zh）", "the Chinese text (zh) is missing"),
    "en": Text("缺少英文（en）", "the English text (en) is missing"),
}
_UNKNOWN_KEY = Text("不认识的键", "unknown key")
_SIGNS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def kinds() -> tuple[str, ...]:
    """Every kind of policy that has a schema, sorted."""
    return tuple(sorted(name for name in _schemas() if name != HEADER))


def uncited_keys(kind: str) -> frozenset[str]:
    """Keys of ``kind`` whose numbers need no source."""
    return frozenset(_schemas()[kind].get("x-uncited", ()))


def references(kind: str) -> list[dict[str, str]]:
    """Which names of ``kind`` must be names of other things in it (see :mod:`.policyrefs`)."""
    return list(_schemas()[kind].get("x-refs", ()))


def check(name: str, value: Any, tree: Tree, faults: FaultList) -> None:
    """Add every fault of ``value`` (the document, or its part) under schema ``name`` to ``faults``, in the order of lines."""
    found = [_leaf(error) for error in _validator(name).iter_errors(value)]
    told: set[tuple[Path, str]] = set()
    rows = []
    for error in found:
        path: Path = tuple(error.absolute_path)
        text = _sentence(error)
        if (path, text.en) not in told:
            told.add((path, text.en))
            rows.append((tree.line(path), path, text))
    for line, path, text in sorted(rows, key=lambda row: (row[0] or 0, str(row[1]))):
        faults.add(text.zh, text.en, line=line, feature=dotted(path) or None)


def dotted(path: Path) -> str:
    """``items[0].limit_m``: a path as people write it."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else str(step)
    return words


def _leaf(error: ValidationError) -> ValidationError:
    """Of "one of these" take the branch that came nearest, so that the fault names a place and not a choice."""
    while error.validator in ("anyOf", "oneOf") and error.context and not _is_described(error):
        nearest = best_match(iter(error.context))
        if nearest is None or nearest is error:
            break
        error = nearest
    return error


def _is_described(error: ValidationError) -> bool:
    return isinstance(error.schema, dict) and "description" in error.schema


def _sentence(error: ValidationError) -> Text:  # noqa: PLR0911 one sentence for each keyword
    got, want = _shown(error.instance), error.validator_value
    rule, schema = str(error.validator), error.schema if isinstance(error.schema, dict) else {}
    match rule:
        case "required":
            return _LANGUAGES.get(error.message) or Text(f"缺少“{error.message}”", f"{error.message!r} is missing")
        case "additionalProperties" | "propertyNames":
            known = ", ".join(sorted(schema.get("properties", {})))
            return Text(f"不认识的键；可用：{known}", f"unknown key; known: {known}") if known else _UNKNOWN_KEY
        case "type":
            names = want if isinstance(want, list) else [want]
            likes = [_TYPES[str(name)] for name in names]
            zh, en = "或".join(like.zh for like in likes), " or ".join(like.en for like in likes)
            return Text(f"应是{zh}，现在是 {got}", f"must be {en}, got {got}")
        case "enum" | "const":
            choice = ", ".join(map(str, want if isinstance(want, list) else [want]))
            return Text(f"应是以下之一：{choice}；现在是 {got}", f"must be one of {choice}; got {got}")
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            sign = _SIGNS[rule]
            return Text(f"应 {sign} {want}，现在是 {got}", f"must be {sign} {want}, got {got}")
        case "minItems" | "minLength" | "minProperties":
            return Text(f"至少要有 {want} 个，现在是 {got}", f"needs at least {want}, got {got}")
        case "maxItems" | "maxLength" | "maxProperties":
            return Text(f"至多 {want} 个", f"at most {want} are taken")
        case "uniqueItems":
            return Text(f"有重复：{got}", f"holds the same item twice: {got}")
        case "x-sums":
            group: Any = error.instance
            rule_of: Any = want
            total, asked = _sum_of(group[rule_of["values"]]), group[rule_of["to"]]
            return Text(
                f"权重合计应是 {asked:g}，现在是 {total:g}", f"the weights must sum to {asked:g}, got {total:g}"
            )
        case "pattern" | "format":
            like = schema.get("description", f"{rule} {want}")
            return Text(f"写法不对：{got}；应像 {like}", f"{got} is not in the form wanted: {like}")
        case _:
            like = schema.get("description", error.message)
            return Text(f"不符合要求：{like}", f"does not fit: {like}")


def _shown(value: Any) -> str:
    words = json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= 60 else words[:57] + "..."


def _each_missing(_validator: Any, required: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        yield from (ValidationError(name) for name in required if name not in instance)


def _each_unknown(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """One fault for each unknown key, at that key's line; the library gives one for all."""
    if not isinstance(instance, dict) or allowed is not False:
        yield from Draft202012Validator.VALIDATORS["additionalProperties"](validator, allowed, instance, schema)
        return
    patterns = schema.get("patternProperties", {})
    for key in instance:
        if key not in schema.get("properties", {}) and not any(re.search(pattern, key) for pattern in patterns):
            yield ValidationError("unknown", path=[key])


SUM_TOLERANCE = 1e-6
"""Weights are written with a few decimals: thirds as 33.333333 still sum."""


def _sum_of(values: dict[str, Any]) -> float:
    return sum(one for one in values.values() if isinstance(one, int | float) and not isinstance(one, bool))


def _sums(_validator: Any, rule: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """The numbers of one mapping add up to another number; told at the mapping's line. What is no mapping or no number is another fault."""
    if not isinstance(instance, dict):
        return
    values, total = instance.get(rule["values"]), instance.get(rule["to"])
    if not isinstance(values, dict) or not isinstance(total, int | float) or not values:
        return
    if abs(_sum_of(values) - total) > SUM_TOLERANCE * max(1.0, abs(total)):
        yield ValidationError("sums", path=[rule["values"]])


_Validator = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"required": _each_missing, "additionalProperties": _each_unknown, "x-sums": _sums}
)


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    folder = resources.files("linli.policies") / "schemas"
    found = {}
    for entry in folder.iterdir():
        if entry.name.endswith(_SUFFIX):
            found[entry.name.removesuffix(_SUFFIX)] = json.loads(entry.read_text("utf-8"))
    return found


@cache
def _validator(name: str) -> Any:
    registry = Registry().with_resources(
        (f"{other}{_SUFFIX}", Resource.from_contents(schema, default_specification=DRAFT202012))
        for other, schema in _schemas().items()
    )
    return _Validator(_schemas()[name], registry=registry, format_checker=FormatChecker(["date"]))
