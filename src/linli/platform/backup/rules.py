"""Which backups are kept and when the next is due, as pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linli.kernel.clock import SHANGHAI

from .policy import Keeping

ALWAYS_KEPT = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """Ids, the oldest first."""

    kept: tuple[str, ...]
    gone: tuple[str, ...]


def begun_at(snapshot_id: str) -> dt.datetime:
    """The instant in an id, aware UTC."""
    return dt.datetime.strptime(snapshot_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)


def choose_kept(ids: Sequence[str], keeping: Keeping) -> Choice:
    """Of each of the last ``daily`` days, ``weekly`` weeks and ``monthly`` months that have one, the newest backup; the newest
    :data:`ALWAYS_KEPT` of all always: one made by hand before an upgrade is not pruned by that night's.

    Days, ISO weeks and months in Asia/Shanghai. Days without a backup are not counted: a machine that was off loses nothing by it.
    """
    newest_first = sorted(ids, reverse=True)
    kept = set(newest_first[:ALWAYS_KEPT])
    periods: tuple[tuple[int, Callable[[dt.datetime], tuple[int, ...]]], ...] = (
        (keeping.daily, lambda at: (at.year, at.month, at.day)),
        (keeping.weekly, lambda at: tuple(at.isocalendar()[:2])),
        (keeping.monthly, lambda at: (at.year, at.month)),
    )
    for n_kept, period in periods:
        seen: set[tuple[int, ...]] = set()
        for one in newest_first:
            of = period(begun_at(one).astimezone(SHANGHAI))
            if of not in seen and len(seen) < n_kept:
                seen.add(of)
                kept.add(one)
    ordered = sorted(ids)
    return Choice(tuple(one for one in ordered if one in kept), tuple(one for one in ordered if one not in kept))


def is_due(*, last_begun_at: dt.datetime | None, now: dt.datetime, hour: int) -> bool:
    """True once a day from ``hour`` o'clock (Asia/Shanghai) on, and at once where there was none in the day before that."""
    if last_begun_at is None:
        return True
    local = now.astimezone(SHANGHAI)
    turn = dt.datetime.combine(local.date(), dt.time(hour), SHANGHAI)
    if local < turn:
        turn -= dt.timedelta(days=1)
    return last_begun_at < turn


def is_overdue(
    *, last_good_at: dt.datetime | None, born_at: dt.datetime, now: dt.datetime, after: dt.timedelta
) -> bool:
    """True where the last good backup (or, without one, the beginning of the installation) lies further back than ``after``."""
    return now - (last_good_at or born_at) > after
