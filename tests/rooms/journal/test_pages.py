"""The journal's pages and programming interface, opened as the people who use them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from linli.engines import proofs
from linli.journal.rules import INSTALLATION
from linli.kernel.errors import NotAllowedError, NotFoundError
from linli.kernel.ids import uuid7
from linli.platform.actors import ANONYMOUS, Actor, Grant
from linli.platform.db import acting
from linli.platform.keys import keyring
from linli.platform.testkit import TestDatabases, using_database
from tests.conftest import EMPTY
from tests.rooms.registry.conftest import TEMPLATE

from .conftest import MACHINE, Journal


@pytest.fixture(scope="module")
def town(databases: TestDatabases, worker_id: str) -> Iterator[Journal]:
    """A town's journal, sealed: its founding, three lamps, one of another community, one of the installation; a fact is parked."""
    from tests.rooms.registry.town import Town, lay_town

    databases.ensure_template(TEMPLATE, lay_town, base=EMPTY)
    with databases.copy(TEMPLATE, f"pages_{worker_id}") as name, using_database(name):
        journal = Journal(databases.home, databases.server, name)
        laid = Town.read()
        journal.community, journal.other = laid.community, laid.other
        journal.write(3), journal.write(1, community=laid.other), journal.write(1, community=None)
        journal.seal()
        yield journal


@pytest.fixture
def db(town: Journal) -> Iterator[Journal]:
    with using_database(town.database), transaction.atomic():
        yield town
        transaction.set_rollback(True)


def staff(role: str, community: UUID) -> Actor:
    return Actor(kind="person", account_id=uuid7(), grants=(Grant(role, community, frozenset({community})),))


def ask(
    view: Any,
    actor: Actor,
    *arguments: Any,
    post: dict[str, str] | None = None,
    parameters: dict[str, Any] | None = None,
    **query: str,
) -> HttpResponse:
    """Open a page as ``actor``, as the middleware would hand the request on."""
    make = RequestFactory()
    request = make.get("/console/journal/", query) if post is None else make.post("/console/journal/", post)
    request.actor, request.lang, request.theme, request.session = actor, "zh-hans", "", {}  # type: ignore[attr-defined]
    return view(request, *arguments, **(parameters or {}))


