"""Three colours: which one a number has, and when one is left again. The three schemes of the sources stay apart (demand, threshold, unit)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from linli.kernel.policyfile import find_policy
from linli.kernel.text import Text

SCHEMES = ("threshold", "demand", "unit")
BEST = {"demand": "", "threshold": "", "unit": "green"}
"""The colour of what is in order: none, but for units, where green is one of the three."""


@dataclass(frozen=True, slots=True)
class Colour:
    id: str
    title: Text
    means: Text
    at: float | None


@dataclass(frozen=True, slots=True)
class Change:
    measure: str
    colour: str
    over_share: float


@dataclass(frozen=True, slots=True)
class Scheme:
    """``colours`` worst first. ``plan_colour`` opens a plan due in ``plan_h`` hours; "" where none does."""

    id: str
    title: Text
    summary: Text
    subject: str
    cadence: str
    direction: str
    colours: tuple[Colour, ...]
    margin_share: float
    changes: tuple[Change, ...]
    plan_colour: str
    plan_h: int

    def colour(self, id: str) -> Colour:
        return next(one for one in self.colours if one.id == id)

    @property
    def limits(self) -> dict[str, float]:
        return {one.id: one.at for one in self.colours if one.at is not None}

    def rank(self, colour: str) -> int:
        """0 is worst; what has no colour stands after all."""
        ids = [one.id for one in self.colours]
        return ids.index(colour) if colour in ids else len(ids)


def read_scheme(id: str, body: Mapping[str, Any], title: Text) -> Scheme:
    colours = tuple(
        Colour(one["id"], Text.from_mapping(one["title"]), Text.from_mapping(one["means"]), one.get("at"))
        for one in body["colours"]
    )
    plan = body.get("plan", {})
    return Scheme(
        id=id,
        title=title,
        summary=Text.from_mapping(body["summary"]),
        subject=body["subject"],
        cadence=body["cadence"],
        direction=body.get("direction", "higher"),
        colours=colours,
        margin_share=float(body["clear_margin_share"]),
        changes=tuple(
            Change(one["measure"], one["colour"], float(one["over_share"])) for one in body.get("changes", ())
        ),
        plan_colour=plan.get("colour", ""),
        plan_h=int(plan.get("due_h", 0)),
    )


@cache
def scheme(id: str) -> Scheme:
    """A scheme in force; read once a process."""
    policy = find_policy("warning_scheme", id)
    return read_scheme(policy.id, policy.body, policy.title)


def plain_colour(value: float, limits: Sequence[tuple[str, float]], *, direction: str) -> str:
    """The worst colour whose limit ``value`` is worse than; "" for none. ``limits`` worst first."""
    for colour, at in limits:
        if value < at if direction == "higher" else value > at:
            return colour
    return ""


def decide_colour(
    value: float, limits: Sequence[tuple[str, float]], *, direction: str, present: str, margin_share: float
) -> str:
    """The colour after ``value`` was seen, with ``present`` before it.

    A worse colour holds at once. A better one only past the limit of ``present`` by ``margin_share`` of that limit, so that a number
    trembling about a limit is warned of once.
    """
    fresh = plain_colour(value, limits, direction=direction)
    order = [colour for colour, _ in limits]
    if present not in order or (fresh in order and order.index(fresh) <= order.index(present)):
        return fresh
    at = dict(limits)[present]
    margin = abs(at) * margin_share
    is_clear = value >= at + margin if direction == "higher" else value <= at - margin
    return fresh if is_clear else present


def changed_colour(value: float, before: float | None, measure: str, changes: Sequence[Change]) -> str:
    """The colour of a rise since the period before, where the scheme has a limit for it."""
    if not before:
        return ""
    rise = (value - before) / abs(before)
    return next((one.colour for one in changes if one.measure == measure and rise > one.over_share), "")
