"""Erasing, trying again, noting a loss: each is allowed to whom it belongs and leaves the chain whole."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from linli.journal import append
from linli.journal.rules import INSTALLATION
from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.kernel.ids import uuid7
from linli.platform.actors import Actor, Grant
from linli.platform.db import acting

from .conftest import MACHINE, Journal, LampLit


def findings(journal: Journal) -> set[str]:
    from linli.journal.verification import verify_journal

    return {finding.code for finding in verify_journal(home=journal.home)}


def test_an_erased_fact_keeps_its_place_and_its_chain_verifies(journal: Journal) -> None:
    _, second, _ = journal.write(3)
    journal.seal()
    journal.erase(second)
    assert findings(journal) == set(), "between erasure and its sealing"
    journal.seal()
    assert findings(journal) == set()
    assert journal.rows("SELECT id FROM journal_fact WHERE payload IS NULL AND salt IS NULL") == [(second,)]
    told = journal.rows("SELECT payload FROM journal_fact WHERE name = 'journal.fact_erased'")
    assert told == [({"fact_id": str(second), "reason": "retention_over"},)]


def test_a_fact_cannot_be_erased_before_it_is_sealed(journal: Journal) -> None:
    [fact_id] = journal.write(1)
    with pytest.raises(LinliError, match="not_sealed_yet"):
        journal.erase(fact_id)


def test_an_erasure_is_not_erased(journal: Journal) -> None:
    [fact_id] = journal.write(1)
    journal.seal()
    journal.erase(fact_id)
    journal.seal()
    [(erasure,)] = journal.rows("SELECT id FROM journal_fact WHERE name = 'journal.fact_erased'")
    with pytest.raises(LinliError, match="not_erasable"):
        journal.erase(erasure)


def test_who_may_not_erase_is_told_that_there_is_nothing(journal: Journal) -> None:
    from linli.journal.commands import erase_fact

    [fact_id] = journal.write(1)
    journal.seal()
    auditor = Actor(
        kind="person", account_id=uuid7(), grants=(Grant("auditor", journal.community, frozenset({journal.community})),)
    )
    with acting(auditor), pytest.raises(NotFoundError):
        erase_fact(fact_id, reason="curiosity", actor=auditor)


@pytest.mark.parametrize("record", ["nothing", "of another fact"])
def test_the_serving_role_cannot_erase_without_saying_so(journal: Journal, record: str) -> None:
    """Even calling the owner's function directly."""
    from linli.journal.events import FactErased

    kept, other = journal.write(2, subject=uuid7())
    journal.seal()
    with acting(MACHINE):
        if record != "nothing":
            [(subject,)] = journal.rows("SELECT subject_id FROM journal_fact WHERE id = %s", kept)
            append(FactErased(journal.community, subject, other, "x"), actor=MACHINE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT journal_erase(%s, 'x')", [kept])
            assert cursor.fetchone() == (False,)
    assert journal.rows("SELECT count(*) FROM journal_fact WHERE payload IS NULL") == [(0,)]


def test_erasing_outside_of_ones_scope_does_nothing(journal: Journal) -> None:
    [fact_id] = journal.write(1)
    journal.seal()
    [(subject,)] = journal.rows("SELECT subject_id FROM journal_fact WHERE id = %s", fact_id)
    from linli.journal.events import FactErased

    with acting(MACHINE):
        append(FactErased(journal.community, subject, fact_id, "x"), actor=MACHINE)
    stranger = Actor(kind="person", account_id=uuid7(), own_communities=frozenset({uuid7()}))
    with acting(stranger), connection.cursor() as cursor:
        cursor.execute("SELECT journal_erase(%s, 'x')", [fact_id])
        assert cursor.fetchone() == (False,)


def test_the_owner_cannot_smuggle_another_change_into_an_erasure(journal: Journal) -> None:
    [fact_id] = journal.write(1)
    journal.seal()
    journal.erase(fact_id)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL linli.everywhere = 'on'")
        smuggled = "UPDATE journal_fact SET payload = NULL, salt = NULL, actor = 'x' WHERE id = %s"
        with pytest.raises(DatabaseError, match="past is not rewritten"), transaction.atomic(using="owner"):
            cursor.execute(smuggled, [fact_id])


def park(journal: Journal) -> UUID:
    [fact_id] = journal.write(1)
    journal.seal()
    with journal.superuser() as root:
        root.execute(
            "INSERT INTO journal_parked SELECT 'tests.heard', f.id, f.community_id, 1, f.community_id, f.subject_id, 'parked', 5, NULL,"
            " 'ValueError', now() FROM journal_fact f"
        )
    return fact_id


def test_a_parked_fact_is_tried_again_when_somebody_who_may_asks(journal: Journal) -> None:
    from linli.journal.commands import retry_parked

    fact_id = park(journal)
    with acting(MACHINE):
        retry_parked("tests.heard", fact_id, actor=MACHINE)
        retry_parked("tests.heard", fact_id, actor=MACHINE)
    assert journal.rows("SELECT state, tries, next_try_at <= now() FROM journal_parked") == [("retrying", 0, True)]
    assert journal.rows("SELECT count(*) FROM journal_fact WHERE name = 'journal.parked_retried'") == [(1,)], (
        "asking twice tells once"
    )


def test_a_parked_fact_of_another_community_is_not_there(journal: Journal) -> None:
    from linli.journal.commands import retry_parked

    fact_id, elsewhere = park(journal), uuid7()
    admin = Actor(kind="person", account_id=uuid7(), grants=(Grant("admin", elsewhere, frozenset({elsewhere})),))
    with acting(admin), pytest.raises(NotFoundError):
        retry_parked("tests.heard", fact_id, actor=admin)


def test_a_lost_end_is_held_until_an_operator_notes_the_loss_and_then_sealed_further(journal: Journal) -> None:
    from linli.journal.commands import acknowledge_loss

    with journal.sealer() as sealer:
        for _ in range(3):
            journal.write(2)
            sealer.seal()
    with journal.superuser() as root:  # an older backup was restored
        for table in ("journal_head", "journal_seal"):
            root.execute(f"DELETE FROM {table} WHERE position > 4")
        root.execute(
            "DELETE FROM journal_fact f WHERE NOT EXISTS (SELECT 1 FROM journal_seal s WHERE s.fact_id = f.id)"
        )
    journal.write(1)
    assert journal.seal() == 0
    with acting(MACHINE):
        event = acknowledge_loss(
            journal.community, actor=MACHINE, at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC), home=journal.home
        )
    assert (event.kept_position, event.lost_position) == (4, 6)
    assert journal.seal() == 2
    assert journal.positions() == [1, 2, 3, 4, 5, 6]
    assert findings(journal) == set()
    assert (journal.files.folder / f"{journal.community}.lost-20260301T000000Z.jsonl").exists()


