"""Columns written as arrays come out of PostgreSQL as they went in, whatever stands in them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some

from linli.platform.arrays import array_of

pytestmark = pytest.mark.usefixtures("db")


def through(kind: str, values: list) -> list:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT v FROM unnest(%s::{kind}[]) WITH ORDINALITY AS t (v, n) ORDER BY n", [array_of(values)])
        return [bytes(row[0]) if isinstance(row[0], memoryview) else row[0] for row in cursor.fetchall()]


TEXT = some.text(some.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)


@given(some.lists(some.one_of(some.none(), TEXT, some.sampled_from(["NULL", '"', "\\", "{a,b}", ',"', '","', " "]))))
def test_any_text(values: list[str | None]) -> None:
    assert through("text", values) == values


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bytea", [b"", b"\x00\xff\\\"'", None]),
        ("uuid", [uuid.UUID(int=1), None, uuid.uuid4()]),
        ("date", [None, dt.date(1, 1, 1), dt.date(2024, 2, 29)]),
        ("timestamptz", [dt.datetime(2024, 2, 29, 1, 2, 3, 456789, dt.UTC), None]),
        ("boolean", [True, False, None]),
        ("bigint", [-(2**62), None, 0]),
        ("double precision", [0.1, None, 1e-300, -118.00000000000001]),
        ("text", [None, None]),
        ("text", []),
    ],
)
def test_each_kind(kind: str, values: list) -> None:
    assert through(kind, values) == values
