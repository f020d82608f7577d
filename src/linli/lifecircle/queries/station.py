"""A modular emergency station: whether its modules fit the plot, when it stands, what decides that, and what it costs (S232). Keeps nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.text import Text
from linli.platform.actors import Actor

from ..bridges.station import PackingError, Plan, Schedule, ScheduleError, pack_station, schedule_works
from ..reading import policy_on
from ..rules.station import FEN, SLOTS_PER_H, Crew, StationRules, Task, cost_fen, read_station, tasks_of
from .coverage import READ


@dataclass(frozen=True, slots=True)
class StationAsk:
    """Units by module and crews by kind (the policy's where absent); the plot in metres; the hour of the day work begins."""

    modules: Mapping[str, int]
    crews: Mapping[str, int]
    width_m: float
    depth_m: float
    begin_hour: int


@dataclass(frozen=True, slots=True)
class OneMore:
    """With one more of a crew the station stands after ``hours``; ``is_best`` proved."""

    crew: Crew
    hours: float
    is_best: bool


@dataclass(frozen=True, slots=True)
class StationPlan:
    """``plan`` None where ``no_room``; ``schedule`` None where ``no_time`` names the crews nobody is of. ``chain`` the works that decide the end, each with what it
    waits for; ``more`` what one more crew would do, best first, only where it helps."""

    ask: StationAsk
    rules: StationRules
    counts: Mapping[str, int]
    tasks: tuple[Task, ...]
    plan: Plan | None
    schedule: Schedule | None
    no_time: tuple[Text, ...]
    chain: tuple[tuple[Task, float, Text], ...]
    more: tuple[OneMore, ...]
    modules_fen: int
    crews_fen: int

    @property
    def n_units(self) -> int:
        return sum(self.counts.values())

    @property
    def hours(self) -> float | None:
        return None if self.schedule is None else self.schedule.end / SLOTS_PER_H

    @property
    def bound_h(self) -> float | None:
        return None if self.schedule is None else self.schedule.bound / SLOTS_PER_H

    @property
    def path_h(self) -> float | None:
        return None if self.schedule is None else self.schedule.path / SLOTS_PER_H

    @property
    def is_in_time(self) -> bool | None:
        """None where no schedule in time was found and none was proved not to be."""
        if self.hours is None or self.bound_h is None:
            return False
        if self.hours <= self.rules.within_h:
            return True
        return False if self.bound_h > self.rules.within_h else None

    @property
    def modules_yuan(self) -> int:
        return round(self.modules_fen / FEN)

    @property
    def crews_yuan(self) -> int:
        return round(self.crews_fen / FEN)

    @property
    def cost_yuan(self) -> int:
        return round((self.modules_fen + self.crews_fen) / FEN)


def station_rules(on: dt.date) -> StationRules:
    return read_station(policy_on("emergency_station", "default", on))


def plan_station(community_id: UUID, actor: Actor, ask: StationAsk, *, on: dt.date) -> StationPlan:
    """Needs ``lifecircle.read`` on the community. Cost: some seconds at most."""
    actor.require(READ, community_id)
    rules = station_rules(on)
    counts = {one.id: ask.modules.get(one.id, one.n) for one in rules.modules}
    tasks = tasks_of(rules, counts)
    wanted = [(one, counts[one.id]) for one in rules.modules if counts[one.id]]
    try:
        plan = pack_station((round(ask.width_m * 10), round(ask.depth_m * 10)), wanted) if wanted else None
    except PackingError:
        plan = None
    modules_fen, crews_fen = cost_fen(rules, tasks, counts)
    try:
        found = schedule_works(rules, tasks, ask.crews, ask.begin_hour)
    except ScheduleError as refused:
        lacking = {tasks[n].crew for n in refused.works} or {one.crew for one in tasks}
        names = tuple(rules.crews[n].title for n in sorted(lacking))
        return StationPlan(ask, rules, counts, tuple(tasks), plan, None, names, (), (), modules_fen, crews_fen)
    return StationPlan(
        ask, rules, counts, tuple(tasks), plan, found, (), _chain(rules, tasks, found), _more(rules, tasks, ask, found), modules_fen, crews_fen
    )  # fmt: skip


def _chain(rules: StationRules, tasks: list[Task], found: Schedule) -> tuple[tuple[Task, float, Text], ...]:
    told = []
    for link in found.chain:
        task = tasks[link.work]
        if link.why == "after":
            before = tasks[link.because].title
            words = Text(f"等“{before.zh}”做完", f"waits for “{before.en}”")
        elif link.why == "crew":
            crew, other = rules.crews[link.crew].title, tasks[link.because].title
            words = Text(f"{crew.zh}在做“{other.zh}”", f"the {crew.en.lower()} are at “{other.en}”")
        elif link.why == "hours":
            crew = rules.crews[link.crew].title
            words = Text(f"{crew.zh}还没上班", f"the {crew.en.lower()} are not at work yet")
        else:
            words = Text("一开工就做", "begins at once")
        told.append((task, found.start[link.work] / SLOTS_PER_H, words))
    return tuple(told)


def _more(rules: StationRules, tasks: list[Task], ask: StationAsk, found: Schedule) -> tuple[OneMore, ...]:
    """One more of each crew that something in the chain waits for."""
    waited = {link.crew for link in found.chain if link.why == "crew"}
    more = []
    for n in sorted(waited):
        crew = rules.crews[n]
        with_one = {**ask.crews, crew.id: ask.crews.get(crew.id, crew.n) + 1}
        trial = schedule_works(rules, tasks, with_one, ask.begin_hour, is_trial=True)
        if trial.end < found.end:
            more.append(OneMore(crew, trial.end / SLOTS_PER_H, trial.proved))
    return tuple(sorted(more, key=lambda one: one.hours))
