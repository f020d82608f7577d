"""Rights: a correction asked for and answered, a copy of everything, erasure with the journal still true, an account closed, consents."""

from __future__ import annotations

import datetime as dt
import json
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from linli.journal.models import Fact
from linli.journal.verification import verify_journal
from linli.kernel.clock import local_day, now
from linli.kernel.errors import LinliError
from linli.platform.actors import Actor, System
from linli.platform.backup.hooks import all_erasures, discover
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.privacy import carrying, requests
from linli.platform.privacy.consents import decide_consent, has_consent
from linli.platform.privacy.models import Consent, Copy, Request
from linli.registry import commands as do
from linli.registry.models import PersonRecord
from tests.rooms.journal.conftest import Journal
from tests.rooms.registry.pages.conftest import Browser, Enter
from tests.rooms.registry.test_sealed import citizen
from tests.rooms.registry.town import LAYER, Town, home, person


def resident(town: Town, enter: Enter, name: str = "吴兰", **more: object) -> tuple[object, Browser]:
    who = person(town, name, **more)
    home(town, "1-101", (who, "head"))
    return who, enter("resident", town.community, person=who)


def test_a_correction_goes_to_the_console_and_the_answer_back(town: Town, enter: Enter) -> None:
    wu, browser = resident(town, enter)
    browser.done("/me/data/correct/", field="birth", text="我是 1950 年生的")
    page = browser.get("/me/data/")
    assert "办理中" in page
    assert "我是 1950 年生的" in page
    staff = enter("community_staff", town.community)
    with acting(LAYER):
        asked = Request.objects.get(person_id=wu)
    at = f"/console/privacy/requests/{asked.id}/"
    assert "吴兰" in staff.get(at)
    assert staff.send(at, outcome="refused").status_code == 422, "a refusal needs its reason"
    staff.done(at, outcome="done", text="已按身份证更正")
    assert "已按身份证更正" in browser.get("/me/data/")
    assert "打开了资料页" in browser.get("/me/reads/")
    assert enter("grid_worker", town.east).status(at) == 403
    assert enter("community_staff", town.other).status(at) == 404


def test_the_same_is_not_asked_for_twice_and_can_be_withdrawn(town: Town, enter: Enter) -> None:
    _, browser = resident(town, enter)
    browser.done("/me/data/erase/", sure="on")
    assert browser.send("/me/data/erase/", sure="on").status_code == 422
    with acting(LAYER):
        asked = Request.objects.get()
    browser.client.post(f"/me/data/requests/{asked.id}/withdraw/")
    with acting(LAYER):
        assert Request.objects.get().state == "withdrawn"
    assert carrying.carry_out_due() == 0


def test_a_copy_holds_everything_sealed_until_its_link_dies(town: Town, enter: Enter) -> None:
    number = citizen()
    wu, browser = resident(
        town, enter, phone="13812345678", identity_kind="resident", identity_number=number, care_note="怕吵"
    )
    enter("community_staff", town.community).get(f"/console/people/{wu}/")
    browser.done("/me/data/copy/")
    assert carrying.carry_out_due() == 1
    with acting(LAYER):
        row = Copy.objects.get()
        assert number.encode() not in bytes(row.content)
    at = f"/me/data/copy/{row.request_id}/"
    page = browser.get(at)
    for told in ("吴兰", "13812345678", number, "怕吵", "打开了资料页"):
        assert told in page, told
    held = json.loads(browser.client.get(f"{at}file/").content)
    assert {section["key"] for section in held["sections"]} >= {"register", "homes", "tenures", "accounts", "reads"}
    other = person(town, "刘江")
    assert enter("resident", town.community, person=other).status(at) == 404
    with acting(LAYER):
        Copy.objects.update(dies_at=now() - dt.timedelta(seconds=1))
    assert browser.status(at) == 404
    carrying.carry_out_due()
    with acting(LAYER):
        assert not Copy.objects.exists()


def asks_to_be_erased(who: UUID, community: UUID) -> Request:
    """Asked three hours ago: the waiting time is over."""
    account = Account.objects.create(username=f"r-{who.hex}", shown_name="吴兰", person_id=who)
    asking = Actor(kind="person", account_id=account.id, person_id=who, own_communities=frozenset([community]))
    with acting(asking):
        asked = requests.ask("erase", actor=asking, community_id=community)
    with acting(LAYER):
        assert carrying.carry_out_due() == 0, "it waits, so that it can be withdrawn"
    return asked