def words_of(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def lamps(journal: Journal, community: UUID | None) -> list[UUID]:
    sql = "SELECT id FROM journal_fact WHERE name = 'tests.lamp_lit' AND community_id IS NOT DISTINCT FROM %s ORDER BY ord"
    return [row[0] for row in journal.rows(sql, community)]


def test_an_auditor_reads_the_facts_of_their_community_with_their_sentences(db: Journal) -> None:
    from linli.journal import pages

    shown = words_of(ask(pages.facts, staff("auditor", db.community)))
    assert "登记了一处地方" in shown, "the registry's own sentence"
    assert "tests.lamp_lit" in shown
    assert "还没有核验过" in shown


def test_facts_can_be_narrowed_to_a_kind_and_a_subject(db: Journal) -> None:
    from linli.journal import pages

    auditor = staff("auditor", db.community)
    everything = json.loads(ask(pages.facts, auditor, format="json").content)["rows"]
    places = json.loads(ask(pages.facts, auditor, name="registry.place_registered", format="json").content)["rows"]
    assert 0 < len(places) < len(everything)
    assert {row["said"]["en"] for row in places} == {"A place was registered"}
    [(subject,)] = db.rows("SELECT subject_id FROM journal_fact WHERE id = %s", lamps(db, db.community)[0])
    assert "共 1 条记录" in words_of(ask(pages.facts, auditor, subject=str(subject)))


def test_another_communitys_facts_look_absent(db: Journal) -> None:
    from linli.journal import pages

    for fact_id in (*lamps(db, db.other), uuid7()):
        with pytest.raises(NotFoundError):
            ask(pages.fact, staff("auditor", db.community), fact_id)


def test_a_fact_is_shown_with_its_seal_and_without_its_salt(db: Journal) -> None:
    from linli.journal import pages

    fact_id = lamps(db, db.community)[1]
    [(leaf, salt)] = db.rows(
        "SELECT s.leaf, f.salt FROM journal_seal s JOIN journal_fact f ON f.id = s.fact_id WHERE f.id = %s", fact_id
    )
    shown = words_of(ask(pages.fact, staff("auditor", db.community), fact_id))
    assert leaf.hex() in shown
    assert salt.hex() not in shown


def test_without_the_permission_no_page_opens(db: Journal) -> None:
    from linli.journal import pages

    for view in (pages.facts, pages.parked):
        with pytest.raises(NotAllowedError):
            ask(view, staff("resident", db.community))
        assert ask(view, ANONYMOUS).status_code == 302


def test_a_verification_started_from_the_page_tells_its_outcome_there(db: Journal) -> None:
    from linli.journal import pages
    from linli.platform.jobs import run_job
    from linli.platform.models import Job

    auditor = staff("auditor", db.community)
    assert ask(pages.facts, auditor, post={}).status_code == 302
    with acting(MACHINE):
        job = Job.objects.get(kind="journal.verify")
        Job.objects.update(started_by="system:test")
    run_job(job.id)
    assert "没有被改动" in words_of(ask(pages.facts, auditor))


def test_anybody_may_read_where_public_chains_end_and_check_the_signature(db: Journal) -> None:
    from linli.journal import pages

    anybody = Actor(kind="anonymous", public_communities=frozenset({db.community}))
    shown = words_of(ask(pages.open_ends, anybody))
    assert "清河社区" in shown
    assert "邻水社区" not in shown
    lines = ask(pages.open_heads, anybody, db.community).content.splitlines()
    keys = keyring(db.home).public_keys("journal")
    assert lines
    assert all(proofs.verify_head(proofs.SignedHead.from_mapping(json.loads(line)), keys) for line in lines)
    page = words_of(ask(pages.open_chain, anybody, db.community))
    assert keys[json.loads(lines[-1])["key_id"]].hex() in page
    with pytest.raises(NotFoundError):
        ask(pages.open_chain, anybody, db.other)


def test_other_systems_read_sealed_facts_in_order_as_cloudevents(db: Journal) -> None:
    from linli.journal import api

    auditor = staff("auditor", db.community)
    first = ask(api.facts, auditor, parameters={"community": db.community, "limit": 2})
    assert first.headers["Content-Type"].startswith("application/cloudevents-batch+json")
    assert "after=2" in first.headers["Link"]
    events = json.loads(first.content) + json.loads(
        ask(api.facts, auditor, parameters={"community": db.community, "after": 2, "limit": 1000}).content
    )
    assert [event["position"] for event in events] == [str(n) for n in range(1, len(events) + 1)]
    assert [event["sequence"] for event in events] == sorted(event["sequence"] for event in events)
    lamp = events[-1]
    assert lamp["type"] == "cn.linli.tests.lamp_lit.v1"
    assert lamp["specversion"] == "1.0"
    assert lamp["data"] == {"n": 2}
    assert all(name.isalnum() and name.islower() for name in lamp), (
        "CloudEvents attribute names are lower-case letters and digits"
    )
    with pytest.raises(NotFoundError):
        ask(api.facts, auditor, parameters={"community": db.other})


def test_facts_of_the_installation_need_a_permission_of_their_own(db: Journal) -> None:
    from linli.journal.queries import list_sealed, visible_to

    [fact_id] = lamps(db, None)
    with acting(staff("auditor", db.community)) as auditor:
        assert visible_to(auditor).filter(id=fact_id).exists()
        assert fact_id in [fact.id for _, fact in list_sealed(auditor, chain=INSTALLATION)]
    with acting(staff("community_staff", db.community)) as worker:
        assert not visible_to(worker).exists()
        with pytest.raises(NotFoundError):
            list_sealed(worker, chain=INSTALLATION)


def test_a_receipt_proves_a_fact_under_the_signed_head(db: Journal) -> None:
    from linli.journal import api

    for fact_id in lamps(db, db.community):
        receipt = json.loads(ask(api.proof, staff("auditor", db.community), fact_id).content)
        head = proofs.SignedHead.from_mapping(receipt["head"])
        hashed = proofs.leaf_hash(bytes.fromhex(receipt["leaf"]))
        path = [bytes.fromhex(step) for step in receipt["path"]]
        assert proofs.verify_inclusion(hashed, receipt["position"] - 1, head.size, path, head.root)
        assert not proofs.verify_inclusion(hashed, receipt["position"], head.size, path, head.root)


def test_a_history_is_given_by_the_permission_the_asking_room_went_by(db: Journal) -> None:
    from linli.journal.queries import history_of

    [(subject,)] = db.rows("SELECT subject_id FROM journal_fact WHERE id = %s", lamps(db, db.community)[0])
    with acting(staff("planner", db.community)) as planner:
        assert history_of(subject, planner) == []
        assert len(history_of(subject, planner, permission="registry.place.read")) == 1
    with acting(staff("planner", db.other)) as stranger:
        assert history_of(subject, stranger, permission="registry.place.read") == []
