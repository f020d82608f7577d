"""Remarks of staff: seen by whoever sees the thing by their office, pointed out to colleagues who do, in the copy of whom they are about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.test import Client

from linli.kernel.clock import now
from linli.kernel.errors import LinliError, NotFoundError
from linli.platform.db import acting
from linli.platform.models import Account
from linli.platform.web.middleware import actor_of_account
from linli.registry import commands as do

from .town import LAYER, START, Town, home, person

if TYPE_CHECKING:
    from linli.platform.actors import Actor


class Desk:
    """Three colleagues of one community and a resident, each with a browser."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.subject = person(town, "被写的人", born_on=dt.date(1950, 1, 1))
        self.away = person(town, "西边的人")
        home(town, "1-101", (self.subject, "head"))
        home(town, "2-101", (self.away, "head"))
        self.accounts = {
            "staff": self._account("staff", "王工", "community_staff", town.community),
            "mate": self._account("mate", "李姐", "community_staff", town.community),
            "grid": self._account("grid", "西格", "grid_worker", town.west),
            "elsewhere": self._account("elsewhere", "外人", "community_staff", town.other),
            "manager": self._account("manager", "物业", "property_manager", town.community),
            "self": self._account("self", "本人", None, None, self.subject),
        }

    def _account(
        self, username: str, name: str, role: str | None, place: UUID | None, person_id: UUID | None = None
    ) -> Account:
        account = Account.objects.create(username=username, shown_name=name, person_id=person_id)
        if role and place:
            with acting(LAYER):
                do.grant_role(role, place_id=place, account_id=account.pk, actor=LAYER, reason="测试")
        return account

    def actor(self, who: str) -> Actor:
        return actor_of_account(self.accounts[who].pk)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.accounts[who])
        return client

    def write(self, who: str, text: str, *mentions: str, on: UUID | None = None) -> Any:
        from linli.platform.comments.remarks import remark

        actor = self.actor(who)
        chosen = [self.accounts[one].pk for one in mentions]
        with acting(actor):
            return remark("person", on or self.subject, text, mentions=chosen, actor=actor, now=now())

    def read(self, who: str, on: UUID | None = None) -> list[str] | None:
        from linli.platform.comments.remarks import remarks

        actor = self.actor(who)
        with acting(actor):
            found = remarks("person", on or self.subject, actor=actor)
        return None if found is None else [line.words for line in found.lines]


@pytest.fixture
def desk(town: Town) -> Desk:
    return Desk(town)


def test_a_colleague_is_mentioned_finds_it_in_the_inbox_and_answers_there(desk: Desk) -> None:
    at = f"/console/people/{desk.subject}/"
    staff, mate = desk.client("staff"), desk.client("mate")
    shown = staff.get(at).content.decode()
    assert "李姐" in shown, "who may be mentioned is offered"
    assert "外人" not in shown
    sent = staff.post(f"/comments/remark/person/{desk.subject}/", {"text": "上午去过，\n没人开门 @李姐"})
    assert sent["Location"] == f"{at}#remarks"
    inbox = mate.get("/inbox/").content.decode()
    assert "王工在居民的内部备注里提到了您" in inbox
    assert "被写的人" not in inbox, "digests leave the house: nobody is named in them"
    from linli.platform.inbox.tables import InboxEntry

    with acting(LAYER):
        entry = InboxEntry.objects.get(account_id=desk.accounts["mate"].pk)
    opened = mate.get(f"/inbox/{entry.pk}/")
    assert opened["Location"] == f"{at}#remarks"
    page = mate.get(at).content.decode()
    assert "没人开门" in page
    assert "提到 李姐" in page
    assert desk.write("mate", "下午我去").mentions == []


def test_only_who_sees_the_person_by_office_reads_it(desk: Desk) -> None:
    desk.write("staff", "这条只给同事")
    assert desk.read("mate") == ["这条只给同事"]
    assert {who: desk.read(who) for who in ("grid", "elsewhere", "manager", "self")} == dict.fromkeys(
        ("grid", "elsewhere", "manager", "self")
    )
    assert desk.read("grid", desk.away) == [], "their own grid's people they may write about"
    for who in ("grid", "elsewhere", "manager", "self"):
        answer = desk.client(who).post(f"/comments/remark/person/{desk.subject}/", {"text": "我也写"})
        assert answer.status_code in (403, 404), who
    assert desk.read("mate") == ["这条只给同事"]


