"""Points are earned, used, given and taken back; nothing is made or lost, and asking twice changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.kernel.ids import uuid7

if TYPE_CHECKING:
    from .desk import Desk


def code_of(error: pytest.ExceptionInfo[LinliError]) -> str:
    return error.value.code


def test_what_is_earned_is_booked_once_however_often_it_is_asked(desk: Desk) -> None:
    from .desk import findings

    made = uuid7()
    assert desk.award("王秀英", 20, made=made).is_new
    assert not desk.award("王秀英", 20, made=made).is_new
    assert desk.balance("王秀英") == 20
    with pytest.raises(LinliError) as refused:
        desk.award("王秀英", 30, made=made)
    assert code_of(refused) == "ledger.id_reused"
    assert desk.balance("王秀英") == 20
    assert findings() == []


def test_nobody_spends_what_they_do_not_have(desk: Desk) -> None:
    from django.db import transaction

    desk.award("王秀英", 20)
    desk.award("王秀英", 15, reason="goods")
    assert desk.balance("王秀英") == 5
    with pytest.raises(LinliError) as refused, transaction.atomic():
        desk.award("王秀英", 6, reason="goods")
    assert code_of(refused) == "ledger.not_enough"
    assert desk.balance("王秀英") == 5


def test_caps_and_limits_of_the_policy_hold(desk: Desk) -> None:
    with pytest.raises(LinliError) as refused:
        desk.award("王秀英", 41)
    assert code_of(refused) == "ledger.too_much"
    for _ in range(5):
        desk.award("王秀英", 40)
    with pytest.raises(LinliError) as refused:
        desk.award("王秀英", 1)
    assert code_of(refused) == "ledger.capped"
    desk.award("李强", 40)  # the cap is each person's
    desk.at += dt.timedelta(days=31)
    desk.award("王秀英", 40)  # and of its days
    assert desk.balance("王秀英") == 240


def test_a_mistake_is_reversed_once_and_stays_to_be_seen(desk: Desk) -> None:
    from django.db import transaction

    from linli.ledger import commands, queries
    from linli.platform.db import acting

    from .desk import findings

    wrong = desk.award("王秀英", 40)
    with acting(desk.staff):
        commands.reverse(uuid7(), wrong.transfer_id, actor=desk.staff, now=desk.at)
    assert desk.balance("王秀英") == 0
    with pytest.raises(LinliError) as refused, acting(desk.staff), transaction.atomic():
        commands.reverse(uuid7(), wrong.transfer_id, actor=desk.staff, now=desk.at)
    assert code_of(refused) == "ledger.reversed"
    with acting(desk.staff):
        rows = queries.statement(desk.staff, desk.account("王秀英").pk)
    assert [row.amount for row in rows] == [-40, 40]
    for _ in range(5):
        desk.award("王秀英", 40)  # what was reversed does not count against the cap
    assert findings() == []


def test_gifts_stay_in_the_family(desk: Desk) -> None:
    from linli.ledger import commands
    from linli.platform.db import acting

    desk.award("王秀英", 30)
    giver = desk.resident("王秀英")
    with acting(giver):
        commands.give(uuid7(), desk.points, desk.people["李强"], 12, actor=giver, now=desk.at)
    assert (desk.balance("王秀英"), desk.balance("李强")) == (18, 12)
    for to, code in (("赵敏", "ledger.not_family"), ("王秀英", "ledger.self")):
        with pytest.raises(LinliError) as refused, acting(giver):
            commands.give(uuid7(), desk.points, desk.people[to], 1, actor=giver, now=desk.at)
        assert code_of(refused) == code


def test_an_hour_is_held_until_the_helped_confirms_it(desk: Desk) -> None:
    from linli.ledger import commands, queries
    from linli.platform.db import acting

    from .desk import findings

    with acting(desk.staff):
        promised = commands.promise_help(
            uuid7(),
            desk.hours,
            helper_id=desk.people["赵敏"],
            helped_id=desk.people["王秀英"],
            amount=90,
            actor=desk.staff,
            now=desk.at,
        )
    assert (desk.balance("赵敏", desk.hours), desk.held("王秀英", desk.hours)) == (0, 90)
    assert findings() == []
    helped, stranger = desk.resident("王秀英"), desk.resident("孙浩")
    with pytest.raises(NotFoundError), acting(stranger):
        commands.settle(uuid7(), promised.transfer_id, is_kept=True, actor=stranger, now=desk.at)
    helper = desk.resident("赵敏")
    with pytest.raises(NotAllowedError), acting(helper):  # nobody confirms their own hours
        commands.settle(uuid7(), promised.transfer_id, is_kept=True, actor=helper, now=desk.at)
    with acting(helped):
        assert [one.pk for one in queries.open_promises(helped, [desk.account("王秀英", desk.hours).pk])] == [
            promised.transfer_id
        ]
        commands.settle(uuid7(), promised.transfer_id, is_kept=True, actor=helped, now=desk.at)
    assert (desk.balance("赵敏", desk.hours), desk.balance("王秀英", desk.hours)) == (90, -90)
    assert desk.held("王秀英", desk.hours) == 0
    assert findings() == []


def test_a_promise_ends_by_itself_and_only_once(desk: Desk) -> None:
    from django.db import transaction

    from linli.ledger import commands
    from linli.platform.db import acting

    from .desk import MACHINE, findings

    with acting(desk.staff):
        promised = commands.promise_help(
            uuid7(),
            desk.hours,
            helper_id=desk.people["赵敏"],
            helped_id=desk.people["王秀英"],
            amount=60,
            actor=desk.staff,
            now=desk.at,
        )
    late = desk.at + dt.timedelta(days=14)
    with pytest.raises(LinliError) as refused, acting(desk.staff), transaction.atomic():
        commands.settle(uuid7(), promised.transfer_id, is_kept=True, actor=desk.staff, now=late)
    assert code_of(refused) == "ledger.promise_expired"
    with acting(MACHINE):
        assert commands.void_overdue(actor=MACHINE, now=late) == 1
        assert commands.void_overdue(actor=MACHINE, now=late) == 0
    assert desk.held("王秀英", desk.hours) == 0
    assert findings() == []


def test_a_debt_ends_where_the_policy_says(desk: Desk) -> None:
    from django.db import transaction

    from linli.ledger import commands
    from linli.platform.db import acting

    def promise(minutes: int) -> None:
        with acting(desk.staff), transaction.atomic():
            commands.promise_help(
                uuid7(),
                desk.hours,
                helper_id=desk.people["赵敏"],
                helped_id=desk.people["王秀英"],
                amount=minutes,
                actor=desk.staff,
                now=desk.at,
            )

    promise(480)
    promise(120)  # ten hours may be owed, and what is promised counts
    with pytest.raises(LinliError) as refused:
        promise(1)
    assert code_of(refused) == "ledger.not_enough"


def test_who_may_not_book_does_not(desk: Desk) -> None:
    resident, stranger = desk.resident("李强"), desk.town.stranger()
    for actor, error in ((resident, NotFoundError), (stranger, NotFoundError)):
        with pytest.raises(error):
            desk.award("王秀英", 5, actor=actor)
    assert desk.balance("王秀英") == 0


def test_nobody_books_for_themselves(desk: Desk) -> None:
    from dataclasses import replace

    me = replace(desk.staff, person_id=desk.people["王秀英"])
    with pytest.raises(LinliError) as refused:
        desk.award("王秀英", 5, actor=me)
    assert code_of(refused) == "ledger.own_account"


@pytest.mark.parametrize(
    "given", ["0", "-3", "1.5", "1e99", "NaN", "Infinity", "十", "", "1 000", "99999999999999999999"]
)
def test_what_is_no_amount_is_refused(given: str) -> None:
    from linli.ledger.rules import book_policy

    with pytest.raises(LinliError) as refused:
        book_policy("community-points").amount(given)
    assert code_of(refused) == "ledger.not_an_amount"


def test_hours_are_written_in_hours_and_kept_in_minutes() -> None:
    from linli.ledger.rules import book_policy

    bank = book_policy("time-bank")
    assert (bank.amount("1.5"), bank.amount(" 0.25 "), bank.shown(90), bank.shown(-600)) == (90, 15, "1.5", "−10")
    with pytest.raises(LinliError):
        bank.amount("0.001")
