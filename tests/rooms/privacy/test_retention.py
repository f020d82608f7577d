"""What is past its term goes by night: each rule by its own term, once, counted whole though killed between, and shown beforehand by number only."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from linli.journal.models import Fact
from linli.journal.verification import verify_journal
from linli.kernel.clock import SHANGHAI, now
from linli.kernel.policyfile import find_policy
from linli.platform.db import acting
from linli.platform.delivery.adapters import file_sink, forget_lines
from linli.platform.delivery.outbox import Letter
from linli.platform.models import Account, IdempotencyKey, Job, RetentionRun, SignInFailure
from linli.platform.retention import running
from linli.platform.retention.rules import known_rules, terms
from linli.platform.signin.tables import OpenSession
from linli.registry import commands as do
from linli.registry.models import DutyRecord, Mandate, PersonRecord
from tests.rooms.journal.conftest import Journal
from tests.rooms.registry.pages.conftest import Enter
from tests.rooms.registry.town import LAYER, Town, person

AT_FOUR = now().astimezone(SHANGHAI).replace(hour=4)


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(tmp_path / "files"))


def old(days: int) -> dt.datetime:
    return now() - dt.timedelta(days=days)


def test_the_policy_words_every_rule_there_is_and_no_other() -> None:
    assert {one["id"] for one in find_policy("retention", "default").body["rules"]} == set(known_rules())


def plant(town: Town, journal: Journal) -> tuple[UUID, UUID, UUID]:
    """Two people past their term, one within it; and of the rest, something on either side of the line."""
    gone, mistaken, moved = person(town, "方离离离"), person(town, "错录录录"), person(town, "新迁迁迁")
    with acting(town.staff()) as staff:
        do.end_person(gone, actor=staff, on=old(1830).date())
        do.end_person(moved, actor=staff, on=old(1000).date())
    account = Account.objects.create(username="past", shown_name="过")
    with acting(LAYER):
        mandate = {"community_id": town.community, "person_id": moved, "account": account, "acts": ["record"], "consent": "paper"}  # fmt: skip
        for days in (1100, 1000):
            Mandate.objects.create(
                **mandate, policy_version=1, valid_from=old(1200), valid_to=old(days), registered_by="system:t"
            )
            OpenSession.objects.create(account=account, begun_at=old(days // 34))
        SignInFailure.objects.create(at=old(2), name_digest=b"0" * 32, address_digest=b"1" * 32)
        IdempotencyKey.objects.create(
            caller="a", key="b", request_digest=b"0" * 32, status=200, created_at=old(8), body="方离离离".encode()
        )
        Job.objects.create(kind="x", started_by="system:t", state="done", ended_at=old(366))
    with journal.superuser() as superuser:
        superuser.execute(
            "UPDATE registry_personrecord SET retracted_at = now() - interval '1900 days', retracted_because = 'x' WHERE person_id = %s",
            [mistaken],
        )
        superuser.commit()
    return gone, mistaken, moved


def test_a_night_clears_what_is_past_its_term_once_and_the_journal_still_verifies(
    lasting: tuple[Town, Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, journal = lasting
    gone, mistaken, moved = plant(town, journal)
    journal.seal()
    with acting(LAYER):
        foretold = {term.rule.id: n for term, n in running.tonight(now=AT_FOUR) if n}
    assert running.carry_out_tonight(now=AT_FOUR.replace(hour=1)) is None, "not before the hour"
    calls = iter(range(100))
    whole = running._batch

    def killed(run_id: UUID, term: object, at: dt.datetime) -> int:
        if next(calls) == 4:
            raise KeyboardInterrupt
        return whole(run_id, term, at)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        running.carry_out_tonight(now=AT_FOUR)
    with acting(LAYER):
        assert RetentionRun.objects.get().ended_at is None
    monkeypatch.setattr(running, "_batch", whole)
    run = running.carry_out_tonight(now=AT_FOUR)
    assert run is not None
    assert run.failed == []
    assert run.counts == foretold
    assert run.counts == {"gone_people": 2, "mandates": 1, "sessions": 1, "guesses": 1, "request_keys": 1, "jobs": 1}
    assert running.carry_out_tonight(now=AT_FOUR) is None, "once a night"
    with acting(LAYER):
        [fact] = Fact.objects.filter(name="platform.terms_carried_out")
        assert dict(zip(fact.payload["rules"], fact.payload["n_gone"], strict=True)) == run.counts
        names = dict(
            PersonRecord.objects.filter(person_id__in=[gone, mistaken, moved]).values_list("person_id", "name")
        )
        assert names == {gone: "已删除", mistaken: "已删除", moved: "新迁迁迁"}
        assert Fact.objects.filter(name="privacy.person_erased", payload__because="expired").count() == 2
        assert not [n for _, n in running.tonight(now=AT_FOUR) if n]
    journal.seal()
    assert list(verify_journal(home=journal.home)) == []
    assert not [row for row in journal.rows("SELECT w::text FROM platform_search_word w") if "离离" in row[0]]


def test_a_rule_that_fails_is_named_and_keeps_no_other_from_its_work(
    lasting: tuple[Town, Journal],
) -> None:
    town, journal = lasting
    plant(town, journal)  # the facts about the two are not sealed yet, so that they cannot be erased
    run = running.carry_out_tonight(now=AT_FOUR)
    assert run is not None
    assert run.failed == ["gone_people"]
    assert run.counts["mandates"] == 1
    with acting(LAYER):
        assert Fact.objects.get(name="platform.terms_carried_out").payload["failed"] == ["gone_people"]


def test_the_database_looks_at_the_least_terms_itself(town: Town) -> None:
    for what, days in (("mandates", 300), ("grants", 300), ("invitations", 5), ("contacts", 5), ("anything", 9999)):
        with acting(LAYER), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT registry_forget(%s, %s, 10)", [what, old(days)])
    with acting(LAYER), connection.cursor() as cursor:
        cursor.execute("SELECT registry_forget('contacts', %s, 10)", [old(40)])
        assert cursor.fetchone() == (0,)
    assert DutyRecord.objects.count() == 0


def test_every_rule_may_do_what_it_says(town: Town) -> None:
    """On whatever is there: the serving role has the right, and doing it twice does nothing."""
    for term in terms():
        with acting(LAYER):
            while term.rule.carry_out(old(term.keep_days + 400), term.rule.batch):
                pass
            assert term.rule.due(old(term.keep_days + 400)) == 0, term.rule.id


def test_a_file_of_messages_loses_its_old_lines_and_keeps_the_new(tmp_path: Path) -> None:
    path = tmp_path / "outbox" / "sms.jsonl"
    send = file_sink(path)
    for n in range(3):
        send(Letter(UUID(int=n), "k", "13800000000", "", f"第{n}条"))
    lines = path.read_text().splitlines()
    first = json.loads(lines[0]) | {"at": old(40).isoformat()}
    path.write_text("\n".join([json.dumps(first), *lines[1:]]) + "\n")
    assert forget_lines(path, old(30)) == 1
    assert path.read_text().splitlines() == lines[1:]
    assert path.stat().st_mode & 0o777 == 0o600
    send(Letter(UUID(int=9), "k", "13800000000", "", "又一条"))
    assert len(path.read_text().splitlines()) == 3


def test_the_console_tells_terms_tonight_and_the_last_runs(town: Town, enter: Enter) -> None:
    with acting(LAYER):
        SignInFailure.objects.create(at=old(2), name_digest=b"0" * 32, address_digest=b"1" * 32)
        RetentionRun.objects.create(
            policy_version=1, begun_at=now(), ended_at=now(), counts={"jobs": 7}, failed=["reads"]
        )
    page = enter("auditor", town.community).get("/console/retention/")
    for told in ("谁看过谁", "3 年", "30 天", "今晚 1 项", "手动", "结束了的长任务", "有没做成的"):
        assert told in page, told
    assert enter("community_staff", town.community).status("/console/retention/") == 403
    assert all(term.about.zh in page for term in terms())
