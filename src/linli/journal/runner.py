"""Feeding subscribers: sealed facts in order per subject, at least once, each effect once, the stuck ones set aside.

One runner works at a time (an advisory lock of its listening connection). Should that connection be lost unnoticed, its marks (``holder``) on
the cursors still decide: the next runner writes its own, and each delivery looks at the mark inside its transaction, so that a runner
that was thought dead cannot deliver out of order. A fact that fails is tried again with growing pauses and
parked after :data:`MAX_TRIES`; only later facts of its subject wait behind it.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from django.db import DatabaseError, connection

from linli.kernel.clock import now
from linli.kernel.errors import LinliError
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor, System
from linli.platform.db import acting

from . import rules
from .appending import Cause, append, causing
from .connecting import RUNNER_LOCK, connect
from .events import FactParked
from .models import Cursor, Fact, Parked, Seal
from .queries import chain_ends
from .sealer import CHANNEL
from .subscription import Subscriber, subscribers

WINDOW = 500
POLL_S = 1.0
MAX_TRIES = 5
FIRST_PAUSE = dt.timedelta(seconds=1)
PAUSE_GROWTH = 4
"""Pauses of 1, 4, 16 and 64 seconds before a fact is parked. Designed here: longer than a restart of anything on this machine takes."""
MAX_BACK_OFF_S = 5.0
log = logging.getLogger("linli.journal.runner")


class LostCursorError(Exception):
    """Another runner has taken over."""


@dataclass(frozen=True, slots=True)
class Task:
    """One fact for one subscriber. ``again``: it stands in ``journal_parked`` and is due."""

    member: Subscriber
    chain: UUID
    position: int
    fact: Fact
    again: bool = False

    @property
    def actor(self) -> Actor:
        return System(f"subscriber:{self.member.name}")


class Runner:
    """One session of feeding ``members``. Losing the database or a cursor ends it; a new one goes on from the cursors."""

    def __init__(self, members: Iterable[Subscriber]) -> None:
        self.members = tuple(members)
        self.me = uuid7()
        self.reached: dict[tuple[str, UUID], int] = {}

    def take_over(self) -> None:
        """Mark every cursor as ours. A subscriber that wants no history starts, the first time ever, at the present ends."""
        with acting(System("journal-runner")):
            ends = {rules.INSTALLATION: 0} | chain_ends()
            for member in self.members:
                mine = Cursor.objects.filter(subscriber=member.name)
                if member.from_now and not mine.exists():
                    fresh = (Cursor(subscriber=member.name, chain=chain, position=end) for chain, end in ends.items())
                    Cursor.objects.bulk_create(fresh)
                mine.update(holder=self.me)
                self.reached |= {(member.name, cursor.chain): cursor.position for cursor in mine}

    def run_once(self) -> int:
        """Deliver what is new and what is due again; how many facts were looked at or tried."""
        n_facts = 0
        with acting(System("journal-runner")):
            ends = chain_ends()
        for member in self.members:
            for chain, end in ends.items():
                while self._position(member, chain) < end:
                    n_facts += self._advance(member, chain, end)
            n_facts += self._try_due(member)
        return n_facts

    def _position(self, member: Subscriber, chain: UUID) -> int:
        key = (member.name, chain)
        if key not in self.reached:
            with acting(System("journal-runner")):
                cursor, _ = Cursor.objects.get_or_create(
                    subscriber=member.name, chain=chain, defaults={"holder": self.me}
                )
            if cursor.holder != self.me:
                raise LostCursorError
            self.reached[key] = cursor.position
        return self.reached[key]

    def _advance(self, member: Subscriber, chain: UUID, end: int) -> int:
        """Take the next window of ``chain`` and move the cursor past it."""
        start = self.reached[member.name, chain]
        upto = min(end, start + WINDOW)
        tasks = list(_tasks(member, chain, start, upto))
        for task in tasks:
            self._try(task)
        with acting(System("journal-runner")):
            mine = Cursor.objects.filter(subscriber=member.name, chain=chain, holder=self.me)
            if not mine.update(position=upto, moved_at=now()):
                raise LostCursorError
        self.reached[member.name, chain] = upto
        return upto - start

    def _try_due(self, member: Subscriber) -> int:
        """Try again what is due, first places first; whatever a success sets free follows at once."""
        n_tried = 0
        while due := _due(member):
            for task in due:
                self._try(task)
            n_tried += len(due)
        return n_tried

    def _try(self, task: Task) -> None:
        try:
            with acting(task.actor):
                self._fence(task)
                self._deliver(task)
        except LostCursorError:
            raise
        except Exception as error:
            if isinstance(error, DatabaseError) and not connection.is_usable():
                raise  # the database went away: nobody's fault, no try counted
            log.warning("%s could not take fact %s", task.member.name, task.fact.id, exc_info=error)
            self._set_aside(task, error)

    def _fence(self, task: Task) -> None:
        """Keep the cursor ours until this transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM journal_cursor WHERE subscriber = %s AND chain = %s AND holder = %s FOR SHARE",
                [task.member.name, task.chain, self.me],
            )
            if cursor.fetchone() is None:
                raise LostCursorError

    def _deliver(self, task: Task) -> None:
        fact, name = task.fact, task.member.name
        if task.again:
            Parked.objects.filter(subscriber=name, fact_id=fact.id).delete()
        elif _is_blocked(task):
            Parked.objects.bulk_create([_parked(task, state=Parked.State.WAITING)], ignore_conflicts=True)
            return
        if not fact.is_erased and _mark_delivered(name, fact.id):
            with causing(Cause(fact.id, fact.correlation_id, fact.depth)):
                task.member.handle(fact)
        if task.again:
            _release_next(task)

    def _set_aside(self, task: Task, error: Exception) -> None:
        code = error.code if isinstance(error, LinliError) else type(error).__name__
        with acting(task.actor):
            self._fence(task)
            row = Parked.objects.filter(subscriber=task.member.name, fact_id=task.fact.id).first() or _parked(task)
            row.tries += 1
            row.error_code = code[:64]
            row.state = Parked.State.RETRYING
            row.next_try_at = now() + FIRST_PAUSE * PAUSE_GROWTH ** (row.tries - 1)
            if row.tries >= MAX_TRIES:
                row.state, row.next_try_at, row.parked_at = Parked.State.PARKED, None, now()
                _tell_parked(task, row)
            row.save()


