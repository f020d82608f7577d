"""The sealer: every committed fact gets one place, none is skipped or given twice, whatever is killed when."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from uuid import UUID

import psycopg
import pytest

from linli.engines.proofs import verify_head
from linli.journal.connecting import connect
from linli.journal.rules import INSTALLATION
from linli.journal.sealer import CHANNEL, Sealer, Snapshot
from linli.kernel.ids import uuid7
from linli.platform.keys import keyring

from .conftest import Journal

INSERT = (
    "INSERT INTO journal_fact (id, name, version, community_id, subject_id, actor, occurred_at, correlation_id, depth, payload)"
    " VALUES (%s, 'tests.lamp_lit', 1, %s, %s, 'system:test', now(), %s, 0, '{}')"
)


def open_transaction(journal: Journal) -> tuple[psycopg.Connection, UUID]:
    """A transaction of the serving role with one fact in it, not yet committed."""
    connection = connect("default", purpose="test")
    fact_id = uuid7()
    connection.execute(INSERT, [fact_id, journal.community, fact_id, fact_id])
    return connection, fact_id


def order(journal: Journal) -> list[UUID]:
    return [
        row[0]
        for row in journal.rows(
            "SELECT fact_id FROM journal_seal WHERE chain = %s ORDER BY position", journal.community
        )
    ]


def test_facts_are_sealed_in_the_order_they_were_written(journal: Journal) -> None:
    written = journal.write(5) + journal.write(3)
    assert journal.seal() == 8
    assert order(journal) == written
    assert journal.positions() == list(range(1, 9))


def test_each_community_and_the_installation_have_chains_of_their_own(journal: Journal) -> None:
    other = uuid7()
    journal.write(2), journal.write(3, community=other), journal.write(1, community=None)
    journal.seal()
    assert [len(journal.positions(chain)) for chain in (journal.community, other, INSTALLATION)] == [2, 3, 1]
    assert journal.rows("SELECT count(*) FROM journal_head") == [(3,)]


def test_nothing_new_seals_nothing(journal: Journal) -> None:
    journal.write()
    with journal.sealer() as sealer:
        assert [sealer.seal() for _ in range(3)] == [1, 0, 0]


def test_a_transaction_open_during_a_pass_is_sealed_once_it_commits(journal: Journal) -> None:
    with journal.sealer() as sealer:
        sealer.seal()
        slow, slow_fact = open_transaction(journal)
        quick = journal.write(2)
        assert sealer.seal() == 2
        assert sealer.seal() == 0
        later = journal.write(1)
        assert sealer.seal() == 1
        slow.commit()
        slow.close()
        assert sealer.seal() == 1
        assert order(journal) == [*quick, *later, slow_fact]
        assert sealer.seal() == 0


def test_a_rolled_back_fact_leaves_no_gap(journal: Journal) -> None:
    with journal.sealer() as sealer:
        undone, _ = open_transaction(journal)
        journal.write()
        undone.rollback()
        undone.close()
        journal.write()
        sealer.seal()
    assert journal.positions() == [1, 2]


def test_facts_in_savepoints_are_found_under_their_whole_transaction(journal: Journal) -> None:
    with journal.sealer() as sealer:
        sealer.seal()
        connection, first = open_transaction(journal)
        with connection.transaction():
            second = uuid7()
            connection.execute(INSERT, [second, journal.community, second, second])
        assert sealer.seal() == 0
        connection.commit()
        connection.close()
        assert sealer.seal() == 2
    assert order(journal) == [first, second]


def test_a_backlog_larger_than_a_batch_is_sealed_whole(journal: Journal) -> None:
    written = journal.write(25)
    with journal.sealer(batch=10) as sealer:
        assert sealer.seal() == 25
        written += journal.write(37)
        assert sealer.seal() == 37
        assert sealer.seal() == 0
    assert order(journal) == written
    assert journal.rows("SELECT array_agg(position ORDER BY position) FROM journal_head") == [
        ([10, 20, 25, 35, 45, 55, 62],)
    ]


def test_only_one_sealer_works_at_a_time(journal: Journal) -> None:
    with journal.sealer(), connect("sealer", purpose="sealer") as second:
        assert not Sealer(second, home=journal.home).is_alone()


def test_every_head_is_signed_and_stands_in_a_file_outside_the_database(journal: Journal) -> None:
    journal.write(2)
    with journal.sealer() as sealer:
        sealer.seal()
        journal.write(1)
        sealer.seal()
    files = journal.files
    lines = files.path(journal.community).read_text().splitlines()
    assert [json.loads(line)["size"] for line in lines] == [2, 3]
    last = files.last(journal.community)
    assert last is not None
    assert verify_head(last, keyring(journal.home).public_keys("journal"))
    assert journal.rows("SELECT hash FROM journal_seal ORDER BY position DESC LIMIT 1") == [(last.chain,)]


def test_one_notice_is_sent_for_a_batch_and_none_by_a_command(journal: Journal) -> None:
    with connect("default", purpose="test") as listener:
        listener.autocommit = True
        listener.execute(f"LISTEN {CHANNEL}")
        journal.write(3), journal.write(1, community=None)
        assert list(listener.notifies(timeout=0.3)) == []
        journal.seal()
        [notice] = listener.notifies(timeout=1, stop_after=2)
    assert json.loads(notice.payload) == {
        "facts": [
            {"name": "tests.lamp_lit", "community": None, "position": 1},
            {"name": "tests.lamp_lit", "community": str(journal.community), "position": 3},
        ]
    }


@pytest.mark.parametrize("damage", ["missing", "torn", "one behind"])
def test_a_head_file_left_behind_by_a_crash_is_mended_at_the_next_start(journal: Journal, damage: str) -> None:
    with journal.sealer() as sealer:
        for _ in range(3):
            journal.write()
            sealer.seal()
    path = journal.files.path(journal.community)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    match damage:
        case "missing":
            path.unlink()
        case "torn":
            path.write_bytes(b"".join(lines[:2]) + lines[2][:70])
        case _:
            path.write_bytes(b"".join(lines[:2]))
    with journal.sealer():
        pass
    assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM journal_seal WHERE position = 3",
        "DELETE FROM journal_head WHERE position = 3; DELETE FROM journal_seal WHERE position = 3",
        "UPDATE journal_head SET hash = sha256('x') WHERE position = 3",
        "UPDATE journal_head SET frontier = hash WHERE position = 3",
        "DELETE FROM journal_head; DELETE FROM journal_seal; DELETE FROM journal_fact",
    ],
)
def test_a_chain_whose_signed_end_was_tampered_with_is_not_signed_further(journal: Journal, attack: str) -> None:
    with journal.sealer() as sealer:
        for _ in range(3):
            journal.write()
            sealer.seal()
    with journal.superuser() as root:
        root.execute(attack)
    heads = journal.rows("SELECT count(*) FROM journal_head")
    journal.write()
    journal.write(1, community=None)
    with journal.sealer() as sealer:
        sealer.seal()
        assert sealer.held == {journal.community}
    assert journal.rows("SELECT count(*) FROM journal_head WHERE chain <> %s", INSTALLATION) == heads
    assert journal.positions(INSTALLATION) == [1], "other chains go on"


def test_tampering_between_two_batches_is_noticed_before_the_next_is_signed(journal: Journal) -> None:
    with journal.sealer() as sealer:
        journal.write(2)
        sealer.seal()
        with journal.superuser() as root:
            root.execute("DELETE FROM journal_head; DELETE FROM journal_seal")
        journal.write()
        sealer.seal()
        assert sealer.held == {journal.community}


def test_a_sealer_killed_at_any_moment_leaves_chains_without_gaps(journal: Journal) -> None:
    dice = random.Random(17)
    n_written, n_sealed, kills = 0, 0, 40 if os.environ.get("LINLI_FULL") else 12
    for _ in range(kills):
        pid = journal.sealer_process()
        until = time.monotonic() + dice.random() * 0.5
        while time.monotonic() < until:
            n_written += len(journal.write(dice.randint(1, 40)))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        positions = journal.positions()
        assert positions == list(range(1, len(positions) + 1))
        n_sealed = len(positions)
    assert n_sealed, "no kill came late enough to prove anything"
    wait_until_alone(journal)
    journal.seal()
    assert len(journal.positions()) == n_written
    assert journal.rows("SELECT count(DISTINCT fact_id) FROM journal_seal") == [(n_written,)]


def wait_until_alone(journal: Journal) -> None:
    """A killed client's server process ends a moment later."""
    for _ in range(50):
        if journal.rows("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'linli-sealer'") == [(0,)]:
            return
        time.sleep(0.1)


def test_a_snapshot_is_read_from_postgresqls_words() -> None:
    assert Snapshot.parse("10:20:") == Snapshot(20, ())
    assert Snapshot.parse("10:20:11,15") == Snapshot(20, (11, 15))
