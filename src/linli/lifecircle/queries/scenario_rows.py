"""Scenarios as their tables and pages show them: a line of the list, a change in words, several side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text

from ..models import Scenario, ScenarioChange
from ..rules.changes import KIND_WORDS
from ..rules.filling import read_filling
from . import scenarios as queries


def scenario_row(one: Scenario) -> dict[str, Any]:
    """A line of the list: the first group's gains over all categories."""
    changes, result = queries.changes_of(one), queries.result_of(one)
    told = result.group("") if result else None
    return {
        "scenario": one,
        "title": one.title,
        "state": one.state,
        "standard": one.run.standard_title,
        "n_changes": len(changes),
        "gained": sum(row["gained"] for row in told["categories"]) if told else None,
        "lost": sum(row["lost"] for row in told["categories"]) if told else None,
        "nearer": told["nearer"] if told else None,
        "cost_fen": queries.known_cost_fen(changes) if changes else None,
        "is_current": bool(result and result.is_current),
        "made_at": one.made_at,
    }


def change_row(row: ScenarioChange, number: int) -> dict[str, Any]:
    way = read_filling(find_policy("gap_filling", "default")).way(row.filling)
    filling = way.title if way else Text(row.filling, row.filling) if row.filling else None
    return {
        "row": row,
        "number": number,
        "kind": KIND_WORDS[row.kind],  # type: ignore[index]
        "filling": filling,
        "category": _category_title(row),
    }


def side(one: Scenario, result: queries.Result | None, group: str) -> dict[str, Any]:
    assert result is not None
    told = result.group(group)
    changes = queries.changes_of(one)
    return {
        "scenario": one, "result": result, "told": told, "n_changes": len(changes), "cost_fen": queries.known_cost_fen(changes),
        "gained": sum(row["gained"] for row in told["categories"]), "lost": sum(row["lost"] for row in told["categories"]),
    }  # fmt: skip


def side_by_side(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a category: as it is, then each scenario's share and its change in people; the best share of a row is marked."""
    if not columns:
        return []
    rows = []
    for number, base in enumerate(columns[0]["told"]["categories"]):
        cells = [column["told"]["categories"][number] for column in columns]
        shares = [cell["share_after"] for cell in cells if cell["share_after"] is not None]
        best = max(shares) if shares and max(shares) > (base["share_before"] or 0) else None
        rows.append({"title": Text.from_mapping(base["title"]), "before": base, "cells": [{**cell, "is_best": best is not None and cell["share_after"] == best} for cell in cells]})  # fmt: skip
    return rows


def shown_category(found: Scenario, told: Any, wanted: str) -> str:
    """The category asked for, else the first one it opens or closes a facility of, else the one it changes most."""
    if wanted in found.run.categories:
        return wanted
    opened = next((row.category for row in queries.changes_of(found) if row.category), None)
    if opened:
        return opened
    if told:
        most = max(told["categories"], key=lambda one: one["gained"] + one["lost"] + abs(one["person_min"]) / 1000)
        return str(most["category"])
    return str(found.run.categories[0])


def _category_title(row: ScenarioChange) -> Text | None:
    titles = {
        one["category"]: Text.from_mapping(one["title"]) for one in row.scenario.run.public["groups"][0]["categories"]
    }
    return titles.get(row.category)


def houses(told: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The buildings that gain and lose most, with names as texts and losses as positive minutes."""
    return {
        key: [
            {"name": Text.from_mapping(one["name"]), "persons": one["persons"], "minutes": abs(one["saved_min"])}
            for one in told[f"houses_{key}"]
        ]
        for key in ("nearer", "farther")
    }
