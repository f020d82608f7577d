"""Writing dated rows: begin, change, correct, end, take back. The decisions are :mod:`linli.registry.rules.periods`'s.

Callers have decided who may and what is right; here rows are locked, cut and written, and what the database refuses is told as it is.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from psycopg import errors as pg

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError, define

from .dated import Dated
from .models.base import Identity
from .rules.periods import TAKEN_BACK, Cut, Period, check_free, decide_change, decide_end

Row = TypeVar("Row", bound=Dated)
SAID_ANEW = "said anew in parts: changed within its period"

CHANGED_MEANWHILE = define(
    "registry.changed_meanwhile",
    zh="这条记录刚被别人改过，请刷新后再看一遍",
    en="Somebody else has just changed this record; load it again and look",
    status=409,
)
DOES_NOT_FIT = define(
    "registry.does_not_fit",
    zh="{field} 放不下：{limit}",
    en="{field} does not fit: {limit}",
    status=422,
)


@contextlib.contextmanager
def told_plainly() -> Iterator[None]:
    """A write in a savepoint; an overlap the database refuses is a change made meanwhile."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, pg.ExclusionViolation | pg.UniqueViolation):
            raise LinliError(CHANGED_MEANWHILE) from error
        raise


def in_force_row(kind: type[Row], subject_id: UUID, on: dt.date) -> Row:
    """The believed row in force on ``on``, locked until the transaction ends; NotFoundError where there is none."""
    rows = kind.objects.as_of(on).filter(**{f"{kind.about}_id": subject_id})
    row: Any = rows.select_for_update(of=("self",)).first()
    if row is None and rows.exists():  # whom we waited for ended the row we saw and put another in its place
        raise LinliError(CHANGED_MEANWHILE)
    if row is None:
        raise NotFoundError
    return row


def ending_row(kind: type[Row], subject_id: UUID, on: dt.date) -> Row:
    """The row that an end on ``on`` ends, locked: in force the day before, or else the one that would never have been."""
    try:
        return in_force_row(kind, subject_id, on - dt.timedelta(days=1))
    except NotFoundError:
        return in_force_row(kind, subject_id, on)


def locked_row(kind: type[Row], record_id: UUID) -> Row:
    """The row of that id, locked, still believed."""
    row: Any = kind.objects.filter(pk=record_id).select_for_update(of=("self",)).first()
    if row is None:
        raise NotFoundError
    if row.retracted_at is not None:
        raise LinliError(TAKEN_BACK)
    return row


def begin(kind: type[Row], about: Identity, period: Period, content: Mapping[str, Any]) -> Row:
    """A first row, or one after a gap. ``registry.overlaps`` where a believed row stands in the way."""
    rows = kind.objects.overlapping(period.start, period.end).filter(**{f"{kind.about}_id": about.pk})
    check_free(period, [_period(row) for row in rows])
    return _write(kind, about.pk, about.num, period, content)


def change(row: Row, on: dt.date, content: Mapping[str, Any]) -> Row:
    """From ``on`` the row says ``content`` where it differs; the rest stays. The new row."""
    cut = decide_change(_period(row), on)
    after = _apply(row, cut, row.content() | dict(content))
    assert after is not None
    return after


def end(row: Dated, on: dt.date) -> None:
    """From ``on`` it is no longer so."""
    _apply(row, decide_end(_period(row), on), row.content())


def correct(row: Row, because: str, content: Mapping[str, Any], period: Period | None = None) -> Row:
    """The row was wrong: it is taken back, and ``content`` written for its period (or for ``period``). The new row."""
    with told_plainly():
        _retract(row, because)
        wanted = period or _period(row)
        others = type(row).objects.overlapping(wanted.start, wanted.end).filter(**{f"{row.about}_id": row.about_id})
        check_free(wanted, [_period(other) for other in others])
        return _write(type(row), row.about_id, row.subject_num, wanted, row.content() | dict(content))


def take_back(row: Dated, because: str) -> None:
    """The row was never so, and nothing stands in its place."""
    _retract(row, because)


def differing(row: Dated, content: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of ``content`` whose values differ from the row's."""
    before = row.content()
    return tuple(sorted(name for name, value in content.items() if _plain(before[name]) != _plain(value)))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _period(row: Dated) -> Period:
    return Period(row.valid_from, row.valid_to)


def _apply(row: Row, cut: Cut, after: Mapping[str, Any]) -> Row | None:
    with told_plainly():
        before = row.content()
        if cut.act == "end":
            row.valid_to = cut.at
            row.save(update_fields=["valid_to"])
        else:
            _retract(row, SAID_ANEW)
        if cut.before:
            _write(type(row), row.about_id, row.subject_num, cut.before, before)
        return _write(type(row), row.about_id, row.subject_num, cut.after, after) if cut.after else None


def _retract(row: Dated, because: str) -> None:
    row.retracted_at, row.retracted_because = now(), because
    row.save(update_fields=["retracted_at", "retracted_because"])


def _write(kind: type[Row], about_id: UUID, num: int, period: Period, content: Mapping[str, Any]) -> Row:
    fields = dict(content) | {
        f"{kind.about}_id": about_id,
        "subject_num": num,
        "valid_from": period.start,
        "valid_to": period.end,
    }
    check_fits(kind, content)
    with told_plainly():
        row: Any = kind.objects.create(**fields)
        return row


def check_fits(kind: type[Dated], content: Mapping[str, Any]) -> None:
    """Every text within its column's length and without a zero character, every whole number within its column's range."""
    for field in kind._meta.concrete_fields:
        value = content.get(field.attname)
        if isinstance(value, str):
            if field.max_length and len(value) > field.max_length:
                raise LinliError(DOES_NOT_FIT, field=field.name, limit=f"{len(value)} > {field.max_length}")
            if "\x00" in value:
                raise LinliError(DOES_NOT_FIT, field=field.name, limit="U+0000")
        elif isinstance(value, int) and not isinstance(value, bool):
            low, high = connection.ops.integer_field_range(field.get_internal_type())
            if (low is not None and value < low) or (high is not None and value > high):
                raise LinliError(DOES_NOT_FIT, field=field.name, limit=f"{low} … {high}")
