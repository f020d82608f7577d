"""A query string, read into a safe question. Nothing here raises for what a person may type into an address bar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from linli.kernel.text import Text

from . import words
from .spec import Filter, TableSpec

MAX_TEXT = 200
MAX_NUMBER = Decimal(2) ** 53
FORMATS = ("csv", "xlsx", "json")


@dataclass(slots=True)
class Query:
    """``chosen`` filter key to its value: a list of choice values, or ``(from, to)`` with ``None`` for an open end."""

    q: str = ""
    chosen: dict[str, Any] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    page: int = 1
    format: str = ""
    faults: list[Text] = field(default_factory=list)

    def without(self, key: str) -> Query:
        """The same question with one filter (or ``q``) dropped."""
        rest = {name: value for name, value in self.chosen.items() if name != key}
        return Query("" if key == "q" else self.q, rest, self.sort, self.descending)


def read_query(spec: TableSpec, given: QueryDict) -> Query:
    query = Query()
    _read_words(spec, given.get("q", ""), query)
    for one in spec.filters:
        value = _read_choices(one, given, query) if one.kind == "choice" else _read_range(one, given, query)
        if value is not None:
            query.chosen[one.key] = value
    _read_sort(spec, given, query)
    _read_page(given, query)
    wanted = given.get("format", "")
    if wanted in FORMATS:
        query.format = wanted
    elif wanted:
        _fault(
            query,
            "没有“{value}”这种格式，可以要 CSV、XLSX、JSON",
            "There is no format “{value}”; ask for CSV, XLSX or JSON",
            value=wanted,
        )
    return query


def _read_words(spec: TableSpec, raw: str, query: Query) -> None:
    if not words.is_closed(raw):
        query.q = clean(raw)
        return
    found = words.opened(raw, spec.key)
    if found is None:
        _fault(query, "这条搜索打不开了，请重新输入", "This search does not open any more; type it again")
    else:
        query.q = clean(found)


def clean(raw: str) -> str:
    """Without control characters (PostgreSQL refuses NUL) and not longer than :data:`MAX_TEXT`."""
    return "".join(mark for mark in raw if mark.isprintable())[:MAX_TEXT].strip()


def _fault(query: Query, zh: str, en: str, **values: Any) -> None:
    said = {name: value if isinstance(value, Text) else clean(str(value))[:60] for name, value in values.items()}
    chinese = {name: word.zh if isinstance(word, Text) else word for name, word in said.items()}
    english = {name: word.en if isinstance(word, Text) else word for name, word in said.items()}
    query.faults.append(Text(zh.format(**chinese), en.format(**english)))


def _read_choices(one: Filter, given: QueryDict, query: Query) -> list[str] | None:
    asked = [value for value in given.getlist(one.key) if value]
    if not asked:
        return None
    known = {choice.value for choice in one.all_choices()}
    for value in asked:
        if value not in known:
            _fault(
                query,
                "{label}里没有“{value}”，没有用它筛选",
                "{label} has no “{value}”; it was left out",
                label=one.label,
                value=value,
            )
    return [value for value in dict.fromkeys(asked) if value in known] or None


def _read_range(one: Filter, given: QueryDict, query: Query) -> tuple[Any, Any] | None:
    ends = [_read_end(one, given.get(f"{one.key}_{end}", ""), query) for end in ("from", "to")]
    if ends[0] is None and ends[1] is None:
        return None
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        _fault(
            query,
            "{label}：从 {a} 到 {b} 是反的，已对调",
            "{label}: {a} to {b} runs backwards; swapped",
            label=one.label,
            a=ends[0],
            b=ends[1],
        )
        ends.reverse()
    return ends[0], ends[1]


def _read_end(one: Filter, raw: str, query: Query) -> Any:
    if not raw:
        return None
    try:
        if one.kind == "day":
            return dt.date.fromisoformat(raw)
        value = Decimal(raw)
        if not value.is_finite() or abs(value) > MAX_NUMBER:
            raise InvalidOperation
    except (ValueError, InvalidOperation):
        example = "2026-11-20" if one.kind == "day" else "42"
        _fault(
            query,
            "{label}：看不懂“{value}”，要写成 {example} 这样",
            "{label}: cannot read “{value}”; write it like {example}",
            label=one.label,
            value=raw,
            example=example,
        )
        return None
    return value


def _read_sort(spec: TableSpec, given: QueryDict, query: Query) -> None:
    raw = given.get("sort", "")
    key = raw.removeprefix("-")
    column = spec.column(key)
    if column is not None and column.sort:
        query.sort, query.descending = key, raw.startswith("-")
    elif raw:
        _fault(
            query,
            "不能按“{value}”排序，已按原来的顺序",
            "Cannot sort by “{value}”; the usual order is shown",
            value=raw,
        )


def _read_page(given: QueryDict, query: Query) -> None:
    raw = given.get("page", "1")
    if raw.isascii() and raw.isdigit() and 1 <= len(raw) <= 7 and int(raw) >= 1:
        query.page = int(raw)
    else:
        _fault(query, "没有第“{value}”页，已显示第 1 页", "There is no page “{value}”; page 1 is shown", value=raw)
