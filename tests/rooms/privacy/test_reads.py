"""Who read my data: every page, list, file, API answer and look at something sealed leaves a row the person can read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from linli.platform.actors import System
from linli.platform.db import acting
from linli.platform.privacy.models import Note, Read
from linli.platform.privacy.notes import erase_notes_about
from linli.platform.privacy.reading import busiest_readers, reads_of_me
from tests.rooms.registry.pages.conftest import Enter
from tests.rooms.registry.pages.test_find import look
from tests.rooms.registry.town import LAYER, Town, home, person, worker


def rows() -> list[Read]:
    with acting(LAYER):
        return list(Read.objects.order_by("at"))


def test_a_page_a_list_a_file_and_a_look_each_leave_a_row(town: Town, enter: Enter) -> None:
    wu, liu = person(town, "吴兰", phone="13812345678"), person(town, "刘江")
    home(town, "1-101", (wu, "head"), (liu, "spouse"))
    staff = enter("community_staff", town.community)
    staff.get(f"/console/people/{wu}/")
    staff.get("/console/people/")
    staff.get("/console/people/?format=csv")
    look(staff, "吴兰")
    staff.get(f"/console/places/{town.unit['1-101']}/")
    staff.send(f"/console/people/{wu}/phone/", reason="visit", note="约好周三上门")
    seen = [(row.what, row.fields[0], set(row.person_ids)) for row in rows()]
    assert seen == [
        ("page", "name", {wu}),
        ("list", "name", {liu}),
        ("list", "name", {wu, liu}),
        ("export", "name", {wu, liu}),
        ("list", "name", {wu}),
        ("list", "name", {wu, liu}),
        ("unmask", "phone", {wu}),
    ]
    last = rows()[-1]
    assert (last.reason, last.roles) == ("visit", ["community_staff"])
    with acting(LAYER):
        assert "周三".encode() not in bytes(Note.objects.get(pk=last.note_id).text)


def test_the_person_sees_it_in_plain_words_and_nobody_else_does(town: Town, enter: Enter) -> None:
    wu, liu = person(town, "吴兰", phone="13812345678"), person(town, "刘江")
    staff = enter("community_staff", town.community)
    for _ in range(3):
        staff.get(f"/console/people/{wu}/")
    staff.send(f"/console/people/{wu}/phone/", reason="other", note="水管漏到楼下，要马上联系")
    resident = enter("resident", town.community, person=wu)
    page = resident.get("/me/reads/")
    assert "看了遮住的内容：完整电话" in page
    assert "水管漏到楼下，要马上联系" in page
    assert "3 次" in page
    assert page.count("打开了资料页") == 1
    assert "还没有人看过" in enter("resident", town.community, person=liu).get("/me/reads/")
    assert staff.status("/console/privacy/reads/") == 403


def test_looking_at_oneself_is_no_read(town: Town, enter: Enter) -> None:
    wu = person(town, "吴兰")
    resident = enter("resident", town.community, person=wu)
    assert resident.get(f"/api/v1/registry/people/{wu}")
    assert rows() == []


def test_something_else_needs_words(town: Town, enter: Enter) -> None:
    wu = person(town, "吴兰", phone="13812345678")
    answer = enter("community_staff", town.community).send(f"/console/people/{wu}/phone/", reason="other")
    assert answer.status_code == 422
    assert '<a href="#id_note">' in answer.content.decode()
    assert "13812345678" not in answer.content.decode()


def test_words_can_be_erased_and_the_row_stays(town: Town, enter: Enter) -> None:
    wu = person(town, "吴兰", phone="13812345678")
    enter("community_staff", town.community).send(f"/console/people/{wu}/phone/", reason="visit", note="敲门没人应")
    with acting(System("privacy")):
        assert erase_notes_about(wu) == 1
        assert Note.objects.get().text is None
    with acting(town.resident(wu)) as wus:
        assert [(seen.row.what, seen.note) for seen in reads_of_me(wus)] == [("unmask", "")]


def test_the_auditor_sees_who_looks_most_and_no_names_of_whom(town: Town, enter: Enter) -> None:
    wu = person(town, "吴兰兰兰", phone="13812345678")
    staff = enter("community_staff", town.community)
    for _ in range(2):
        staff.get(f"/console/people/{wu}/")
    staff.send(f"/console/people/{wu}/phone/", reason="visit")
    auditor = enter("auditor", town.community)
    page = auditor.get("/console/privacy/reads/")
    assert "3 次 · 1 次看遮住的" in page
    assert "吴兰兰兰" not in page
    tail = f"…{wu.hex[-8:]}"
    assert tail in auditor.get(f"/console/privacy/reads/?person={wu}")
    assert tail not in enter("auditor", town.other).get(f"/console/privacy/reads/?person={wu}")
    with acting(worker("auditor", town.community, town.community)) as watcher:
        [busy] = busiest_readers(watcher, community_id=town.community, since=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert (busy.n_reads, busy.n_unmasked) == (3, 1)


@pytest.mark.parametrize(
    "deed", ["UPDATE privacy_read SET reason = ''", "DELETE FROM privacy_read", "TRUNCATE privacy_read"]
)
def test_no_row_is_changed_or_taken_away(town: Town, enter: Enter, deed: str) -> None:
    wu = person(town, "吴兰")
    enter("community_staff", town.community).get(f"/console/people/{wu}/")
    with acting(LAYER), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)


def test_young_rows_are_not_forgotten_even_when_asked(town: Town, enter: Enter) -> None:
    wu = person(town, "吴兰")
    enter("community_staff", town.community).get(f"/console/people/{wu}/")
    refused = pytest.raises(DatabaseError, match="not rewritten")
    with acting(LAYER), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT privacy_forget_reads(now() + interval '1 day')")
