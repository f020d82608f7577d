"""Clocks of cases: warned in time and once, through outages and jumps; pauses and extensions with reasons and caps; nobody makes late work timely."""

from __future__ import annotations

import datetime as dt

import pytest

from linli.cases import commands
from linli.cases.models import Case
from linli.kernel.errors import LinliError
from linli.platform.db import acting
from tests.world import WALKER

from .street import NINE, Street, hours, photo


def tick(at: dt.datetime) -> int:
    return commands.tick(now=at)


def warnings(street: Street, case: Case) -> list[tuple[str, bool]]:
    return [
        (fact.payload["clock"], fact.payload["is_over"])
        for fact in street.facts(case)
        if fact.name == "cases.clock_warned"
    ]


def quiet(street: Street) -> None:
    """The sample's own cases say nothing in these tests."""
    with acting(WALKER):
        Case.objects.update(alarm_at=None)


def test_a_limit_warns_at_four_fifths_then_when_it_is_over_and_goes_one_level_up(street: Street) -> None:
    quiet(street)
    case = street.report()
    tick(NINE + hours(1.5))
    assert warnings(street, case) == []
    tick(NINE + hours(1.7))
    tick(NINE + hours(1.8))
    assert warnings(street, case) == [("respond", False)]
    tick(NINE + hours(2.01))
    assert warnings(street, case) == [("respond", False), ("respond", True)]
    assert (street.fresh(case).desk, street.fresh(case).level) == ("grid_worker", 1)


def test_after_a_day_of_outage_each_alarm_comes_once_and_no_limit_has_moved(street: Street) -> None:
    quiet(street)
    case = street.report()
    before = street.fresh(case)
    late = NINE + hours(72)
    for minute in range(6):
        tick(late + dt.timedelta(minutes=minute))
    told = warnings(street, case)
    assert len(told) == len(set(told))
    assert {("respond", True), ("handle", True)} <= set(told)
    after = street.fresh(case)
    assert (after.respond_due_at, after.handle_due_at) == (before.respond_due_at, before.handle_due_at)
    assert tick(late + hours(400 * 24)) == 0, "a clock that jumps ahead finds nothing more to tell"
    assert tick(NINE) == 0, "nor one that jumps back"


def test_silence_closes_it_and_says_that_it_was_silence(street: Street) -> None:
    quiet(street)
    case = street.report()
    street.move(case, "take", by="property_manager", at=NINE + hours(1))
    street.move(case, "finish", by="property_manager", words="换了", photos=[photo()], at=NINE + hours(2))
    due = street.fresh(case).confirm_due_at
    assert due is not None
    tick(due - hours(1))
    assert street.fresh(case).phase == "answered"
    tick(due + hours(1))
    closed = street.fresh(case)
    assert (closed.phase, closed.outcome) == ("closed", "solved")
    [lapse] = [fact for fact in street.facts(case) if fact.payload.get("move") == "lapse"]
    assert lapse.actor == "system:cases"
    again = street.move(case, "dispute", by="resident", words="还是不亮", at=due + hours(48))
    assert again.phase == "working"
    with pytest.raises(LinliError) as refused:
        street.move(closed, "confirm", by="resident", at=due + hours(50))
    assert refused.value.code == "cases.move_not_now"


def test_a_pause_needs_a_reason_of_the_type_moves_what_is_left_and_ends_at_its_cap(street: Street) -> None:
    quiet(street)
    case = street.report()
    manager = street.actor("property_manager")
    with acting(manager), pytest.raises(LinliError) as refused:
        commands.pause(case.pk, "weather", actor=manager, now=NINE + hours(1))
    assert refused.value.code == "cases.not_being_worked_on"
    street.move(case, "take", by="property_manager", at=NINE + hours(1))
    with acting(manager):
        with pytest.raises(LinliError) as refused:
            commands.pause(case.pk, "needs_owners_consent", actor=manager, now=NINE + hours(2))
        assert refused.value.code == "cases.no_such_pause"
        commands.pause(case.pk, "weather", words="雨停了来", actor=manager, now=NINE + hours(2))
    paused = street.fresh(case)
    assert paused.due_clock == "pause"
    tick(NINE + hours(100))
    assert warnings(street, case) == [], "a clock that stands warns of nothing"
    cap = NINE + hours(2 + 168)
    tick(cap + hours(5))
    resumed = street.fresh(case)
    assert resumed.paused_at is None
    assert resumed.handle_due_at == NINE + hours(48 + 168), (
        "it goes on from when the cap was reached, whenever that was noticed"
    )
    with acting(manager), pytest.raises(LinliError) as refused:
        commands.pause(case.pk, "weather", actor=manager, now=cap + hours(6))
    assert refused.value.code == "cases.paused_enough"


