"""The database itself keeps the books: whoever serves can neither make, change nor remove an entry but by a whole transfer."""

from __future__ import annotations

import contextlib
import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

if TYPE_CHECKING:
    from .desk import Desk

REFUSED = [
    "UPDATE ledger_account SET balance = 1000000",
    "UPDATE ledger_account SET floor = NULL",
    "DELETE FROM ledger_account",
    "INSERT INTO ledger_entry (transfer_id, account_id, community_id, amount) SELECT id, accounts[1], community_id, 5 FROM ledger_transfer",
    "UPDATE ledger_entry SET amount = 7",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry",
    "UPDATE ledger_transfer SET reason = 'x'",
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_transfer CASCADE",
    "UPDATE ledger_book SET policy_version = 9",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_serving_role_cannot_touch_the_books(desk: Desk, statement: str) -> None:
    from django.db import DatabaseError, connection, transaction

    from linli.platform.db import acting

    from .desk import MACHINE

    desk.award("王秀英", 20)
    with acting(MACHINE), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert desk.balance("王秀英") == 20


def test_an_account_begins_empty_whatever_is_said(desk: Desk) -> None:
    from linli.ledger.models import Account
    from linli.platform.db import acting

    from .desk import MACHINE

    with acting(MACHINE):
        made = Account.objects.create(
            book_id=desk.points,
            community_id=desk.town.community,
            person_id=desk.people["孙浩"],
            balance=500,
            held=3,
            opened_at=desk.at,
        )
        made.refresh_from_db()
    assert (made.balance, made.held) == (0, 0)


def test_the_owner_cannot_write_half_a_transfer(committed: Desk, databases) -> None:
    """Not even who owns the tables: the entries of a statement sum to zero for each transfer."""
    import psycopg
    from django.db import connection

    committed.award("王秀英", 20)
    other = committed.account("李强").pk
    half = "INSERT INTO ledger_entry (transfer_id, account_id, community_id, amount) SELECT id, %s, community_id, 5 FROM ledger_transfer"
    with databases.server.superuser(connection.settings_dict["NAME"]) as root:
        with pytest.raises(psycopg.errors.CheckViolation):
            root.execute(half, [other])
        with pytest.raises(psycopg.errors.RestrictViolation):
            root.execute("UPDATE ledger_entry SET amount = 1")


def test_accounts_of_another_book_or_community_take_no_part(desk: Desk) -> None:
    from django.db import transaction

    from linli.kernel.errors import LinliError
    from linli.kernel.ids import uuid7
    from linli.ledger.commands import _move
    from linli.ledger.models import Book
    from linli.platform.db import acting

    from .desk import MACHINE

    desk.award("王秀英", 20)
    there = desk.account("李强", desk.hours)
    with acting(MACHINE):
        book = Book.objects.get(pk=desk.points)
        for legs, code in (
            ([(desk.account("王秀英").pk, -5), (there.pk, 5)], "ledger.account_not_open"),
            ([(desk.account("王秀英").pk, -5), (uuid4(), 5)], "ledger.account_not_open"),
            ([(desk.account("王秀英").pk, -5), (desk.account("王秀英").pk, 5)], "ledger.legs"),
            ([(desk.account("王秀英").pk, -5), (desk.account("李强").pk, 4)], "ledger.legs"),
            ([(desk.account("王秀英").pk, 0), (desk.account("李强").pk, 0)], "ledger.legs"),
            ([(desk.account("王秀英").pk, 10**16), (desk.account("李强").pk, -(10**16))], "ledger.legs"),
            ([(desk.account("王秀英").pk, 1)], "ledger.legs"),
        ):
            with pytest.raises(LinliError) as refused, transaction.atomic():
                _move(uuid7(), book, "direct", "gift", legs, actor=MACHINE, now=desk.at)
            assert refused.value.code == code
    assert desk.balance("王秀英") == 20


N_CLIENTS, N_OPERATIONS, N_ACCOUNTS = 8, 40, 4


def test_many_at_once_are_as_one_after_another(committed: Desk) -> None:
    """Transfers among few accounts by many clients, each sent twice: balances are those of a model that saw the acknowledged once."""
    from django.db import connections

    from linli.kernel.errors import LinliError
    from linli.ledger.commands import _move
    from linli.ledger.models import Book
    from linli.platform.db import acting

    from .desk import MACHINE, findings

    names = list(committed.people)[:N_ACCOUNTS]
    for name in names:
        for _ in range(3):
            committed.award(name, 40)
    accounts = {name: committed.account(name).pk for name in names}
    with acting(MACHINE):
        book = Book.objects.get(pk=committed.points)

    def attempt(book: Book, made: UUID, legs: list[tuple[UUID, int]]) -> bool | None:
        """Whether it was new; None where the balance did not suffice."""
        with contextlib.suppress(LinliError), acting(MACHINE):
            return _move(made, book, "direct", "gift", legs, actor=MACHINE, now=committed.at).is_new
        return None

    def client(seed: int) -> dict[str, int]:
        rng, moved = random.Random(seed), dict.fromkeys(names, 0)
        try:
            for _ in range(N_OPERATIONS):
                giver, taker = rng.sample(names, 2)
                amount, made = rng.randint(1, 60), UUID(int=rng.getrandbits(128), version=4)
                answers = []
                legs = [(accounts[giver], -amount), (accounts[taker], amount)]
                answers = [one for _ in range(2) if (one := attempt(book, made, legs)) is not None]
                assert answers in ([], [True], [True, False])
                if answers:
                    moved[giver] -= amount
                    moved[taker] += amount
            return moved
        finally:
            connections.close_all()

    with ThreadPoolExecutor(N_CLIENTS) as pool:
        said = list(pool.map(client, range(N_CLIENTS)))
    for name in names:
        assert committed.balance(name) == 120 + sum(one[name] for one in said)
    assert sum(committed.balance(name) for name in names) == 120 * len(names)
    assert findings() == []
