"""One table on one page: a spec, the question in the URL and the rows it is put to. What the template draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from linli.kernel.clock import now
from linli.kernel.text import Text
from linli.platform.kit import said

from .cells import Cell, shown
from .export import as_csv, as_json, as_xlsx
from .query import Query, read_query
from .rows import Rows, narrow, order
from .spec import Column, Filter, TableSpec
from .words import closed


@dataclass(frozen=True, slots=True)
class Heading:
    column: Column
    url: str
    order: str  # "", "ascending", "descending"


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its key for selection; ``group`` is set on the first row of a group."""

    key: str
    cells: list[Cell]
    group: Text | None = None


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    text: Text
    is_chosen: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as it stands: ``said`` names what is chosen, ``off_url`` drops it."""

    filter: Filter
    said: str
    off_url: str
    low: str
    high: str
    kept: list[tuple[str, str]]
    _table: Table

    @property
    def is_on(self) -> bool:
        return bool(self.said)

    @property
    def options(self) -> list[Option]:
        chosen = self._table.query.chosen.get(self.filter.key, [])
        counts = self._table.facet(self.filter)
        return [
            Option(one.value, one.text, one.value in chosen, counts.get(one.value, 0) if counts is not None else None)
            for one in self.filter.all_choices()
        ]


@dataclass(frozen=True, slots=True)
class WayOut:
    """When nothing matches: what comes back if this filter is dropped."""

    label: Text
    n_rows: int
    url: str


class Table:
    """``rows`` is a queryset or a sequence; nothing is read before the template (or :meth:`download`) asks."""

    def __init__(self, spec: TableSpec, given: QueryDict, rows: Rows, *, language: str | None = None) -> None:
        self.spec = spec
        self.given = given
        self.source = rows
        self.language = language or get_language() or "zh-hans"
        self.query: Query = read_query(spec, given)

    @cached_property
    def matching(self) -> Rows:
        return order(self.spec, self.query, narrow(self.spec, self.query, self.source))

    @cached_property
    def n_rows(self) -> int:
        return _count(self.matching)

    @cached_property
    def n_pages(self) -> int:
        return max(1, -(-self.n_rows // self.spec.page_size))

    @cached_property
    def page(self) -> int:
        return min(self.query.page, self.n_pages)

    @property
    def faults(self) -> list[Text]:
        late = Text("只有 {n} 页，已显示最后一页", "There are only {n} pages; the last is shown")
        return [*self.query.faults, *([late.fill(n=self.n_pages)] if self.query.page > self.n_pages else [])]

    def download(self) -> HttpResponse | None:
        """The answer to ``?format=…``; ``None`` when a page is wanted."""
        if not self.query.format:
            return None
        if self.query.format == "json":
            return as_json(self.spec, self.rows)
        return {"csv": as_csv, "xlsx": as_xlsx}[self.query.format](self.spec, self.rows, self.language)

    @cached_property
    def rows(self) -> Sequence[Any]:
        """The rows given out: those of the download asked for, else those of the page."""
        if self.query.format:
            return list(self.matching[: self.spec.max_export])
        start = (self.page - 1) * self.spec.page_size
        return list(self.matching[start : start + self.spec.page_size])

    @cached_property
    def lines(self) -> list[Line]:
        return list(self._lines(self.rows, now()))

    def _lines(self, rows: Rows, at: dt.datetime) -> Iterator[Line]:
        last: Text | None = None
        for row in rows:
            group = self.spec.group(row) if self.spec.group and not self.query.sort else None
            cells = [shown(column, row, self.language, now=at) for column in self.spec.columns]
            key = self.spec.row_key(row) if self.spec.bulk else ""
            yield Line(key, cells, group if group != last else None)
            last = group

    @property
    def width(self) -> int:
        """Columns as drawn, for a heading across all of them."""
        return len(self.spec.columns) + bool(self.spec.bulk)

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.spec.columns]

    def _heading(self, column: Column) -> Heading:
        if not column.sort:
            return Heading(column, "", "")
        is_current = self.query.sort == column.key
        wanted = f"-{column.key}" if is_current and not self.query.descending else column.key
        current = ("descending" if self.query.descending else "ascending") if is_current else ""
        return Heading(column, self.url(sort=wanted, page=None), current)

    @property
    def chips(self) -> list[Chip]:
        return [self._chip(one) for one in self.spec.filters]

    def _chip(self, one: Filter) -> Chip:
        keys = [one.key] if one.kind == "choice" else [f"{one.key}_from", f"{one.key}_to"]
        kept = [(key, value) for key, value in self.carried if key not in (*keys, "page", "format")]
        value = self.query.chosen.get(one.key)
        low, high = value if value and one.kind != "choice" else (None, None)
        off = self.url(page=None, **dict.fromkeys(keys))
        return Chip(one, self._say_chosen(one, value), off, _field(low), _field(high), kept, self)

    def _say_chosen(self, one: Filter, value: Any) -> str:
        if value is None:
            return ""
        if one.kind == "choice":
            comma = ", " if said.is_english(self.language) else "、"
            return comma.join(
                said.words(choice.text, self.language) for choice in one.all_choices() if choice.value in value
            )
        ends = [said.day(end, self.language, now=now()) if isinstance(end, dt.date) else _field(end) for end in value]
        return f"{ends[0] if value[0] is not None else '…'}–{ends[1] if value[1] is not None else '…'}"

    def facet(self, one: Filter) -> dict[str, int] | None:
        """Rows for each choice under the other filters; ``None`` for filters that narrow in their own way."""
        if one.apply or one.kind != "choice":
            return None
        rows = narrow(self.spec, self.query.without(one.key), self.source)
        if isinstance(rows, QuerySet):
            counted = rows.order_by().values_list(one.column()).annotate(n_found=Count("pk"))
            return {str(value): n for value, n in counted}
        from .rows import reach

        found: dict[str, int] = {}
        for row in rows:
            value = str(reach(row, one.column()))
            found[value] = found.get(value, 0) + 1
        return found

    @cached_property
    def ways_out(self) -> list[WayOut]:
        """For the empty state: which filter to drop and how many rows return."""
        dropped = [
            (one.label, one.key, self._chip(one).off_url) for one in self.spec.filters if one.key in self.query.chosen
        ]
        if self.query.q:
            dropped.append((Text("搜索词", "the search"), "q", self.url(q=None, page=None)))
        ways = [
            WayOut(label, _count(narrow(self.spec, self.query.without(key), self.source)), url)
            for label, key, url in dropped
        ]
        return [way for way in ways if way.n_rows]

    @property
    def is_filtered(self) -> bool:
        return bool(self.query.chosen or self.query.q)

    @property
    def bulk(self) -> list[dict[str, Any]]:
        return [{"url": reverse(one.url_name), "text": one.text, "icon": one.icon} for one in self.spec.bulk]

    @cached_property
    def carried(self) -> list[tuple[str, str]]:
        """The present question as it goes into addresses: the words sealed, unless the table's search is open."""
        items = [(key, value) for key in self.given if key != "q" for value in self.given.getlist(key)]
        if not self.query.q or self.spec.is_open_search:
            return [(key, value) for key in self.given for value in self.given.getlist(key)]
        return [*items, ("q", closed(self.query.q, self.spec.key))]

    @property
    def kept(self) -> str:
        """What the search form must carry along, as a query string."""
        return urlencode([(key, value) for key, value in self.carried if key not in ("q", "page", "format")])

    @property
    def first_row(self) -> int:
        return (self.page - 1) * self.spec.page_size + 1

    @property
    def last_row(self) -> int:
        return min(self.page * self.spec.page_size, self.n_rows)

    @property
    def previous_url(self) -> str:
        return self.url(page=self.page - 1 if self.page > 2 else None) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(page=self.page + 1) if self.page < self.n_pages else ""

    @property
    def downloads(self) -> list[tuple[str, str]]:
        return [(kind.upper(), self.url(format=kind, page=None)) for kind in ("csv", "xlsx", "json")]

    @property
    def plain_url(self) -> str:
        return "?"

    def url(self, **changes: Any) -> str:
        """The present question with changes; ``None`` drops a key."""
        items = [(key, value) for key, value in self.carried if key not in {*changes, "format"}]
        items += [(key, str(value)) for key, value in changes.items() if value is not None]
        return "?" + urlencode(items)


def _count(rows: Rows) -> int:
    return rows.count() if isinstance(rows, QuerySet) else len(rows)


def _field(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else f"{value}"
