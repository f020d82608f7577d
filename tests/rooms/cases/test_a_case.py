"""From a report to the reporter's word, at the level of commands and HTTP."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from linli.cases import commands, queries
from linli.cases.models import Case, Said
from linli.kernel.errors import LinliError, NotFoundError
from linli.platform.attachments.tables import Attachment
from linli.platform.db import acting
from tests.world import WALKER

from .street import NINE, Street, hours, photo


def test_a_report_is_dispatched_by_the_duty_list_with_its_clocks(street: Street) -> None:
    case = street.report()
    assert case.desk == "property_manager"
    assert case.organisation_id is not None
    assert case.respond_due_at == NINE + hours(2)
    assert case.handle_due_at == NINE + hours(48)
    assert (case.due_at, case.due_clock) == (case.respond_due_at, "respond")
    assert [fact.name for fact in street.facts(case)] == ["cases.case_received", "cases.case_dispatched"]


def test_solved_disputed_and_solved_again(street: Street) -> None:
    case = street.report()
    street.move(case, "take", by="property_manager", at=NINE + hours(1))
    with pytest.raises(LinliError) as refused:
        street.move(case, "finish", by="property_manager", words="换了灯泡", at=NINE + hours(2))
    assert refused.value.code == "cases.photo_needed"
    case = street.move(case, "finish", by="property_manager", words="换了灯泡", photos=[photo()], at=NINE + hours(3))
    assert (case.phase, case.handled_at) == ("answered", NINE + hours(3))
    case = street.move(case, "dispute", by="resident", words="又灭了", at=NINE + hours(5))
    assert (case.phase, case.round, case.responded_at) == ("working", 2, None)
    assert case.handle_due_at == NINE + hours(53)
    street.move(case, "finish", by="property_manager", words="换了线路", photos=[photo()], at=NINE + hours(6))
    case = street.move(case, "confirm", by="resident", satisfaction=4, at=NINE + hours(7))
    assert (case.phase, case.outcome, case.satisfaction) == ("closed", "solved", 4)


def test_nobody_makes_a_move_that_is_another_s(street: Street) -> None:
    case = street.report()
    for role in ("resident", "grid_worker"):
        with pytest.raises(LinliError) as refused:
            street.move(case, "take", by=role)
        assert refused.value.code == "cases.move_not_yours"
    with pytest.raises(NotFoundError):
        street.move(case, "take", by="resident_2")
    with pytest.raises(LinliError) as refused:
        street.move(case, "confirm", by="resident")
    assert refused.value.code == "cases.move_not_now"


def test_words_stand_in_the_room_and_never_in_a_fact(street: Street) -> None:
    case = street.report("张三家楼下路灯不亮，电话 13800001111")
    street.move(case, "take", by="property_manager", words="马上去")
    assert "张三" not in str([fact.payload for fact in street.facts(case)])
    with acting(WALKER):
        assert Said.objects.filter(case=case, body__contains="张三").exists()


def test_a_sealed_reporter_is_nobody_anywhere(street: Street) -> None:
    resident = street.actor("resident")
    with acting(resident):
        draft = commands.keep_draft(street.world.own, "物业保安骂人", actor=resident, now=NINE)
        commands.add_photo(draft.pk, photo("王小明手机.jpg"), actor=resident, now=NINE)
        case = commands.send_draft(
            draft.pk, "noise", answers={"sound": "home"}, is_sealed=True, actor=resident, now=NINE
        )
        assert queries.find_mine(resident, case.pk)
    street.move(case, "withdraw", by="resident")
    account, person = str(resident.account_id), str(resident.person_id)
    with acting(WALKER):
        row = Case.objects.filter(pk=case.pk).values().get()
        words = list(Said.objects.filter(case_id=case.pk).values())
        files = list(Attachment.objects.filter(holder_id=case.pk).values())
    assert files
    told = str([row, words, files, [vars(fact) for fact in street.facts(case)]])
    assert account not in told
    assert person not in told
    assert "王小明" not in told
    assert f"pseudonym:{row['pseudonym']}" in {fact.actor for fact in street.facts(case)}


def test_the_answer_kept_for_a_second_click_does_not_name_a_sealed_case(street: Street) -> None:
    from linli.platform.models import IdempotencyKey

    client = street.world.client("resident")
    client.post("/report/", {"text": "楼上半夜装修太吵", "place": str(street.home()), "_key": "s1"})
    kind = client.get("/matters/").content.decode()
    draft = kind.split("?draft=")[1][:36]
    sent = client.post(f"/report/{draft}/check/", {"kind": "noise", "q_sound": "home", "is_sealed": "on", "_key": "s2"})
    assert sent.status_code == 302
    with acting(WALKER):
        case = Case.objects.get(is_sealed=True)
        assert not IdempotencyKey.objects.filter(location__contains=str(case.pk)).exists()
    assert str(case.pk) in client.get("/matters/").content.decode()


def test_a_resident_reports_on_three_short_pages_and_a_second_click_sends_once(street: Street) -> None:
    client = street.world.client("resident")
    begun = client.post(
        "/report/", {"text": "楼道灯坏了，黑灯", "place": str(street.home()), "photos": [photo()], "_key": "k1"}
    )
    assert begun.status_code == 302
    check = client.get(begun.headers["Location"], follow=True)
    assert "路灯不亮" in check.content.decode()
    draft = begun.headers["Location"].split("/")[2]
    for _ in range(2):
        sent = client.post(f"/report/{draft}/check/", {"kind": "street_lamp", "_key": "k2"})
        assert sent.status_code == 302
    with acting(WALKER):
        case = Case.objects.filter(way="portal").latest("id")
        assert Attachment.objects.filter(holder_kind="cases.case", holder_id=case.pk).get().name == "photo.jpg"
    page = client.get(sent.headers["Location"]).content.decode()
    assert case.number in page


def test_the_worker_sees_the_queue_and_closes_it_over_http(street: Street) -> None:
    case = street.report(type_id="elder_check", text="三楼王奶奶两天没见")
    client = street.world.client("grid_worker")
    assert case.number in client.get("/console/queue/").content.decode()
    address = f"/console/cases/{case.pk}/"
    assert "三楼王奶奶两天没见" in client.get(address).content.decode()
    assert client.get(f"{address}do/?what=take").status_code == 200
    assert client.post(f"{address}do/?what=take", {"words": ""}).status_code == 302
    assert client.post(f"{address}do/?what=finish", {"words": ""}).status_code == 422
    assert client.post(f"{address}do/?what=finish", {"words": "人在女儿家，平安"}).status_code == 302
    mine = street.world.client("resident").get(f"/matters/{case.pk}/").content.decode()
    assert "人在女儿家，平安" in mine


def test_the_party_complained_of_does_not_see_the_complaint(street: Street) -> None:
    case = street.report("物业费涨了没人解释", "property_service")
    manager, staff = street.actor("property_manager"), street.actor("community_staff")
    with acting(manager), pytest.raises(NotFoundError):
        queries.find(manager, case.pk)
    with acting(staff):
        assert queries.find(staff, case.pk)
    assert str(case.pk) not in street.world.client("property_manager").get("/console/cases/").content.decode()


def test_what_the_public_sees_is_the_public_words_alone(street: Street) -> None:
    case = street.report("三单元张阿姨门口路灯不亮")
    staff = street.actor("community_staff")
    assert Client().get(f"/reports/{case.pk}/").status_code == 404
    with acting(staff):
        commands.publish(case.pk, "小区路灯不亮，已派人修", actor=staff, now=NINE)
    page = Client().get(f"/reports/{case.pk}/").content.decode()
    assert "小区路灯不亮，已派人修" in page
    assert "张阿姨" not in page
    assert Case.objects.count() == 0, "outside of an actor the database shows no row"


def test_a_type_nobody_is_sure_of_waits_for_a_person(street: Street) -> None:
    case = street.report("就是那个东西有点怪", type_id="")
    assert (case.type_id, case.is_certain, case.desk) == ("other", False, "community_staff")
    staff = street.actor("community_staff")
    with acting(staff):
        case = commands.retype(case.pk, "pipe_leak", actor=staff, now=NINE + hours(1))
    assert case.respond_due_at == NINE + dt.timedelta(minutes=15), "time gone stays gone"
    assert case.desk == "property_manager"


def test_an_erasure_reaches_what_was_reported_sealed(street: Street) -> None:
    """It is found by its keyed hash; afterwards nothing opens to whoever reported it, and the case goes on, of nobody."""
    from linli.cases import holdings

    resident = street.actor("resident")
    assert resident.person_id
    with acting(resident):
        draft = commands.keep_draft(street.world.own, "楼上半夜装修电钻响", actor=resident, now=NINE)
        case = commands.send_draft(
            draft.pk, "noise", answers={"sound": "home"}, is_sealed=True, actor=resident, now=NINE
        )
    with acting(WALKER):
        assert "电钻" in str(holdings.tell(resident.person_id))
        assert holdings.foretell(resident.person_id) == [holdings.KEPT]
        assert holdings.erase(resident.person_id, "asked", WALKER).n_rows["cases"] >= 1
        after = Case.objects.get(pk=case.pk)
        assert (bytes(after.reporter), bytes(after.reporter_index), after.answers) == (b"", b"", {})
        assert "电钻" not in " ".join(after.words.values_list("body", flat=True))
        assert not holdings.tell(resident.person_id)
