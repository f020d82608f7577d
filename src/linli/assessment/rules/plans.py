"""Improvement plans go round: plan, do, check, act (PDCA, S274). Which step may follow which, and what a measure has brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from linli.kernel.errors import LinliError, define
from linli.kernel.text import Text

STEPS = {
    "due": Text("待写方案", "Plan to be written"),
    "doing": Text("在办", "Under way"),
    "checking": Text("待复测", "To be measured again"),
    "closed": Text("已闭环", "Closed"),
}
SHAPES = {"due": "red", "doing": "yellow", "checking": "blue", "closed": "green"}
AFTER = {"due": ("doing",), "doing": ("doing", "checking"), "checking": ("doing", "closed"), "closed": ()}
WRONG_STEP = define(
    "assessment.wrong_step",
    zh="这个方案现在是“{state}”，不能这样做",
    en="This plan is at {state}; that cannot be done now",
    status=409,
)
NO_MEASURES = define(
    "assessment.no_measures",
    zh="方案里至少要有一条措施",
    en="A plan needs at least one measure",
    status=422,
)
NOT_MEASURED = define(
    "assessment.not_measured_again",
    zh="措施做完以后还没有新的观测值；先录入或取数，再复测",
    en="There is no value seen after the measures were done; enter or fetch one first",
    status=409,
)


def check_step(state: str, to: str) -> None:
    if to not in AFTER[state]:
        raise LinliError(WRONG_STEP, state=STEPS[state].zh)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a measure went with, over ``n`` plans: mean change in the indicator's unit, and two standard errors about it (None for one plan).

    Change that went with a measure is not change because of it; faces say so.
    """

    n: int
    mean: float
    half_width: float | None


def effect_of(changes: Sequence[float]) -> Effect | None:
    if not changes:
        return None
    n = len(changes)
    mean = sum(changes) / n
    if n == 1:
        return Effect(1, mean, None)
    spread = sqrt(sum((one - mean) ** 2 for one in changes) / (n - 1))
    return Effect(n, mean, 2 * spread / sqrt(n))
