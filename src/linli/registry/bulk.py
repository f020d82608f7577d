"""Many rows at once, for imports and the sample: numbers drawn in one go, rows written in batches, one savepoint for all.

Same tables, same refusals of the database as one by one; only the facts differ: an import is one fact with counts and a digest.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.models.base import ModelState
from psycopg import sql

from linli.platform import bulkrows
from linli.platform.models import SearchWord
from linli.platform.search import index as search

from .dated import Dated
from .models.base import NUMBERS, Identity

BATCH = 2000
Kind = TypeVar("Kind", bound=Identity)
Model = TypeVar("Model", bound=models.Model)
Row = TypeVar("Row", bound=Dated)


def numbers(count: int) -> list[int]:
    """``count`` fresh numbers of the sequence all identities are numbered by. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [NUMBERS, count])
        return [int(row[0]) for row in cursor.fetchall()]


def identities(kind: type[Kind], rows: Sequence[dict[str, Any]]) -> list[Kind]:
    """New identities with their numbers, not yet written."""
    return [_made(kind, {"num": number, **row}) for number, row in zip(numbers(len(rows)), rows, strict=True)]


def record(kind: type[Row], about: Identity, start: dt.date, end: dt.date | None = None, /, **content: Any) -> Row:
    """A dated row about an identity, not yet written. ``content`` by the names of columns (``parent_id``)."""
    fixed = {f"{kind.about}_id": about.pk, "subject_num": about.num, "valid_from": start, "valid_to": end}
    row = _made(kind, {**fixed, **content})
    row._state.fields_cache[kind.about] = about
    return row


def _made(kind: type[Model], values: dict[str, Any]) -> Model:
    """``kind(**values)``, values by column: Django's own way looks at every argument anew and takes five times as long."""
    names, fixed, made = _defaults(kind)
    if not names.issuperset(values):
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(set(values) - names))}")
    row = kind.__new__(kind)
    row._state = ModelState()
    row.__dict__.update(fixed)
    for name, default in made:
        if name not in values:
            row.__dict__[name] = default()
    row.__dict__.update(values)
    return row


@cache
def _defaults(
    kind: type[models.Model],
) -> tuple[frozenset[str], dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """The columns of a table; what stands in them where nothing is said, and what is made anew for each row."""
    fields = kind._meta.concrete_fields
    anew = [field for field in fields if field.has_default() and callable(field.default)]
    fixed = {field.attname: field.get_default() for field in fields if field not in anew and not field.has_db_default()}
    return (
        frozenset(field.attname for field in fields),
        fixed,
        [(field.attname, cast("Callable[[], Any]", field.default)) for field in anew],
    )


def write(*groups: Sequence[models.Model]) -> int:
    """Write groups of one table each, in order, in one savepoint; the number of rows.

    One statement for each :data:`BATCH` rows (:mod:`linli.platform.bulkrows`), with the words they are found by.
    """
    n_rows = 0
    with transaction.atomic(savepoint=not bulkrows.runs_ahead()):
        for group in groups:
            for start in range(0, len(group), BATCH):
                _insert(group[start : start + BATCH])
                search.index(group[start : start + BATCH], are_new=True)
            n_rows += len(group)
    return n_rows


def refresh_statistics() -> None:
    """ANALYZE the registry's tables as their owner. After a load of thousands of rows the planner knows nothing of them until
    autovacuum comes by (a minute or so), and joins through paths take seconds instead of milliseconds.
    """
    kept: list[type[models.Model]] = [*apps.get_app_config("registry").get_models(), SearchWord]
    tables = sql.SQL(", ").join([sql.Identifier(model._meta.db_table) for model in kept])
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(tables))


def _insert(rows: Sequence[models.Model]) -> None:
    table = type(rows[0])._meta
    bulkrows.insert(table.db_table, [_column(field, rows) for field in table.local_concrete_fields])
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _column(field: Any, rows: Sequence[models.Model]) -> bulkrows.Column:
    """A list within the list must go as text: arrays in PostgreSQL are not nested."""
    name, kind, attribute = str(field.column), str(field.db_type(connections[DEFAULT_DB_ALIAS])), field.attname
    values = [row.__dict__[attribute] if attribute in row.__dict__ else getattr(row, attribute) for row in rows]
    if isinstance(field, ArrayField):
        said = [None if value is None else "{" + ",".join(map(str, value)) + "}" for value in values]
        return bulkrows.Column(name, kind, said, sent="text")
    if isinstance(field, models.JSONField):
        return bulkrows.Column(name, kind, [json.dumps(value, ensure_ascii=False) for value in values], sent="text")
    return bulkrows.Column(name, kind, values)