def test_nobody_reads_what_colleagues_wrote_of_themselves_or_their_household(desk: Desk, town: Town) -> None:
    at_work = desk._account("both", "住这的", "community_staff", town.community, desk.subject)
    desk.accounts["both"] = at_work
    desk.write("staff", "关于同事本人")
    assert desk.read("both") is None
    assert "关于同事本人" not in desk.client("both").get(f"/console/people/{desk.subject}/").content.decode()


def test_a_colleague_who_cannot_see_the_thing_is_not_mentioned(desk: Desk) -> None:
    with pytest.raises(LinliError) as refused:
        desk.write("staff", "西格你看一下", "grid")
    assert refused.value.code == "platform.mention_cannot_see"
    assert "西格" in refused.value.text.zh
    assert desk.read("staff") == []
    assert desk.write("staff", "西边的", "grid", on=desk.away).mentions == [desk.accounts["grid"].pk]
    assert desk.write("staff", "社区外的不算", "elsewhere", "manager", "staff").mentions == []


def test_words_are_sealed_taken_back_by_their_writer_only_and_no_question_to_the_office(desk: Desk) -> None:
    from linli.platform.comments.commands import answer, hide, report, take_back
    from linli.platform.comments.queries import waiting
    from linli.platform.notes.tables import Note

    row = desk.write("staff", "能收回的话")
    with acting(LAYER):
        assert "能收回的话".encode() not in bytes(Note.objects.get(pk=row.note_id).text)
    mate, staff = desk.actor("mate"), desk.actor("staff")
    with acting(mate):
        assert waiting(mate, community_id=desk.town.community) == []
        for deed in (
            lambda: answer(row.pk, "答", actor=mate, now=now()),
            lambda: hide(row.pk, "private", actor=mate, now=now()),
            lambda: report(row.pk, "private", actor=mate, now=now()),
            lambda: take_back(row.pk, actor=mate, now=now()),
        ):
            with pytest.raises(NotFoundError):
                deed()
    with acting(staff):
        take_back(row.pk, actor=staff, now=now())
    assert desk.read("mate") == [""]
    assert "（已收回）" in desk.client("mate").get(f"/console/people/{desk.subject}/").content.decode()


def test_whom_it_is_about_has_it_in_their_copy_and_it_goes_with_their_erasure(desk: Desk) -> None:
    from linli.platform.comments import holdings
    from linli.platform.comments.tables import Comment
    from linli.platform.notes import holdings as words

    desk.write("staff", "要办的事", "mate")
    with acting(LAYER):
        told = [value for section in words.tell(desk.subject) for row in section.rows for _, value in row]
        assert "要办的事" in told
        assert holdings.erase(desk.subject, "本人要求", LAYER).n_rows["remarks"] == 1
        words.erase(desk.subject, "本人要求", LAYER)
        assert not Comment.objects.filter(holder_id=desk.subject).exists()
        assert words.tell(desk.subject) == []


def test_things_and_announcements_take_remarks_too(desk: Desk) -> None:
    town, staff = desk.town, desk.client("staff")
    with acting(LAYER):
        spot = do.FacilityDetails("canteen", 116.3005, 40.0005, "食堂")
        made = do.register_facility(spot, community_id=town.community, actor=LAYER, on=START, synthetic=True)
    sent = staff.post(f"/comments/remark/facility/{made.facility_id}/", {"text": "周三停火 @mate"})
    assert sent["Location"] == f"/console/facilities/{made.facility_id}/#remarks"
    assert "周三停火" in staff.get(f"/console/facilities/{made.facility_id}/").content.decode()
    assert "设施的内部备注" in desk.client("mate").get("/inbox/").content.decode()
    assert staff.post(f"/comments/remark/planet/{made.facility_id}/", {"text": "x"}).status_code == 404
    assert "周三停火" not in desk.client("manager").get(f"/console/facilities/{made.facility_id}/").content.decode()
