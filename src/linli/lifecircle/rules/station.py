"""A modular emergency station as the policy has it: modules, works, crews, and what they cost (S232). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.kernel.policyfile import Policy
from linli.kernel.text import Text

SLOTS_PER_H = 2
FEN = 100
HORIZON_DAYS = 14
"""Works are looked at for this long; what is not done then is told as such."""


@dataclass(frozen=True, slots=True)
class StationModule:
    id: str
    title: Text
    width_dm: int
    depth_dm: int
    n: int
    price_fen: int
    works: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crew:
    """At work from ``from_hour`` to ``to_hour`` of every day."""

    id: str
    title: Text
    n: int
    from_hour: int
    to_hour: int
    fen_per_h: int


@dataclass(frozen=True, slots=True)
class WorkKind:
    """``slots`` of half an hour; ``after`` ids of the same module's works or of the site's."""

    id: str
    title: Text
    slots: int
    crew: str
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StationRules:
    within_h: int
    begin_hour: int
    width_m: float
    depth_m: float
    modules: tuple[StationModule, ...]
    crews: tuple[Crew, ...]
    site: tuple[WorkKind, ...]
    module: tuple[WorkKind, ...]
    last: tuple[WorkKind, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One work of one module (``unit`` its number among its kind, 0 for the site's). ``after`` positions in the list of tasks; ``crew`` a position in the crews."""

    kind: WorkKind
    module: StationModule | None
    unit: int
    crew: int
    after: tuple[int, ...]

    @property
    def title(self) -> Text:
        if self.module is None:
            return self.kind.title
        name = self.module.title
        return Text(f"{name.zh} {self.unit}：{self.kind.title.zh}", f"{name.en} {self.unit}: {self.kind.title.en}")


def read_station(policy: Policy) -> StationRules:
    body = policy.body
    modules = tuple(
        StationModule(
            one["id"], Text.from_mapping(one["title"]), round(one["width_m"] * 10), round(one["depth_m"] * 10), one["n"], one["price_yuan"] * FEN, tuple(one["works"])
        )
        for one in body["modules"]
    )  # fmt: skip
    crews = tuple(
        Crew(one["id"], Text.from_mapping(one["title"]), one["n"], one["from_hour"], one["to_hour"], one["yuan_per_h"] * FEN)
        for one in body["crews"]
    )  # fmt: skip
    site, module, last = (tuple(_work(one) for one in body["works"][part]) for part in ("site", "module", "last"))
    return StationRules(
        body["limit"]["within_h"], body["begin"]["hour"], float(body["plot"]["width_m"]), float(body["plot"]["depth_m"]), modules, crews, site, module, last
    )  # fmt: skip


def _work(one: Mapping[str, Any]) -> WorkKind:
    return WorkKind(one["id"], Text.from_mapping(one["title"]), round(one["hours"] * SLOTS_PER_H), one["crew"], tuple(one["after"]))  # fmt: skip


def tasks_of(rules: StationRules, counts: Mapping[str, int]) -> list[Task]:
    """Every work of every unit, the site's first, what is done last after all others. ``counts`` units by module. A crew or work that a policy names and does
    not have is a ``KeyError``: the shipped policy is tested for it."""
    crew = {one.id: n for n, one in enumerate(rules.crews)}
    tasks: list[Task] = []
    at_site: dict[str, int] = {}
    for kind in rules.site:
        tasks.append(Task(kind, None, 0, crew[kind.crew], tuple(at_site[one] for one in kind.after)))
        at_site[kind.id] = len(tasks) - 1
    for module in rules.modules:
        for unit in range(1, counts.get(module.id, module.n) + 1):
            own: dict[str, int] = {}
            for kind in rules.module:
                if kind.id in module.works:
                    # A module without a work waits for what that work would have waited for: nothing of its own.
                    known = {**at_site, **own}
                    after = tuple(known[one] for one in kind.after if one in known)
                    tasks.append(Task(kind, module, unit, crew[kind.crew], after))
                    own[kind.id] = len(tasks) - 1
    for kind in rules.last:
        tasks.append(Task(kind, None, 0, crew[kind.crew], tuple(range(len(tasks)))))
    return tasks


def hours_of(crew: Crew, n: int, begin_hour: int) -> list[int]:
    """How many of the crew are at work in each slot from ``begin_hour`` of the first day on."""
    return [
        n if crew.from_hour <= (begin_hour + slot / SLOTS_PER_H) % 24 < crew.to_hour else 0
        for slot in range(HORIZON_DAYS * 24 * SLOTS_PER_H)
    ]


def cost_fen(rules: StationRules, tasks: Sequence[Task], counts: Mapping[str, int]) -> tuple[int, int]:
    """Modules, and crews for the time they work (not for waiting), in fen."""
    modules = sum(one.price_fen * counts.get(one.id, one.n) for one in rules.modules)
    crews = sum(rules.crews[one.crew].fen_per_h * one.kind.slots for one in tasks) // SLOTS_PER_H
    return modules, crews
