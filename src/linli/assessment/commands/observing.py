"""Values come in: by a live query of a room, or typed with what they rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from linli.journal import append
from linli.kernel.clock import local_day
from linli.kernel.errors import LinliError, define
from linli.platform.actors import Actor

from .. import events, queries
from ..live import Reading, Span, read_live
from ..models import How, Observation
from ..rules.entries import Entry, check_entry, check_value
from ..rules.period import Period, check_period
from ..rules.system import Indicator, System, find_system
from .warning import Watch, weigh

CHANGE = "assessment.change"
CLOSED = define(
    "assessment.period_closed",
    zh="{period} 的“{system}”已经结了，结过的期不再改；新的数记到下一期",
    en="{period} of {system} is closed and does not change; record new values in a later period",
    status=409,
)


def record(community_id: UUID, system_id: str, period: str, entry: Entry, *, actor: Actor, now: dt.datetime) -> Observation:  # fmt: skip
    """Keep one typed value; warnings follow at once."""
    return record_many(community_id, system_id, period, [entry], how=How.HAND, actor=actor, now=now)[0]


def record_many(
    community_id: UUID, system_id: str, period: str, entries: Sequence[Entry], *, how: str, actor: Actor, now: dt.datetime,
    source: str = "", subject_id: UUID | None = None, sha256: str = "",
) -> list[Observation]:  # fmt: skip
    """Keep typed values of one period, all or none."""
    actor.require(CHANGE, community_id)
    system, at = open_period(community_id, system_id, period, now=now)
    rows = []
    for entry in entries:
        evidence = check_entry(entry, system.of_measure(entry.measure), at, today=local_day(now))
        rows.append(
            Observation(
                community_id=community_id, measure=entry.measure, period=at.code, value=entry.value, numerator=entry.numerator,
                denominator=entry.denominator, low=entry.low, high=entry.high, as_of=entry.as_of, how=how, quality=entry.quality,
                source=source, evidence=evidence, recorded_by=actor.account_id, recorded_at=now,
            )
        )  # fmt: skip
    _keep(rows, system, at, how=how, actor=actor, now=now, subject_id=subject_id or community_id, sha256=sha256)
    return rows


def collect(community_id: UUID, system_id: str, period: str, *, actor: Actor, now: dt.datetime) -> list[Observation]:
    """Ask the rooms for every live number of the system; keep those that are new or changed. Warnings follow, demand's among them."""
    actor.require(CHANGE, community_id)
    system, at = open_period(community_id, system_id, period, now=now)
    known = queries.newest(actor, community_id, period=at.code, measures=[one.measure for one in system.leaves])
    rows = [
        row for row in read_all(community_id, system, at, now=now).values() if _is_news(row, known.get(row.measure))
    ]
    for row in rows:
        row.recorded_by = actor.account_id
    _keep(rows, system, at, how=How.LIVE, actor=actor, now=now, subject_id=community_id, sha256="")
    return rows


def read_all(community_id: UUID, system: System, period: Period, *, now: dt.datetime) -> dict[str, Observation]:
    """The live numbers of the system as unsaved observations, by measure; those a room cannot tell are left out."""
    today = local_day(now)
    span = Span(period.first_day, period.end_day, period.reading_day(today))
    found: dict[str, Observation] = {}
    for one in system.leaves:
        reading = read_live(one.live, community_id, span) if one.live and one.measure not in found else None
        if reading is not None:
            check_value(reading.value, one)
            found[one.measure] = _observation(community_id, one, period, reading, now)
    return found


def open_period(community_id: UUID, system_id: str, period: str, *, now: dt.datetime) -> tuple[System, Period]:
    """The system and the period named, refused where it is closed, of another cadence or ahead."""
    system = find_system(system_id)
    at = check_period(period, cadence=system.cadence, system=system.id, today=local_day(now))
    if queries.closed_run(community_id, system.id, at.code) is not None:
        raise LinliError(CLOSED, period=at.code, system=system.title.zh)
    return system, at


def _observation(community_id: UUID, one: Indicator, period: Period, reading: Reading, now: dt.datetime) -> Observation:
    return Observation(
        community_id=community_id, measure=one.measure, period=period.code, value=reading.value, numerator=reading.numerator,
        denominator=reading.denominator, low=reading.low, high=reading.high, as_of=reading.as_of, how=How.LIVE,
        quality=reading.quality, source=one.live, rows_url=reading.rows_url, recorded_at=now,
    )  # fmt: skip


def _is_news(row: Observation, known: Observation | None) -> bool:
    """A live number does not push aside one that was typed (somebody had a reason), nor repeat one that says the same."""
    if known is None:
        return True
    if known.how != How.LIVE:
        return False
    return (row.value, row.as_of, row.denominator) != (known.value, known.as_of, known.denominator)


def _keep(
    rows: Sequence[Observation], system: System, period: Period, *, how: str, actor: Actor, now: dt.datetime, subject_id: UUID,
    sha256: str,
) -> None:  # fmt: skip
    if rows:
        Observation.objects.bulk_create(rows)
        community_id = rows[0].community_id
        measures = tuple(row.measure for row in rows)
        append(
            events.ValuesObserved(community_id, subject_id, period.code, str(how), measures, sha256),
            actor=actor,
            occurred_at=now,
        )
        weigh(Watch(community_id, system, period, actor, now), rows)