def test_no_loss_is_noted_where_nothing_was_lost(journal: Journal) -> None:
    from linli.journal.commands import acknowledge_loss

    journal.write(1), journal.seal()
    for chain in (journal.community, INSTALLATION):
        with acting(MACHINE), pytest.raises(LinliError, match="nothing_lost"):
            acknowledge_loss(chain, actor=MACHINE, at=now(), home=journal.home)


def test_an_event_is_read_back_as_its_room_defined_it(journal: Journal) -> None:
    from linli.journal import catalogue
    from linli.journal.events import FactErased
    from linli.journal.models import Fact

    [fact_id] = journal.write(1)
    journal.seal()
    journal.erase(fact_id)
    with acting(MACHINE):
        event = catalogue.event_of(Fact.objects.get(name="journal.fact_erased"))
        erased = Fact.objects.get(id=fact_id)
    assert isinstance(event, FactErased)
    assert (event.fact_id, event.reason, event.community_id) == (fact_id, "retention_over", journal.community)
    assert catalogue.said("tests.unknown").en == "tests.unknown"
    assert catalogue.said(FactErased.name) == FactErased.said
    assert erased.is_erased
    with pytest.raises(ValueError, match="erased"):
        catalogue.event_of(erased)


def test_every_event_of_the_installed_rooms_has_its_sentence() -> None:
    from linli.journal import catalogue

    kinds = catalogue.kinds()
    assert {"journal.fact_erased", "platform.signed_in", "registry.place_registered"} <= {kind.name for kind in kinds}
    assert [kind.name for kind in kinds if not hasattr(kind, "said")] == []
    assert LampLit not in kinds
