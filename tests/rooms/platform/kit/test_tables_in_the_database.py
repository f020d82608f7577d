"""The same questions put to a queryset: narrowed, ordered and counted by PostgreSQL."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict

from linli.kernel.text import Text
from linli.platform.kit.tables import Choice, Column, Filter, Table, TableSpec

SPEC = TableSpec(
    key="types",
    columns=(Column("app_label", Text("房间", "Room"), sort=True), Column("model", Text("表", "Table"), sort=True)),
    filters=(
        Filter(
            "room",
            Text("房间", "Room"),
            field="app_label",
            choices=[Choice(a, Text(a, a)) for a in ("platform", "journal", "none")],
        ),
        Filter("number", Text("编号", "Number"), kind="number", field="id"),
    ),
    search=("model__icontains",),
    page_size=3,
)


@pytest.fixture
def types(db: None) -> list[ContentType]:
    if not ContentType.objects.exists():
        pytest.fail("migrations made no content types")
    return list(ContentType.objects.order_by("pk"))


def table(query: str) -> Table:
    return Table(SPEC, QueryDict(query), ContentType.objects.all(), language="en")


def test_a_queryset_is_narrowed_and_counted_in_the_database(types: list[ContentType]) -> None:
    expected = [one for one in types if one.app_label == "platform"]
    shown = table("room=platform")
    assert shown.n_rows == len(expected)
    assert len(shown.lines) == min(3, len(expected))
    counts = {option.value: option.count for option in shown.chips[0].options}
    assert counts["platform"] == len(expected)
    assert counts["none"] == 0


def test_a_search_and_a_range_work_together(types: list[ContentType]) -> None:
    pivot = types[len(types) // 2].pk
    shown = table(f"number_to={pivot}&q=a")
    assert {row.pk for row in shown.matching} == {one.pk for one in types if one.pk <= pivot and "a" in one.model}


def test_pages_of_equal_rows_neither_repeat_nor_lose_one(types: list[ContentType]) -> None:
    first = table("sort=-app_label")
    seen = [row.pk for page in range(first.n_pages) for row in first.matching[page * 3 : page * 3 + 3]]
    assert sorted(seen) == [one.pk for one in types]


def test_a_number_beyond_the_databases_reach_is_said_not_sent(types: list[ContentType]) -> None:
    shown = table("number_from=99999999999999999999")
    assert shown.faults
    assert shown.n_rows == len(types)


def test_a_null_byte_in_the_search_does_no_harm(types: list[ContentType]) -> None:
    assert table("q=%00").n_rows == len(types)
