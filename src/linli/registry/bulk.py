"""Many rows at once, for imports and the sample: numbers drawn in one go, rows written in batches, one savepoint for all.

Same tables, same refusals of the database as one by one; only the facts differ: an import is one fact with counts and a digest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection, models

from .dated import Dated
from .models.base import NUMBERS, Identity

BATCH = 1000
Kind = TypeVar("Kind", bound=Identity)
Row = TypeVar("Row", bound=Dated)


def numbers(count: int) -> list[int]:
    """``count`` fresh numbers of the sequence all identities are numbered by. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [NUMBERS, count])
        return [int(row[0]) for row in cursor.fetchall()]


def identities(kind: type[Kind], rows: Sequence[dict[str, Any]]) -> list[Kind]:
    """New identities with their numbers, not yet written."""
    return [kind(num=number, **row) for number, row in zip(numbers(len(rows)), rows, strict=True)]


def record(kind: type[Row], about: Identity, start: dt.date, end: dt.date | None = None, /, **content: Any) -> Row:
    """A dated row about an identity, not yet written."""
    fixed = {f"{kind.about}_id": about.pk, "subject_num": about.num, "valid_from": start, "valid_to": end}
    return kind(**fixed, **content)


def write(*groups: Sequence[models.Model]) -> int:
    """Write groups of one table each, in order; the number of rows."""
    n_rows = 0
    for group in groups:
        if group:
            type(group[0])._default_manager.bulk_create(group, batch_size=BATCH)
            n_rows += len(group)
    return n_rows
