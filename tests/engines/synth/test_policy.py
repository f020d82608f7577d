"""The policy: the shipped one is whole, its schema says what the engine reads, and faults are told together."""

from __future__ import annotations

import copy
import dataclasses
import json
import typing
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest

from linli.engines.synth import SynthPolicy
from linli.engines.synth import policy as shapes
from linli.kernel.errors import InputError
from linli.kernel.policyfile import find_policy

SCHEMA = json.loads((resources.files("linli.policies") / "schemas" / "synthetic.schema.json").read_text("utf-8"))


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


@pytest.fixture
def body() -> dict[str, Any]:
    return copy.deepcopy(plain(find_policy("synthetic", "cn-neighbourhood").body))


def nested(shape: type) -> set[type]:
    """Every dataclass of the policy module used by ``shape``, itself included."""
    found = {shape}

    def walk(hint: Any) -> None:
        if dataclasses.is_dataclass(hint) and hint.__module__ == shapes.__name__ and hint not in found:
            found.update(nested(hint))
        for argument in typing.get_args(hint):
            walk(argument)

    for hint in typing.get_type_hints(shape).values():
        walk(hint)
    return found


@pytest.mark.parametrize(
    "shape", sorted(nested(SynthPolicy), key=lambda shape: shape.__name__), ids=lambda shape: shape.__name__
)
def test_the_schema_names_exactly_what_the_engine_reads(shape: type) -> None:
    schema = SCHEMA if shape is SynthPolicy else SCHEMA["$defs"][shape.__name__.lower()]
    entries = dataclasses.fields(shape)
    assert set(schema["properties"]) - {"source", "designed_here"} == {entry.name for entry in entries}
    assert set(schema["required"]) == {entry.name for entry in entries if entry.default is dataclasses.MISSING}
    assert schema["additionalProperties"] is False


def test_every_number_of_the_shipped_policy_says_where_it_comes_from() -> None:
    """The header's word for the whole is not enough: each section has its own."""
    from linli.kernel.policycite import uncited_numbers

    body = find_policy("synthetic", "cn-neighbourhood").body
    assert [".".join(map(str, path)) for path in uncited_numbers(body, frozenset())] == []


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(body: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            body = body[int(step)] if isinstance(body, list) else body[step]
        body[last] = value

    return apply


@pytest.mark.parametrize(
    ("apply", "feature", "words"),
    [
        (change("facilities.items.0.category", "casino"), "facilities[0].category", "no such facility category: casino"),
        (change("facilities.items.1.sites", ["moon"]), "facilities[1].sites", "no such site: moon"),
        (change("compounds.items.0.style", "igloo"), "compounds[0].style", "no such style: igloo"),
        (change("compounds.items.0.share", 0.5), "compounds", "shares must add up to 1"),
        (change("ages.items.3.from_age", 13), "ages[3]", "must begin where the last ended"),
        (change("households.siblings", [0.5, 0.4]), "households.siblings", "got 0.9"),
        (change("homes.style_weights.alone", {"tower": 1}), "homes.style_weights.alone", "must be listed exactly once"),
        (change("moves.window_years", "three"), "moves.window_years", "must be int, got 'three'"),
        (change("moves.window_yars", 3), "moves.window_yars", "unknown key"),
        (change("on", "2026-13-01"), "on", "must be a date"),
        (change("names.towers", [{"zh": "苑"}]), "names.towers[0]", "a text with zh and en"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_what_would_be_right(
    body: dict[str, Any], categories: frozenset[str], apply: Callable[[dict[str, Any]], None], feature: str, words: str
) -> None:
    apply(body)
    with pytest.raises(InputError) as caught:
        SynthPolicy.from_mapping(body, categories=categories, file="my.yaml")
    (fault, *_) = [fault for fault in caught.value.faults if fault.feature == feature]
    assert words in fault.message.en
    assert fault.file == "my.yaml"


def test_all_faults_are_told_at_once(body: dict[str, Any]) -> None:
    del body["grids"]
    body["town"]["turn_deg"] = None
    body["phones"]["share"] = True
    with pytest.raises(InputError) as caught:
        SynthPolicy.from_mapping(body)
    assert {fault.feature for fault in caught.value.faults} == {"grids", "town.turn_deg", "phones.share"}
