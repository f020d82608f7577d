"""Tables held in the URL: what is asked is what is shown, in the page and in every file; nothing typed breaks the page."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import dataclass

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from linli.kernel.clock import SHANGHAI
from linli.kernel.text import Text
from linli.platform.kit.tables import Choice, Column, Filter, Table, TableSpec


@dataclass(frozen=True)
class House:
    pk: int
    name: str
    grid: str
    n_people: int | None
    rent_fen: int
    checked_at: dt.datetime


def house(pk: int, name: str, grid: str, n_people: int | None, rent_fen: int = 0, day: int = 1) -> House:
    return House(pk, name, grid, n_people, rent_fen, dt.datetime(2026, 11, day, 23, 30, tzinfo=SHANGHAI))


HOUSES = [
    house(1, "三村 4 幢", "3", 74, 120_050, 1),
    house(2, "一村 7 幢", "1", 61, 80_000, 2),
    house(3, "望溪苑 2 幢", "4", None, 0, 3),
    house(4, "=cmd|'/c calc'!A0", "3", 20, -550, 4),
]
SPEC = TableSpec(
    key="houses",
    columns=(
        Column("name", Text("楼栋", "Building"), sort=True),
        Column("n_people", Text("居民", "Residents"), kind="number", sort=True),
        Column("rent_fen", Text("租金", "Rent"), kind="money", sort=True),
        Column("checked_at", Text("核对", "Checked"), kind="moment"),
        Column("state", Text("情况", "State"), kind="badge", value=lambda row: ("green", Text("在住", "Lived in"))),
    ),
    filters=(
        Filter("grid", Text("网格", "Grid"), choices=[Choice(n, Text(f"第 {n} 网格", f"Grid {n}")) for n in "134"]),
        Filter("people", Text("居民", "Residents"), kind="number", field="n_people"),
        Filter("checked", Text("核对", "Checked"), kind="day", field="checked_at"),
    ),
    search=("name__icontains",),
    is_open_search=True,
    page_size=2,
)


def table(query: str = "", rows: list[House] | None = None, language: str = "zh-hans") -> Table:
    return Table(SPEC, QueryDict(query), HOUSES if rows is None else rows, language=language)


def names(shown: Table) -> list[str]:
    return [line.cells[0].text for line in shown.lines]


def test_without_a_question_the_first_page_is_shown_in_the_given_order() -> None:
    shown = table()
    assert names(shown) == ["三村 4 幢", "一村 7 幢"]
    assert (shown.n_rows, shown.n_pages, shown.previous_url, shown.next_url) == (4, 2, "", "?page=2")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("grid=3", [1, 4]),
        ("grid=3&grid=1", [1, 2, 4]),
        ("people_from=61&people_to=74", [1, 2]),
        ("people_to=61", [2, 4]),
        ("checked_from=2026-11-02&checked_to=2026-11-03", [2, 3]),
        ("q=望溪", [3]),
        ("grid=3&people_from=50", [1]),
    ],
)
def test_filters_narrow_and_ranges_include_both_ends(query: str, expected: list[int]) -> None:
    shown = table(query)
    assert sorted(row.pk for row in shown.matching) == expected
    assert shown.faults == []


def test_sorting_puts_the_unknown_last_in_both_directions() -> None:
    assert [row.n_people for row in table("sort=n_people").matching] == [20, 61, 74, None]
    assert [row.n_people for row in table("sort=-n_people").matching] == [74, 61, 20, None]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("grid=9", "网格里没有“9”"),
        ("people_from=viele", "看不懂“viele”"),
        ("people_from=1e400", "看不懂"),
        ("people_from=NaN", "看不懂"),
        ("checked_to=2026-02-30", "看不懂“2026-02-30”"),
        ("people_from=9&people_to=3", "是反的"),
        ("sort=secret", "不能按“secret”排序"),
        ("sort=checked_at", "不能按“checked_at”排序"),
        ("page=0", "没有第“0”页"),
        ("page=99", "只有 2 页"),
        ("page=٣", "没有第“٣”页"),
        ("format=exe", "没有“exe”这种格式"),
    ],
)
def test_what_cannot_be_read_is_said_and_left_out(query: str, said: str) -> None:
    shown = table(query)
    assert shown.n_rows >= 0
    assert len(shown.lines) >= 0
    assert said in "".join(fault.zh for fault in shown.faults)


@given(
    st.dictionaries(
        st.sampled_from(
            ["q", "grid", "people_from", "people_to", "checked_from", "checked_to", "sort", "page", "format", "x"]
        ),
        st.text(max_size=40),
    )
)
def test_nothing_typed_into_the_address_breaks_the_page(typed: dict[str, str]) -> None:
    given_query = QueryDict(mutable=True)
    given_query.update(typed)
    shown = Table(SPEC, given_query, HOUSES, language="en")
    assert len(shown.lines) <= SPEC.page_size
    assert all(heading.column for heading in shown.headings)
    assert [chip.options for chip in shown.chips if chip.filter.kind == "choice"]
    assert len(shown.ways_out) <= len(SPEC.filters) + 1


@given(st.lists(st.integers(0, 9), max_size=30), st.sampled_from(["", "n_people", "-n_people"]))
def test_pages_neither_repeat_nor_lose_a_row(people: list[int], sort: str) -> None:
    rows = [house(pk, f"{pk}", "1", n) for pk, n in enumerate(people)]
    seen: list[str] = []
    for page in range(1, table(rows=rows).n_pages + 1):
        seen += names(table(f"sort={sort}&page={page}", rows))
    assert sorted(seen) == sorted(row.name for row in rows)


def test_an_empty_answer_says_which_filter_to_drop_and_how_many_rows_return() -> None:
    ways = table("grid=1&people_from=70").ways_out
    assert [(way.label.zh, way.n_rows) for way in ways] == [("网格", 1), ("居民", 1)]
    assert table(ways[0].url.removeprefix("?")).n_rows == 1


def test_facets_count_under_the_other_filters_only() -> None:
    chip = table("grid=3&people_from=50").chips[0]
    assert {option.value: option.count for option in chip.options} == {"1": 1, "3": 1, "4": 0}
    assert [option.value for option in chip.options if option.is_chosen] == ["3"]


def test_every_link_keeps_the_rest_of_the_question() -> None:
    shown = table("grid=3&grid=1&q=村&sort=name&page=2", [house(n, f"三村 {n} 幢", "3", n) for n in range(5)])
    assert shown.previous_url == "?grid=3&grid=1&q=%E6%9D%91&sort=name"
    assert shown.chips[0].off_url == "?q=%E6%9D%91&sort=name"
    assert "page" not in shown.headings[0].url
    assert shown.headings[0].url.endswith("sort=-name")


def test_csv_has_all_matching_rows_opens_in_excel_and_runs_no_formula() -> None:
    answer = table("sort=-n_people&format=csv").download()
    assert answer is not None
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["楼栋", "居民", "租金 (元)", "核对", "情况"]
    assert len(rows) == 1 + len(HOUSES)
    assert rows[3][0] == "'=cmd|'/c calc'!A0"
    assert rows[3][2] == "-5.5"
    assert rows[1][3] == "2026-11-01T23:30:00+08:00"
    assert 'filename="houses.csv"' in answer.headers["Content-Disposition"]


@given(st.text(alphabet="=+-@＝\t\r\nA1", min_size=1, max_size=6))
def test_no_cell_of_a_csv_starts_like_a_formula(word: str) -> None:
    answer = table("format=csv", [house(1, word, "1", 1)]).download()
    assert answer is not None
    cell = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"), newline="")))[1][0]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_xlsx_keeps_words_as_words_and_numbers_as_numbers() -> None:
    answer = table("format=xlsx&grid=3", language="en").download()
    assert answer is not None
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:3] == ["Building", "Residents", "Rent (CNY)"]
    assert rows[1][1:3] == [74, 1200.5]
    dangerous = sheet.cell(row=3, column=1)
    assert (dangerous.value, dangerous.data_type) == ("=cmd|'/c calc'!A0", "s")


def test_json_gives_values_as_kept_and_words_in_both_languages() -> None:
    answer = table("format=json&grid=1").download()
    assert answer is not None
    body = json.loads(answer.content)
    assert body["rows"] == [
        {
            "name": "一村 7 幢",
            "n_people": 61,
            "rent_fen": 80000,
            "checked_at": "2026-11-02T23:30:00+08:00",
            "state": {"shape": "green", "zh": "在住", "en": "Lived in"},
        }
    ]
    assert body["columns"][2] == {"key": "rent_fen", "kind": "money", "label": {"zh": "租金", "en": "Rent"}}


def test_groups_head_their_first_row_and_go_when_sorted_otherwise() -> None:
    grouped = TableSpec(
        key="g", columns=SPEC.columns, group=lambda row: Text(f"第 {row.grid} 网格", f"Grid {row.grid}")
    )
    in_order = sorted(HOUSES, key=lambda row: row.grid)
    lines = Table(grouped, QueryDict(""), in_order, language="zh-hans").lines
    assert [line.group.zh if line.group else None for line in lines] == ["第 1 网格", "第 3 网格", None, "第 4 网格"]
    assert all(line.group is None for line in Table(grouped, QueryDict("sort=name"), in_order).lines)


def test_a_filter_cannot_take_the_name_of_the_tables_own_words() -> None:
    with pytest.raises(ValueError, match="taken by the table"):
        TableSpec(key="x", columns=SPEC.columns, filters=(Filter("page", Text("页", "Page")),))