def test_an_erasure_empties_what_may_go_names_what_stays_and_the_journal_still_verifies(
    lasting: tuple[Town, Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, journal = lasting
    more = {"born_on": dt.date(1950, 5, 4), "phone": "13812345678", "care_note": "怕吵", "needs": ["slow_walk"]}
    wu, gone = person(town, "吴兰兰兰", **more), person(town, "方离离离", **more)
    home(town, "1-101", (wu, "head"))
    with acting(town.staff()) as staff:
        do.change_person(wu, {"name_en": "Wu Lan"}, actor=staff, on=dt.date(2024, 3, 1))
        do.end_person(gone, actor=staff, on=local_day(now()))
    asked = [asks_to_be_erased(who, town.community) for who in (wu, gone)]
    later = now() + dt.timedelta(hours=3)
    monkeypatch.setattr(carrying, "now", lambda: later)
    assert carrying.carry_out_due() == 0, "its facts are not sealed yet: left whole, tried again"
    with acting(LAYER):
        assert PersonRecord.objects.filter(person_id=wu).exclude(phone=None).exists()
    journal.seal()
    assert carrying.carry_out_due() == 2
    journal.seal()
    with acting(LAYER):
        rows = list(PersonRecord.objects.filter(person_id=wu))
        assert len(rows) == 2
        assert {(row.name, row.born_on) for row in rows} == {("吴兰兰兰", dt.date(1950, 5, 4))}, "still lives here"
        assert all((row.phone, row.care_note, row.needs, row.name_en) == (None, None, [], "") for row in rows)
        left = PersonRecord.objects.filter(person_id=gone)
        assert {(row.name, row.sex, row.born_on, row.phone) for row in left} == {("已删除", "", None, None)}
        outcome = Request.objects.get(pk=asked[0].pk).outcome
        assert "姓名、性别、出生日期、住处和一家人" in str(outcome["kept"])
        assert outcome["n_rows"]["registry.facts"] == 2
        facts = Fact.objects.filter(subject_id=wu).exclude(name__startswith="journal.")
        assert {fact.payload for fact in facts if not fact.name.startswith("privacy.")} == {None}
        assert not Account.objects.filter(person_id__in=[wu, gone]).exists()
    assert list(verify_journal(home=journal.home)) == []
    dump = journal.rows(
        "SELECT r::text FROM registry_personrecord r UNION ALL SELECT w::text FROM platform_search_word w"
    )
    assert not [row for row in dump if "方离" in row[0]]


def test_nobody_is_erased_who_did_not_ask(town: Town) -> None:
    wu = person(town, "吴兰")
    refused = pytest.raises(DatabaseError, match="not to be erased")
    with acting(LAYER), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT registry_erase_person(%s, false)", [wu])


def test_an_account_is_closed_at_once(town: Town, enter: Enter) -> None:
    wu, browser = resident(town, enter)
    assert browser.send("/me/data/close/").status_code == 422
    browser.done("/me/data/close/", sure="on")
    assert browser.client.get("/me/").status_code == 302
    with acting(LAYER):
        assert not Account.objects.filter(person_id=wu).exists()
        assert Request.objects.get().state == "done"
        assert PersonRecord.objects.get(person_id=wu).name == "吴兰"


def test_consent_is_given_for_words_that_are_pinned_and_withdrawn_at_once(town: Town, enter: Enter) -> None:
    wu, browser = resident(town, enter)
    assert "没有同意" in browser.get("/me/data/consents/")
    with acting(LAYER):
        assert not has_consent(wu, "care_note")
    browser.client.post("/me/data/consents/", {"kind": "care_note", "decision": "give"})
    with acting(LAYER):
        assert has_consent(wu, "care_note")
        assert not has_consent(wu, "directory")
        row = Consent.objects.get()
        assert (row.how, row.policy_version, len(bytes(row.text_sha256))) == ("self", 1, 32)
    browser.client.post("/me/data/consents/", {"kind": "care_note", "decision": "withdraw"})
    with acting(LAYER):
        assert not has_consent(wu, "care_note")
        assert Consent.objects.count() == 2
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.all().delete()
    with acting(LAYER) as actor, pytest.raises(LinliError, match="no_such_consent"):
        decide_consent(wu, "marketing", is_given=True, how="self", community_id=town.community, actor=actor)


def test_a_guardian_decides_for_a_child_of_the_house_and_for_no_other(town: Town, enter: Enter) -> None:
    eight = local_day(now()).replace(day=1, month=1) - dt.timedelta(days=8 * 366)
    mother = person(town, "吴兰", born_on=dt.date(1988, 1, 1))
    child, stranger = person(town, "小满", born_on=eight), person(town, "小雨", born_on=eight)
    home(town, "1-101", (mother, "head"), (child, "child"))
    browser = enter("resident", town.community, person=mother)
    assert "小满" in browser.get("/me/data/consents/")
    browser.client.post(f"/me/data/consents/?child={child}", {"kind": "care_note", "decision": "give"})
    with acting(LAYER):
        assert has_consent(child, "care_note")
        assert Consent.objects.get().how == "guardian"
    assert (
        browser.client.post(
            f"/me/data/consents/?child={stranger}", {"kind": "care_note", "decision": "give"}
        ).status_code
        == 404
    )
    answer = enter("resident", town.community, person=child).client.post(
        "/me/data/consents/", {"kind": "directory", "decision": "give"}
    )
    assert answer.status_code == 403


def test_a_person_without_a_record_is_told_so(town: Town, enter: Enter) -> None:
    browser = enter("resident", town.community)
    assert "没有对应册子里的人" in browser.get("/me/data/")
    assert browser.client.get("/me/data/erase/")["Location"] == "/me/data/"
    assert requests.terms()["copy_within_min"] == 15


def test_an_older_backup_does_not_bring_the_erased_back(lasting: tuple[Town, Journal]) -> None:
    town, journal = lasting
    wu = person(town, "吴兰", phone="13812345678")
    journal.seal()
    discover()
    [repeat] = [one.repeat for one in all_erasures() if one.source == "privacy.persons"]
    record = {"person_id": str(wu), "community_id": str(town.community)}
    with acting(System("restore")) as actor:
        assert repeat([record], actor) == 1
        assert repeat([record], actor) == 0, "once is enough"
        assert PersonRecord.objects.get(person_id=wu).phone is None
    with journal.superuser() as connection:
        [recall] = [one.recall for one in all_erasures() if one.source == "privacy.persons"]
        assert list(recall(connection)) == [record]
