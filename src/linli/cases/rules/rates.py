"""The three rates (响应率, 解决率, 满意率) from facts alone, with the verdict on every case that goes into them.

A fact counts when it was recorded (:attr:`Happened.at`), so nobody can make late work timely by telling another time; limits are those the facts
themselves carry, and once a limit is over no later fact moves it.

* response: of rounds whose first-response limit was met or is over, those met. A dispute begins a round; each counts.
* solving: of cases that ended or whose handling limit is over, those that ended solved by the reporter's word, or in silence. Withdrawn ones are left
  out. A case that was disputed and is still open counts as not solved.
* duplicates: each stays a case of its own in all three, by the limits it came in with. What its lead does counts for it when it happens and not before it was
  merged; its lead's pauses and extensions move nothing of it. It is solved by its own reporter's word. Parted again while open, a response it had through its
  lead never was.
* satisfaction: of cases whose reporter gave 1 to 5, those with 4 or 5.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

RECEIVED, MOVED, RETYPED = "cases.case_received", "cases.case_moved", "cases.case_retyped"
RESUMED, EXTENDED, REPLIED, CALLED = (
    "cases.case_resumed",
    "cases.case_extended",
    "cases.case_replied",
    "cases.case_called_back",
)
MERGED, PARTED = "cases.case_merged", "cases.case_parted"
COUNTED = (RECEIVED, MOVED, RETYPED, RESUMED, EXTENDED, REPLIED, CALLED, MERGED, PARTED)


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact as it counts: ``at`` when it was recorded (in a synthetic past: when it is said to have happened)."""

    case_id: UUID
    name: str
    at: dt.datetime
    payload: Mapping[str, Any]


