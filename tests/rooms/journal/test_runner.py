"""Subscribers: every fact once in effect, in order per subject; a stuck fact holds up nobody but its own subject."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import threading
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, connections

from linli.journal import Cause, append
from linli.journal.subscription import Handler, Subscriber
from linli.kernel.ids import uuid7
from linli.platform.db import acting

from .conftest import MACHINE, Journal, LampLit

SOON = dt.timedelta(seconds=0)


class Heard:
    """What a subscriber took, written down in the database by its handler, so that a rollback takes it back too."""

    def __init__(self, journal: Journal, *, fails_on: Callable[[int], bool] = lambda n: False) -> None:
        self.journal = journal
        self.fails_on = fails_on
        self.calls: list[int] = []
        with journal.superuser() as root:
            root.execute("CREATE TABLE IF NOT EXISTS heard (id serial, subject uuid, n int)")
            root.execute("GRANT ALL ON heard TO linli_app; GRANT ALL ON heard_id_seq TO linli_app")

    def __call__(self, fact) -> None:
        n = fact.payload["n"]
        self.calls.append(n)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO heard (subject, n) VALUES (%s, %s)", [fact.subject_id, n])
        if self.fails_on(n):
            raise ValueError(f"cannot take {n}")

    def effects(self, subject: UUID | None = None) -> list[int]:
        return [n for s, n in self.journal.rows("SELECT subject, n FROM heard ORDER BY id") if subject in (None, s)]


def member(handle: Handler, *, name: str = "tests.heard", from_now: bool = False) -> Subscriber:
    return Subscriber(name, frozenset({LampLit.name}), handle, from_now)


def runner(*members: Subscriber):
    from linli.journal.runner import Runner

    made = Runner(members)
    made.take_over()
    return made


def parked(journal: Journal) -> list[tuple[str, int]]:
    return journal.rows(
        "SELECT p.state, (f.payload ->> 'n')::int FROM journal_parked p JOIN journal_fact f ON f.id = p.fact_id ORDER BY p.position"
    )


def make_due(journal: Journal) -> None:
    with journal.superuser() as root:
        root.execute("UPDATE journal_parked SET next_try_at = now() - interval '1 second' WHERE state = 'retrying'")


def test_sealed_facts_are_delivered_in_order_and_once(journal: Journal) -> None:
    heard = Heard(journal)
    journal.write(3)
    running = runner(member(heard))
    assert running.run_once() == 0, "unsealed facts are not delivered"
    journal.seal()
    running.run_once(), running.run_once()
    assert heard.effects() == [0, 1, 2]


def test_a_new_runner_goes_on_where_the_last_one_stopped(journal: Journal) -> None:
    heard = Heard(journal)
    journal.write(3), journal.seal()
    runner(member(heard)).run_once()
    journal.write(2), journal.seal()
    runner(member(heard)).run_once()
    assert heard.calls == [0, 1, 2, 0, 1]


def test_facts_of_other_names_are_passed_over(journal: Journal) -> None:
    heard = Heard(journal)
    journal.write(3), journal.seal()
    runner(Subscriber("tests.deaf", frozenset({"tests.other"}), heard, False)).run_once()
    assert heard.calls == []
    assert journal.rows("SELECT position FROM journal_cursor WHERE chain = %s", journal.community) == [(3,)]


def test_an_effect_is_not_repeated_when_a_cursor_was_not_moved_in_time(journal: Journal) -> None:
    heard = Heard(journal)
    journal.write(3), journal.seal()
    runner(member(heard)).run_once()
    with journal.superuser() as root:
        root.execute("UPDATE journal_cursor SET position = 0")
    runner(member(heard)).run_once()
    assert heard.effects() == [0, 1, 2]


def test_a_subscriber_without_history_starts_at_the_present(journal: Journal) -> None:
    heard = Heard(journal)
    journal.write(3), journal.seal()
    running = runner(member(heard, from_now=True))
    running.run_once()
    other = uuid7()
    journal.write(1), journal.write(2, community=other), journal.seal()
    running.run_once()
    assert sorted(heard.calls) == [0, 0, 1], "of a community that came later it hears everything"


def test_a_failing_fact_holds_up_only_its_own_subject(journal: Journal) -> None:
    heard = Heard(journal, fails_on=lambda n: n == 1)
    stuck, free = uuid7(), uuid7()
    for subject in (stuck, free):
        journal.write(4, subject=subject)
    journal.seal()
    broken = runner(member(Heard(journal, fails_on=lambda n: n == 1)))
    broken.run_once()
    assert heard.effects(stuck) == [0]
    assert heard.effects(free) == [0]
    assert parked(journal) == [("retrying", 1), ("waiting", 2), ("waiting", 3)] * 2
    journal.write(2, subject=uuid7()), journal.seal()
    broken.run_once()
    assert len(heard.effects()) == 3, "another subject goes on until its own stuck fact"


def test_once_the_stuck_fact_succeeds_the_waiting_follow_in_order(journal: Journal) -> None:
    subject = uuid7()
    heard = Heard(journal, fails_on=lambda n: n == 1)
    running = runner(member(heard))
    journal.write(4, subject=subject), journal.seal()
    running.run_once()
    heard.fails_on = lambda n: False
    running.run_once()
    assert heard.effects() == [0], "not due yet"
    make_due(journal)
    running.run_once()
    assert heard.effects() == [0, 1, 2, 3]
    assert parked(journal) == []


def test_later_facts_of_a_stuck_subject_wait_also_when_they_come_later(journal: Journal) -> None:
    subject = uuid7()
    heard = Heard(journal, fails_on=lambda n: n == 0)
    running = runner(member(heard))
    journal.write(1, subject=subject), journal.seal()
    running.run_once()
    journal.write(3, subject=subject), journal.seal()
    heard.fails_on = lambda n: False
    running.run_once()
    assert heard.effects() == []
    make_due(journal)
    running.run_once()
    assert heard.effects() == [0, 0, 1, 2]


def test_a_fact_that_keeps_failing_is_parked_and_that_is_a_fact(journal: Journal) -> None:
    from linli.journal.runner import MAX_TRIES

    heard = Heard(journal, fails_on=lambda n: True)
    running = runner(member(heard))
    [fact_id] = journal.write(1)
    journal.seal()
    for _ in range(MAX_TRIES + 2):
        running.run_once()
        make_due(journal)
    assert len(heard.calls) == MAX_TRIES
    assert parked(journal) == [("parked", 0)]
    told = journal.rows("SELECT payload, causation_id, depth FROM journal_fact WHERE name = 'journal.fact_parked'")
    expected = {"fact_id": str(fact_id), "subscriber": "tests.heard", "error_code": "ValueError", "tries": MAX_TRIES}
    assert told == [(expected, fact_id, 1)]


def test_pauses_between_tries_grow(journal: Journal) -> None:
    running = runner(member(Heard(journal, fails_on=lambda n: True)))
    journal.write(1), journal.seal()
    pauses = []
    for _ in range(3):
        running.run_once()
        [(pause,)] = journal.rows("SELECT next_try_at - now() FROM journal_parked")
        pauses.append(round(pause.total_seconds()))
        make_due(journal)
    assert pauses == [1, 4, 16]


def test_a_runner_that_was_thought_dead_delivers_nothing_more(journal: Journal) -> None:
    from linli.journal.runner import LostCursorError

    heard = Heard(journal)
    old = runner(member(heard))
    journal.write(1), journal.seal()
    old.run_once()
    new = runner(member(heard))
    journal.write(2), journal.seal()
    with pytest.raises(LostCursorError):
        old.run_once()
    assert heard.effects() == [0]
    new.run_once()
    assert heard.effects() == [0, 0, 1]


def test_what_a_subscriber_appends_is_caused_by_the_fact_it_heard(journal: Journal) -> None:
    def answer(fact) -> None:
        append(LampLit(fact.community_id, uuid7(), fact.payload["n"] + 1), actor=MACHINE)

    [first] = journal.write(1)
    running = runner(member(answer))
    from linli.journal.rules import MAX_DEPTH

    for _ in range(MAX_DEPTH + 3):
        journal.seal()
        running.run_once()
    rows = journal.rows("SELECT depth, correlation_id FROM journal_fact ORDER BY ord")
    assert rows == [(depth, first) for depth in range(MAX_DEPTH + 1)], "a loop ends by its depth"
    assert parked(journal) == [("retrying", MAX_DEPTH)]


def test_an_erased_fact_is_not_delivered(journal: Journal) -> None:
    heard = Heard(journal)
    journal.write(2), journal.seal()
    with journal.superuser() as root:
        root.execute("UPDATE journal_fact SET payload = NULL, salt = NULL WHERE (payload ->> 'n')::int = 0")
    runner(member(heard)).run_once()
    assert heard.effects() == [1]


def test_the_loop_wakes_for_the_sealers_notice_and_survives_the_loss_of_its_connections(journal: Journal) -> None:
    from linli.journal.runner import run_subscribers

    heard = Heard(journal)
    stop = threading.Event()
    loop = threading.Thread(target=run_subscribers, args=(stop, [member(heard)]))
    loop.start()
    try:
        journal.write(2), journal.seal()
        wait_for(lambda: heard.effects() == [0, 1])
        with journal.superuser() as root:
            root.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()
        journal.write(3), journal.seal()
        wait_for(lambda: heard.effects() == [0, 1, 0, 1, 2])
    finally:
        stop.set()
        loop.join(timeout=10)
    assert not loop.is_alive()


def test_a_runner_killed_at_any_moment_loses_no_effect_doubles_none_and_keeps_the_order(journal: Journal) -> None:
    from linli.journal.runner import run_subscribers

    dice = random.Random(23)
    heard = Heard(journal)
    subjects = [uuid7() for _ in range(3)]
    for _ in range(20):
        for subject in subjects:
            journal.write(dice.randint(1, 5), subject=subject)
    journal.seal()
    n_written = len(journal.positions())
    connections.close_all()
    kills = 0
    while kills < 40 and len(heard.effects()) < n_written:
        process = multiprocessing.get_context("fork").Process(
            target=run_subscribers, args=(threading.Event(), [member(heard)])
        )
        process.start()
        time.sleep(0.1 + dice.random() * 0.3)
        process.kill()
        process.join()
        kills += 1
    assert kills > 1, "one run did it all, so nothing was proved"
    runner(member(heard)).run_once()
    written = journal.rows(
        "SELECT subject_id, (payload ->> 'n')::int FROM journal_fact WHERE name = 'tests.lamp_lit' ORDER BY ord"
    )
    for subject in subjects:
        assert heard.effects(subject) == [n for of, n in written if of == subject]
    assert parked(journal) == []


def wait_for(condition: Callable[[], bool], *, limit_s: float = 15.0) -> None:
    ends_at = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < ends_at, "waited in vain"
        time.sleep(0.05)


def test_a_cause_can_be_named_by_hand(journal: Journal) -> None:
    with acting(MACHINE):
        first = append(LampLit(journal.community, uuid7()), actor=MACHINE)
        second = append(LampLit(journal.community, uuid7()), actor=MACHINE, causation=Cause(first, first, 0))
    assert journal.rows("SELECT causation_id FROM journal_fact WHERE id = %s", second) == [(first,)]
