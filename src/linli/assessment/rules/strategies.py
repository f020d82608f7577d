"""The strategy library: on which measure's warning, which deeds, by whom, at what cost, with what likely change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Deed:
    """One measure of a strategy. ``lifts``: likely change of each observed measure, in its unit; ``cost_fen`` whole fen."""

    id: str
    strategy: str
    title: Text
    who: Text
    days: int
    cost_fen: int
    lifts: Mapping[str, float]
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Strategy:
    id: str
    title: Text
    measures: tuple[str, ...]
    evidence: Text | None
    deeds: tuple[Deed, ...]
    note: Text | None = None


@cache
def strategies() -> tuple[Strategy, ...]:
    """The library in force; read once a process."""
    found = []
    for raw in find_policy("strategies", "default").body["strategies"]:
        deeds = tuple(
            Deed(
                one["id"], raw["id"], Text.from_mapping(one["title"]), Text.from_mapping(one["who"]), one["days"],
                round(one["cost_yuan"] * 100), {key: float(value) for key, value in one["lifts"].items()}, tuple(one.get("excludes", ())),
            )
            for one in raw["measures"]
        )  # fmt: skip
        when = raw["when"]
        found.append(
            Strategy(
                raw["id"], Text.from_mapping(raw["title"]), tuple(when["measures"]),
                Text.from_mapping(raw["evidence"]) if "evidence" in raw else None, deeds,
                Text.from_mapping(when["note"]) if "note" in when else None,
            )
        )  # fmt: skip
    return tuple(found)


def fitting(measure: str) -> list[tuple[Strategy, Deed]]:
    """What may help ``measure``, most likely change for the money first."""
    found = [(one, deed) for one in strategies() for deed in one.deeds if measure in deed.lifts]
    return sorted(found, key=lambda pair: (-pair[1].lifts[measure] / (pair[1].cost_fen + 100_000), pair[1].id))


@cache
def task_type() -> str:
    """The kind of case a measure becomes when it is handed to a desk."""
    return str(find_policy("strategies", "default").body["case_type"])


def find_deed(id: str) -> Deed | None:
    return next((deed for one in strategies() for deed in one.deeds if deed.id == id), None)
