"""Every shipped type leads somewhere with every name it uses; one that does not is refused with its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import linli
from linli.cases.rules.references import faults_of
from linli.cases.rules.types import case_types, flow_of
from linli.kernel.policyfile import known_policies, read_policy

SHIPPED = Path(linli.__file__).parent / "policies" / "case_type"
TYPES = known_policies("case_type")


@pytest.mark.parametrize("policy", TYPES, ids=lambda policy: policy.id)
def test_what_a_type_names_is_there(policy) -> None:  # type: ignore[no-untyped-def]
    assert faults_of(policy) == []
    kind = case_types()[policy.id]
    flow = flow_of(policy.body["flow"])
    outcomes = {move.outcome for move in flow.moves.values() if flow.states[move.to].phase == "closed"}
    assert outcomes <= {"solved", "unsolved", "refused", "withdrawn"}
    assert "solved" in outcomes, "there is a way to an end that solves it"
    assert {"respond", "handle"} <= set(kind.clocks)
    if kind.form:
        Draft202012Validator.check_schema(untitled(policy.body["form"]))
        assert all({"zh", "en"} <= set(question["title"]) for question in kind.form["properties"].values())


def untitled(schema: Any) -> Any:
    """The form without its titles in two languages, which are ours."""
    if isinstance(schema, Mapping):
        return {key: untitled(value) for key, value in schema.items() if key != "title"}
    return [untitled(one) for one in schema] if isinstance(schema, tuple) else schema


def spoilt(folder: Path, old: str, new: str) -> list[tuple[int | None, str]]:
    """Line and words of each fault of the street lamp's type with one word changed."""
    text = (SHIPPED / "street_lamp.yaml").read_text()
    assert old in text
    file = folder / "street_lamp.yaml"
    file.write_text(text.replace(old, new))
    return [(fault.line, str(fault.message.en)) for fault in faults_of(read_policy(file))]


def line_of(word: str) -> int:
    lines = (SHIPPED / "street_lamp.yaml").read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.startswith(word))


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("flow: ordinary", "flow: ordinery", "flow", "no flow 'ordinery'"),
        ("duty: lighting", "duty: lightning", "duty", "no 'lightning'"),
        ("desks: [property_manager", "desks: [property_boss", "desks", "no role 'property_boss'"),
        ("desks: [property_manager", "desks: [resident", "desks", "may not handle cases"),
        ("openness: public", "openness: public\nhidden_from: [grid_worker]", "desks", "must not see this kind"),
        ("  callback: {days: 5, counting: working}\n", "", "closing", "callback is missing"),
    ],
)
def test_a_type_that_names_what_is_not_there_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, key: str, says: str
) -> None:
    [(line, words)] = spoilt(tmp_path, old, new)
    assert says in words
    assert line == line_of(key) - (1 if new == "" else 0)
