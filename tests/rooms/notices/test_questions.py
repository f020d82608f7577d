"""Questions under an announcement: asked without a name, answered by the office, reported, hidden with a reason, taken back, erased."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from linli.kernel.errors import LinliError, NotAllowedError, NotFoundError
from linli.platform.db import acting
from tests.world import WALKER

from .desk import NOON

if TYPE_CHECKING:
    from tests.world import World

    from .desk import Desk

KIND = "notices.announcement"


def ask(world: World, role: str, holder_id: UUID, text: str = "几点来水？", *, now: dt.datetime = NOON) -> Any:
    from linli.platform.comments import commands

    actor = world.actor(role)
    with acting(actor):
        return commands.ask(KIND, holder_id, text, actor=actor, now=now)


def page(world: World, role: str, holder_id: UUID) -> str:
    return world.client(role).get(f"/notices/{holder_id}/").content.decode()


def test_a_resident_asks_and_the_office_answers(in_world: World, desk: Desk) -> None:
    from linli.platform.comments.tables import Comment
    from linli.platform.inbox.tables import InboxEntry
    from linli.platform.privacy.models import Read

    notice = desk.publish()
    resident, staff = in_world.client("resident"), in_world.client("community_staff")
    shown = resident.get(f"/notices/{notice.pk}/").content.decode()
    assert "还没有人提问" in shown
    answer = resident.post(f"/notices/{notice.pk}/ask/", {"text": "几点来水？\n四楼的"})
    assert answer["Location"] == f"/notices/{notice.pk}/#questions"
    assert "几点来水？<br>四楼的" in page(in_world, "resident", notice.pk)
    with acting(WALKER):
        question = Comment.objects.get(holder_id=notice.pk)
    waiting = staff.get("/console/comments/").content.decode()
    assert "几点来水" in waiting
    at_desk = staff.get(f"/console/notices/{notice.pk}/").content.decode()
    assert in_world.actor("resident").name in at_desk, "the office sees who asks"
    with acting(WALKER):
        assert Read.objects.filter(person_ids=[in_world.actor("resident").person_id], fields=["name"]).exists()
    back = staff.post(f"/comments/{question.pk}/answer/", {"text": "下午四点"})
    assert back["Location"] == f"/console/notices/{notice.pk}/#questions"
    told = page(in_world, "resident", notice.pk)
    assert "下午四点" in told
    assert "社区答复" in told
    assert "几点来水" not in staff.get("/console/comments/").content.decode()
    with acting(WALKER):
        [entry] = InboxEntry.objects.filter(kind="platform.comment_answered")
        assert entry.account_id == in_world.actor("resident").account_id
    assert notice.title_zh in resident.get("/inbox/").content.decode()


def test_neighbours_see_the_question_and_not_who_asks(in_world: World, desk: Desk) -> None:
    notice = desk.publish()
    ask(in_world, "resident", notice.pk)
    from linli.platform.comments.queries import thread

    neighbour = in_world.actor("grid_worker")  # who may read it, and does not answer for it
    with acting(neighbour):
        seen = thread(KIND, notice.pk, actor=neighbour)
    if seen is not None:
        [line] = seen.lines
        assert (line.words, line.account_id, line.who, seen.may_answer) == ("几点来水？", None, "", False)
    assert "一位住户" not in page(in_world, "resident", notice.pk), "to oneself one is oneself"
    elsewhere = in_world.client("resident_2")
    assert elsewhere.get(f"/notices/{notice.pk}/").status_code == 404
    assert elsewhere.post(f"/notices/{notice.pk}/ask/", {"text": "x"}).status_code == 404


def test_what_is_too_long_empty_too_often_or_withdrawn_is_refused(in_world: World, desk: Desk) -> None:
    from linli.notices import commands

    notice = desk.publish()
    for text, code in (("  ", "comment_empty"), ("长" * 301, "comment_too_long")):
        with pytest.raises(LinliError, match=code):
            ask(in_world, "resident", notice.pk, text)
    for n in range(6):
        ask(in_world, "resident", notice.pk, f"第 {n} 问")
    with pytest.raises(LinliError, match="comment_too_many"):
        ask(in_world, "resident", notice.pk)
    ask(in_world, "resident", notice.pk, now=NOON + dt.timedelta(days=1, seconds=1))
    with acting(desk.staff):
        commands.withdraw(notice.pk, because="写错了", actor=desk.staff, now=NOON)
    with pytest.raises(LinliError, match="comment_closed"):
        ask(in_world, "resident", notice.pk, now=NOON + dt.timedelta(days=9))


def test_a_comment_is_reported_once_each_and_hidden_with_a_reason_that_stays(in_world: World, desk: Desk) -> None:
    from linli.journal.models import Fact
    from linli.platform.comments import commands
    from linli.platform.comments.tables import CommentReport

    notice = desk.publish()
    row = ask(in_world, "resident", notice.pk, "302 的老王欠费")
    reader = in_world.actor("community_staff")
    with acting(reader):
        for _ in range(2):
            commands.report(row.pk, "private", actor=reader, now=NOON)
        with pytest.raises(LinliError, match="comment_reason"):
            commands.report(row.pk, "boring", actor=reader, now=NOON)
        assert CommentReport.objects.count() == 1
    assert "有人说不妥" in in_world.client("community_staff").get("/console/comments/").content.decode()
    resident = in_world.actor("resident")
    with acting(resident), pytest.raises(NotAllowedError):
        commands.hide(row.pk, "private", actor=resident, now=NOON)
    in_world.client("community_staff").post(f"/comments/{row.pk}/hide/", {"reason": "private"})
    mine = page(in_world, "resident", notice.pk)
    assert "写了别人的隐私" in mine
    assert "302 的老王欠费" in mine, "its writer sees what was hidden, and why"
    from linli.platform.comments.queries import thread

    other = in_world.actor("grid_worker")
    with acting(other):
        seen = thread(KIND, notice.pk, actor=other)
        if seen is not None and not seen.may_answer:
            assert "老王欠费" not in str(seen.lines)
    with acting(WALKER):
        assert Fact.objects.get(name="platform.comment_hidden").payload == {"reason": "private"}
    in_world.client("community_staff").post(f"/comments/{row.pk}/hide/", {"reason": ""})
    assert "写了别人的隐私" not in page(in_world, "resident", notice.pk).split('id="questions"')[1].split("<details")[0]


def test_words_go_when_taken_back_erased_or_past_their_term(in_world: World, desk: Desk) -> None:
    from linli.platform.comments import commands
    from linli.platform.comments.holdings import erase, tell
    from linli.platform.comments.tables import Comment
    from linli.platform.models import Note
    from linli.platform.notes.holdings import erase as erase_words
    from linli.platform.retention.rules import known_rules

    notice = desk.publish()
    first, second, third = (ask(in_world, "resident", notice.pk, f"第 {n} 问") for n in range(3))
    resident, stranger = in_world.actor("resident"), in_world.actor("community_staff")
    with acting(stranger), pytest.raises(NotFoundError):
        commands.take_back(first.pk, actor=stranger, now=NOON)
    in_world.client("resident").post(f"/comments/{first.pk}/take-back/")
    shown = page(in_world, "resident", notice.pk)
    assert "（已收回）" in shown
    assert "第 0 问" not in shown
    with acting(WALKER):
        assert Note.objects.get(pk=first.note_id).text is None
        assert resident.person_id
        assert [section.key for section in tell(resident.person_id)] == ["comments"]
        erase(resident.person_id, "asked", WALKER)
        erase_words(resident.person_id, "asked", WALKER)
        assert not Comment.objects.filter(account_id=resident.account_id).exists()
        assert not Note.objects.filter(pk__in=[second.note_id, third.note_id]).exclude(text=None).exists()
        rule = known_rules()["comments"]
        later = NOON + dt.timedelta(seconds=1)
        n = rule.due(later)
        assert n >= 3
        assert rule.carry_out(later, 500) == n
        assert rule.due(later) == 0
