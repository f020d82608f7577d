"""Rows written many at a time: what the database refuses, it refuses here too, at the latest when the block ends."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction

from linli.platform import bulkrows, rls
from linli.platform.db import acting
from linli.platform.models import SearchWord
from linli.registry.rules.periods import Period

from .town import LAYER

if TYPE_CHECKING:
    from .town import Town

RECORD = UUID(int=1)


def period(draw: random.Random) -> Period:
    start = dt.date(1900, 1, 1) + dt.timedelta(days=draw.choice((0, draw.randrange(40), 46_000 + draw.randrange(5))))
    return Period(start, None if draw.random() < 0.3 else start + dt.timedelta(days=draw.choice((1, 2, 9, 47_000))))


def test_boxes_refuse_exactly_the_periods_that_share_a_day(town: Town) -> None:
    """Against the rule itself, for the same thing and for its neighbours, at the ends of what numbers and days there are."""
    draw = random.Random(11)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE spell (subject_num int, valid_from date, valid_to date, retracted_at timestamptz)"
        )
        cursor.execute(rls.no_overlap("spell", key="subject_num", name="apart").sql)
        cursor.execute(rls.no_overlap_by_boxes("spell", key="subject_num", name="apart").sql)
        n_refused = 0
        for _ in range(250):
            key = draw.choice((1, 2**31 - 2))
            first, second, other = period(draw), period(draw), key + draw.choice((0, 0, 1))
            cursor.execute("DELETE FROM spell")
            cursor.execute("INSERT INTO spell VALUES (%s, %s, %s)", [key, first.start, first.end])
            expected = other == key and first.overlaps(second)
            try:
                with transaction.atomic(using="owner"):
                    cursor.execute("INSERT INTO spell VALUES (%s, %s, %s)", [other, second.start, second.end])
                refused = False
            except IntegrityError:
                refused = True
            assert refused == expected, (key, other, first, second)
            n_refused += refused
        cursor.execute("DROP TABLE spell")
    assert 50 < n_refused < 200, "the control: some are refused and some are not"


def insert(town: Town, *tokens: str, kind: str = "tests") -> None:
    named = (
        ("record_id", "uuid"),
        ("token", "varchar(80)"),
        ("kind", "varchar(24)"),
        ("community_id", "uuid"),
        ("weight", "smallint"),
    )
    n = len(tokens)
    values = ([RECORD] * n, tokens, [kind] * n, [town.community] * n, list(range(n)))
    columns = [bulkrows.Column(name, sort, column) for (name, sort), column in zip(named, values, strict=True)]
    bulkrows.insert("platform_search_word", columns)


def kept() -> list[str]:
    return list(SearchWord.objects.filter(record_id=RECORD).order_by("token").values_list("token", flat=True))


def test_rows_given_ahead_are_all_there_when_the_block_ends(town: Town) -> None:
    tokens = [f"{number:04d}" for number in range(1000)]
    with acting(LAYER):
        with bulkrows.ahead():
            for start in range(0, 1000, 100):
                insert(town, *tokens[start : start + 100])
        assert kept() == tokens


def test_what_is_refused_ahead_is_raised_with_its_cause_and_nothing_stays(town: Town) -> None:
    def write() -> None:
        with transaction.atomic(), bulkrows.ahead():
            insert(town, "a")
            insert(town, "b", "a")
            kept()  # answered or not: what is told is the row that was refused, not the failed transaction
            insert(town, "c")

    with acting(LAYER):
        with pytest.raises(psycopg.errors.UniqueViolation):
            write()
        assert kept() == []


def test_another_community_s_rows_are_refused_ahead_as_anywhere(town: Town) -> None:
    def write() -> None:
        with transaction.atomic(), bulkrows.ahead():
            insert(town, "a", "b")

    with acting(town.stranger()), pytest.raises(psycopg.errors.InsufficientPrivilege):
        write()


def test_a_value_longer_than_its_column_is_refused_and_never_cut(town: Town) -> None:
    with acting(LAYER):
        for tokens, kind in ((("长" * 81, "a"), "tests"), (("a", "b"), "k" * 25)):
            with pytest.raises(psycopg.errors.StringDataRightTruncation), transaction.atomic():
                insert(town, *tokens, kind=kind)