def test_more_time_is_given_once_before_the_limit_by_a_dispatcher_with_a_reason(street: Street) -> None:
    quiet(street)
    case = street.report()
    manager, staff = street.actor("property_manager"), street.actor("community_staff")
    with acting(manager), pytest.raises(LinliError):
        commands.extend(case.pk, 24, because="等配件", actor=manager, now=NINE + hours(3))
    with acting(staff):
        with pytest.raises(LinliError) as refused:
            commands.extend(case.pk, 500, because="等配件", actor=staff, now=NINE + hours(3))
        assert refused.value.code == "cases.extension_too_long"
        commands.extend(case.pk, 24, because="等配件", actor=staff, now=NINE + hours(3))
        with pytest.raises(LinliError) as refused:
            commands.extend(case.pk, 24, because="再等等", actor=staff, now=NINE + hours(4))
        assert refused.value.code == "cases.extended_enough"
    assert street.fresh(case).handle_due_at == NINE + hours(72)


def test_a_limit_that_is_over_cannot_be_moved_by_anybody(street: Street) -> None:
    quiet(street)
    case = street.report()
    street.move(case, "take", by="property_manager", at=NINE + hours(1))
    staff, manager = street.actor("community_staff"), street.actor("property_manager")
    with acting(staff), pytest.raises(LinliError) as refused:
        commands.extend(case.pk, 24, because="忘了", actor=staff, now=NINE + hours(49))
    assert refused.value.code == "cases.limit_is_over"
    with acting(manager):
        commands.pause(case.pk, "weather", actor=manager, now=NINE + hours(50))
        commands.resume(case.pk, actor=manager, now=NINE + hours(60))
    assert street.fresh(case).handle_due_at == NINE + hours(48)


def test_not_mine_goes_back_with_a_reason_and_is_counted_while_the_clock_goes_on(street: Street) -> None:
    case = street.report()
    manager = street.actor("property_manager")
    with acting(manager):
        with pytest.raises(LinliError) as refused:
            commands.give_back(case.pk, because=" ", actor=manager, now=NINE + hours(1))
        assert refused.value.code == "cases.words_needed"
        commands.give_back(case.pk, because="市政路灯，不是小区的", actor=manager, now=NINE + hours(1))
    back = street.fresh(case)
    assert (back.desk, back.n_returns, back.is_certain) == ("community_staff", 1, False)
    assert back.respond_due_at == case.respond_due_at
    staff = street.actor("community_staff")
    with acting(staff):
        commands.assign(case.pk, desk="department_handler", because="请部门看", actor=staff, now=NINE + hours(1.5))
    assert street.move(case, "take", by="department_handler", at=NINE + hours(1.7)).phase == "working"


def test_others_join_and_the_lead_stays(street: Street) -> None:
    case = street.report()
    manager, grid = street.actor("property_manager"), street.actor("grid_worker")
    with acting(manager):
        commands.ask_party(case.pk, desk="grid_worker", actor=manager, now=NINE)
    with acting(grid):
        party = commands.join(case.pk, actor=grid, now=NINE + hours(1))
    assert party.handler_id == grid.account_id
    assert street.fresh(case).desk == "property_manager"
    with pytest.raises(LinliError):
        street.move(case, "take", by="grid_worker")
