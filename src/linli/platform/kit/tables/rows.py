"""A question put to rows: a queryset is narrowed and ordered in the database, a sequence in memory. Neither is changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP

from linli.kernel.clock import start_of_day
from linli.kernel.text import Text

from .query import Query
from .spec import Filter, TableSpec

Rows = QuerySet[Any] | Sequence[Any]


def reach(row: Any, path: str) -> Any:
    """``row.a.b`` for ``a__b``; mapping keys too; ``None`` where the path ends early."""
    for name in path.split(LOOKUP_SEP):
        if row is None:
            return None
        row = row.get(name) if isinstance(row, dict) else getattr(row, name, None)
    return row


def narrow(spec: TableSpec, query: Query, rows: Rows) -> Rows:
    for one in spec.filters:
        if one.key in query.chosen:
            value = query.chosen[one.key]
            rows = one.apply(rows, value) if one.apply else _narrow_one(one, value, rows)
    if query.q and spec.search:
        rows = _search(spec.search, query.q, rows)
    return rows


def _narrow_one(one: Filter, value: Any, rows: Rows) -> Rows:
    name = one.column()
    if one.kind == "choice":
        if isinstance(rows, QuerySet):
            return rows.filter(**{f"{name}__in": value})
        return [row for row in rows if str(reach(row, name)) in value]
    low, high = value
    if isinstance(rows, QuerySet):
        return _narrow_range(name, low, high, rows)
    if one.kind == "day":
        return [row for row in rows if _within(_as_day(reach(row, name)), low, high)]
    return [row for row in rows if _within(reach(row, name), low, high)]


def _narrow_range(name: str, low: Any, high: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    if _is_instant(rows, name):  # days are days in Asia/Shanghai
        bounds = {
            f"{name}__gte": low and start_of_day(low),
            f"{name}__lt": high and start_of_day(high + dt.timedelta(days=1)),
        }
    else:
        bounds = {f"{name}__gte": low, f"{name}__lte": high}
    return rows.filter(**{lookup: value for lookup, value in bounds.items() if value is not None})


def _is_instant(rows: QuerySet[Any], name: str) -> bool:
    model: Any = rows.model
    for part in name.split(LOOKUP_SEP):
        found = model._meta.get_field(part)
        model = found.related_model if found.is_relation else None
    return isinstance(found, DateTimeField)


def _as_day(value: Any) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else value


def _within(value: Any, low: Any, high: Any) -> bool:
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _search(lookups: Iterable[str], q: str, rows: Rows) -> Rows:
    if isinstance(rows, QuerySet):
        return rows.filter(reduce(or_, (Q(**{lookup: q}) for lookup in lookups)))
    wanted = q.casefold()
    names = [lookup.removesuffix("__icontains") for lookup in lookups]
    return [row for row in rows if any(wanted in _searchable(reach(row, name)) for name in names)]


def _searchable(value: Any) -> str:
    return f"{value.zh}\n{value.en}".casefold() if isinstance(value, Text) else str(value or "").casefold()


def order(spec: TableSpec, query: Query, rows: Rows) -> Rows:
    """By ``?sort``, else by the spec's order. Equal rows keep one order (by key), so pages neither repeat nor lose a row."""
    column = spec.column(query.sort) if query.sort else None
    if column is None and not spec.order:
        return rows
    name = column.order_by() if column else spec.order
    down = query.descending if column else name.startswith("-")
    name = name.removeprefix("-")
    if isinstance(rows, QuerySet):
        return rows.order_by(("-" if down else "") + name, "pk")
    known = [row for row in rows if reach(row, name) is not None]
    unknown = [row for row in rows if reach(row, name) is None]
    return [*sorted(known, key=lambda row: _sortable(reach(row, name)), reverse=down), *unknown]


def _sortable(value: Any) -> Any:
    return value.zh if isinstance(value, Text) else value