@dataclass(slots=True)
class Verdict:
    """One case in the rates. None: does not count there (yet)."""

    case_id: UUID
    type_id: str
    place_id: str
    received_at: dt.datetime
    n_rounds: int = 1
    n_responses: int = 0
    n_in_time: int = 0
    respond_s: float | None = None
    handle_s: float | None = None
    is_handled_in_time: bool | None = None
    is_solved: bool | None = None
    by_silence: bool = False
    satisfaction: int | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts, so that every share shows what it is of."""

    n_cases: int
    n_responses: int
    n_in_time: int
    n_ended: int
    n_solved: int
    n_by_silence: int
    n_spoken: int
    n_satisfied: int
    respond_s: tuple[float, ...] = field(repr=False, default=())
    handle_s: tuple[float, ...] = field(repr=False, default=())

    @property
    def response(self) -> float | None:
        return self.n_in_time / self.n_responses if self.n_responses else None

    @property
    def solving(self) -> float | None:
        return self.n_solved / self.n_ended if self.n_ended else None

    @property
    def satisfaction(self) -> float | None:
        return self.n_satisfied / self.n_spoken if self.n_spoken else None

    @property
    def median_respond_s(self) -> float | None:
        return _median(self.respond_s)

    @property
    def median_handle_s(self) -> float | None:
        return _median(self.handle_s)


def judge(facts: Iterable[Happened], now: dt.datetime) -> list[Verdict]:
    """The verdict on every case that was received among ``facts`` (each case's in order)."""
    of_case: dict[UUID, list[Happened]] = defaultdict(list)
    for fact in facts:
        of_case[fact.case_id].append(fact)
    return [verdict for rows in of_case.values() if (verdict := _judge_one(rows, now)) is not None]


def add_up(verdicts: Sequence[Verdict], *, satisfied_from: int) -> Rates:
    """The three rates of the cases judged; who answered ``satisfied_from`` (of one to five) or more is satisfied."""
    ended = [one for one in verdicts if one.is_solved is not None]
    spoken = [one for one in verdicts if one.satisfaction is not None]
    return Rates(
        n_cases=len(verdicts),
        n_responses=sum(one.n_responses for one in verdicts),
        n_in_time=sum(one.n_in_time for one in verdicts),
        n_ended=len(ended),
        n_solved=sum(bool(one.is_solved) for one in ended),
        n_by_silence=sum(one.by_silence for one in ended),
        n_spoken=len(spoken),
        n_satisfied=sum((one.satisfaction or 0) >= satisfied_from for one in spoken),
        respond_s=tuple(one.respond_s for one in verdicts if one.respond_s is not None),
        handle_s=tuple(one.handle_s for one in verdicts if one.handle_s is not None),
    )


def _judge_one(rows: Sequence[Happened], now: dt.datetime) -> Verdict | None:  # noqa: PLR0912, PLR0915  # a branch for each fact
    first = next((row for row in rows if row.name == RECEIVED), None)
    if first is None:
        return None
    verdict = Verdict(first.case_id, first.payload["type_id"], first.payload["place_id"], first.at)
    begun, responded, handled = first.at, False, False
    respond_due, handle_due = _when(first, "respond_due_at"), _when(first, "handle_due_at")
    outcome = ""
    is_following, borrowed = False, None
    for row in rows:
        said = row.payload
        if row.name == RETYPED:
            verdict.type_id = said["type_id"]
            respond_due, handle_due = (
                _later(row, "respond_due_at", respond_due),
                _later(row, "handle_due_at", handle_due),
            )
        elif row.name in (RESUMED, EXTENDED):
            handle_due = _later(row, "handle_due_at", handle_due)
        elif row.name == REPLIED and said["kind"] == "reply" and not responded:
            responded = _respond(verdict, row.at, begun, respond_due)
        elif row.name == MERGED:
            is_following = True
            if said["phase"] == "working" and not responded:
                borrowed = verdict.n_responses, verdict.n_in_time, verdict.respond_s
                responded = _respond(verdict, row.at, begun, respond_due)
        elif row.name == PARTED:
            is_following = False
            if borrowed is not None and said["phase_before"] in ("waiting", "working"):
                verdict.n_responses, verdict.n_in_time, verdict.respond_s = borrowed
                responded = False
            borrowed = None
        elif row.name == CALLED:
            verdict.satisfaction = said.get("satisfaction") or verdict.satisfaction
        elif row.name == MOVED:
            if said.get("respond_due_at"):
                if not responded:
                    _respond(verdict, row.at, begun, respond_due)
                verdict.n_rounds, begun, responded, handled, outcome = said["round"], row.at, False, False, ""
                respond_due, handle_due = _when(row, "respond_due_at"), _when(row, "handle_due_at")
                verdict.by_silence, verdict.satisfaction, borrowed = False, None, None
                continue
            if said["phase"] in ("working", "answered") and not responded:
                if is_following:
                    borrowed = verdict.n_responses, verdict.n_in_time, verdict.respond_s
                responded = _respond(verdict, row.at, begun, respond_due)
            if said["phase"] == "answered" and not handled:
                handled = True
                verdict.handle_s = (verdict.handle_s or 0) + (row.at - begun).total_seconds()
                verdict.is_handled_in_time = verdict.is_handled_in_time is not False and row.at <= handle_due
            if said["phase"] == "closed":
                outcome = said["outcome"]
                verdict.by_silence = said["move"] == "lapse"
                verdict.satisfaction = said.get("satisfaction") or verdict.satisfaction
    if not responded and now > respond_due and outcome != "withdrawn":
        verdict.n_responses += 1
    verdict.is_solved = _is_solved(outcome, is_open_too_long=verdict.n_rounds > 1 or (not handled and now > handle_due))
    return verdict


def _is_solved(outcome: str, *, is_open_too_long: bool) -> bool | None:
    if outcome:
        return None if outcome == "withdrawn" else outcome == "solved"
    return False if is_open_too_long else None


def _respond(verdict: Verdict, at: dt.datetime, begun: dt.datetime, due: dt.datetime) -> bool:
    verdict.n_responses += 1
    verdict.n_in_time += at <= due
    if verdict.respond_s is None:
        verdict.respond_s = (at - begun).total_seconds()
    return True


def _when(row: Happened, name: str) -> dt.datetime:
    return dt.datetime.fromisoformat(row.payload[name])


def _later(row: Happened, name: str, limit: dt.datetime) -> dt.datetime:
    """The limit a fact sets, unless the earlier one was over by then: a limit that is over does not move."""
    return limit if row.at > limit else _when(row, name)


def _median(values: Sequence[float]) -> float | None:
    if not values:
        return None
    ordered, n = sorted(values), len(values)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2
