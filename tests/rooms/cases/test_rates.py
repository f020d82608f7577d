"""The three rates from facts alone: against hand counts, and deaf to what is done after a limit is over."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from linli.cases import rating
from linli.cases.rules.rates import Happened, add_up, judge

from .street import NINE, Street, hours, photo

LATE = NINE + hours(24 * 60)


def received(case: UUID, *, respond_h: float = 2, handle_h: float = 48) -> Happened:
    said = {"type_id": "street_lamp", "place_id": str(case), "respond_due_at": (NINE + hours(respond_h)).isoformat(), "handle_due_at": (NINE + hours(handle_h)).isoformat()}  # fmt: skip
    return Happened(case, "cases.case_received", NINE, said)


def moved(case: UUID, move: str, phase: str, at_h: float, **more: Any) -> Happened:
    said = {"move": move, "phase": phase, "outcome": "", "round": 1, "satisfaction": None} | more
    return Happened(case, "cases.case_moved", NINE + hours(at_h), said)


def test_in_time_late_and_never_by_hand() -> None:
    a, b, c, d = (uuid4() for _ in range(4))
    facts = [
        received(a), moved(a, "take", "working", 1), moved(a, "finish", "answered", 5), moved(a, "confirm", "closed", 9, outcome="solved", satisfaction=5),
        received(b), moved(b, "take", "working", 3), moved(b, "finish", "answered", 60), moved(b, "lapse", "closed", 300, outcome="solved"),
        received(c),
        received(d), moved(d, "withdraw", "closed", 1, outcome="withdrawn"),
    ]  # fmt: skip
    rates = add_up(judge(facts, LATE), satisfied_from=4)
    assert (rates.n_cases, rates.n_responses, rates.n_in_time) == (4, 3, 1)
    assert (rates.n_ended, rates.n_solved, rates.n_by_silence) == (3, 2, 1)
    assert (rates.n_spoken, rates.n_satisfied) == (1, 1)
    early = add_up(judge(facts[8:9], NINE + hours(1)), satisfied_from=4)
    assert (early.n_responses, early.n_ended) == (0, 0), "what is not over yet counts nowhere"


def test_no_pause_or_extension_after_the_limit_makes_it_timely() -> None:
    case = uuid4()
    forged = Happened(case, "cases.case_extended", NINE + hours(50), {"handle_due_at": (NINE + hours(90)).isoformat()})
    [verdict] = judge(
        [received(case), moved(case, "take", "working", 1), forged, moved(case, "finish", "answered", 60)], LATE
    )
    assert verdict.is_handled_in_time is False
    honest = Happened(case, "cases.case_extended", NINE + hours(40), {"handle_due_at": (NINE + hours(90)).isoformat()})
    [verdict] = judge(
        [received(case), moved(case, "take", "working", 1), honest, moved(case, "finish", "answered", 60)], LATE
    )
    assert verdict.is_handled_in_time is True


def test_a_dispute_takes_the_solving_back_until_it_is_solved_again() -> None:
    case = uuid4()
    dues = {
        "respond_due_at": (NINE + hours(12)).isoformat(),
        "handle_due_at": (NINE + hours(58)).isoformat(),
        "round": 2,
    }
    facts = [
        received(case), moved(case, "take", "working", 1), moved(case, "finish", "answered", 5),
        moved(case, "dispute", "working", 10, **dues),
    ]  # fmt: skip
    [verdict] = judge(facts, NINE + hours(11))
    assert verdict.is_solved is False
    facts += [
        moved(case, "finish", "answered", 11, round=2),
        moved(case, "confirm", "closed", 12, outcome="solved", round=2),
    ]
    [verdict] = judge(facts, LATE)
    assert (verdict.is_solved, verdict.n_rounds, verdict.n_responses, verdict.n_in_time) == (True, 2, 2, 2)


def test_the_page_shows_the_rates_and_the_cases_behind_them(street: Street) -> None:
    case = street.report(at=dt.datetime.now(dt.UTC) - hours(20))
    street.move(case, "take", by="property_manager", at=case.received_at + hours(5))
    street.move(case, "finish", by="property_manager", words="好了", photos=[photo()], at=case.received_at + hours(6))
    street.move(case, "confirm", by="resident", satisfaction=2, at=case.received_at + hours(7))
    found = {one.case_id: one for one in rating.verdicts(street.world.own, since=case.received_at, now=LATE)}
    assert (found[case.pk].n_in_time, found[case.pk].is_solved, found[case.pk].satisfaction) == (0, True, 2)
    client = street.world.client("community_staff")
    assert case.number in client.get("/console/cases/rates/?days=7&rows=late").content.decode()
    assert case.number in client.get("/console/cases/rates/?days=7&rows=dissatisfied").content.decode()
    officer = street.world.client("street_officer").get("/console/cases/rates/?days=7&rows=late")
    assert officer.status_code == 200
    assert case.number not in officer.content.decode(), "who sees totals alone sees no case"
