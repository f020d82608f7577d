"""From a draft to the last household that has read it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from linli.journal.models import Fact
from linli.kernel.errors import LinliError, NotFoundError
from linli.notices import commands, queries
from linli.notices.models import Addressee, Announcement, Edition
from linli.notices.subscribers import address_newcomers
from linli.platform.actors import Actor
from linli.platform.db import acting
from linli.platform.privacy.models import Read
from linli.registry import queries as registry
from tests.world import WALKER

from .desk import NOON, Desk

KEY = {"_key": "k-1"}


def facts(name: str, subject: object) -> list[Fact]:
    with acting(WALKER):
        return list(Fact.objects.filter(name=name, subject_id=subject))


def own_household(actor: Actor) -> object:
    with acting(actor):
        return registry.households_of(actor, actor.person_id)[0]


def test_a_draft_is_seen_by_nobody_but_the_desk(desk: Desk) -> None:
    draft = desk.draft(is_public=True)
    for client in (Client(), desk.world.client("resident")):
        assert "周五消防演练" not in client.get("/notices/").content.decode()
        assert client.get(f"/notices/{draft.pk}/").status_code in (302, 404)
    assert "周五消防演练" in desk.world.client("community_staff").get("/console/notices/").content.decode()


def test_the_database_itself_hides_drafts_and_readers_from_the_public(desk: Desk) -> None:
    draft, out = desk.draft(is_public=True), desk.publish("能看", is_public=True)
    with acting(Actor(kind="anonymous", public_communities=frozenset([desk.world.own]))):
        seen = set(Announcement.objects.values_list("pk", flat=True))
        assert out.pk in seen
        assert draft.pk not in seen
        assert set(Edition.objects.values_list("announcement_id", flat=True)) <= seen
        assert not Addressee.objects.exists()


def test_publishing_reaches_every_household_once_and_says_how_many(desk: Desk) -> None:
    out = desk.publish()
    with acting(WALKER):
        living = registry.count_totals(WALKER, desk.world.own).n_households
        receipts = queries.receipts_of(out)
    assert receipts.n_households == living > 0
    assert receipts.n_read == 0
    [fact] = facts("notices.announcement_published", out.pk)
    assert fact.payload["n_households"] == living
    assert "消防" not in str(fact.payload)


def test_elders_are_households_with_somebody_of_sixty(desk: Desk) -> None:
    out = desk.publish(groups=("elders_60",))
    with acting(WALKER):
        expected = {one.household_id for one in registry.residents_of(WALKER, desk.world.own) if (one.age or 0) >= 60}
        assert set(out.addressees.values_list("household_id", flat=True)) == expected != set()


def test_owners_living_elsewhere_are_reached_and_counted_apart(desk: Desk) -> None:
    out = desk.publish(groups=("owners",))
    with acting(WALKER):
        here = {one.person_id for one in registry.residents_of(WALKER, desk.world.own)}
        away = set(out.addressees.exclude(person=None).values_list("person_id", flat=True))
        receipts = queries.receipts_of(out)
    assert not away & here
    assert receipts.n_owners == len(away)


def test_a_building_is_reached_and_its_neighbours_are_not(desk: Desk) -> None:
    place = desk.place("building")
    out = desk.publish(place_ids=(place,))
    with acting(WALKER):
        inside = {one.household_id for one in registry.residents_of(WALKER, place)}
        assert set(out.addressees.exclude(household=None).values_list("household_id", flat=True)) == inside


def test_opening_it_counts_the_household_as_a_reader_once(desk: Desk) -> None:
    out, resident = desk.publish(), desk.world.client("resident")
    assert resident.get("/").content.decode().count("周五消防演练") == 1
    resident.head(f"/notices/{out.pk}/")
    resident.get(f"/notices/{out.pk}/", headers={"Sec-Purpose": "prefetch"})
    with acting(WALKER):
        assert queries.receipts_of(out).n_read == 0
    for _ in range(2):
        assert "上午十点" in resident.get(f"/notices/{out.pk}/").content.decode()
    with acting(WALKER):
        row = out.addressees.get(household_id=own_household(desk.world.actor("resident")))
        assert row.read_how == "self"
        assert queries.receipts_of(out).n_read == 1
    [fact] = facts("notices.announcement_read", out.pk)
    assert fact.payload == {}


def test_somebody_of_another_community_finds_nothing(desk: Desk) -> None:
    out = desk.publish()
    assert desk.world.client("resident_2").get(f"/notices/{out.pk}/").status_code == 404
    assert desk.world.client("community_staff_2").get(f"/console/notices/{out.pk}/").status_code == 404
    assert Client().get(f"/notices/{out.pk}/").status_code == 302
    assert Client().get(f"/notices/{desk.world.own}/").status_code == 302, "absent and not yours answer alike"


def test_who_is_not_addressed_does_not_see_it(desk: Desk) -> None:
    resident = desk.world.actor("resident")
    with acting(WALKER):
        home = own_household(resident)
        mine = registry.residents_of(WALKER, desk.world.own)
        unit = next(one.unit_id for one in mine if one.household_id == home)
        path = registry.list_places(WALKER).get(place_id=unit).place.path
    building = next(one for one in (desk.place("building", n) for n in range(5)) if one not in path)
    out = desk.publish("那一幢换门禁", place_ids=(building,))
    assert desk.world.client("resident").get(f"/notices/{out.pk}/").status_code == 404


def test_a_correction_keeps_the_earlier_text_and_is_shown_as_one(desk: Desk) -> None:
    out, resident = desk.publish(), desk.world.client("resident")
    resident.get(f"/notices/{out.pk}/")
    with acting(desk.staff):
        commands.correct(
            out.pk,
            title_zh="周五消防演练",
            body_zh="下午三点，从三楼下到花园。",
            because="时间写错了",
            actor=desk.staff,
            now=NOON,
        )
    text = resident.get(f"/notices/{out.pk}/").content.decode()
    assert "时间写错了" in text
    assert "下午三点" in text
    assert "上午十点" in text
    with acting(WALKER), pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(announcement=out).update(body_zh="改写")


def test_a_correction_that_asks_for_it_counts_readers_anew_and_a_slip_does_not(desk: Desk) -> None:
    out, resident = desk.publish(), desk.world.client("resident")
    resident.get(f"/notices/{out.pk}/")
    for again, expected in ((False, 1), (True, 0)):
        with acting(desk.staff):
            commands.correct(
                out.pk,
                title_zh="周五消防演练",
                body_zh=f"十点半。{again}",
                because="改时间",
                read_again=again,
                actor=desk.staff,
                now=NOON,
            )
            assert queries.receipts_of(out).n_read == expected


def test_a_withdrawn_one_leaves_the_lists_and_says_why(desk: Desk) -> None:
    out, resident = desk.publish(), desk.world.client("resident")
    answer = desk.world.client("community_staff").post(
        f"/console/notices/{out.pk}/withdraw/", {"because": "改到下周"} | KEY
    )
    assert answer.status_code == 302
    assert "周五消防演练" not in resident.get("/notices/").content.decode()
    assert "改到下周" in resident.get(f"/notices/{out.pk}/").content.decode()


def test_it_is_written_previewed_and_published_from_the_pages(desk: Desk) -> None:
    staff = desk.world.client("community_staff")
    refused = staff.post(
        "/console/notices/new/", {"title_zh": "字" * 61, "body_zh": "正文", "buildings": "九十九幢"} | KEY
    )
    assert refused.status_code == 422
    assert "九十九幢" in refused.content.decode()
    answer = staff.post(
        "/console/notices/new/",
        {"title_zh": "换水表", "body_zh": "<script>alert(1)</script>{{7*7}}{% now %}\n\n- 一\n- 二"} | KEY,
    )
    page = staff.get(answer["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "<li>一</li>" in page
    assert "{{7*7}}{% now %}" in page, "words are never a template"
    address = answer["Location"].split("?")[0]
    assert "户" in staff.get(f"{address}publish/").content.decode()
    for _ in range(2):  # a second click
        sent = staff.post(f"{address}publish/", {"_key": "once"})
        assert sent.status_code == 302
    assert staff.post(f"{address}publish/", {"_key": "again"}).status_code == 409


def test_a_manager_of_buildings_addresses_those_only(desk: Desk) -> None:
    manager = desk.world.client("property_manager")
    assert manager.get("/console/notices/").status_code == 200
    assert manager.get(f"/console/notices/{desk.publish().pk}/").status_code == 404, "another's, not addressed to them"


def test_reminders_are_not_more_than_the_policy_allows(desk: Desk) -> None:
    out = desk.publish()
    times = [NOON + dt.timedelta(hours=hours) for hours in (1, 2, 26, 60)]
    outcomes = []
    for at in times:
        try:
            with acting(desk.staff):
                outcomes.append(commands.remind_readers(out.pk, actor=desk.staff, now=at).n_addressees > 0)
        except LinliError as error:
            outcomes.append(error.code)
    assert outcomes == [True, "notices.reminded_lately", True, "notices.reminded_enough"]


def test_who_was_told_at_the_door_is_counted_so(desk: Desk) -> None:
    out = desk.publish()
    with acting(WALKER):
        rows = list(out.addressees.exclude(household=None).values_list("pk", flat=True)[:3])
        foreign = Addressee.objects.exclude(announcement=out).first()
    staff = desk.world.client("community_staff")
    listed = staff.get(f"/console/notices/{out.pk}/unread/").content.decode()
    building = re.findall(r"\?building=([0-9a-f-]{36})", listed)[0]
    assert 'type="checkbox"' in staff.get(f"/console/notices/{out.pk}/unread/?building={building}").content.decode()
    with acting(WALKER):
        assert Read.objects.filter(community_id=desk.world.own, what="list").exists(), "they can see who looked"
    assert staff.post(f"/console/notices/{out.pk}/unread/", {"row": rows} | KEY).status_code == 302
    assert staff.post(f"/console/notices/{out.pk}/unread/", {"row": [foreign.pk], "_key": "k-2"}).status_code == 404
    with acting(WALKER):
        assert (queries.receipts_of(out).n_read, queries.receipts_of(out).n_told) == (3, 3)


def test_who_has_not_read_is_shown_only_to_those_who_may_see_households(desk: Desk) -> None:
    out = desk.publish()
    assert desk.world.client("property_manager").get(f"/console/notices/{out.pk}/unread/").status_code == 403
    assert desk.world.client("grid_worker").get(f"/console/notices/{out.pk}/unread/").status_code in (403, 404)


def test_a_household_that_moves_in_finds_what_went_out_lately(desk: Desk) -> None:
    out, elders = desk.publish(), desk.publish("老人体检", groups=("elders_60",))
    with acting(WALKER):
        young = next(
            iter(
                set(out.addressees.exclude(household=None).values_list("household_id", flat=True))
                - set(elders.addressees.values_list("household_id", flat=True))
            )
        )
        Addressee.objects.filter(household_id=young).delete()
        address_newcomers(desk.world.own, young, at=NOON + dt.timedelta(days=3))
        assert out.addressees.filter(household_id=young).exists()
        assert not elders.addressees.filter(household_id=young).exists()
        assert address_newcomers(desk.world.own, young, at=NOON + dt.timedelta(days=3)) == 0, "twice is once"


def test_nobody_writes_for_another_community(desk: Desk) -> None:
    other = desk.world.actor("community_staff_2")
    draft = desk.draft()
    with acting(other), pytest.raises(NotFoundError):
        commands.publish(draft.pk, actor=other, now=NOON)


def test_it_is_printed_for_the_lobby_with_its_correction_and_a_code_of_its_page(desk: Desk) -> None:
    from linli.reports.paper import qr_svg

    draft, out = desk.draft(), desk.publish(title_en="Fire drill on Friday", body_en="At ten, down to the garden.")
    staff = desk.world.client("community_staff")
    assert staff.get(f"/console/notices/{draft.pk}/poster.pdf").status_code == 409
    answer = staff.get(f"/console/notices/{out.pk}/poster.pdf", headers={"Host": "localhost"})
    assert answer.status_code == 200, answer.content.decode()[-1500:]
    assert answer.content.startswith(b"%PDF-")
    assert "attachment" in answer["Content-Disposition"]
    assert qr_svg("http://a/").startswith("<svg")
    assert desk.world.client("resident").get(f"/console/notices/{out.pk}/poster.pdf").status_code == 403


def test_a_person_is_told_and_may_erase_what_announcements_hold_of_them(desk: Desk) -> None:
    from linli.notices import holdings

    out = desk.publish()
    resident = desk.world.actor("resident")
    with acting(WALKER):
        owner = out.addressees.exclude(person=None).first()
        told = holdings.tell(resident.person_id)
        assert any("周五消防演练" in str(cell) for section in told for row in section.rows for cell in row)
        assert holdings.erase(owner.person_id, "asked", WALKER).n_rows["addressees"] > 0
        assert not Addressee.objects.filter(person_id=owner.person_id).exists()