def run_subscribers(stop: threading.Event, members: Iterable[Subscriber] | None = None) -> None:
    """Feed every registered subscriber until ``stop`` is set; woken by the sealer's notice, else once a second."""
    back_off_s = POLL_S
    while not stop.is_set():
        try:
            with _listening() as listener:
                while not _is_alone(listener):
                    if stop.wait(POLL_S):
                        return
                runner = Runner(subscribers() if members is None else members)
                runner.take_over()
                while not stop.is_set():
                    if not runner.run_once():
                        list(listener.notifies(timeout=POLL_S, stop_after=1))
                    back_off_s = POLL_S
        except (psycopg.Error, DatabaseError, LostCursorError) as error:
            log.warning("subscribers: %s; starting again in %.1f s", error or type(error).__name__, back_off_s)
            connection.close()
            stop.wait(back_off_s)
            back_off_s = min(back_off_s * 2, MAX_BACK_OFF_S)
    connection.close()


@contextmanager
def _listening() -> Iterator[psycopg.Connection]:
    with connect("default", purpose="subscribers") as listener:
        listener.autocommit = True
        listener.execute(f"LISTEN {CHANNEL}")
        yield listener


def _is_alone(listener: psycopg.Connection) -> bool:
    """Take the runner's lock for as long as ``listener`` lives; False if another runner has it."""
    row = listener.execute("SELECT pg_try_advisory_lock(%s)", [RUNNER_LOCK]).fetchone()
    return bool(row and row[0])


def _tasks(member: Subscriber, chain: UUID, start: int, upto: int) -> Iterator[Task]:
    with acting(System("journal-runner")):
        position = dict(
            Seal.objects.filter(chain=chain, position__gt=start, position__lte=upto).values_list("fact_id", "position")
        )
        facts = {fact.id: fact for fact in Fact.objects.filter(id__in=list(position), name__in=member.events)}
    for fact_id in sorted(facts, key=position.__getitem__):
        yield Task(member, chain, position[fact_id], facts[fact_id])


def _due(member: Subscriber) -> list[Task]:
    with acting(System("journal-runner")):
        rows = list(
            Parked.objects.filter(subscriber=member.name, state=Parked.State.RETRYING, next_try_at__lte=now()).order_by(
                "chain", "position"
            )[:WINDOW]
        )
        facts = Fact.objects.in_bulk([row.fact_id for row in rows])
    return [Task(member, row.chain, row.position, facts[row.fact_id], again=True) for row in rows]


def _is_blocked(task: Task) -> bool:
    ahead = Parked.objects.filter(subscriber=task.member.name, subject_id=task.fact.subject_id, chain=task.chain)
    return ahead.filter(position__lte=task.position).exists()


def _mark_delivered(subscriber: str, fact_id: UUID) -> bool:
    """False if the effect is already in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_delivery (subscriber, fact_id, delivered_at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING",
            [subscriber, fact_id],
        )
        return bool(cursor.rowcount)


def _release_next(task: Task) -> None:
    """The first fact that waits behind this one is due now."""
    waiting = Parked.objects.filter(
        subscriber=task.member.name, subject_id=task.fact.subject_id, chain=task.chain, state=Parked.State.WAITING
    )
    first = waiting.order_by("position").first()
    if first is not None:
        first.state, first.next_try_at = Parked.State.RETRYING, now()
        first.save()


def _parked(task: Task, *, state: str = Parked.State.RETRYING) -> Parked:
    return Parked(
        subscriber=task.member.name,
        fact_id=task.fact.id,
        chain=task.chain,
        position=task.position,
        community_id=task.fact.community_id,
        subject_id=task.fact.subject_id,
        state=state,
    )


def _tell_parked(task: Task, row: Parked) -> None:
    """Parking is a fact itself, unless facts already cause each other too deeply to add one."""
    fact = task.fact
    log.error("%s parked fact %s (%s) after %d tries", task.member.name, fact.id, row.error_code, row.tries)
    if fact.depth >= rules.MAX_DEPTH:
        return
    event = FactParked(fact.community_id, fact.subject_id, fact.id, task.member.name, row.error_code, row.tries)
    append(event, actor=task.actor, causation=Cause(fact.id, fact.correlation_id, fact.depth))
