"""Writing facts: one INSERT in the command's transaction, ids and codes only, and the past stays as it was written."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from linli.journal import Cause, append, causing, rules
from linli.kernel.errors import LinliError
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor, Grant, System
from linli.platform.db import acting

pytestmark = pytest.mark.usefixtures("db")
HERE, ELSEWHERE = uuid7(), uuid7()
MACHINE = System("test")
NAIVE = dt.datetime(2026, 1, 1)  # noqa: DTZ001  # wrong on purpose


@dataclass(frozen=True, slots=True)
class LampLit:
    name: ClassVar[str] = "tests.lamp_lit"
    version: ClassVar[int] = 1
    community_id: UUID | None
    subject_id: UUID
    value: Any = None


def write(value: Any = None, *, community: UUID | None = HERE, **arguments: Any) -> UUID:
    return append(LampLit(community, uuid7(), value), actor=MACHINE, **arguments)


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def worker(community: UUID) -> Actor:
    grant = Grant("community_staff", community, frozenset({community}))
    return Actor(kind="person", account_id=uuid7(), grants=(grant,))


def test_a_fact_keeps_who_what_and_when() -> None:
    happened = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    with acting(MACHINE):
        fact_id = write([1, 2], occurred_at=happened)
        found = rows(
            "SELECT name, actor, occurred_at, payload, depth, correlation_id FROM journal_fact WHERE id = %s", fact_id
        )
    assert found == [("tests.lamp_lit", "system:test", happened, '{"value": [1, 2]}', 0, fact_id)]


def test_a_caused_fact_stands_one_deeper_in_the_same_story() -> None:
    with acting(MACHINE):
        first = write()
        second = write(causation=first)
        with causing(Cause(second, first, 1)):
            third = write()
        found = rows("SELECT causation_id, correlation_id, depth FROM journal_fact WHERE id = %s", third)
    assert found == [(second, first, 2)]


def test_a_chain_of_causes_that_is_too_deep_is_refused() -> None:
    with acting(MACHINE):
        cause = write()
        for _ in range(rules.MAX_DEPTH):
            cause = write(causation=cause)
        with pytest.raises(LinliError, match="too_deep"):
            write(causation=cause)


def test_a_fact_outside_of_a_transaction_is_refused() -> None:
    with ThreadPoolExecutor(1) as other_connection, pytest.raises(RuntimeError, match="needs the transaction"):
        other_connection.submit(write).result()


@pytest.mark.parametrize(
    "value",
    ["张三", "two words", "x" * 65, "13800138000", "+8613800138000", "11010519491231002X", "a@b.cn", {"a": 1}, [[1]], 2**53,
     float("nan"), float("inf"), NAIVE, b"bytes", object(), ["ok", "not ok"], [0] * 501],
)  # fmt: skip
def test_what_is_not_an_id_a_code_a_number_or_a_date_is_refused_unsaid(value: Any) -> None:
    with acting(MACHINE), pytest.raises(LinliError) as refused:
        write(value)
    assert refused.value.code == "journal.payload_refused"
    assert not isinstance(value, str) or value not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, "null"), (True, "true"), (2**53 - 1, "9007199254740991"), (-0.5, "-0.5"), ("case:pipe_leak", '"case:pipe_leak"'),
        (UUID(int=7), '"00000000-0000-0000-0000-000000000007"'), (dt.date(2026, 3, 1), '"2026-03-01"'),
        (dt.datetime(2026, 3, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=8))), '"2026-03-01T00:00:00.000000Z"'),
        ({"b", "a"}, '["a", "b"]'), ("a" * 64, f'"{"a" * 64}"'),
    ],
)  # fmt: skip
def test_ids_codes_numbers_and_dates_are_stored_plainly(value: Any, stored: str) -> None:
    with acting(MACHINE):
        fact_id = write(value)
        assert rows("SELECT (payload -> 'value')::text FROM journal_fact WHERE id = %s", fact_id) == [(stored,)]


def test_a_class_that_is_no_event_is_refused() -> None:
    @dataclass
    class Loose:
        name: ClassVar[str] = "tests.loose"
        version: ClassVar[int] = 1
        community_id: UUID | None = None
        subject_id: UUID = HERE

    with acting(MACHINE), pytest.raises(LinliError, match="event_refused"):
        append(Loose(), actor=MACHINE)


def test_another_communitys_facts_are_neither_seen_nor_written() -> None:
    with acting(MACHINE):
        write(community=ELSEWHERE)
        mine, shared = write(), write(community=None)
    with acting(worker(HERE)):
        seen = {row[0] for row in rows("SELECT id FROM journal_fact")}
        assert {mine, shared} <= seen
        assert rows("SELECT count(*) FROM journal_fact WHERE community_id = %s", ELSEWHERE) == [(0,)]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            write(community=ELSEWHERE)


def test_without_an_actor_no_communitys_fact_is_seen() -> None:
    with acting(MACHINE):
        write()
    assert rows("SELECT count(*) FROM journal_fact WHERE community_id IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("table", ["journal_fact", "journal_seal", "journal_head"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("role", ["default", "sealer"])
def test_the_serving_role_and_the_sealer_cannot_rewrite_the_past(table: str, change: str, role: str) -> None:
    column = "actor = actor" if table == "journal_fact" else "hash = hash"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(using=role):
        connections[role].cursor().execute(change.format(table, column))


@pytest.mark.parametrize(
    "change", ["UPDATE journal_fact SET actor = 'x'", "DELETE FROM journal_fact", "TRUNCATE journal_fact"]
)
def test_not_even_the_owner_of_the_table_can_rewrite_a_fact(database: str, change: str) -> None:
    insert = (
        "INSERT INTO journal_fact (id, name, version, subject_id, actor, occurred_at, correlation_id, depth, payload)"
        " VALUES (%s, 'tests.lamp_lit', 1, %s, 'system:test', now(), %s, 0, '{}')"
    )
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL linli.everywhere = 'on'")
        cursor.execute(insert, [uuid7()] * 3)
        with pytest.raises(DatabaseError, match="past is not rewritten"), transaction.atomic(using="owner"):
            cursor.execute(change)
        transaction.set_rollback(True, using="owner")


@pytest.mark.parametrize("column", ["salt", "*"])
def test_the_serving_role_cannot_read_a_salt(column: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), acting(MACHINE):
        rows(f"SELECT {column} FROM journal_fact")


@pytest.mark.parametrize("column", ["ord", "xid", "recorded_at", "salt"])
def test_the_serving_role_cannot_choose_what_the_database_fills_in(column: str) -> None:
    value = {"ord": "1", "xid": "'1'", "recorded_at": "now()", "salt": "'\\x00'"}[column]
    sql = f"INSERT INTO journal_fact (id, {column}) VALUES (%s, {value})"
    with pytest.raises(DatabaseError, match=r"permission denied|GENERATED ALWAYS"), acting(MACHINE):
        rows(sql, uuid7())


@pytest.mark.parametrize("table", ["journal_seal", "journal_head"])
def test_the_serving_role_cannot_seal(table: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), acting(MACHINE):
        rows(f"INSERT INTO {table} (chain, position) VALUES (%s, 1)", HERE)
